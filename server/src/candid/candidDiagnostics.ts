import type { Problem } from "../base/problem.ts";
import type { ImportResolver } from "./imports.ts";
import { parseCandid } from "./parser.ts";
import { resolveProgram } from "./resolve.ts";
import { LeftParenthesis, tokenize } from "./tokens.ts";
import { readArgumentsSyntax } from "./valueSyntax.ts";

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
  return [...problems, ...resolution.problems].sort((a, b) => a.range.start - b.range.start);
}
