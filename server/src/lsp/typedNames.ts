import type { Diagnostic, Position, TextDocumentContentChangeEvent } from "vscode-languageserver";

/** Rules that say of a name that nothing has it: while it is typed, nearly always true and of no use. */
const rulesOfNames: ReadonlySet<unknown> = new Set(["guard-not-found", "did-unbound-type", "call-unknown-method"]);

/** Where names are being typed, by the document's path: there the rules of names wait until something else is done. */
export class TypedNames {
  private readonly places = new Map<string, Position>();
  private readonly waiting = new Set<string>();

  /** A document was changed; one letter more or less is typing, anything else is not. */
  changed(path: string, changes: readonly TextDocumentContentChangeEvent[]): void {
    const [change, ...others] = changes;
    this.places.delete(path);
    if (change === undefined || others.length > 0 || !("range" in change)) return;
    const { start, end } = change.range;
    const isLetter = start.line === end.line && end.character - start.character <= 1 && /^\w?$/.test(change.text);
    if (!isLetter) return;
    this.places.set(path, { line: start.line, character: start.character + change.text.length });
  }

  /** A document was saved or closed. Tells whether something waited that can be said now. */
  settled(path: string): boolean {
    this.places.delete(path);
    return this.waiting.delete(path);
  }

  /** What can be said of a document while a name of it is being typed. */
  without(path: string, found: readonly Diagnostic[]): Diagnostic[] {
    const at = this.places.get(path);
    const said = found.filter((it) => at === undefined || !rulesOfNames.has(it.code) || !holds(it, at));
    if (said.length < found.length) this.waiting.add(path);
    else this.waiting.delete(path);
    return said;
  }
}

function holds({ range: { start, end } }: Diagnostic, { line, character }: Position): boolean {
  return start.line <= line && line <= end.line && start.character <= character && character <= end.character;
}
