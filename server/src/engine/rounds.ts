/**
 * One round: what falls due by time, management calls, then timers, heartbeats and messages in passes until nothing
 * is left or the round's instructions are used.
 */
import { Principal } from "../base/principal.ts";
import type { Callback } from "./callContexts.ts";
import type { Canister } from "./canister.ts";
import { deadlineExpired } from "./errors.ts";
import { executeResponse } from "./execution/response.ts";
import { executeSystemTask } from "./execution/systemTask.ts";
import { uninstallCode } from "./execution/uninstall.ts";
import { executeCall } from "./execution/update.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";
import { answerHttpRequests } from "./management/httpRequest.ts";
import { executeManagementCall } from "./management/methods.ts";
import { answerRandomness } from "./management/rawRand.ts";
import { settleStopping } from "./management/stopCanister.ts";
import { answerThresholdRequests } from "./management/thresholdRequests.ts";
import { type CanisterMessage, endOfWait } from "./messages.ts";
import type { Scheduler } from "./scheduler.ts";

/** Runs one round. Time moves by a nanosecond, so that no two rounds have the same. */
export function executeRound(env: ExecutionEnvironment, scheduler: Scheduler): void {
  env.round++;
  env.timeNanos++;
  env.roundInstructions = 0n;
  env.roundExecutions = 0;
  env.roundSlices = 1;
  if (env.nextDeadlineNanos !== undefined && env.nextDeadlineNanos <= env.timeNanos) expireCalls(env);
  answerRandomness(env);
  answerThresholdRequests(env);
  answerHttpRequests(env);
  executeManagementCalls(env);
  env.induct();
  executeTasks(env, scheduler);
  env.induct();
  while (env.ready.size > 0 && !isUsedUp(env)) {
    for (const canister of scheduler.order([...env.ready])) executeMessages(env, canister);
    env.induct();
  }
  settleStopping(env);
  if (env.timeNanos >= env.nextChargeNanos) chargeByTime(env);
  env.induct();
  // A long execution is cut into slices, one a round, while its canister does nothing else.
  env.round += env.roundSlices - 1;
}

/** Whether a canister's timer is due and may run. */
export function isTimerDue(env: ExecutionEnvironment, canister: Canister): boolean {
  return (
    canister.globalTimerNanos !== 0n && canister.globalTimerNanos <= env.timeNanos && canister.state.kind === "running"
  );
}

function isUsedUp(env: ExecutionEnvironment): boolean {
  return env.roundInstructions >= env.limits.instructionsPerRound;
}

function executeManagementCalls(env: ExecutionEnvironment): void {
  while (!isUsedUp(env)) {
    const call = env.managementCalls.shift();
    if (call === undefined) return;
    if (env.dropExpired(call, Principal.management, call.caller)) continue;
    executeManagementCall(env, call);
  }
}

/** Timers and heartbeats, whose order changes from round to round. */
function executeTasks(env: ExecutionEnvironment, scheduler: Scheduler): void {
  if (env.withTimer.size === 0 && env.withHeartbeat.size === 0) return;
  const due = new Set<Canister>();
  for (const canister of env.withTimer) if (isTimerDue(env, canister)) due.add(canister);
  for (const canister of env.withHeartbeat) if (canister.state.kind === "running") due.add(canister);
  for (const canister of scheduler.order([...due])) {
    if (isUsedUp(env)) return;
    if (canister.nextTask === 0) {
      executeTimer(env, canister);
      executeHeartbeat(env, canister);
    } else {
      executeHeartbeat(env, canister);
      executeTimer(env, canister);
    }
    canister.nextTask = canister.nextTask === 0 ? 1 : 0;
    canister.lastRound = env.round;
  }
}

/** The timer is off once it was scheduled; the code may set it again. */
function executeTimer(env: ExecutionEnvironment, canister: Canister): void {
  if (!isTimerDue(env, canister)) return;
  env.setGlobalTimer(canister, 0n);
  if (canister.code?.prepared.facts.hasGlobalTimer === true) executeSystemTask(env, canister, "globalTimer");
}

function executeHeartbeat(env: ExecutionEnvironment, canister: Canister): void {
  if (env.withHeartbeat.has(canister)) executeSystemTask(env, canister, "heartbeat");
}

/** Everything in the canister's queues, while the round lasts. What it sends to itself comes in the next pass. */
function executeMessages(env: ExecutionEnvironment, canister: Canister): void {
  canister.lastRound = env.round;
  while (!isUsedUp(env)) {
    const message = canister.input.shift();
    if (canister.lowMemoryHook === "ready" && message?.kind !== "response") executeLowMemoryHook(env, canister);
    if (message === undefined) break;
    if (message.kind === "request" && env.dropExpired(message, canister.id, message.sender)) continue;
    executeMessage(env, canister, message);
  }
  if (canister.input.length === 0) env.ready.delete(canister);
}

function executeMessage(env: ExecutionEnvironment, canister: Canister, message: CanisterMessage): void {
  if (message.kind === "response") executeResponse(env, canister, message);
  else executeCall(env, canister, message);
}

function executeLowMemoryHook(env: ExecutionEnvironment, canister: Canister): void {
  if (canister.state.kind !== "running" || canister.code?.prepared.facts.hasOnLowWasmMemory !== true) return;
  canister.lowMemoryHook = "executed";
  executeSystemTask(env, canister, "onLowWasmMemory");
}

/**
 * Storage, messages and compute allocation since the last charge, for each canister that was not charged for 10 s. Who
 * cannot pay loses its code and its allocations.
 */
function chargeByTime(env: ExecutionEnvironment): void {
  let next = env.timeNanos + limits.chargeIntervalNanos;
  for (const canister of env.canisters.values()) {
    if (env.timeNanos - canister.chargedUntilNanos >= limits.chargeIntervalNanos) charge(env, canister);
    const due = canister.chargedUntilNanos + limits.chargeIntervalNanos;
    if (due < next) next = due;
  }
  env.nextChargeNanos = next;
  env.induct();
}

/** Whole seconds are charged; what is left of the last one is forgotten. */
function charge(env: ExecutionEnvironment, canister: Canister): void {
  const seconds = (env.timeNanos - canister.chargedUntilNanos) / 1_000_000_000n;
  canister.chargedUntilNanos = env.timeNanos;
  const { memory, messages, compute } = canister.idleRates(env.fees);
  for (const rate of [memory, messages, compute]) {
    const cost = env.fees.idle(rate, seconds);
    if (canister.account.withdrawForStorage(cost)) env.ledger.consumed += cost;
    else {
      runOutOfCycles(env, canister);
      return;
    }
  }
}

function runOutOfCycles(env: ExecutionEnvironment, canister: Canister): void {
  env.ledger.consumed += canister.account.drain();
  canister.settings = { ...canister.settings, computeAllocation: 0n, memoryAllocationBytes: 0n };
  if (canister.code === undefined) return;
  const root = { kind: "systemTask", canisterId: canister.id.text, round: env.round } as const;
  env.trace?.push({ kind: "ranOutOfCycles", round: env.round, root, depth: 0, canisterId: canister.id.text });
  uninstallCode(env, canister, undefined);
}

/** Bounded waits whose deadline has passed get SYS_UNKNOWN now; what still comes back later is dropped. */
function expireCalls(env: ExecutionEnvironment): void {
  env.nextDeadlineNanos = undefined;
  for (const canister of env.canisters.values()) {
    for (const callback of canister.callbacks.values()) {
      if (callback.deadlineNanos === 0n || callback.answered) continue;
      if (endOfWait(callback.deadlineNanos) > env.timeNanos) env.watchDeadline(callback);
      else expireCall(env, canister, callback);
    }
  }
}

function expireCall(env: ExecutionEnvironment, canister: Canister, callback: Callback): void {
  const lost = env.ledger.lost;
  const requestDropped = dropExpiredRequest(env, canister, callback);
  callback.answered = true;
  const context = canister.callContexts.get(callback.callContextId);
  if (env.trace !== undefined && context !== undefined) {
    env.trace.push({
      kind: "expired",
      round: env.round,
      ...context.place,
      canisterId: canister.id.text,
      callee: callback.callee.text,
      method: callback.method,
      callbackId: callback.id,
      requestDropped,
      cyclesLost: env.ledger.lost - lost,
    });
  }
  env.enqueue(canister, {
    kind: "response",
    respondent: callback.callee,
    receiver: canister.id,
    callbackId: callback.id,
    response: { kind: "reject", reject: deadlineExpired },
    refund: 0n,
    deadlineNanos: callback.deadlineNanos,
  });
}

/** A request that was not executed until its deadline never will be; its cycles are lost. Tells whether there was one. */
function dropExpiredRequest(env: ExecutionEnvironment, canister: Canister, callback: Callback): boolean {
  const callee = env.canister(callback.callee);
  const expired = callee?.input.takeExpired(
    (it) => it.kind === "request" && it.sender.key === canister.id.key && it.callbackId === callback.id,
  );
  for (const request of expired ?? []) if (request.kind === "request") env.ledger.lost += request.cycles;
  let dropped = expired !== undefined && expired.length > 0;
  env.managementCalls.filter(({ origin, cycles }) => {
    const isExpired =
      origin.kind === "canister" && origin.caller.key === canister.id.key && origin.callbackId === callback.id;
    if (isExpired) env.ledger.lost += cycles;
    dropped ||= isExpired;
    return !isExpired;
  });
  return dropped;
}
