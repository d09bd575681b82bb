import { assert } from "../../base/assert.ts";
import type { Canister } from "../canister.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { cyclesIn } from "../streams.ts";

/** Stops when cycles appeared from nowhere or vanished: what was created is held, in flight, consumed, burned or lost. */
export function assertConservation(env: ExecutionEnvironment): void {
  const { created, received, consumed, burned, lost, sent } = env.ledger;
  const expected = created + received - consumed - burned - lost - sent;
  const held = cyclesHeld(env);
  assert(held === expected, `cycles are conserved: ${held} are held or in flight, ${expected} should be`);
}

/** Cycles of canisters, of calls, and paid in advance. */
function cyclesHeld(env: ExecutionEnvironment): bigint {
  let sum = 0n;
  for (const canister of env.canisters.values()) sum += cyclesOf(canister);
  for (const message of env.outbox) sum += cyclesIn(message);
  for (const { effect } of env.long.held) sum += effect.kind === "request" ? effect.message.cycles : effect.refund;
  if (env.managementCalls.length > 0) for (const call of env.managementCalls.items()) sum += call.cycles;
  for (const { call } of env.randomnessRequests) sum += call.cycles;
  for (const { call } of env.thresholdRequests) sum += call.cycles;
  for (const { refund } of env.httpOutcalls.pending) sum += refund;
  return sum;
}

function cyclesOf(canister: Canister): bigint {
  let sum = canister.account.balance + canister.account.reserved;
  for (const { prepaidExecution, prepaidResponse } of canister.callbacks.values()) {
    sum += prepaidExecution + prepaidResponse;
  }
  for (const { cyclesAvailable } of canister.callContexts.values()) sum += cyclesAvailable;
  if (canister.input.length > 0) for (const message of canister.input.messages()) sum += cyclesIn(message);
  if (canister.state.kind === "stopping") for (const { cycles } of canister.state.requests) sum += cycles;
  return sum;
}
