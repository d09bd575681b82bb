/**
 * Brackets and declarations of broken text. Before the grammar sees the tokens, every bracket gets its partner and the
 * declarations are told apart, so that a mistake stays within the item that has it.
 */
import { createTokenInstance, type IToken, type TokenType } from "chevrotain";
import type { Problem, ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import {
  Arrow,
  Colon,
  Equals,
  FuncKeyword,
  ImportKeyword,
  LeftBrace,
  LeftParenthesis,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  Text,
  TypeKeyword,
  tokenRange,
  VariantKeyword,
} from "./tokens.ts";

/** Tokens in which every bracket has a partner; those made up for it are empty and marked `isInsertedInRecovery`. */
export interface BalancedTokens {
  readonly tokens: readonly IToken[];
  readonly problems: readonly Problem[];
}

/** Tokens of one declaration, or of something that is none. */
export interface Segment {
  readonly tokens: readonly IToken[];
  /** The `;` behind it; absent where it lacks one. */
  readonly terminator?: IToken;
}

/** Tokens that are looked at ahead before a guess; keeps the time for long broken texts in proportion to them. */
const lookaheadMax = 500;

const partners = new Map<TokenType, TokenType>([
  [LeftBrace, RightBrace],
  [LeftParenthesis, RightParenthesis],
]);

/** Gives every bracket its partner, at the place where it most likely was meant to be. */
export function balanceBrackets(tokens: readonly IToken[]): BalancedTokens {
  return new Balancer(tokens).run();
}

/** Cuts balanced tokens into declarations: at `;`, and before words that begin the next one. */
export function splitDeclarations(tokens: readonly IToken[]): readonly Segment[] {
  const segments: Segment[] = [];
  let own: IToken[] = [];
  let depth = 0;
  let index = -1;
  for (const token of tokens) {
    index++;
    if (isOpen(token)) depth++;
    if (isClose(token)) depth--;
    if (depth === 0 && token.tokenType === Semicolon) {
      segments.push({ tokens: own, terminator: token });
      own = [];
      continue;
    }
    if (depth === 0 && own.length > 0 && beginsDeclaration(tokens, index)) {
      segments.push({ tokens: own });
      own = [];
    }
    own.push(token);
  }
  return own.length > 0 ? [...segments, { tokens: own }] : segments;
}

/** The item of a list that holds the token at `index`: from behind the separator or bracket before it to the next. */
export function itemAround(tokens: readonly IToken[], index: number): { readonly start: number; readonly end: number } {
  return { start: itemEdge(tokens, index - 1, -1) + 1, end: itemEdge(tokens, index, 1) };
}

/** The tokens before `index`, and of the others those closing brackets that they need. */
export function truncateAt(tokens: readonly IToken[], index: number): IToken[] {
  const closing: IToken[] = [];
  let depth = 0;
  for (const token of tokens.slice(index)) {
    if (isOpen(token)) depth++;
    else if (isClose(token) && depth-- === 0) {
      closing.push(token);
      depth = 0;
    }
  }
  return [...tokens.slice(0, index), ...closing];
}

/** Whether a word at this place can only begin a declaration. */
export function beginsDeclaration(tokens: readonly IToken[], index: number): boolean {
  switch (tokens[index]?.tokenType) {
    case TypeKeyword:
      return tokens[index + 2]?.tokenType === Equals;
    case ImportKeyword: {
      const next = tokens[index + 1]?.tokenType;
      return next === Text || next === ServiceKeyword;
    }
    case ServiceKeyword: {
      const next = tokens[index + 1]?.tokenType;
      return next === Colon || (next !== LeftBrace && tokens[index + 2]?.tokenType === Colon);
    }
    default:
      return false;
  }
}

/** Goes from `index` to the first separator or bracket that ends the item, over whatever is nested. */
function itemEdge(tokens: readonly IToken[], index: number, step: 1 | -1): number {
  let depth = 0;
  let at = index;
  for (let token = tokens[at]; token !== undefined; at += step, token = tokens[at]) {
    const enters = step === 1 ? isOpen(token) : isClose(token);
    const leaves = step === 1 ? isClose(token) : isOpen(token);
    if (depth === 0 && (leaves || isSeparator(token))) return at;
    if (enters) depth++;
    if (leaves) depth--;
  }
  return at;
}

function isOpen(token: IToken): boolean {
  return partners.has(token.tokenType);
}

function isClose({ tokenType }: IToken): boolean {
  return tokenType === RightBrace || tokenType === RightParenthesis;
}

function isSeparator({ image }: IToken): boolean {
  return image === ";" || image === ",";
}

class Balancer {
  private readonly tokens: readonly IToken[];
  private readonly output: IToken[] = [];
  private readonly problems: Problem[] = [];
  private readonly open: { readonly token: IToken; readonly index: number }[] = [];

  constructor(tokens: readonly IToken[]) {
    this.tokens = tokens;
  }

  run(): BalancedTokens {
    let index = -1;
    for (const token of this.tokens) {
      index++;
      if (this.isNextDeclaration(index)) this.closeTo(0);
      else if (this.isArgumentListOver(token, index)) this.closeTo(this.open.length - 1);
      if (isOpen(token)) {
        if (this.isStray(token, index)) continue;
        this.open.push({ token, index });
      } else if (isClose(token) && !this.close(token, index)) continue;
      this.output.push(token);
    }
    this.closeTo(0);
    return { tokens: this.output, problems: this.problems };
  }

  /** Whether a declaration begins here; among open brackets only where it begins a line, too. */
  private isNextDeclaration(index: number): boolean {
    if (!beginsDeclaration(this.tokens, index)) return false;
    const previousLine = this.tokens[index - 1]?.endLine ?? 0;
    return this.open.length === 0 || previousLine < (this.tokens[index]?.startLine ?? 0);
  }

  /** An argument list ends before an arrow that no list precedes, and before a `;` that no `)` follows. */
  private isArgumentListOver(token: IToken, index: number): boolean {
    if (this.open.at(-1)?.token.tokenType !== LeftParenthesis) return false;
    if (token.tokenType === Arrow) return this.tokens[index - 1]?.tokenType !== RightParenthesis;
    return token.tokenType === Semicolon && this.nextUnmatched(index + 1) !== RightParenthesis;
  }

  /** Whether an opening bracket stands where none can, and has no partner either; reports it. */
  private isStray(token: IToken, index: number): boolean {
    const previous = this.tokens[index - 1]?.tokenType;
    const isTop = this.open.length === 0;
    const inArguments = this.open.at(-1)?.token.tokenType === LeftParenthesis;
    const mayStand =
      token.tokenType === LeftParenthesis
        ? previous === Arrow || previous === FuncKeyword || (previous === Colon && (isTop || this.isInService()))
        : previous === RecordKeyword ||
          previous === VariantKeyword ||
          previous === ServiceKeyword ||
          (isTop && (previous === Colon || previous === Arrow));
    const isExpected = mayStand || (token.tokenType === LeftParenthesis && !inArguments && isTop);
    if (isExpected || this.nextUnmatched(index + 1) === partners.get(token.tokenType)) return false;
    const range = tokenRange(token);
    const fix = { title: "Remove it", range, newText: "" };
    this.report(range, `This \`${token.image}\` opens nothing, and is never closed.`, fix);
    return true;
  }

  /** Whether the braces around belong to a service, whose methods have argument lists. */
  private isInService(): boolean {
    const owner = this.tokens[(this.open.at(-1)?.index ?? 0) - 1]?.tokenType;
    return owner === ServiceKeyword || owner === Colon || owner === Arrow;
  }

  /** Closes a bracket; false where there is none to close. */
  private close(token: IToken, index: number): boolean {
    const isPartner = (it: IToken | undefined) => it !== undefined && partners.get(it.tokenType) === token.tokenType;
    const depth = this.open.findLastIndex((it) => isPartner(it.token));
    const top = this.open.at(-1)?.token;
    const isExtra =
      depth === -1 ||
      (!isPartner(top) && top !== undefined && this.nextUnmatched(index + 1) === partners.get(top.tokenType));
    if (isExtra) {
      const range = tokenRange(token);
      this.report(range, `There is no bracket that this \`${token.image}\` closes.`, {
        title: "Remove it",
        range,
        newText: "",
      });
      return false;
    }
    this.closeTo(depth + 1);
    this.open.pop();
    return true;
  }

  /** The closing bracket, or the arrow, that the tokens from `index` on come to first outside of brackets of their own. */
  private nextUnmatched(index: number): TokenType | undefined {
    let depth = 0;
    for (let at = index; at < Math.min(this.tokens.length, index + lookaheadMax); at++) {
      const token = this.tokens[at];
      if (token === undefined || beginsDeclaration(this.tokens, at)) return undefined;
      if (depth === 0 && (isClose(token) || (token.tokenType === Arrow && at === index))) return token.tokenType;
      if (isOpen(token)) depth++;
      if (isClose(token)) depth--;
    }
    return undefined;
  }

  /** Makes up closing brackets until only `depth` are open. */
  private closeTo(depth: number): void {
    while (this.open.length > depth) {
      const opening = this.open.pop()?.token;
      const partner = opening && partners.get(opening.tokenType);
      if (opening === undefined || partner === undefined) return;
      const end = this.output.at(-1)?.endOffset ?? opening.startOffset;
      const image = opening.image === "{" ? "}" : ")";
      const { range, fix } = { range: tokenRange(opening), fix: { start: end + 1, end: end + 1 } };
      this.report(range, `This \`${opening.image}\` is never closed.`, {
        title: `Insert \`${image}\``,
        range: fix,
        newText: image,
      });
      this.output.push({ ...createTokenInstance(partner, "", end + 1, end, 0, 0, 0, 0), isInsertedInRecovery: true });
    }
  }

  private report(range: TextRange, message: string, fix: ProblemFix): void {
    const fixes = [{ ...fix, kind: "review" as const }];
    this.problems.push({ code: "did-syntax", message, range, severity: "error", fixes });
  }
}
