import type { Principal } from "../base/principal.ts";
import type { CallbackFunction } from "./embedder/contract.ts";
import type { Reject } from "./errors.ts";
import type { CallOrigin } from "./messages.ts";
import type { CallResponse, TracePlace } from "./trace.ts";

/**
 * What a canister keeps for one call until it has responded and waits for nothing more.
 * https://internetcomputer.org/docs/references/ic-interface-spec#call-contexts
 */
export interface CallContext {
  /** Unique within the canister. */
  readonly id: number;
  readonly origin: CallOrigin;
  readonly method: string;
  readonly place: TracePlace;
  /** Cycles of the call that were not accepted yet; 0 after the response. */
  cyclesAvailable: bigint;
  responded: boolean;
  /** The code was uninstalled: callbacks of this context are not executed any more. */
  deleted: boolean;
  /** Calls of this context whose responses have not been executed. */
  outstandingCalls: number;
  /** Of all executions so far, for performance_counter(1). */
  instructions: bigint;
}

/** What a canister keeps for one of its own calls until the response has been executed. */
export interface Callback {
  /** Unique within the canister. */
  readonly id: number;
  readonly callContextId: number;
  readonly callee: Principal;
  readonly method: string;
  readonly onReply: CallbackFunction;
  readonly onReject: CallbackFunction;
  readonly onCleanup: CallbackFunction | undefined;
  /** Cycles taken in advance for executing the response. */
  readonly prepaidExecution: bigint;
  /** Cycles taken in advance for the bytes of the response. */
  readonly prepaidResponse: bigint;
  /** Nanoseconds; 0 for an unbounded wait. */
  readonly deadlineNanos: bigint;
  /** A response is queued (or the deadline passed): another one is dropped. */
  answered: boolean;
}

/** How a message execution of a call context ended. */
export type ExecutionResult =
  | { readonly kind: "noResponse" }
  | { readonly kind: "respond"; readonly response: CallResponse }
  | { readonly kind: "failed"; readonly reject: Reject };

/** What becomes of a call context after one of its executions. */
export type CallContextAction =
  /** The response, to be sent now. */
  | { readonly kind: "respond"; readonly response: CallResponse }
  /** Nothing is left that could respond. */
  | { readonly kind: "noResponse" }
  /** It responded before, or still waits. */
  | { readonly kind: "nothing" };

const nothing: CallContextAction = { kind: "nothing" };
const noResponse: CallContextAction = { kind: "noResponse" };

/**
 * Decides on the response after an execution: exactly one response leaves each call context. A failed execution
 * responds only when nothing else still can.
 * https://internetcomputer.org/docs/references/ic-interface-spec#rule-call-context-starvation
 */
export function settle(context: CallContext, result: ExecutionResult): CallContextAction {
  if (context.responded) return nothing;
  if (result.kind === "respond") return { kind: "respond", response: result.response };
  if (context.outstandingCalls > 0) return nothing;
  if (result.kind === "failed") return { kind: "respond", response: { kind: "reject", reject: result.reject } };
  return noResponse;
}
