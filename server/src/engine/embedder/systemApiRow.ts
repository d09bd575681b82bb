import type { ExecutionMode } from "./contract.ts";
import type { MessageExecution } from "./messageExecution.ts";

/**
 * The letters of the interface specification's table of imports.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-imports
 */
const contextLetters: Readonly<Record<string, readonly ExecutionMode[]>> = {
  I: ["init", "postUpgrade"],
  G: ["preUpgrade"],
  U: ["update"],
  RQ: ["replicatedQuery"],
  NRQ: ["nonReplicatedQuery"],
  Q: ["replicatedQuery", "nonReplicatedQuery", "transform"],
  TQ: ["transform"],
  CQ: ["compositeQuery"],
  Ry: ["replyCallback"],
  Rt: ["rejectCallback"],
  CRy: ["compositeReplyCallback"],
  CRt: ["compositeRejectCallback"],
  C: ["cleanup"],
  CC: ["compositeCleanup"],
  s: ["start"],
  F: ["inspectMessage"],
  T: ["heartbeat", "globalTimer", "onLowWasmMemory"],
};

const everywhere = "I G U RQ NRQ TQ CQ Ry Rt CRy CRt C CC F T";

/** The argument types of a signature: `l` is a bigint without sign, all others are numbers without sign. */
export type Arguments<Signature extends string> = Signature extends `${infer First}${infer Rest}`
  ? [First extends "l" ? bigint : number, ...Arguments<Rest>]
  : [];

/** What a function gives back: `l` a bigint, `i` and `I` a number; otherwise what it returns is not looked at. */
export type Result<Letter extends "" | "i" | "l" | "I"> = Letter extends "l"
  ? bigint
  : Letter extends ""
    ? unknown
    : number;

/** Instructions that a call costs beside the operator `call`. */
export interface ApiCharge {
  readonly fixed: number;
  /** Instructions for each unit of one of the arguments. */
  readonly perUnit?: { readonly argument: number; readonly instructions: number };
}

/** What a function does, all types forgotten; the letters of its row say which are right. */
export type ApiBehaviour = (it: MessageExecution, ...args: never) => unknown;

/** One function of the System API. */
export interface SystemApiFunction {
  readonly name: string;
  readonly modes: ReadonlySet<ExecutionMode>;
  /** One letter for each parameter: i i32, l i64, I the address type of the module. */
  readonly params: string;
  readonly result: "" | "i" | "l" | "I";
  readonly charge: ApiCharge;
  /** Only modules with a 32-bit memory may import it. */
  readonly only32: boolean;
  readonly run: ApiBehaviour;
}

/** A row of the table. `contexts` are letters of the specification; `*` is everywhere but `s`. */
export function on<Params extends string, R extends "" | "i" | "l" | "I">(
  contexts: string,
  name: string,
  params: Params,
  result: R,
  charge: ApiCharge,
  run: (it: MessageExecution, ...args: Arguments<Params>) => Result<R>,
): SystemApiFunction {
  const modes = new Set(
    contexts
      .replace("*", everywhere)
      .split(" ")
      .flatMap((letter) => contextLetters[letter] ?? []),
  );
  return { name, modes, params, result, charge, only32: false, run };
}

/** A row of a function that only modules with a 32-bit memory may import. */
export function only32(row: SystemApiFunction): SystemApiFunction {
  return { ...row, only32: true };
}

/** What most functions cost. */
export const usual: ApiCharge = { fixed: 500 };

/** The usual charge and an instruction for each unit of an argument. */
export function perByte(argument: number, instructions = 1): ApiCharge {
  return { fixed: 500, perUnit: { argument, instructions } };
}
