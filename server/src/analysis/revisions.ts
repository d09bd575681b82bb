import type { TextEdit } from "../base/textEdit.ts";
import type { FunctionModel } from "./functionModel.ts";
import type { ReadableModel } from "./reads.ts";

/** What of a whole crate is looked at on its own: bits that add up to a mask. */
export const crateParts = {
  functions: 1,
  entryPoints: 2,
  state: 4,
  constants: 8,
  unreadable: 16,
  cdkNames: 32,
  /** What types mean. */
  types: 64,
  /** Files, versions and macros. */
  surroundings: 128,
  /** Macros outside of functions. */
  placedMacros: 256,
  /** Where statics and constants stand. */
  places: 512,
  /** Whether they stand as before, but for texts that were edited around them. Nobody looks at it alone. */
  rearranged: 1024,
} as const;

/** For so many revisions it is known which functions changed. */
const revisionsKept = 8;

const noEdits: readonly TextEdit[] = [];

/** When which part of a crate changed last, in numbers of revisions: each time that a model follows its texts is one. */
export class Revisions implements ReadableModel {
  /** Number of the present one. */
  now = 0;
  private readonly parts: number[] = [];
  private numbersGiven = 0;
  private readonly words = new Map<string, number>();
  /** The functions that changed in the last revisions, the present one last. */
  private readonly functions: FunctionModel[][] = [];
  /** How texts changed in the last revisions, the present one last. */
  private readonly edits: ReadonlyMap<string, TextEdit>[] = [];
  private texts: (path: string) => string = () => "";

  /** The texts are followed once more: `textOf` tells them as they are now, `edits` how those changed that are others. */
  begin(textOf: (path: string) => string, edits: ReadonlyMap<string, TextEdit>): void {
    this.now += 1;
    this.functions.push([]);
    if (this.functions.length > revisionsKept) this.functions.shift();
    this.edits.push(edits);
    if (this.edits.length > revisionsKept) this.edits.shift();
    this.texts = textOf;
  }

  /** How a file's text changed since a revision, one edit after the other; nothing where that is too long ago to be known. */
  editsSince(revision: number, path: string): readonly TextEdit[] | undefined {
    const count = this.now - revision;
    if (count > this.edits.length) return undefined;
    if (count === 1 && this.edits.at(-1)?.has(path) !== true) return noEdits;
    const found: TextEdit[] = [];
    for (let at = this.edits.length - count; at < this.edits.length; at++) {
      const edit = this.edits[at]?.get(path);
      if (edit !== undefined) found.push(edit);
    }
    return found;
  }

  /** Whether an item that began at an offset before is one that only moved, because its file's text was edited above it. */
  isMovedByEdit(path: string, before: number, after: number): boolean {
    const edit = this.edits.at(-1)?.get(path);
    return edit !== undefined && before >= edit.oldEnd && after - before === edit.newEnd - edit.oldEnd;
  }

  /** A number for a function that is new. */
  nextNumber(): number {
    return this.numbersGiven++;
  }

  /** These parts changed. */
  partsChanged(mask: number): void {
    for (let bit = 0; mask >> bit > 0; bit++) if ((mask >> bit) & 1) this.parts[bit] = this.now;
  }

  /** Whether any of these parts changed after a revision. */
  hasChangedSince(revision: number, mask: number): boolean {
    for (let bit = 0; mask >> bit > 0; bit++) {
      if ((mask >> bit) & 1 && (this.parts[bit] ?? 0) > revision) return true;
    }
    return false;
  }

  /** A function changed, for the first time in this revision. */
  functionChanged(it: FunctionModel): void {
    this.functions.at(-1)?.push(it);
  }

  /** The functions that changed after a revision; nothing where that is too long ago to be known. */
  functionsChangedSince(revision: number): readonly FunctionModel[] | undefined {
    const count = this.now - revision;
    if (count === 1) return this.functions.at(-1);
    return count > this.functions.length ? undefined : this.functions.slice(this.functions.length - count).flat();
  }

  /** A function got or lost a name. */
  wordChanged(word: string): void {
    this.words.set(word, this.now);
  }

  /** The revision in which a function got or lost the name last; 0 for none. */
  wordChangedAt(word: string): number {
    return this.words.get(word) ?? 0;
  }

  /** A file's text as it is now. */
  textOf(path: string): string {
    return this.texts(path);
  }
}
