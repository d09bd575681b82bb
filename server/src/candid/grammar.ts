/**
 * The grammar of declarations, tolerant on purpose: an item may end early, separators may be missing, doubled or of the
 * wrong kind, keywords may stand where names do. What Candid does not allow of this is reported when the tree is built,
 * with better words. Brackets have partners when the tokens come here.
 */
import type { IToken, TokenType } from "chevrotain";
import {
  Arrow,
  BlobKeyword,
  Colon,
  Comma,
  CompositeQueryKeyword,
  Equals,
  FuncKeyword,
  Identifier,
  ImportKeyword,
  LeftBrace,
  LeftParenthesis,
  mayBeName,
  Nat,
  NullKeyword,
  OnewayKeyword,
  OptKeyword,
  PrincipalKeyword,
  QueryKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  Text,
  TypeKeyword,
  VariantKeyword,
  VecKeyword,
} from "./tokens.ts";

/** Rules that a parse can begin with. */
export type StartRule = "typeDeclaration" | "importDeclaration" | "serviceDeclaration" | "type";

/** What one rule of the grammar read: its tokens by what they are to it, and its parts by their rules. */
export interface SyntaxTree {
  readonly rule: string;
  readonly parts: Readonly<Record<string, readonly (SyntaxTree | IToken)[] | undefined>>;
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
}

/**
 * The tree of the tokens of a declaration, or the first token that does not fit; no token where they end too early.
 */
export function parseTokens(
  tokens: readonly IToken[],
  rule: StartRule,
): { readonly tree: SyntaxTree } | { readonly unexpected: IToken | undefined } {
  const reader = new TokenReader(tokens);
  try {
    const tree = reader[rule]();
    return reader.next === undefined ? { tree } : { unexpected: reader.next };
  } catch (error) {
    if (error instanceof Unexpected) return { unexpected: reader.next };
    throw error;
  }
}

/** The next token does not fit. Never leaves this file. */
class Unexpected extends Error {}

/** A tree that grows. */
class Branch implements SyntaxTree {
  readonly rule: string;
  readonly parts: Record<string, (SyntaxTree | IToken)[] | undefined> = {};
  start = -1;
  end = -1;

  constructor(rule: string) {
    this.rule = rule;
  }

  add(name: string, part: SyntaxTree | IToken, start: number, end: number): void {
    const others = this.parts[name];
    if (others === undefined) this.parts[name] = [part];
    else others.push(part);
    if (this.start === -1) this.start = start;
    this.end = Math.max(this.end, end);
  }
}

/** What can begin a type. */
const typeStarts: ReadonlySet<TokenType> = new Set([
  Identifier,
  NullKeyword,
  PrincipalKeyword,
  BlobKeyword,
  OptKeyword,
  VecKeyword,
  RecordKeyword,
  VariantKeyword,
  FuncKeyword,
  ServiceKeyword,
]);

/** Reads tokens from left to right; each rule is a method. */
class TokenReader {
  private readonly tokens: readonly IToken[];
  private at = 0;

  constructor(tokens: readonly IToken[]) {
    this.tokens = tokens;
  }

  /** The token that is to be read next. */
  get next(): IToken | undefined {
    return this.tokens[this.at];
  }

  typeDeclaration(): SyntaxTree {
    const tree = new Branch("typeDeclaration");
    this.take(tree, TypeKeyword);
    if (!this.isName()) return tree;
    this.takeName(tree);
    if (this.is(Equals)) {
      this.take(tree, Equals);
      if (this.isType()) this.put(tree, this.type());
    }
    return tree;
  }

  importDeclaration(): SyntaxTree {
    const tree = new Branch("importDeclaration");
    this.take(tree, ImportKeyword);
    if (this.is(ServiceKeyword)) this.take(tree, ServiceKeyword);
    if (this.is(Text)) this.take(tree, Text);
    return tree;
  }

  serviceDeclaration(): SyntaxTree {
    const tree = new Branch("serviceDeclaration");
    this.take(tree, ServiceKeyword);
    if (this.isName()) this.takeName(tree);
    if (!this.is(Colon)) return tree;
    this.take(tree, Colon);
    if (this.is(LeftParenthesis)) {
      this.put(tree, this.argumentList());
      if (!this.is(Arrow)) return tree;
      this.take(tree, Arrow);
    }
    if (this.is(LeftBrace) || this.is(Identifier)) this.put(tree, this.serviceBody());
    return tree;
  }

  type(): SyntaxTree {
    const tree = new Branch("type");
    const start = this.next?.tokenType;
    switch (start) {
      case Identifier:
        this.put(tree, this.reference());
        break;
      case NullKeyword:
      case PrincipalKeyword:
      case BlobKeyword:
        this.take(tree, start);
        break;
      case OptKeyword:
      case VecKeyword:
        this.put(tree, this.wrapper(start));
        break;
      case RecordKeyword:
        this.put(
          tree,
          this.fields("record", RecordKeyword, () => this.recordField()),
        );
        break;
      case VariantKeyword:
        this.put(
          tree,
          this.fields("variant", VariantKeyword, () => this.variantCase()),
        );
        break;
      case FuncKeyword:
        this.put(tree, this.functionType());
        break;
      case ServiceKeyword:
        this.put(tree, this.serviceType());
        break;
      default:
        throw new Unexpected();
    }
    return tree;
  }

  private serviceBody(): SyntaxTree {
    const tree = new Branch("serviceBody");
    this.put(tree, this.is(LeftBrace) ? this.methods() : this.reference());
    return tree;
  }

  private reference(): SyntaxTree {
    const tree = new Branch("reference");
    this.take(tree, Identifier);
    return tree;
  }

  private wrapper(keyword: TokenType): SyntaxTree {
    const tree = new Branch("wrapper");
    this.take(tree, keyword);
    if (this.isType()) this.put(tree, this.type());
    return tree;
  }

  private fields(rule: string, keyword: TokenType, field: () => SyntaxTree): SyntaxTree {
    const tree = new Branch(rule);
    this.take(tree, keyword);
    if (this.is(LeftBrace)) this.list(tree, LeftBrace, RightBrace, field);
    return tree;
  }

  private recordField(): SyntaxTree {
    const tree = new Branch("recordField");
    if (this.is(Nat) || (this.isName() && this.isFollowedBy(Colon))) {
      this.put(tree, this.label());
      this.take(tree, Colon);
      if (this.isType()) this.put(tree, this.type());
    } else this.put(tree, this.type());
    return tree;
  }

  private variantCase(): SyntaxTree {
    const tree = new Branch("variantCase");
    this.put(tree, this.label());
    if (this.is(Colon)) {
      this.take(tree, Colon);
      if (this.isType()) this.put(tree, this.type());
    }
    return tree;
  }

  private label(): SyntaxTree {
    const tree = new Branch("label");
    if (this.is(Nat)) this.take(tree, Nat);
    else this.takeName(tree);
    return tree;
  }

  private functionType(): SyntaxTree {
    const tree = new Branch("functionType");
    this.take(tree, FuncKeyword);
    if (this.is(LeftParenthesis)) this.put(tree, this.signature());
    return tree;
  }

  private signature(): SyntaxTree {
    const tree = new Branch("signature");
    this.put(tree, this.argumentList());
    if (!this.is(Arrow)) return tree;
    this.take(tree, Arrow);
    if (!this.is(LeftParenthesis)) return tree;
    this.put(tree, this.argumentList());
    for (;;) {
      const mode = [QueryKeyword, CompositeQueryKeyword, OnewayKeyword].find((it) => this.is(it));
      if (mode === undefined) return tree;
      this.take(tree, mode);
    }
  }

  private argumentList(): SyntaxTree {
    const tree = new Branch("argumentList");
    this.list(tree, LeftParenthesis, RightParenthesis, () => this.argument());
    return tree;
  }

  private argument(): SyntaxTree {
    const tree = new Branch("argument");
    if (this.isName() && this.isFollowedBy(Colon)) {
      this.takeName(tree);
      this.take(tree, Colon);
      if (this.isType()) this.put(tree, this.type());
    } else this.put(tree, this.type());
    return tree;
  }

  private serviceType(): SyntaxTree {
    const tree = new Branch("serviceType");
    this.take(tree, ServiceKeyword);
    if (this.is(LeftBrace)) this.put(tree, this.methods());
    return tree;
  }

  private methods(): SyntaxTree {
    const tree = new Branch("methods");
    this.list(tree, LeftBrace, RightBrace, () => this.method());
    return tree;
  }

  private method(): SyntaxTree {
    const tree = new Branch("method");
    this.takeName(tree);
    if (!this.is(Colon)) return tree;
    this.take(tree, Colon);
    if (this.is(LeftParenthesis)) this.put(tree, this.signature());
    else if (this.is(FuncKeyword)) this.put(tree, this.functionType());
    else if (this.is(Identifier)) this.put(tree, this.reference());
    return tree;
  }

  /** Items and separators of either kind in any order, between brackets. */
  private list(tree: Branch, open: TokenType, close: TokenType, item: () => SyntaxTree): void {
    this.take(tree, open);
    while (!this.is(close)) {
      if (this.is(Semicolon)) this.take(tree, Semicolon);
      else if (this.is(Comma)) this.take(tree, Comma);
      else this.put(tree, item());
    }
    this.take(tree, close);
  }

  private is(type: TokenType): boolean {
    return this.tokens[this.at]?.tokenType === type;
  }

  private isName(): boolean {
    const { next } = this;
    return next !== undefined && mayBeName(next.tokenType);
  }

  private isType(): boolean {
    const { next } = this;
    return next !== undefined && typeStarts.has(next.tokenType);
  }

  private isFollowedBy(type: TokenType): boolean {
    return this.tokens[this.at + 1]?.tokenType === type;
  }

  private takeName(tree: Branch): void {
    if (!this.isName()) throw new Unexpected();
    this.takeAs(tree, "AnyName");
  }

  private take(tree: Branch, type: TokenType): void {
    if (!this.is(type)) throw new Unexpected();
    this.takeAs(tree, type.name);
  }

  private takeAs(tree: Branch, name: string): void {
    const token = this.tokens[this.at++];
    if (token !== undefined) tree.add(name, token, token.startOffset, token.startOffset + token.image.length);
  }

  private put(tree: Branch, part: SyntaxTree): void {
    tree.add(part.rule, part, part.start, part.end);
  }
}
