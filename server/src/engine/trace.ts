import type { ExecutionMode } from "./embedder/contract.ts";
import type { Reject } from "./errors.ts";

/** What began a chain of message executions: an ingress message (by id) or a task of the system. */
export type TraceRoot =
  | { readonly kind: "ingress"; readonly ingressId: string }
  | { readonly kind: "query"; readonly queryId: number }
  | { readonly kind: "systemTask"; readonly canisterId: string; readonly round: number };

/** Where in a chain an event stands. */
export interface TracePlace {
  readonly root: TraceRoot;
  /** 0 for the root's own execution, one more for each call from there. */
  readonly depth: number;
}

/**
 * One thing that happened. Canister ids are textual, cycles and instructions are counts, times nanoseconds.
 * The same inputs give the same events, byte for byte.
 */
export type TraceEvent = TracePlace & { readonly round: number } & (
    | {
        readonly kind: "ingressReceived";
        readonly canisterId: string;
        readonly method: string;
        readonly caller: string;
        readonly argument: Uint8Array;
        /** Cycles that the receiver paid for the message's induction. */
        readonly fee: bigint;
      }
    | {
        /** inspect_message refused it, or nobody could pay for it: nothing was executed. */
        readonly kind: "ingressRefused";
        readonly canisterId: string;
        readonly method: string;
        readonly reject: Reject;
      }
    | {
        /** One message execution: `committed` tells whether its changes stayed. */
        readonly kind: "executed";
        readonly canisterId: string;
        readonly mode: ExecutionMode;
        /** The method; for callbacks the method that was called. */
        readonly method: string;
        readonly callContextId: number;
        readonly outcome: "returned" | "trapped";
        readonly committed: boolean;
        /** Set when the execution trapped. */
        readonly reject?: Reject;
        readonly instructions: bigint;
        /** Cycles charged for the execution itself. */
        readonly fee: bigint;
        /** 4 KiB pages, committed or rolled back. */
        readonly dirtyHeapPages: number;
        readonly dirtyStablePages: number;
        readonly cyclesAccepted: bigint;
        readonly cyclesBurned: bigint;
      }
    | {
        readonly kind: "requestSent";
        readonly canisterId: string;
        readonly callee: string;
        readonly method: string;
        readonly callbackId: number;
        readonly argument: Uint8Array;
        /** Cycles attached. */
        readonly cycles: bigint;
        /** 0 for an unbounded wait. */
        readonly deadlineNanos: bigint;
      }
    | {
        /** An answer left `from`, for the caller `to`: a canister id, or `ingress`. */
        readonly kind: "responded";
        readonly from: string;
        readonly to: string;
        readonly method: string;
        readonly response: CallResponse;
        /** Cycles of the call that were not accepted, on their way back. */
        readonly refund: bigint;
      }
    | {
        /** A response came too late or to a canister whose code is gone. */
        readonly kind: "responseDropped";
        readonly canisterId: string;
        readonly callbackId: number;
        readonly cyclesLost: bigint;
        /** The subnet had no room for it. */
        readonly isShed?: true;
      }
    | {
        /** The deadline of a bounded wait passed: the caller learns that nobody knows. */
        readonly kind: "expired";
        /** The canister that called. */
        readonly canisterId: string;
        readonly callee: string;
        readonly method: string;
        readonly callbackId: number;
        /** The request still waited in a queue, and will never be executed. */
        readonly requestDropped: boolean;
        /** Cycles attached to a dropped request. */
        readonly cyclesLost: bigint;
      }
    | {
        /** The deadline of a call of another subnet passed before it was executed. */
        readonly kind: "requestDropped";
        readonly canisterId: string;
        /** The canister that called. */
        readonly caller: string;
        readonly method: string;
        readonly cyclesLost: bigint;
        /** The subnet had no room for it. */
        readonly isShed?: true;
      }
    | { readonly kind: "log"; readonly canisterId: string; readonly timeNanos: bigint; readonly content: string }
    | {
        /** A module was compiled for an installation: its instructions count to the limit of the installation. */
        readonly kind: "compiled";
        readonly canisterId: string;
        readonly instructions: bigint;
      }
    | {
        /** A method of the management canister ran; what it did to `canisterId`. */
        readonly kind: "management";
        readonly method: string;
        readonly canisterId: string;
        readonly caller: string;
        /** Absent when it succeeded or its answer comes later. */
        readonly reject?: Reject;
      }
    | { readonly kind: "stopped"; readonly canisterId: string }
    | {
        /** Storage and compute allocation could not be paid: the code is gone. */
        readonly kind: "ranOutOfCycles";
        readonly canisterId: string;
      }
  );

/** How a call ended. */
export type CallResponse =
  | { readonly kind: "reply"; readonly data: Uint8Array }
  | { readonly kind: "reject"; readonly reject: Reject };
