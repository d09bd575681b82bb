import type { Problem } from "../base/problem.ts";
import type { ImportResolver } from "./imports.ts";
import { parseCandid } from "./parser.ts";
import { resolveProgram } from "./resolve.ts";
import { LeftParenthesis, tokenize } from "./tokens.ts";
import { readArgumentsSyntax } from "./valueSyntax.ts";

/** Syntax errors of one file that are told: a text with more of them is likely none of Candid (a saved web page, say). */
const syntaxErrorsMax = 20;

/**
 * Everything that is wrong with the text of a `.did` file, in the order of the text. Projects also keep install arguments
 * in such files: a text that begins with a parenthesis is read as values.
 */
export function candidDiagnostics(text: string, file: string, resolver: ImportResolver): readonly Problem[] {
  if (tokenize(text).tokens[0]?.tokenType === LeftParenthesis) {
    const reading = readArgumentsSyntax(text);
    return reading.kind === "values" ? [] : [{ ...reading.problem, code: "did-syntax" }];
  }
  const { program, problems } = parseCandid(text, file);
  const resolution = resolveProgram(program, resolver);
  const all = [...problems, ...resolution.problems].sort((a, b) => a.range.start - b.range.start);
  let syntaxErrors = 0;
  return all.filter(({ code }) => code !== "did-syntax" || ++syntaxErrors <= syntaxErrorsMax);
}
