import type { Principal } from "../base/principal.ts";
import type { CallResponse, TracePlace } from "./trace.ts";

/** A user's message on its way to a canister. */
export interface IngressMessage {
  readonly kind: "ingress";
  readonly ingressId: string;
  readonly caller: Principal;
  readonly receiver: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  /** Nanoseconds; a message that was not executed until then is rejected. */
  readonly expiryNanos: bigint;
  readonly place: TracePlace;
}

/** A canister's call on its way to the callee. */
export interface RequestMessage {
  readonly kind: "request";
  readonly sender: Principal;
  readonly receiver: Principal;
  /** The sender's callback that takes the response. */
  readonly callbackId: number;
  readonly method: string;
  readonly argument: Uint8Array;
  /** Cycles attached. */
  readonly cycles: bigint;
  /** Nanoseconds; 0 for an unbounded wait (guaranteed response). */
  readonly deadlineNanos: bigint;
  /** The version of the sender, in calls of the management canister, which may have to name it. */
  readonly senderVersion?: bigint;
  readonly place: TracePlace;
}

/** An answer on its way back to the canister that called. */
export interface ResponseMessage {
  readonly kind: "response";
  readonly respondent: Principal;
  /** The canister that called. */
  readonly receiver: Principal;
  readonly callbackId: number;
  readonly response: CallResponse;
  /** Cycles that were attached and not accepted. */
  readonly refund: bigint;
  /** As in the request. */
  readonly deadlineNanos: bigint;
  /** The network's own word that the response to a bounded wait will not come, which takes no room. */
  readonly isNotice?: true;
}

/** What a canister executes: calls of users and canisters, answers to its own calls. */
export type CanisterMessage = IngressMessage | RequestMessage | ResponseMessage;

/** Who waits for the response of a call context. */
export type CallOrigin =
  | { readonly kind: "ingress"; readonly ingressId: string; readonly caller: Principal }
  | {
      readonly kind: "canister";
      readonly caller: Principal;
      readonly callbackId: number;
      /** Nanoseconds; 0 for an unbounded wait. */
      readonly deadlineNanos: bigint;
    }
  /** Heartbeats, timers and on_low_wasm_memory: nobody. */
  | { readonly kind: "systemTask" };

/** Who sent the call, as ic0.msg_caller gives it, for contexts with a caller. */
export function callerOf(origin: CallOrigin, systemCaller: Principal): Principal {
  return origin.kind === "systemTask" ? systemCaller : origin.caller;
}

/** The origin that a call's context will have. */
export function originOf(call: IngressMessage | RequestMessage): CallOrigin {
  return call.kind === "ingress"
    ? { kind: "ingress", ingressId: call.ingressId, caller: call.caller }
    : { kind: "canister", caller: call.sender, callbackId: call.callbackId, deadlineNanos: call.deadlineNanos };
}

/** Bytes of a response that are paid for. */
export function responseBytes(response: CallResponse): number {
  return response.kind === "reply" ? response.data.length : response.reject.message.length;
}

/**
 * Nanoseconds at which a bounded wait with that deadline ends: the network reads its clock in whole seconds, and the second
 * of the deadline still belongs to the wait.
 */
export function endOfWait(deadlineNanos: bigint): bigint {
  return deadlineNanos + 1_000_000_000n;
}
