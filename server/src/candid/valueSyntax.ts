/** The syntax of textual values. https://github.com/dfinity/candid/blob/master/spec/Candid.md#textual-format-for-values */
import type { IToken, TokenType } from "chevrotain";
import type { Problem } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import type { TypeExpression } from "./ast.ts";
import { fieldHash, fieldIdMax } from "./labels.ts";
import { readLiteralBytes, readLiteralText, readNat } from "./literals.ts";
import { parseTypeTokens } from "./parser.ts";
import {
  BlobKeyword,
  Colon,
  Comma,
  Dot,
  Equals,
  FalseKeyword,
  Float,
  FuncKeyword,
  Identifier,
  isKeyword,
  LeftBrace,
  LeftParenthesis,
  Minus,
  Nat,
  NullKeyword,
  OptKeyword,
  Plus,
  PrincipalKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  Text,
  TrueKeyword,
  tokenize,
  tokenRange,
  VariantKeyword,
  VecKeyword,
} from "./tokens.ts";

/** A value as written, before anybody knows which type it is meant to have. */
export type ValueExpression = { readonly range: TextRange } & (
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  /** `text` has a sign where one is written, and underscores. */
  | { readonly kind: "number"; readonly text: string; readonly isWhole: boolean }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "blob"; readonly bytes: Uint8Array }
  | { readonly kind: "principal" | "service"; readonly text: string }
  | { readonly kind: "func"; readonly text: string; readonly method: string }
  | { readonly kind: "opt"; readonly of: ValueExpression }
  | { readonly kind: "vec"; readonly items: readonly ValueExpression[] }
  | { readonly kind: "record"; readonly fields: readonly FieldExpression[] }
  | { readonly kind: "variant"; readonly field: FieldExpression }
  | { readonly kind: "annotated"; readonly value: ValueExpression; readonly type: TypeExpression }
);

/** A field of a record value or the case of a variant value. */
export interface FieldExpression {
  readonly id: number;
  readonly name?: string;
  /** Of the label; of the value for a position. */
  readonly range: TextRange;
  /** Absent for a case without a value. */
  readonly value?: ValueExpression;
}

/** Values as written, or the first mistake. */
export type ValuesReading =
  | { readonly kind: "values"; readonly values: readonly ValueExpression[]; readonly range: TextRange }
  | { readonly kind: "problem"; readonly problem: Problem };

/** How deep values may be nested. */
const nestingMax = 500;

/** Reads the arguments of a call, `(5, "text")`. */
export function readArgumentsSyntax(text: string): ValuesReading {
  const { tokens, comments, errors, hashComments } = tokenize(text);
  const lost = errors[0] ?? hashComments[0] ?? comments.find((it) => !it.closed)?.range;
  if (lost !== undefined) return { kind: "problem", problem: failure(lost, "This means nothing in Candid.").problem };
  try {
    const reader = new ValueReader(text, tokens);
    const values = reader.argumentList();
    return { kind: "values", values, range: { start: tokens[0]?.startOffset ?? 0, end: reader.end() } };
  } catch (error) {
    if (error instanceof SyntaxFailure) return { kind: "problem", problem: error.problem };
    throw error;
  }
}

/** Ends the reading at the first mistake; never leaves this file. */
class SyntaxFailure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

function failure(range: TextRange, message: string): SyntaxFailure {
  return new SyntaxFailure({ code: "candid-value", message, range, severity: "error" });
}

class ValueReader {
  private readonly text: string;
  private readonly tokens: readonly IToken[];
  private at = 0;
  private depth = 0;

  constructor(text: string, tokens: readonly IToken[]) {
    this.text = text;
    this.tokens = tokens;
  }

  argumentList(): ValueExpression[] {
    if (this.tokens.length === 0)
      throw failure({ start: 0, end: this.text.length }, "Arguments are written in parentheses; `()` is none.");
    this.expect(LeftParenthesis, "`(`: arguments are written in parentheses");
    return this.list(RightParenthesis, Comma, () => this.annotated());
  }

  /** The offset behind the last token; fails where something follows. */
  end(): number {
    const extra = this.tokens[this.at];
    if (extra !== undefined) throw this.unexpected("the end of the text");
    const last = this.tokens.at(-1);
    return last === undefined ? 0 : tokenRange(last).end;
  }

  private annotated(): ValueExpression {
    const value = this.value();
    if (!this.accept(Colon)) return value;
    const start = this.at;
    this.skipType();
    const { type, problems } = parseTypeTokens(this.tokens.slice(start, this.at), this.text);
    const problem = problems[0];
    if (problem !== undefined) throw failure(problem.range, problem.message);
    if (type === undefined || this.at === start) throw this.unexpected("a type");
    return { kind: "annotated", value, type, range: { start: value.range.start, end: type.range.end } };
  }

  private skipType(): void {
    let open = 0;
    for (let type = this.peek(); type !== undefined; type = this.peek()) {
      if (open === 0 && [Comma, Semicolon, RightBrace, RightParenthesis].includes(type)) return;
      if (type === LeftBrace || type === LeftParenthesis) open++;
      if (type === RightBrace || type === RightParenthesis) open--;
      this.at++;
    }
  }

  private value(): ValueExpression {
    if (++this.depth > nestingMax) throw this.unexpected(`values nested at most ${nestingMax} deep`);
    const value = this.valueHere();
    this.depth--;
    return value;
  }

  private valueHere(): ValueExpression {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.unexpected("a value");
    const range = tokenRange(token);
    const to = <Kind extends ValueExpression>(value: Kind): Kind => ({ ...value, range: this.rangeFrom(range.start) });
    this.at++;
    switch (token.tokenType) {
      case NullKeyword:
        return { kind: "null", range };
      case TrueKeyword:
      case FalseKeyword:
        return { kind: "bool", value: token.tokenType === TrueKeyword, range };
      case Text:
        return { kind: "text", value: this.literalText(token), range };
      case Plus:
      case Minus:
      case Nat:
      case Float:
      case Identifier:
        this.at--;
        return this.number();
      case BlobKeyword:
        return to({ kind: "blob", bytes: this.literalBytes(), range });
      case PrincipalKeyword:
      case ServiceKeyword: {
        const kind = token.tokenType === PrincipalKeyword ? "principal" : "service";
        return to({ kind, text: this.literalText(this.expect(Text, `a text such as ${kind} "aaaaa-aa"`)), range });
      }
      case FuncKeyword: {
        const canister = this.literalText(this.expect(Text, 'a text such as func "aaaaa-aa".raw_rand'));
        this.expect(Dot, "`.` and the name of a method");
        return to({ kind: "func", text: canister, method: this.name("the name of a method"), range });
      }
      case OptKeyword:
        return to({ kind: "opt", of: this.value(), range });
      case VecKeyword:
        this.expect(LeftBrace, "`{`");
        return to({ kind: "vec", items: this.list(RightBrace, Semicolon, () => this.annotated()), range });
      case RecordKeyword:
        this.expect(LeftBrace, "`{`");
        return to({ kind: "record", fields: this.fields(), range });
      case VariantKeyword:
        return to({ kind: "variant", field: this.variantCase(), range });
      case LeftParenthesis: {
        const value = this.annotated();
        this.expect(RightParenthesis, "`)`");
        return value;
      }
      default:
        this.at--;
        throw this.unexpected("a value");
    }
  }

  private number(): ValueExpression {
    const first = this.tokens[this.at];
    const sign = this.peek() === Plus || this.peek() === Minus ? this.tokens[this.at++]?.image : "";
    const token = this.tokens[this.at];
    const isInfinite = token?.tokenType === Identifier && /^(nan|inf|infinity)$/i.test(token.image);
    if (first === undefined || token === undefined || !(isInfinite || [Nat, Float].includes(token.tokenType))) {
      throw this.unexpected(sign === "" ? "a value" : "a number");
    }
    this.at++;
    const range = { start: first.startOffset, end: tokenRange(token).end };
    return { kind: "number", text: `${sign}${token.image}`, isWhole: token.tokenType === Nat, range };
  }

  private fields(): FieldExpression[] {
    let next = 0;
    return this.list(RightBrace, Semicolon, () => {
      const label = this.tokens[this.at + 1]?.tokenType === Equals ? this.label() : undefined;
      if (label !== undefined) this.at++;
      const value = this.annotated();
      const field = { ...(label ?? { id: next, range: value.range }), value };
      if (field.id > fieldIdMax) throw failure(field.range, "Field numbers are below 2^32.");
      next = field.id + 1;
      return field;
    });
  }

  private variantCase(): FieldExpression {
    this.expect(LeftBrace, "`{`");
    const label = this.label();
    const field = this.accept(Equals) ? { ...label, value: this.annotated() } : label;
    this.accept(Semicolon);
    this.expect(RightBrace, "`}`: a variant value has one case");
    return field;
  }

  private label(): { readonly id: number; readonly name?: string; readonly range: TextRange } {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.unexpected("a name or a number");
    const range = tokenRange(token);
    if (token.tokenType === Nat) {
      this.at++;
      const value = readNat(token.image);
      if (value > BigInt(fieldIdMax)) throw failure(range, "Field numbers are below 2^32.");
      return { id: Number(value), range };
    }
    const name = this.name("a name or a number");
    return { id: fieldHash(name), name, range };
  }

  private name(expected: string): string {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.unexpected(expected);
    if (token.tokenType === Text) {
      this.at++;
      return this.literalText(token);
    }
    if (token.tokenType !== Identifier && !isKeyword(token.image)) throw this.unexpected(expected);
    this.at++;
    return token.image;
  }

  private list<Item>(close: TokenType, separator: TokenType, item: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.accept(close)) {
      items.push(item());
      if (this.accept(separator)) continue;
      this.expect(close, `${separator.LABEL} or ${close.LABEL}`);
      break;
    }
    return items;
  }

  private literalText(token: IToken): string {
    const { text, problems } = readLiteralText(token.image, token.startOffset);
    const problem = problems[0];
    if (problem !== undefined) throw failure(problem.range, problem.message);
    return text;
  }

  private literalBytes(): Uint8Array {
    const token = this.expect(Text, 'a text such as blob "\\00\\ff"');
    const { bytes, problems } = readLiteralBytes(token.image, token.startOffset);
    const problem = problems[0];
    if (problem !== undefined) throw failure(problem.range, problem.message);
    return bytes;
  }

  private peek(): TokenType | undefined {
    return this.tokens[this.at]?.tokenType;
  }

  private accept(type: TokenType): boolean {
    if (this.peek() !== type) return false;
    this.at++;
    return true;
  }

  private expect(type: TokenType, wording: string): IToken {
    const token = this.tokens[this.at];
    if (token?.tokenType !== type) throw this.unexpected(wording);
    this.at++;
    return token;
  }

  private rangeFrom(start: number): TextRange {
    const last = this.tokens[this.at - 1];
    return { start, end: last === undefined ? start : tokenRange(last).end };
  }

  private unexpected(expected: string): SyntaxFailure {
    const token = this.tokens[this.at];
    const last = this.tokens.at(-1);
    if (token !== undefined)
      return failure(tokenRange(token), `Expected ${expected}, found \`${token.image.slice(0, 40)}\`.`);
    const end = last === undefined ? 0 : tokenRange(last).end;
    return failure({ start: Math.max(0, end - 1), end }, `Expected ${expected}, found the end of the text.`);
  }
}
