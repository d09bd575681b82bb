import type { Problem } from "../base/problem.ts";
import type { ImportResolver } from "./imports.ts";
import { parseCandid } from "./parser.ts";
import { resolveProgram } from "./resolve.ts";

/** Everything that is wrong with the text of a `.did` file, in the order of the text. */
export function candidDiagnostics(text: string, file: string, resolver: ImportResolver): readonly Problem[] {
  const { program, problems } = parseCandid(text, file);
  const resolution = resolveProgram(program, resolver);
  return [...problems, ...resolution.problems].sort((a, b) => a.range.start - b.range.start);
}
