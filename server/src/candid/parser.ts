/** From the text of a `.did` file to its tree. */
import type { CstNode, IToken, TokenType } from "chevrotain";
import type { Problem } from "../base/problem.ts";
import { overlaps, type TextRange } from "../base/textRange.ts";
import type { Program, TypeExpression } from "./ast.ts";
import { buildProgram, buildType } from "./buildProgram.ts";
import { CandidGrammar, type StartRule } from "./grammar.ts";
import { balanceBrackets, itemAround, type Segment, splitDeclarations, truncateAt } from "./tokenGroups.ts";
import {
  Arrow,
  Colon,
  Equals,
  FuncKeyword,
  Identifier,
  ImportKeyword,
  LeftBrace,
  LeftParenthesis,
  OptKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  TypeKeyword,
  tokenize,
  tokenRange,
  VariantKeyword,
  VecKeyword,
} from "./tokens.ts";

/** What a text says, as far as it can be understood, and every mistake of syntax in it. */
export interface ParseResult {
  readonly program: Program;
  readonly problems: readonly Problem[];
}

/** How deep types may be nested. Far above what people write; far below what a stack can take. */
const nestingMax = 128;

/** Tokens that are read for one declaration, over all its repairs; keeps the time for broken text bounded. */
const tokensReadMax = 400_000;

let grammar: CandidGrammar | undefined;

/** Parses the text of a file; never throws. `file` is kept in the program, to tell files apart. */
export function parseCandid(text: string, file: string): ParseResult {
  const { tokens, comments, errors, hashComments } = tokenize(text);
  const problems: Problem[] = errors.map((range) => syntaxProblem(range, unknownCharacters(text, range)));
  problems.push(...hashComments.map(hashCommentProblem));
  for (const comment of comments) {
    if (!comment.closed) problems.push(syntaxProblem(comment.range, "This comment is never closed: `*/` is missing."));
  }
  const foreign = foreignStart(tokens);
  if (foreign !== undefined) {
    const message = `This is no Candid file: it begins with \`${foreign.image}\`.`;
    const { program } = buildProgram([], { file, text, comments, reported: [] });
    return { program, problems: [syntaxProblem(tokenRange(foreign), message)] };
  }
  const tooDeep = tokenNestedTooDeeply(tokens);
  if (tooDeep !== undefined) {
    const message = `Types are nested more than ${nestingMax} deep here. Declare the inner types with names of their own.`;
    problems.push(syntaxProblem(tokenRange(tooDeep.token), message));
    tokens.length = tooDeep.keep;
  }
  problems.push(...cutNamesBeforeBody(tokens), ...cutUpdateMarks(tokens));
  const balanced = balanceBrackets(tokens);
  const parsed = parseSegments(splitDeclarations(balanced.tokens));
  const built = buildProgram(parsed.trees, { file, text, comments, reported: parsed.cut });
  const others = [...parsed.problems, ...built.problems].sort((a, b) => a.range.start - b.range.start);
  problems.push(...balanced.problems, ...withoutConsequences(others, balanced.problems, parsed.trees));
  problems.sort((a, b) => a.range.start - b.range.start);
  return { program: built.program, problems: withCautiousFixes(problems, text) };
}

/** `service : lib { … }`: the name stands on the wrong side of the colon. It is cut out, so that the methods are read. */
function cutNamesBeforeBody(tokens: IToken[]): Problem[] {
  const problems: Problem[] = [];
  for (let at = 0; at + 3 < tokens.length; at++) {
    const [service, colon, name, brace] = tokens.slice(at, at + 4);
    if (service?.tokenType !== ServiceKeyword || colon?.tokenType !== Colon) continue;
    if (name === undefined || name.tokenType !== Identifier || brace?.tokenType !== LeftBrace) continue;
    const message = `A service has either the name of a type or a body: \`service ${name.image} : { … }\`.`;
    const range = { start: colon.startOffset, end: tokenRange(name).end };
    const fixes = [{ title: "Put the name before the colon", range, newText: `${name.image} :` }];
    problems.push({ ...syntaxProblem(tokenRange(name), message), fixes });
    tokens.splice(at + 2, 1);
  }
  return problems;
}

/** `f : () -> () update;`: what is no query needs no word. Told as an error once, and as a remark where it stands again. */
function cutUpdateMarks(tokens: IToken[]): Problem[] {
  const problems: Problem[] = [];
  for (let at = 1; at + 1 < tokens.length; at++) {
    const [before, mark, behind] = tokens.slice(at - 1, at + 2);
    if (mark === undefined || !/^(?:update|udpate|call)$/i.test(mark.image)) continue;
    const ends = behind?.tokenType === Semicolon || behind?.tokenType === RightBrace;
    if (before?.tokenType !== RightParenthesis || !ends) continue;
    const message = `\`${mark.image}\` is no annotation in Candid: a method without one is an update. Leave the word out.`;
    const problem = syntaxProblem(tokenRange(mark), message);
    const severity = problems.length === 0 ? problem.severity : "information";
    const range = { start: tokenRange(before).end, end: tokenRange(mark).end };
    problems.push({ ...problem, severity, fixes: [{ title: "Leave it out", range, newText: "" }] });
    tokens.splice(at, 1);
  }
  return problems;
}

/** A word that files of other languages begin with, and that nobody means for one of Candid's. */
function foreignStart([first, second]: readonly IToken[]): IToken | undefined {
  const isForeign = /^(?:use|pub|mod|struct|impl|extern|const|let|export|actor|module|persistent)$/.test(
    first?.image ?? "",
  );
  // A declaration of that name that lacks its `type`.
  return isForeign && second?.tokenType !== Equals ? first : undefined;
}

/** What is told behind another mistake of the same line may follow from it: nobody should mend it unseen. */
function withCautiousFixes(problems: readonly Problem[], text: string): readonly Problem[] {
  let lineEnd = -1;
  return problems.map((problem) => {
    const { range, fixes } = problem;
    const follows = range.start <= lineEnd;
    if (!follows) lineEnd = problem.code === "did-syntax" ? endOfLine(text, range.start) : -1;
    return follows && fixes ? { ...problem, fixes: fixes.map((it) => ({ ...it, kind: "review" as const })) } : problem;
  });
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
}

/** Where the brackets of a declaration were guessed, only the first of its other problems is worth a word. */
function withoutConsequences(
  problems: readonly Problem[],
  brackets: readonly Problem[],
  trees: readonly CstNode[],
): readonly Problem[] {
  if (brackets.length === 0) return problems;
  const guessed = trees
    .map(({ location }) => ({ start: location?.startOffset ?? 0, end: location?.endOffset ?? 0 }))
    .filter((range) => brackets.some((it) => overlaps(it.range, range)));
  const told = new Set<TextRange>();
  return problems.filter((problem) => {
    const declaration = guessed.find((it) => overlaps(it, problem.range));
    if (declaration === undefined) return true;
    const isFirst = !told.has(declaration);
    told.add(declaration);
    return isFirst;
  });
}

/** Parses the tokens of a type within a text, as annotations of values have them. */
export function parseTypeTokens(
  tokens: IToken[],
  text: string,
): { readonly type?: TypeExpression; readonly problems: readonly Problem[] } {
  const tooDeep = tokenNestedTooDeeply(tokens);
  if (tooDeep !== undefined)
    return { problems: [syntaxProblem(tokenRange(tooDeep.token), "This type is nested too deep.")] };
  const repaired = parseWithRepairs(balanceBrackets(tokens).tokens, "type");
  if (repaired.tree === undefined) return { problems: repaired.problems };
  const { type, problems } = buildType(repaired.tree, { file: "", text, comments: [], reported: repaired.cut });
  return { type, problems: [...repaired.problems, ...problems] };
}

function syntaxProblem(range: TextRange, message: string): Problem {
  return { code: "did-syntax", message, range, severity: "error" };
}

function hashCommentProblem(range: TextRange): Problem {
  const sign = { start: range.start, end: range.start + 1 };
  return {
    ...syntaxProblem(range, "A comment in Candid begins with `//`."),
    fixes: [{ title: "Make it a comment: `//`", kind: "safe", range: sign, newText: "//" }],
  };
}

function unknownCharacters(text: string, range: TextRange): string {
  const shown = text.slice(range.start, Math.min(range.end, range.start + 20));
  return `\`${shown}\` means nothing in Candid.`;
}

/** What came of tokens after everything unexpected was cut out. */
interface Repaired {
  /** Absent where nothing was left to make a tree of. */
  readonly tree?: CstNode;
  readonly problems: readonly Problem[];
  /** Items of which something was cut; what they lack needs no further word. */
  readonly cut: readonly TextRange[];
}

function parseSegments(segments: readonly Segment[]) {
  const trees: CstNode[] = [];
  const problems: Problem[] = [];
  const cut: TextRange[] = [];
  let inJunk = false;
  for (const [index, { tokens, terminator }] of segments.entries()) {
    const first = tokens[0];
    if (first === undefined) {
      if (terminator !== undefined && !inJunk) problems.push(strayProblem(terminator));
      continue;
    }
    const rule = startRules.get(first.tokenType);
    if (rule === undefined) {
      // A run of what are no declarations has one cause: it is reported once.
      if (!inJunk) problems.push(syntaxProblem(tokenRange(first), junkMessage(tokens)));
      inJunk = true;
      continue;
    }
    inJunk = false;
    const repaired = parseWithRepairs(tokens, rule);
    problems.push(...repaired.problems);
    cut.push(...repaired.cut);
    if (repaired.tree !== undefined) trees.push(repaired.tree);
    const next = segments[index + 1]?.tokens[0];
    const needsTerminator = next !== undefined && next.tokenType !== ServiceKeyword && repaired.cut.length === 0;
    const last = tokens.at(-1);
    const isGuessed = last?.isInsertedInRecovery === true;
    if (terminator === undefined && needsTerminator && last !== undefined && !isGuessed)
      problems.push(missingProblem(";", last));
  }
  return { trees, problems, cut };
}

const startRules = new Map<TokenType, StartRule>([
  [TypeKeyword, "typeDeclaration"],
  [ImportKeyword, "importDeclaration"],
  [ServiceKeyword, "serviceDeclaration"],
]);

/** Parses; as long as a token does not fit, cuts it and the rest of its item away, and parses again. */
function parseWithRepairs(tokens: readonly IToken[], rule: StartRule): Repaired {
  grammar ??= new CandidGrammar();
  const problems: Problem[] = [];
  const cut: TextRange[] = [];
  let left = [...tokens];
  const repairsMax = Math.max(5, Math.min(100, Math.floor(tokensReadMax / tokens.length)));
  while (left.length > 0 && problems.length <= repairsMax) {
    const parsed = grammar.parse(left, rule);
    if ("tree" in parsed) return { tree: parsed.tree, problems, cut };
    const index = left.indexOf(parsed.unexpected);
    if (index === -1) break;
    const item = itemAround(left, index);
    problems.push(syntaxProblem(tokenRange(parsed.unexpected), unexpectedMessage(left, index, item.start, rule)));
    const range = {
      start: left[item.start]?.startOffset ?? 0,
      end: tokenRange(left[item.end - 1] ?? parsed.unexpected).end,
    };
    cut.push({ start: range.start, end: Math.max(range.end, tokenRange(parsed.unexpected).end) });
    // A separator or bracket that does not fit ends its item; without the item it does.
    const from = item.end > index ? index : item.start;
    const to = Math.max(item.end, from + 1);
    // At last, what is left of a hopeless declaration is let go.
    left = problems.length === repairsMax ? truncateAt(left, from) : [...left.slice(0, from), ...left.slice(to)];
  }
  return { problems, cut };
}

function strayProblem(token: IToken): Problem {
  const range = tokenRange(token);
  const problem = syntaxProblem(range, `Nothing stands before this \`${token.image}\`.`);
  return { ...problem, fixes: [{ title: "Remove it", range, newText: "" }] };
}

function missingProblem(sign: string, behind: IToken): Problem {
  const { end } = tokenRange(behind);
  const problem = syntaxProblem({ start: end - 1, end }, `\`${sign}\` is missing behind this.`);
  return { ...problem, fixes: [{ title: `Insert \`${sign}\``, range: { start: end, end }, newText: sign }] };
}

function junkMessage([first, second]: readonly IToken[]): string {
  const found = `\`${first?.image.slice(0, 40)}\``;
  if (second?.tokenType === Equals)
    return `Expected a declaration, found ${found}. Did you mean \`type ${first?.image} =\`?`;
  return `Expected \`type\`, \`import\` or \`service\`, found ${found}.`;
}

/** Says what was expected, as far as the tokens before tell. */
function unexpectedMessage(tokens: readonly IToken[], index: number, itemStart: number, rule: StartRule): string {
  const token = tokens[index];
  const found = `found \`${token?.image.slice(0, 40)}\``;
  const previous = tokens[index - 1];
  switch (previous?.tokenType) {
    case Colon:
    case Equals:
    case OptKeyword:
    case VecKeyword:
      return `Expected a type, ${found}.`;
    case RecordKeyword:
    case VariantKeyword:
      return `Expected \`{\`, ${found}.`;
    case FuncKeyword:
    case Arrow:
      return `Expected \`(\`, ${found}.`;
    case TypeKeyword:
      return `Expected the name of the type, ${found}.`;
    case ImportKeyword:
      return `Expected the path of a file in quotes, ${found}.`;
    case RightParenthesis:
      if (token?.tokenType === LeftParenthesis) return `Expected \`->\`, ${found}.`;
      break;
    case undefined:
      break;
    default:
      if (rule === "typeDeclaration" && index === 2) return `Expected \`=\`, ${found}.`;
      if (index === itemStart + 1 && index > 2) return `Expected \`:\`, ${found}.`;
  }
  return index === itemStart
    ? `Expected a name or a type, ${found}.`
    : `\`${token?.image.slice(0, 40)}\` is not expected here.`;
}

/** The first token that stands too deep, and how many tokens of whole declarations come before it. */
function tokenNestedTooDeeply(
  tokens: readonly IToken[],
): { readonly token: IToken; readonly keep: number } | undefined {
  const outer: number[] = [];
  let depth = 0;
  let keep = 0;
  let index = -1;
  for (const token of tokens) {
    index++;
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
