import type { Problem } from "../base/problem.ts";
import type { ImportResolver } from "./imports.ts";
import { parseCandid } from "./parser.ts";
import { resolveProgram, type TypeEnvironment } from "./resolve.ts";

/** The interface that a canister's Candid text declares. */
export interface InterfaceReading {
  /** `environment.service` is absent where the text declares no service. */
  readonly environment: TypeEnvironment;
  /** Errors where parts of the text have no meaning; the rest can be used. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the Candid text of a canister, from its Wasm or from a `.did` file. Text in a Wasm imports nothing; for files, a
 * resolver gives what they import.
 */
export function readInterface(text: string, file = "", resolver: ImportResolver = () => undefined): InterfaceReading {
  const { program, problems } = parseCandid(text, file);
  const resolution = resolveProgram(program, resolver);
  return { environment: resolution.environment, problems: [...problems, ...resolution.problems] };
}
