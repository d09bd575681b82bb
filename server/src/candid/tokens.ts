/** The words of Candid, types and values alike. https://github.com/dfinity/candid/blob/master/spec/Candid.md#core-grammar */
import { type CustomPatternMatcherFunc, createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import type { TextRange } from "../base/textRange.ts";

const names: TokenType[] = [];

/** Whatever can be meant as the name of a field, method or argument, keywords by mistake. */
export const AnyName = createToken({ name: "AnyName", pattern: Lexer.NA, label: "a name" });

/** A name without quotes; primitive types are identifiers, too. */
export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  label: "a name",
  categories: AnyName,
});
/** A literal in double quotes, which may span lines. */
export const Text = createToken({
  name: "Text",
  pattern: matchText,
  label: 'a "text"',
  line_breaks: true,
  start_chars_hint: ['"'],
  categories: AnyName,
});

/** A number with a fraction or an exponent; in values only. */
export const Float = createToken({
  name: "Float",
  pattern: /\d[\d_]*(?:\.(?:\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?|[eE][+-]?\d[\d_]*)/,
  label: "a number",
});
/** A whole number without sign, decimal or hexadecimal. */
export const Nat = createToken({
  name: "Nat",
  pattern: /0x[0-9a-fA-F][0-9a-fA-F_]*|\d[\d_]*/,
  label: "a number",
});

const TypeKeyword = keyword("type");
const ImportKeyword = keyword("import");
const ServiceKeyword = keyword("service");
const FuncKeyword = keyword("func");
const RecordKeyword = keyword("record");
const VariantKeyword = keyword("variant");
const OptKeyword = keyword("opt");
const VecKeyword = keyword("vec");
const BlobKeyword = keyword("blob");
const PrincipalKeyword = keyword("principal");
const NullKeyword = keyword("null");
const TrueKeyword = keyword("true");
const FalseKeyword = keyword("false");
const QueryKeyword = keyword("query");
const CompositeQueryKeyword = keyword("composite_query");
const OnewayKeyword = keyword("oneway");

const Arrow = symbol("Arrow", "->");
const Semicolon = symbol("Semicolon", ";");
const Comma = symbol("Comma", ",");
const Colon = symbol("Colon", ":");
const Equals = symbol("Equals", "=");
const Dot = symbol("Dot", ".");
const LeftBrace = symbol("LeftBrace", "{");
const RightBrace = symbol("RightBrace", "}");
const LeftParenthesis = symbol("LeftParenthesis", "(");
const RightParenthesis = symbol("RightParenthesis", ")");
const Plus = symbol("Plus", "+");
const Minus = symbol("Minus", "-");

const Whitespace = createToken({
  name: "Whitespace",
  pattern: /[ \t\r\n\f\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\r\n]*/, group: "comments" });
const BlockComment = createToken({
  name: "BlockComment",
  pattern: matchBlockComment,
  group: "comments",
  line_breaks: true,
  start_chars_hint: ["/"],
});

/** What other languages would take for a comment, to the end of its line. Candid has none that begins like this. */
const HashComment = createToken({
  name: "HashComment",
  pattern: matchHashComment,
  group: "hashComments",
  line_breaks: false,
  start_chars_hint: ["#"],
});

/** Keywords and signs, named after what they are. */
export {
  Arrow,
  BlobKeyword,
  Colon,
  Comma,
  CompositeQueryKeyword,
  Dot,
  Equals,
  FalseKeyword,
  FuncKeyword,
  ImportKeyword,
  LeftBrace,
  LeftParenthesis,
  Minus,
  NullKeyword,
  OnewayKeyword,
  OptKeyword,
  Plus,
  PrincipalKeyword,
  QueryKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  TrueKeyword,
  TypeKeyword,
  VariantKeyword,
  VecKeyword,
};

/** Every kind of token, in the order in which the lexer tries them. */
export const allTokens: TokenType[] = [
  Whitespace,
  LineComment,
  BlockComment,
  HashComment,
  AnyName,
  ...names,
  Identifier,
  Text,
  Float,
  Nat,
  Arrow,
  Semicolon,
  Comma,
  Colon,
  Equals,
  Dot,
  LeftBrace,
  RightBrace,
  LeftParenthesis,
  RightParenthesis,
  Plus,
  Minus,
];

const lexer = new Lexer(allTokens, {
  positionTracking: "full",
  recoveryEnabled: true,
  ensureOptimizations: false,
});

/** The tokens of a text, its comments apart, and what is no token. */
export interface TokenizedText {
  readonly tokens: IToken[];
  readonly comments: readonly {
    readonly kind: "line" | "block";
    readonly range: TextRange;
    readonly closed: boolean;
  }[];
  /** What means nothing in Candid, `hashComments` left out. */
  readonly errors: readonly TextRange[];
  /** Comments of other languages: `# like this`. */
  readonly hashComments: readonly TextRange[];
}

/** Cuts a text into tokens; never throws. */
export function tokenize(text: string): TokenizedText {
  const { tokens, groups, errors } = lexer.tokenize(text);
  const comments = (groups.comments ?? []).map((token) => {
    const kind = token.tokenType === LineComment ? ("line" as const) : ("block" as const);
    return {
      kind,
      range: tokenRange(token),
      closed: kind === "line" || blockCommentEnd(text, token.startOffset) !== undefined,
    };
  });
  return {
    tokens,
    comments,
    errors: errors.map((it) => ({ start: it.offset, end: it.offset + it.length })),
    hashComments: (groups.hashComments ?? []).map(tokenRange),
  };
}

/** The place of a token in its text. */
export function tokenRange(token: IToken): TextRange {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

/** Whether the word is one that Candid reserves. */
export function isKeyword(word: string): boolean {
  return keywords.has(word);
}

const keywords = new Set(names.map((it) => it.LABEL?.replaceAll("`", "") ?? ""));

function keyword(word: string): TokenType {
  const categories = word === "service" ? [] : AnyName;
  const token = createToken({
    name: `${word.replace(/(^|_)[a-z]/g, (it) => it.replace("_", "").toUpperCase())}Keyword`,
    pattern: word,
    label: `\`${word}\``,
    longer_alt: Identifier,
    categories,
  });
  names.push(token);
  return token;
}

function symbol(name: string, pattern: string): TokenType {
  return createToken({ name, pattern, label: `\`${pattern}\`` });
}

function match(text: string, start: number, end: number): RegExpExecArray {
  const found: RegExpExecArray = Object.assign([text.slice(start, end)] as [string], { index: start, input: text });
  return found;
}

/** A text literal; one that never ends goes to the end of its line. */
function matchText(...[text, offset]: Parameters<CustomPatternMatcherFunc>): RegExpExecArray | null {
  if (text.charCodeAt(offset) !== 0x22) return null;
  for (let at = offset + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at++;
    else if (unit === 0x22) return match(text, offset, at + 1);
  }
  const lineEnd = text.slice(offset).search(/[\r\n]/);
  return match(text, offset, lineEnd === -1 ? text.length : offset + lineEnd);
}

/** Where nothing but a comment can be meant: a line begins with it, or a blank follows. */
function matchHashComment(...[text, offset]: Parameters<CustomPatternMatcherFunc>): RegExpExecArray | null {
  if (text.charCodeAt(offset) !== 0x23) return null;
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const next = text[offset + 1] ?? "";
  // Rust has attributes, which are no comments.
  if (before.trim() === "" ? /[[!]/.test(next) : !/[ \t#]/.test(next)) return null;
  const length = text.slice(offset).search(/[\r\n]/);
  return match(text, offset, length === -1 ? text.length : offset + length);
}

/** A block comment with the comments in it; one that never ends goes to the end of the text. */
function matchBlockComment(...[text, offset]: Parameters<CustomPatternMatcherFunc>): RegExpExecArray | null {
  if (!text.startsWith("/*", offset)) return null;
  return match(text, offset, blockCommentEnd(text, offset) ?? text.length);
}

function blockCommentEnd(text: string, offset: number): number | undefined {
  let depth = 0;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = offset;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.index + 2;
  }
  return undefined;
}
