import type { TextRange } from "../base/textRange.ts";

/** One Rust file as it was parsed: its items, in the order of the text. */
export interface RustFile {
  readonly text: string;
  /** What the parser was given; as long as `text`, see `desugarMacros`. */
  readonly parsedText: string;
  readonly items: readonly RustItem[];
  /** Whether something in the file could not be read. */
  readonly hasError: boolean;
  /** Where the first thing begins that could not be read: an offset in the text; absent in a file without errors. */
  readonly errorStart?: number;
}

/**
 * A function, static, struct, `use` … with its attributes, wherever modules and impls hold it. Offsets of its nodes
 * count from `start`, so that an item that only moved is still the same.
 */
export interface RustItem {
  readonly node: SyntaxNode;
  /** Offset in the file, of the first attribute if there is one. */
  readonly start: number;
  /** Attributes and item as they were parsed. */
  readonly text: string;
  /** The attributes alone. */
  readonly attributes: string;
  /** Names of the inline modules around it, outermost first. */
  readonly modules: readonly string[];
  /** The impl or trait around it, without generics. */
  readonly implOf?: { readonly type: string; readonly trait?: string };
  /** The item stands inside something that could not be read. */
  readonly inError: boolean;
  /** Something inside the item could not be read. */
  readonly hasError: boolean;
  /** Where that begins, counted from the item's start. */
  readonly errorStart?: number;
}

/** The text that the nodes of one item point into. */
export interface TreeText {
  readonly text: string;
}

/** What a node is made of. */
export interface SyntaxNodeParts extends TextRange {
  readonly tree: TreeText;
  readonly kind: string;
  readonly field: string | undefined;
  readonly parent: SyntaxNode | undefined;
}

/** A node of an item's syntax tree. Punctuation is left out; operators and keywords are kept. */
export class SyntaxNode implements TextRange {
  /** Name in the grammar: `call_expression`, `identifier`, `+=` … */
  readonly kind: string;
  /** What the node is to its parent: `name`, `body`, `function` … */
  readonly field: string | undefined;
  /** Offset from the beginning of the item. */
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  readonly children: SyntaxNode[] = [];
  private readonly tree: TreeText;

  private constructor(parts: SyntaxNodeParts) {
    this.kind = parts.kind;
    this.field = parts.field;
    this.start = parts.start;
    this.end = parts.end;
    this.parent = parts.parent;
    this.tree = parts.tree;
  }

  /** A node without children yet. */
  static of(parts: SyntaxNodeParts): SyntaxNode {
    return new SyntaxNode(parts);
  }

  /** The node's text as it was parsed. */
  get text(): string {
    return this.tree.text.slice(this.start, this.end);
  }

  /** Forgets what lies below the node, once everything that is wanted of it has been read. */
  release(): void {
    this.children.length = 0;
  }

  /** The child that is this to the node. */
  child(field: string): SyntaxNode | undefined {
    return this.children.find((it) => it.field === field);
  }

  /** The first child of a kind. */
  childOfKind(kind: string): SyntaxNode | undefined {
    return this.children.find((it) => it.kind === kind);
  }

  /** Children that are neither comments nor attributes. */
  get parts(): readonly SyntaxNode[] {
    return this.children.filter((it) => !ignorable.has(it.kind));
  }
}

const ignorable = new Set(["line_comment", "block_comment", "attribute_item", "inner_attribute_item"]);
