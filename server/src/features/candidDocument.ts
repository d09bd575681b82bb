import type { LineIndex } from "../base/lineIndex.ts";
import type { Program } from "../candid/ast.ts";
import type { ImportResolver } from "../candid/imports.ts";
import { parseCandid } from "../candid/parser.ts";
import { resolveProgram, type TypeEnvironment } from "../candid/resolve.ts";
import { fileKind } from "../workspace/fileKind.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** A Candid file as the editor features see it. */
export interface CandidDocument {
  readonly program: Program;
  readonly environment: TypeEnvironment;
  readonly resolver: ImportResolver;
  readonly lines: LineIndex;
}

/** Reads the Candid file at a path; undefined where the path is none, or there is no such file. */
export function candidDocument(snapshot: Snapshot, path: string): CandidDocument | undefined {
  const text = fileKind(path) === "candid" ? snapshot.files.readText(path) : undefined;
  if (text === undefined) return undefined;
  const { program } = parseCandid(text, path);
  const resolver = snapshot.candidResolver();
  return {
    program,
    resolver,
    environment: resolveProgram(program, resolver).environment,
    lines: snapshot.lineIndex(path),
  };
}
