// Trees as the parser (web-tree-sitter 0.27) lays them out in its memory, read without asking it node by node: some ten
// calls into WebAssembly for each node would take longer than parsing. The layout is that of tree-sitter's subtree.h and
// parser.h for 32-bit pointers; `test/rust/treeMemory.test.ts` holds it against the parser's own cursor, so that an upgrade
// with another layout is noticed.
import { SyntaxNode, type TreeText } from "./syntaxTree.ts";

/** Names by the parser's numbers; a node of a kind without name is left out with all that it holds. */
export interface NodeNames {
  readonly kinds: Readonly<Record<number, string | undefined>>;
  readonly fields: readonly (string | undefined)[];
}

/** Kinds whose insides are kept as text: whoever needs the tokens of a token tree reads them there. */
const opaqueKinds = new Set(["token_tree", "string_literal"]);

/** Symbols from here on (`ERROR` and its repetition) are not the grammar's. */
const builtInSymbols = 0xfffe;

/**
 * What is nested deeper is not read: whoever goes through a tree calls himself for each level, and the stack holds some
 * thousand of these calls. Code that somebody wrote reaches a hundred levels, long chains of calls several hundred.
 */
export const nestingMax = 1_000;

/** What `SubtreeHeapData` has where, in bytes; its children lie right before it, 8 bytes each. */
const subtree = { padding: 4, size: 16, childCount: 36, symbol: 40, flags: 44, production: 66 } as const;

/** What `TSLanguage` has where. */
const language = {
  aliasesEach: 36,
  fieldSlices: 64,
  fieldEntries: 68,
  publicSymbols: 76,
  aliases: 84,
} as const;

/** Where the grammar's tables begin. */
interface GrammarTables {
  /** Aliases by production and position among its children. */
  readonly aliases: number;
  readonly aliasesEach: number;
  readonly fieldSlices: number;
  readonly fieldEntries: number;
  readonly publicSymbols: number;
}

/** Reads the nodes of one tree, for as long as it exists and nothing is parsed. */
export class TreeMemory {
  private readonly words: Int32Array;
  private readonly halves: Uint16Array;
  private readonly bytes: Uint8Array;
  private readonly tables: GrammarTables;
  private readonly names: NodeNames;
  /** Where something begins that was left out of the node that was read last. */
  private leftOut: number | undefined;

  /** `tree` is the address of a `TSTree`: the id of its root node. */
  constructor(memory: WebAssembly.Memory, tree: number, names: NodeNames) {
    this.words = new Int32Array(memory.buffer);
    this.halves = new Uint16Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    this.names = names;
    const grammar = this.word(tree + 8);
    this.tables = {
      aliases: this.word(grammar + language.aliases),
      aliasesEach: this.half(grammar + language.aliasesEach),
      fieldSlices: this.word(grammar + language.fieldSlices),
      fieldEntries: this.word(grammar + language.fieldEntries),
      publicSymbols: this.word(grammar + language.publicSymbols),
    };
  }

  /**
   * Adds to a node what lies below it. `id` is that of the parser's node, the address of its subtree; `start` is its offset
   * counted as the node's own. Answers where something begins that is nested too deep and was left out.
   */
  addChildren(node: SyntaxNode, id: number, tree: TreeText): number | undefined {
    const data = this.word(id);
    this.leftOut = undefined;
    if ((data & 1) === 0 && !opaqueKinds.has(node.kind)) this.readChildren(data, node.start, 0, node, tree, 0);
    return this.leftOut;
  }

  /**
   * Reads the children of a subtree on the heap; `field` is what the subtree is to the node that it is a hidden part of.
   * Offsets in the parser's memory count bytes of UTF-16.
   */
  private readChildren(
    data: number,
    start: number,
    field: number,
    parent: SyntaxNode,
    tree: TreeText,
    depth: number,
  ): void {
    if (depth >= nestingMax) {
      this.leftOut ??= start;
      return;
    }
    const count = this.word(data + subtree.childCount);
    const production = count === 0 ? 0 : this.half(data + subtree.production);
    const aliases = production === 0 ? 0 : this.tables.aliases + production * this.tables.aliasesEach * 2;
    let at = start;
    let structural = 0;
    for (let index = 0; index < count; index++) {
      const slot = data - 8 * (count - index);
      const child = this.word(slot);
      const isInline = (child & 1) !== 0;
      const flags = isInline ? child >>> 1 : this.word(child + subtree.flags);
      const isExtra = (flags & 4) !== 0;
      if (index > 0) at += (isInline ? (this.bytes[slot + 6] ?? 0) : this.word(child + subtree.padding)) >>> 1;
      const size = (isInline ? (this.bytes[slot + 7] ?? 0) : this.word(child + subtree.size)) >>> 1;
      const alias = isExtra || aliases === 0 ? 0 : this.half(aliases + structural * 2);
      const own = isExtra ? 0 : this.fieldOf(production, structural) || field;
      if (!isExtra) structural += 1;
      if ((flags & 1) !== 0 || alias !== 0) {
        const symbol = alias || (isInline ? (child >>> 8) & 0xff : this.half(child + subtree.symbol));
        const kind = this.names.kinds[this.publicSymbol(symbol)];
        if (kind !== undefined) {
          const node = new SyntaxNode(tree, kind, this.names.fields[own], at, at + size, parent);
          parent.add(node);
          if (!isInline && !opaqueKinds.has(kind)) this.readChildren(child, at, 0, node, tree, depth + 1);
        }
      } else if (!isInline) this.readChildren(child, at, own, parent, tree, depth);
      at += size;
    }
  }

  /** What a child is to its production: the number of a field, or 0. */
  private fieldOf(production: number, structural: number): number {
    const slice = this.tables.fieldSlices + production * 4;
    let entry = this.tables.fieldEntries + this.half(slice) * 4;
    for (const end = entry + this.half(slice + 2) * 4; entry < end; entry += 4) {
      const isInherited = this.bytes[entry + 3] !== 0;
      if (this.bytes[entry + 2] === structural && !isInherited) return this.half(entry);
    }
    return 0;
  }

  /** Several symbols of the grammar may be one kind of node. */
  private publicSymbol(symbol: number): number {
    return symbol >= builtInSymbols ? symbol : this.half(this.tables.publicSymbols + symbol * 2);
  }

  private word(address: number): number {
    return this.words[address >> 2] ?? 0;
  }

  private half(address: number): number {
    return this.halves[address >> 1] ?? 0;
  }
}
