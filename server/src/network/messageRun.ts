import { randomBytes } from "node:crypto";
import type { Principal } from "../base/principal.ts";
import { limits } from "../engine/limits.ts";
import type { SubnetNetwork, SubnetTraceEvent } from "../engine/subnetNetwork.ts";
import type { CallResponse, TraceEvent } from "../engine/trace.ts";
import type { SenderIdentity } from "./identities.ts";
import { ingressEnvelope } from "./ingressEnvelope.ts";
import { NetworkError } from "./networkError.ts";

/** A call in the name of an identity. */
export interface UserCall {
  readonly sender: SenderIdentity;
  readonly canisterId: Principal;
  readonly method: string;
  /** Candid. */
  readonly argument: Uint8Array;
  /** The subnet of a call of the management canister that is about no canister. */
  readonly effectiveId?: Principal;
}

/** What came of a call, an update or a query. */
export interface MessageRun {
  readonly response: CallResponse;
  /** The events that the call caused, and those of timers that fell due on the way. */
  readonly events: readonly SubnetTraceEvent[];
  /** Of all message executions that the call caused. */
  readonly instructions: bigint;
  /** Until the response. */
  readonly rounds: number;
  /** Milliseconds. */
  readonly durationMillis: number;
}

/** What a call needs to know while it runs. */
export interface UpdateSurroundings {
  /** Whether the user wants it to end. */
  readonly isCancelled: () => boolean;
  /** Waits a little for answers to HTTPS outcalls; false when none can come. */
  readonly waitForOutcalls: () => boolean;
}

/** Rounds that one call may take; a call that takes more goes on in the background. */
export const roundsPerCallMax = 10_000;

/** Rounds that run after a response, for what the call left to be done. */
const roundsAfterwardsMax = 100;

/**
 * Sends a call as a signed ingress message and runs rounds until it is answered. Throws in words for the user when it
 * was not: the call then stays open.
 */
export function runUpdate(
  subnet: SubnetNetwork,
  call: UserCall,
  { isCancelled, waitForOutcalls }: UpdateSurroundings,
): MessageRun {
  const begun = performance.now();
  subnet.takeTrace();
  const ingressId = submit(subnet, call);
  if (typeof ingressId !== "string") return finished(subnet, ingressId, { begun, rounds: 0, ingressId: "" });
  const firstRound = subnet.round;
  for (;;) {
    const status = subnet.ingressStatus(ingressId);
    if (status.kind === "done") {
      const rounds = subnet.round - firstRound;
      subnet.executeUntilIdle(roundsAfterwardsMax);
      return finished(subnet, status.response, { begun, rounds, ingressId });
    }
    const rounds = subnet.round - firstRound;
    // The first round is left to the execution itself, which a cancellation ends: nothing is left waiting.
    if (rounds > 0 && isCancelled()) throw unanswered(call, "the wait was cancelled");
    if (subnet.isIdle() && waitForOutcalls()) continue;
    if (subnet.isIdle()) throw unanswered(call, "it waits for something that only time or another call brings");
    if (rounds >= roundsPerCallMax) throw unanswered(call, `${rounds} rounds were not enough`);
    subnet.executeRound();
  }
}

/** Runs a query on the committed state. */
export function runQuery(subnet: SubnetNetwork, call: UserCall): MessageRun {
  const begun = performance.now();
  subnet.takeTrace();
  const { sender, canisterId, method, argument } = call;
  const { response, instructions } = subnet.query({ caller: sender.principal, canisterId, method, argument });
  const durationMillis = performance.now() - begun;
  return { response, events: subnet.takeTrace(), instructions, rounds: 0, durationMillis };
}

/** The name of the message, or the answer of a network that does not take it. */
function submit(
  subnet: SubnetNetwork,
  { sender, canisterId, method, argument, effectiveId }: UserCall,
): string | CallResponse {
  const expiryNanos = subnet.timeNanos + limits.ingressLifetimeNanos;
  const nonce = randomBytes(16);
  const envelope = ingressEnvelope(sender, { canisterId, method, argument, nonce, expiryNanos });
  const submission = subnet.submitIngress({
    caller: sender.principal,
    canisterId,
    method,
    argument,
    ingressId: envelope.requestId,
    envelopeBytes: envelope.bytes.length,
    ...(effectiveId !== undefined && { effectiveId }),
  });
  return submission.kind === "accepted" ? submission.ingressId : { kind: "reject", reject: submission.reject };
}

function finished(
  subnet: SubnetNetwork,
  response: CallResponse,
  { begun, rounds, ingressId }: { readonly begun: number; readonly rounds: number; readonly ingressId: string },
): MessageRun {
  const events = subnet.takeTrace().filter((it) => !isHeartbeat(it));
  let instructions = 0n;
  for (const event of events) {
    const isOurs = event.root.kind === "ingress" && event.root.ingressId === ingressId;
    if ((event.kind === "executed" || event.kind === "compiled") && isOurs) instructions += event.instructions;
  }
  return { response, events, instructions, rounds, durationMillis: performance.now() - begun };
}

/** A heartbeat runs in every round, whoever calls: it would hide what the call caused. */
function isHeartbeat(event: TraceEvent): boolean {
  return event.kind === "executed" && event.mode === "heartbeat";
}

function unanswered({ method }: UserCall, reason: string): NetworkError {
  return new NetworkError(
    `The call of \`${method}\` has no response yet: ${reason}. It stays open; what was committed so far is kept.`,
  );
}
