import { isLinkText } from "../base/linkText.ts";
import type { Problem } from "../base/problem.ts";
import type { ImportResolver } from "./imports.ts";
import { type ParseResult, parseCandid } from "./parser.ts";
import { nameProblems } from "./resolve.ts";
import { LeftParenthesis, tokenize } from "./tokens.ts";
import { readArgumentsSyntax } from "./valueSyntax.ts";

/** Syntax errors of one file that are told: a text with more of them is likely none of Candid (a saved web page, say). */
const syntaxErrorsMax = 20;

/**
 * Everything that is wrong with the text of a `.did` file, in the order of the text. Projects also keep install arguments
 * in such files: a text that begins with a parenthesis is read as values. `parse` may know the text already.
 */
export function candidDiagnostics(
  text: string,
  file: string,
  resolver: ImportResolver,
  parse: (text: string, file: string) => ParseResult = parseCandid,
): readonly Problem[] {
  if (isLinkText(text)) return [];
  const page = /^\s*<(!doctype\s+html|html)\b[^>]*>/i.exec(text)?.[0];
  if (page !== undefined) return [savedPage(page)];
  if (beginsWithParenthesis(text)) {
    const reading = readArgumentsSyntax(text);
    return reading.kind === "values" ? [] : [{ ...reading.problem, code: "did-syntax" }];
  }
  const { program, problems } = parse(text, file);
  const all = [...problems, ...nameProblems(program, resolver)].sort((a, b) => a.range.start - b.range.start);
  let syntaxErrors = 0;
  return all.filter(({ code }) => code !== "did-syntax" || ++syntaxErrors <= syntaxErrorsMax);
}

/** Comments at the top may hold anything; only where one spans lines are the tokens asked. */
function beginsWithParenthesis(text: string): boolean {
  const first = /^(?:\s|\/\/[^\n]*\n)*(.)/.exec(text)?.[1];
  return first === "(" || (first === "/" && tokenize(text).tokens[0]?.tokenType === LeftParenthesis);
}

/** What a browser or `curl` saves instead of the file is one mistake, however long. */
function savedPage(page: string): Problem {
  const start = page.length - page.trimStart().length;
  return {
    code: "did-syntax",
    severity: "error",
    range: { start, end: page.length },
    message: "This is a web page and no interface: download the file itself (on GitHub, its raw form).",
  };
}
