/**
 * One round: what falls due by time, management calls, then passes in which canisters run their tasks and messages on
 * four threads, until nothing is left or the round's instructions are used.
 * Source: dfinity/ic rs/execution_environment/src/scheduler.rs, as of 2026-11-21.
 */
import { Principal } from "../base/principal.ts";
import type { Canister } from "./canister.ts";
import { expireCalls } from "./deadlines.ts";
import { executeResponse } from "./execution/response.ts";
import { executeSystemTask } from "./execution/systemTask.ts";
import { executeCall } from "./execution/update.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";
import { answerHttpRequests } from "./management/httpRequest.ts";
import { executeManagementCall, waitsForExecution } from "./management/methods.ts";
import { answerRandomness } from "./management/rawRand.ts";
import { settleStopping } from "./management/stopCanister.ts";
import { answerThresholdRequests } from "./management/thresholdRequests.ts";
import { shedMessages } from "./messageShedding.ts";
import type { CanisterMessage } from "./messages.ts";
import { isHeapDeltaLimited, payDebits } from "./rateLimits.ts";
import type { Scheduler } from "./scheduler.ts";
import { chargeByTime } from "./timeCharges.ts";

/** Runs one round. Time moves by a nanosecond, so that no two rounds have the same. */
export function executeRound(env: ExecutionEnvironment, scheduler: Scheduler): void {
  env.round++;
  env.timeNanos++;
  env.roundInstructions = 0n;
  env.roundExecutions = 0;
  env.roundUsed = 0;
  env.releaseHeld();
  if (env.nextDeadlineNanos !== undefined && env.nextDeadlineNanos <= env.timeNanos) expireCalls(env);
  answerRandomness(env);
  answerThresholdRequests(env);
  answerHttpRequests(env);
  executeManagementCalls(env);
  env.induct();
  executeCanisters(env, scheduler);
  settleStopping(env);
  if (env.timeNanos >= env.nextChargeNanos) chargeByTime(env);
  env.induct();
  shedMessages(env);
  payDebits(env);
}

/** Whether a canister's timer is due and may run. */
export function isTimerDue(env: ExecutionEnvironment, canister: Canister): boolean {
  return (
    canister.globalTimerNanos !== 0n && canister.globalTimerNanos <= env.timeNanos && canister.state.kind === "running"
  );
}

/** Begins a pass: executions that go on have taken a slice of a thread each. */
function beginPass(env: ExecutionEnvironment): void {
  env.threadInstructions.fill(0);
  for (let index = 0; index < env.long.busy.size; index++) {
    env.thread = idlestThread(env);
    env.countInstructions(Number(limits.instructionsPerSlice));
  }
}

/** Ends a pass: the thread that began most in it decides what is left of the round. */
function endPass(env: ExecutionEnvironment, before: readonly number[]): void {
  const begun = env.threadInstructions.map((used, thread) => used - (before[thread] ?? 0));
  env.roundUsed += Math.max(...begun);
}

/** The thread that has executed least, the first of several. */
function idlestThread({ threadInstructions }: ExecutionEnvironment): number {
  return threadInstructions.indexOf(Math.min(...threadInstructions));
}

/** A thread begins executions as long as a whole slice is left of the round. */
function isThreadUsedUp(env: ExecutionEnvironment): boolean {
  const used = env.roundUsed + (env.threadInstructions[env.thread] ?? 0);
  return used > Number(env.limits.instructionsPerRound - limits.instructionsPerSlice);
}

/** In the order in which they came; those about a canister whose execution goes on wait until it has ended. */
function executeManagementCalls(env: ExecutionEnvironment): void {
  env.threadInstructions.fill(0);
  env.thread = 0;
  const waiting = [];
  while (!isThreadUsedUp(env)) {
    const call = env.managementCalls.shift();
    if (call === undefined) break;
    if (env.dropExpired(call, Principal.management, call.caller)) continue;
    if (waitsForExecution(env, call)) {
      waiting.push(call);
    } else {
      executeManagementCall(env, call);
      env.long.end();
    }
  }
  if (waiting.length > 0) env.managementCalls.putBack(waiting);
  env.roundUsed += env.threadInstructions[0] ?? 0;
}

/** Passes over the canisters; what they send to each other comes in the next one. Tasks run in the first only. */
function executeCanisters(env: ExecutionEnvironment, scheduler: Scheduler): void {
  let isFirst = true;
  for (;;) {
    const active = activeCanisters(env, isFirst);
    if (active.length === 0) break;
    let hasExecuted = false;
    beginPass(env);
    const before = [...env.threadInstructions];
    for (const canister of scheduler.order(active, { round: env.round, isFirst })) {
      env.thread = idlestThread(env);
      if (isThreadUsedUp(env)) continue;
      env.countInstructions(limits.overheadPerCanister);
      if (isFirst && executeTasks(env, canister)) hasExecuted = true;
      if (executeMessages(env, scheduler, canister)) hasExecuted = true;
    }
    endPass(env, before);
    env.induct();
    if (!hasExecuted) break;
    isFirst = false;
  }
}

/** Canisters with messages, in the first pass those with a task too; not those that are busy or wrote too much. */
function activeCanisters(env: ExecutionEnvironment, withTasks: boolean): readonly Canister[] {
  const active = new Set(env.ready);
  if (withTasks) {
    for (const canister of env.withTimer) if (isTimerDue(env, canister)) active.add(canister);
    for (const canister of env.withHeartbeat) if (canister.state.kind === "running") active.add(canister);
  }
  if (env.long.busy.size === 0 && !env.rateLimits) return [...active];
  return [...active].filter((it) => !env.long.busy.has(it) && !isHeapDeltaLimited(env, it));
}

/** Timer and heartbeat, whose order changes from round to round. Tells whether anything was executed. */
function executeTasks(env: ExecutionEnvironment, canister: Canister): boolean {
  const hasTimer = isTimerDue(env, canister);
  const hasHeartbeat = env.withHeartbeat.has(canister) && canister.state.kind === "running";
  if (!hasTimer && !hasHeartbeat) return false;
  const tasks = canister.nextTask === 0 ? [executeTimer, executeHeartbeat] : [executeHeartbeat, executeTimer];
  canister.nextTask = canister.nextTask === 0 ? 1 : 0;
  for (const execute of tasks) {
    executeLowMemoryHook(env, canister);
    if (!env.long.busy.has(canister)) execute(env, canister);
  }
  return true;
}

/** The timer is off once it was scheduled; the code may set it again. */
function executeTimer(env: ExecutionEnvironment, canister: Canister): void {
  if (!isTimerDue(env, canister)) return;
  env.setGlobalTimer(canister, 0n);
  if (canister.code?.prepared.facts.hasGlobalTimer !== true) return;
  executeSystemTask(env, canister, "globalTimer");
  env.long.end();
}

function executeHeartbeat(env: ExecutionEnvironment, canister: Canister): void {
  if (!env.withHeartbeat.has(canister) || canister.state.kind !== "running") return;
  executeSystemTask(env, canister, "heartbeat");
  env.long.end();
}

/** Everything in the canister's queues, while the round lasts. Tells whether there was anything. */
function executeMessages(env: ExecutionEnvironment, scheduler: Scheduler, canister: Canister): boolean {
  let hasExecuted = false;
  while (!isThreadUsedUp(env) && !env.long.busy.has(canister)) {
    const message = scheduler.take(canister.input);
    if (message?.kind !== "response") executeLowMemoryHook(env, canister);
    if (message === undefined) break;
    hasExecuted = true;
    if (message.kind === "request" && env.dropExpired(message, canister.id, message.sender)) continue;
    env.countInstructions(limits.overheadPerExecution);
    executeMessage(env, canister, message);
    env.long.end();
  }
  if (canister.input.length === 0) env.ready.delete(canister);
  return hasExecuted;
}

function executeMessage(env: ExecutionEnvironment, canister: Canister, message: CanisterMessage): void {
  if (message.kind === "response") executeResponse(env, canister, message);
  else executeCall(env, canister, message);
}

/** If it is due: before all but responses. A frozen canister has it when it can pay again. */
function executeLowMemoryHook(env: ExecutionEnvironment, canister: Canister): void {
  if (canister.lowMemoryHook !== "ready" || env.long.busy.has(canister)) return;
  if (canister.state.kind !== "running" || canister.code?.prepared.facts.hasOnLowWasmMemory !== true) return;
  canister.lowMemoryHook = "executed";
  if (!executeSystemTask(env, canister, "onLowWasmMemory")) canister.lowMemoryHook = "ready";
  env.long.end();
}
