import type { TextRange } from "../base/textRange.ts";

/** One Rust file as it was parsed: its items, in the order of the text. */
export interface RustFile {
  readonly text: string;
  /** What the parser was given; as long as `text`, see `desugarMacros`, `withoutTestModules` and `withoutFunctionBodies`. */
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
  private own: SyntaxNode[] | undefined;
  private hasIgnorable = false;
  private readonly tree: TreeText;

  /** A node without children yet. */
  constructor(
    tree: TreeText,
    kind: string,
    field: string | undefined,
    start: number,
    end: number,
    parent: SyntaxNode | undefined,
  ) {
    this.kind = kind;
    this.field = field;
    this.start = start;
    this.end = end;
    this.parent = parent;
    this.own = undefined;
    this.tree = tree;
  }

  /** In the order of the text. */
  get children(): readonly SyntaxNode[] {
    return this.own ?? none;
  }

  /** Appends a child, while the tree is being built. */
  add(child: SyntaxNode): void {
    if (this.own === undefined) this.own = [child];
    else this.own.push(child);
    if (ignorable.has(child.kind)) this.hasIgnorable = true;
  }

  /** The node's text as it was parsed. */
  get text(): string {
    return this.tree.text.slice(this.start, this.end);
  }

  /** Forgets what lies below the node, once everything that is wanted of it has been read. */
  release(): void {
    this.own = undefined;
  }

  /** The child that is this to the node. */
  child(field: string): SyntaxNode | undefined {
    for (const it of this.children) if (it.field === field) return it;
    return undefined;
  }

  /** The first child of a kind. */
  childOfKind(kind: string): SyntaxNode | undefined {
    for (const it of this.children) if (it.kind === kind) return it;
    return undefined;
  }

  /** Children that are neither comments nor attributes. */
  get parts(): readonly SyntaxNode[] {
    return this.hasIgnorable ? this.children.filter((it) => !ignorable.has(it.kind)) : this.children;
  }
}

const none: readonly SyntaxNode[] = [];

const ignorable = new Set(["line_comment", "block_comment", "attribute_item", "inner_attribute_item"]);
