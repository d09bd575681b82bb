/**
 * Messages of bounded waits may take so much memory on a subnet. At the end of a round that left more, the largest of the
 * canister with most of them is dropped, and again, until they fit.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-call
 */
import type { Canister } from "./canister.ts";
import { responseDropped } from "./errors.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import type { RequestMessage, ResponseMessage } from "./messages.ts";

/** Drops what does not fit. A request dropped is never executed; for a response the caller hears that it was dropped. */
export function shedMessages(env: ExecutionEnvironment): void {
  let bytes = 0;
  for (const canister of env.ready) bytes += canister.input.bestEffortBytes;
  while (bytes > env.bestEffortMessageBytes) {
    const canister = fullest(env);
    const before = canister?.input.bestEffortBytes ?? 0;
    const message = canister?.input.shedLargest(withoutResponse);
    if (canister === undefined || message === undefined) return;
    bytes -= before - canister.input.bestEffortBytes;
    if (canister.input.length === 0) env.ready.delete(canister);
    lose(env, canister, message);
  }
}

/** The canister whose queues hold most. */
function fullest(env: ExecutionEnvironment): Canister | undefined {
  let found: Canister | undefined;
  for (const canister of env.ready) {
    if (canister.input.bestEffortBytes > (found?.input.bestEffortBytes ?? 0)) found = canister;
  }
  return found;
}

/** What takes the place of a response; it takes no memory. */
function withoutResponse(message: ResponseMessage): ResponseMessage {
  return { ...message, response: { kind: "reject", reject: responseDropped }, refund: 0n, isNotice: true };
}

/** Cycles that were in the message are lost. */
function lose(env: ExecutionEnvironment, canister: Canister, message: RequestMessage | ResponseMessage): void {
  const cyclesLost = message.kind === "request" ? message.cycles : message.refund;
  env.ledger.lost += cyclesLost;
  const canisterId = canister.id.text;
  if (message.kind === "request") {
    const { method, place, sender } = message;
    const caller = sender.text;
    const dropped = { kind: "requestDropped", canisterId, caller, method, cyclesLost, isShed: true } as const;
    env.trace?.push({ ...dropped, round: env.round, ...place });
    return;
  }
  env.trace?.push({
    kind: "responseDropped",
    round: env.round,
    root: { kind: "systemTask", canisterId, round: env.round },
    depth: 0,
    canisterId,
    callbackId: message.callbackId,
    cyclesLost,
    isShed: true,
  });
}
