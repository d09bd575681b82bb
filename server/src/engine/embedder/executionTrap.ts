import type { Advice, Trap } from "./contract.ts";

/** Thrown by host functions to end an execution; it passes through the canister's code, which cannot catch it. */
export class ExecutionTrap extends Error {
  readonly trap: Trap;

  constructor(trap: Trap) {
    super(trap.kind);
    this.trap = trap;
  }
}

/** Ends the execution because the System API was used against its contract; see `Trap` about the advice. */
export function violateContract(message: string, advice?: Advice): never {
  throw new ExecutionTrap({ kind: "contractViolation", message, ...(advice === undefined ? {} : { advice }) });
}

/** The same with advice to the developer of the canister; without a suggestion there is none. */
export function violateContractByUser(message: string, suggestion = "", section = ""): never {
  violateContract(message, suggestion === "" ? { kind: "none" } : { kind: "developer", suggestion, section });
}

/** Ends the execution because bytes are no principal. */
export function refusePrincipal(): never {
  const message = "Canister provided invalid principal id";
  throw new ExecutionTrap({ kind: "invalidArgument", message, advice: { kind: "toolchain" } });
}

/** Ends the execution in words that stand for themselves, without advice. */
export function refuseArgument(message: string): never {
  throw new ExecutionTrap({ kind: "invalidArgument", message, advice: { kind: "none" } });
}

/** Ends the execution with one of the replica's words for Wasm traps. */
export function trapWith(reason: string): never {
  throw new ExecutionTrap({ kind: "trapped", reason });
}

/**
 * V8's words for what the replica calls otherwise; what is not listed is `unknown` in both. The replica's own are those
 * of dfinity/ic rs/embedders/src/wasmtime_embedder.rs, as of 2026-11-21.
 */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^unreachable/, "unreachable"],
  [/memory access out of bounds|data segment .*out of bounds/, "heap out of bounds"],
  [/(divide|remainder) by zero/, "integer division by 0"],
  [/table (index is|access) out of bounds|element segment .*out of bounds/, "table out of bounds"],
];

/** An indirect call of a function of another type; that of no function at all is told apart by `callToNothing`. */
const signatureMismatch = /function signature mismatch/;

/** What the replica's runtime knows no word of its own for: calling an empty place of a table. */
export function callToNothing(): never {
  trapWith("unknown");
}

/** The trap that an exception stands for; undefined where it is a mistake of ours. */
export function trapOf(error: unknown): Trap | undefined {
  if (error instanceof ExecutionTrap) return error.trap;
  if (error instanceof WebAssembly.RuntimeError) {
    if (signatureMismatch.test(error.message)) {
      return { kind: "contractViolation", message: "function invocation does not match its signature" };
    }
    const reason = reasons.find(([pattern]) => pattern.test(error.message))?.[1] ?? "unknown";
    return { kind: "trapped", reason };
  }
  if (error instanceof RangeError && /call stack/.test(error.message))
    return { kind: "trapped", reason: "stack overflow" };
  return undefined;
}

/** Indices of the functions on the stack of an exception, innermost first. */
export function functionsOnStack(error: unknown): number[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return [...error.stack.matchAll(/wasm-function\[(\d+)\]/g)].map((match) => Number(match[1]));
}
