/** From the text of a `.did` file to its tree. */
import { EOF, type IRecognitionException, type IToken } from "chevrotain";
import type { Problem } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Program, TypeExpression } from "./ast.ts";
import { buildProgram, buildType } from "./buildProgram.ts";
import { CandidGrammar } from "./grammar.ts";
import {
  isKeyword,
  LeftBrace,
  LeftParenthesis,
  OptKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  tokenize,
  tokenRange,
  VecKeyword,
} from "./tokens.ts";

/** What a text says, as far as it can be understood, and every mistake of syntax in it. */
export interface ParseResult {
  readonly program: Program;
  readonly problems: readonly Problem[];
}

/** How deep types may be nested. Far above what people write; far below what a stack can take. */
const nestingMax = 128;

let grammar: CandidGrammar | undefined;

/** Parses the text of a file; never throws. `file` is kept in the program, to tell files apart. */
export function parseCandid(text: string, file: string): ParseResult {
  const { tokens, comments, errors } = tokenize(text);
  const problems: Problem[] = errors.map((range) => syntaxProblem(range, unknownCharacters(text, range)));
  for (const comment of comments) {
    if (!comment.closed) problems.push(syntaxProblem(comment.range, "This comment is never closed: `*/` is missing."));
  }
  const tooDeep = tokenNestedTooDeeply(tokens);
  if (tooDeep !== undefined) {
    const message = `Types are nested more than ${nestingMax} deep here. Declare the inner types with names of their own.`;
    problems.push(syntaxProblem(tokenRange(tooDeep.token), message));
    tokens.length = tooDeep.keep;
  }
  grammar ??= new CandidGrammar();
  const parsed = grammar.parse(tokens, "program");
  const recognized = parsed.errors.map((error) => recognitionProblem(error, tokens.at(-1)));
  problems.push(...recognized);
  const { program, problems: found } = buildProgram(parsed.tree, { file, text, comments });
  const directlyBefore = ({ range }: Problem, other: Problem) =>
    other.range.start >= range.end && text.slice(range.end, other.range.start).trim() === "";
  problems.push(...found.filter((problem) => !recognized.some((other) => directlyBefore(problem, other))));
  return { program, problems: problems.sort((a, b) => a.range.start - b.range.start) };
}

/** Parses the tokens of a type within a text, as annotations of values have them. */
export function parseTypeTokens(
  tokens: IToken[],
  text: string,
): { readonly type?: TypeExpression; readonly problems: readonly Problem[] } {
  const tooDeep = tokenNestedTooDeeply(tokens);
  if (tooDeep !== undefined)
    return { problems: [syntaxProblem(tokenRange(tooDeep.token), "This type is nested too deep.")] };
  grammar ??= new CandidGrammar();
  const parsed = grammar.parse(tokens, "type");
  const { type, problems } = buildType(parsed.tree, { file: "", text, comments: [] });
  return { type, problems: [...parsed.errors.map((error) => recognitionProblem(error, tokens.at(-1))), ...problems] };
}

function syntaxProblem(range: TextRange, message: string): Problem {
  return { code: "did-syntax", message, range, severity: "error" };
}

function unknownCharacters(text: string, range: TextRange): string {
  const shown = text.slice(range.start, Math.min(range.end, range.start + 20));
  return `\`${shown}\` means nothing in Candid.`;
}

/** At the end of the text, the last token is marked. */
function recognitionProblem({ message, token }: IRecognitionException, last: IToken | undefined): Problem {
  if (token.tokenType === EOF)
    return syntaxProblem(last === undefined ? { start: 0, end: 0 } : tokenRange(last), message);
  const hint = isKeyword(token.image) && message.includes("Expected a name") ? " Keywords as names are quoted." : "";
  return syntaxProblem(tokenRange(token), message + hint);
}

/** The first token that stands too deep, and how many tokens of whole declarations come before it. */
function tokenNestedTooDeeply(
  tokens: readonly IToken[],
): { readonly token: IToken; readonly keep: number } | undefined {
  const outer: number[] = [];
  let depth = 0;
  let keep = 0;
  for (const [index, token] of tokens.entries()) {
    switch (token.tokenType) {
      case OptKeyword:
      case VecKeyword:
        depth++;
        break;
      case LeftBrace:
      case LeftParenthesis:
        outer.push(depth);
        depth++;
        break;
      case RightBrace:
      case RightParenthesis:
        depth = outer.pop() ?? 0;
        break;
      case Semicolon:
        depth = outer.length === 0 ? 0 : (outer.at(-1) ?? 0) + 1;
        if (outer.length === 0) keep = index + 1;
        break;
    }
    if (depth > nestingMax) return { token, keep };
  }
  return undefined;
}
