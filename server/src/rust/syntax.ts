// The only file that knows the Rust parser. Loading is asynchronous and happens once, at the edge of the process; from
// then on text becomes a `RustFile` synchronously. Parsing never fails: what cannot be read becomes nodes of kind
// `ERROR`, and items that hold one say so.
import { Edit, Language, type Node, Parser, type Range, type Tree, type TreeCursor } from "web-tree-sitter";
import { desugarMacros } from "./desugarMacros.ts";
import { withoutFunctionBodies } from "./functionBodies.ts";
import { type RustFile, type RustItem, SyntaxNode } from "./syntaxTree.ts";
import { withoutTestModules } from "./testModules.ts";
import { nestingMax, TreeMemory } from "./treeMemory.ts";

/** Which items are not worth reading further: asked with the text of the attributes before the item. */
export type SkipsItem = (attributes: string) => boolean;

/** How a file is read. */
interface FileReading {
  readonly skips: SkipsItem;
  readonly previous: RustFile | undefined;
  /** Something may have been set aside before the text was given to the parser. */
  readonly isCut: boolean;
}

/**
 * Loads the parser from the bytes of its two Wasm files (`web-tree-sitter.wasm`, `tree-sitter-rust.wasm`): once per
 * process, at its edge.
 */
export async function loadRustParser(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<RustParser> {
  initialized ??= Parser.init({ wasmBinary: runtimeWasm, wasmMemory: parserMemory });
  await initialized;
  return RustParser.of(await Language.load(grammarWasm));
}

/** The parser's memory, which is ours so that trees can be read where they lie: 32 MiB, and at most what 32 bits reach. */
const parserMemory = new WebAssembly.Memory({ initial: 512, maximum: 32768 });

/** The library has one instance for each process or thread. */
let initialized: Promise<void> | undefined;

/** Turns Rust text into trees, synchronously, once it is loaded. */
export class RustParser {
  private readonly parser: Parser;
  private readonly kinds: KindNames;
  private readonly fields: readonly (string | undefined)[];
  /** Wasm-side trees of files that are being edited; everything else is freed as soon as it is exported. */
  private readonly liveTrees = new Map<RustFile, Tree>();

  private constructor(language: Language) {
    this.parser = new Parser();
    this.parser.setLanguage(language);
    const kinds = Array.from({ length: language.nodeTypeCount }, (_, id) => exportedKind(language, id));
    this.kinds = Object.assign(kinds, { [errorKindId]: "ERROR" });
    this.fields = language.fields.map((it) => it ?? undefined);
  }

  /** A parser for the grammar that was loaded. */
  static of(language: Language): RustParser {
    return new RustParser(language);
  }

  /**
   * Parses a text. With the file's `previous` state the work is proportional to what changed, and items whose text is
   * the same are taken over as they are.
   */
  parse(text: string, skips: SkipsItem, previous?: RustFile): RustFile {
    const present = withoutTests(text, skips);
    return this.read(text, desugarMacros(present), { skips, previous, isCut: present !== text });
  }

  /** Parses a text as if its functions did nothing, which takes a fraction of the time: for what it declares. */
  parseDeclarations(text: string, skips: SkipsItem): RustFile {
    const parsedText = desugarMacros(withoutFunctionBodies(withoutTests(text, skips)));
    return this.read(text, parsedText, { skips, previous: undefined, isCut: true });
  }

  private read(text: string, parsedText: string, { skips, previous, isCut }: FileReading): RustFile {
    const tree = this.parseTree(parsedText, previous, isCut ? rangesToRead(parsedText) : []);
    if (tree === undefined) return { text, parsedText, items: [], hasError: true, errorStart: 0 };
    const known = new Map(previous?.items.map((it) => [it.text, it]) ?? []);
    const { kinds, fields } = this;
    const memory = new TreeMemory(parserMemory, tree.rootNode.id, { kinds, fields });
    const { hasError: hasAnyError } = tree.rootNode;
    const reader = new ItemReader({ text: parsedText, skips, known, kinds, fields, memory, hasError: hasAnyError });
    const cursor = tree.walk();
    const { isError } = cursor.currentNode;
    if (isError) reader.noteError(firstFragment(cursor.currentNode));
    reader.readChildren(cursor, { modules: [], inError: isError });
    cursor.delete();
    const { items, errorStart } = reader;
    const starts = items.flatMap((it) => (it.errorStart === undefined ? [] : [it.start + it.errorStart]));
    const first = Math.min(...starts, errorStart ?? Number.POSITIVE_INFINITY);
    const hasError = Number.isFinite(first);
    const file: RustFile = { text, parsedText, items, hasError, ...(hasError && { errorStart: first }) };
    if (previous === undefined) tree.delete();
    else this.liveTrees.set(file, tree);
    return file;
  }

  /** Frees what is kept for the next edit of the file. */
  release(file: RustFile): void {
    this.liveTrees.get(file)?.delete();
    this.liveTrees.delete(file);
  }

  private parseTree(text: string, previous: RustFile | undefined, ranges: Range[]): Tree | undefined {
    const old = previous === undefined ? undefined : this.liveTrees.get(previous);
    if (previous === undefined) return this.parser.parse(text, null, { includedRanges: ranges }) ?? undefined;
    if (old === undefined) return this.parser.parse(text) ?? undefined;
    old.edit(editBetween(previous.parsedText, text));
    const tree = this.parser.parse(text, old);
    this.release(previous);
    return tree ?? undefined;
  }
}

/** So many spaces stand where something was set aside: the parser would look at each. */
const setAside = " ".repeat(64);

/**
 * What of a text the parser has to look at: all but what was set aside. A space stays before each of them, so that no two
 * words become one. Rows do not count for who reads a tree once.
 */
function rangesToRead(text: string): Range[] {
  const ranges: Range[] = [];
  let from = 0;
  for (let at = text.indexOf(setAside); at !== -1; at = text.indexOf(setAside, from)) {
    ranges.push(rangeBetween(from, at + 1));
    from = at + setAside.length;
    while (text.charCodeAt(from) === space) from++;
  }
  if (ranges.length > 0 && from < text.length) ranges.push(rangeBetween(from, text.length));
  return ranges;
}

const space = 0x20;

function rangeBetween(start: number, end: number): Range {
  return {
    startIndex: start,
    endIndex: end,
    startPosition: { row: 0, column: start },
    endPosition: { row: 0, column: end },
  };
}

function withoutTests(text: string, skips: SkipsItem): string {
  return skips("#[cfg(test)]") ? withoutTestModules(text) : text;
}

/** Punctuation says nothing that the shape of the tree does not. */
const punctuation = new Set(["(", ")", "{", "}", "[", "]", ",", ";", ".", ":", "::", "=>", "->", "#", '"', "'", "|"]);

/** Names of kinds by the parser's numbers. */
type KindNames = Readonly<Record<number, string | undefined>>;

/** What the parser's own tables leave out. */
const errorKindId = 0xffff;

function exportedKind(language: Language, id: number): string | undefined {
  const kind = language.nodeTypeForId(id);
  return kind === null || punctuation.has(kind) ? undefined : kind;
}

/** The one edit that leads from a text to another: what lies between their common beginning and their common end. */
function editBetween(before: string, after: string): Edit {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let common = 0;
  while (
    common < shortest - start &&
    before.charCodeAt(before.length - 1 - common) === after.charCodeAt(after.length - 1 - common)
  ) {
    common++;
  }
  return new Edit({
    startIndex: start,
    oldEndIndex: before.length - common,
    newEndIndex: after.length - common,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, before.length - common),
    newEndPosition: pointAt(after, after.length - common),
  });
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let i = text.indexOf("\n"); i !== -1 && i < offset; i = text.indexOf("\n", i + 1)) {
    row++;
    lineStart = i + 1;
  }
  return { row, column: offset - lineStart };
}

/** Where an item stands in its file. */
interface ItemContext {
  /** Names of the inline modules around it, outermost first. */
  readonly modules: readonly string[];
  readonly implOf?: Exclude<RustItem["implOf"], undefined>;
  readonly inError: boolean;
}

interface ItemReading {
  readonly text: string;
  readonly skips: SkipsItem;
  /** Items of the previous state by their text. */
  readonly known: ReadonlyMap<string, RustItem>;
  readonly kinds: KindNames;
  readonly fields: readonly (string | undefined)[];
  readonly memory: TreeMemory;
  /** Something somewhere in the tree could not be read. */
  readonly hasError: boolean;
}

/** Collects the items of a tree: functions, statics, uses …, wherever modules, impls and errors hold them. */
class ItemReader {
  readonly items: RustItem[] = [];
  /** Where the first thing between the items begins that could not be read. */
  errorStart: number | undefined;
  private readonly reading: ItemReading;

  constructor(reading: ItemReading) {
    this.reading = reading;
  }

  /** Something between the items could not be read. */
  noteError(start: number): void {
    this.errorStart = Math.min(this.errorStart ?? start, start);
  }

  /** A bracket that is missing, an attribute that does not end, a signature that goes on. */
  private noteBroken({ currentNode }: TreeCursor): void {
    const error = firstError(currentNode);
    if (error !== undefined) this.noteError(error);
  }

  /** Reads the items below the cursor's node, and leaves the cursor where it was. */
  readChildren(cursor: TreeCursor, context: ItemContext): void {
    if (!cursor.gotoFirstChild()) return;
    let attributesStart: number | undefined;
    let attributes = "";
    do {
      const kind = this.reading.kinds[cursor.nodeTypeId];
      if (this.reading.hasError && (kind === undefined || kind === "attribute_item")) this.noteBroken(cursor);
      if (kind === undefined || kind === "line_comment" || kind === "block_comment") continue;
      if (kind === "attribute_item") {
        attributesStart ??= cursor.startIndex;
        attributes += this.reading.text.slice(cursor.startIndex, cursor.endIndex);
        continue;
      }
      this.readItem(cursor, kind, attributesStart ?? cursor.startIndex, attributes, context);
      attributesStart = undefined;
      attributes = "";
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private readItem(cursor: TreeCursor, kind: string, start: number, attributes: string, context: ItemContext): void {
    if (attributes !== "" && this.reading.skips(attributes)) return;
    if (context.modules.length >= moduleNestingMax) {
      this.noteError(start);
      return;
    }
    switch (kind) {
      case "ERROR":
        this.noteError(cursor.startIndex);
        this.readChildren(cursor, { ...context, inError: true });
        return;
      case "mod_item":
        if (this.readBody(cursor, (node) => ({ ...context, modules: [...context.modules, nameOf(node)] }))) return;
        break;
      case "foreign_mod_item":
        return;
      case "impl_item":
      case "trait_item":
        this.readBody(cursor, (node) => ({ ...context, implOf: implHeader(node) }));
        return;
    }
    if (itemKinds.has(kind)) this.items.push(this.item(cursor, start, attributes, context));
    else if (this.reading.hasError) this.noteBroken(cursor);
  }

  /** Descends into the body of a module, impl or trait, if it has one. */
  private readBody(cursor: TreeCursor, inner: (node: NodeView) => ItemContext): boolean {
    const node = cursor.currentNode;
    const context = inner(node);
    if (!cursor.gotoFirstChild()) return false;
    let found = false;
    do {
      if (this.reading.kinds[cursor.nodeTypeId] !== "declaration_list") continue;
      found = true;
      this.readChildren(cursor, context);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return found;
  }

  private item(cursor: TreeCursor, start: number, attributes: string, context: ItemContext): RustItem {
    const text = this.reading.text.slice(start, cursor.endIndex);
    const known = this.reading.known.get(text);
    const place = { start, text, attributes, ...context };
    if (known !== undefined) return { ...known, ...place, hasError: known.hasError };
    const { currentNode } = cursor;
    const error = this.reading.hasError ? firstError(currentNode) : undefined;
    const tree = { text };
    const { kinds, fields, memory } = this.reading;
    const kind = kinds[cursor.nodeTypeId] ?? "";
    const field = fields[cursor.currentFieldId];
    const node = new SyntaxNode(
      tree,
      kind,
      field,
      currentNode.startIndex - start,
      currentNode.endIndex - start,
      undefined,
    );
    const leftOut = memory.addChildren(node, currentNode.id, tree);
    const errorStart = error === undefined ? leftOut : Math.min(error - start, leftOut ?? Number.POSITIVE_INFINITY);
    return { ...place, node, hasError: errorStart !== undefined, ...(errorStart !== undefined && { errorStart }) };
  }
}

/** Modules that are nested deeper are not read. */
const moduleNestingMax = 100;

const itemKinds = new Set([
  "function_item",
  "static_item",
  "const_item",
  "struct_item",
  "enum_item",
  "type_item",
  "use_declaration",
  "mod_item",
  "macro_invocation",
  "macro_definition",
  "expression_statement",
  "inner_attribute_item",
]);

/** Where something begins that could not be read. The last static of a `thread_local!` may do without its semicolon. */
function firstError(node: Node, depth = 0): number | undefined {
  if (depth >= nestingMax) return node.startIndex;
  if (node.isMissing) return node.type === ";" ? undefined : node.startIndex;
  if (node.isError) return node.startIndex;
  if (!node.hasError) return undefined;
  for (const child of node.children) {
    const found = firstError(child, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where in a file that is no sequence of items the first thing begins that is none. */
function firstFragment(root: Node): number {
  const isWhole = (it: Node) => /_(item|declaration|comment|statement|definition)$/.test(it.type) && !it.hasError;
  return (root.children.find((it) => !isWhole(it)) ?? root).startIndex;
}

/** What is read of the parser's own nodes. */
interface NodeView {
  childForFieldName(name: string): { readonly text: string } | null;
}

function nameOf(node: NodeView): string {
  return node.childForFieldName("name")?.text ?? "";
}

function implHeader(node: NodeView): { readonly type: string; readonly trait?: string } {
  const type = node.childForFieldName("type")?.text ?? nameOf(node);
  const trait = node.childForFieldName("trait")?.text;
  return { type: withoutGenerics(type), ...(trait !== undefined && { trait: withoutGenerics(trait) }) };
}

function withoutGenerics(path: string): string {
  return path.replace(/<.*$/s, "").trim();
}
