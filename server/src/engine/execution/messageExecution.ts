/**
 * What all message executions share: what the canister sees, what it costs, and that its changes are applied when it
 * returned and never otherwise.
 * https://internetcomputer.org/docs/references/ic-interface-spec#rule-message-execution
 */
import { Principal } from "../../base/principal.ts";
import type { CallContext, ExecutionResult } from "../callContexts.ts";
import type { Canister, CanisterSettings, InstalledCode } from "../canister.ts";
import type {
  EntryPoint,
  ExecutionInput,
  ExecutionMode,
  ExecutionOutcome,
  OutgoingCalls,
  OutgoingRequest,
  SystemStateChanges,
} from "../embedder/contract.ts";
import { type Reject, rejectCodes, rejectOfTrap } from "../errors.ts";
import { type ExecutionEnvironment, isManagement } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { callerOf } from "../messages.ts";
import { addHeapDelta } from "../rateLimits.ts";
import { questionsOf } from "../resources.ts";

/** What is executed, beside the call context. */
export interface MessageRun {
  readonly mode: ExecutionMode;
  readonly entryPoint: EntryPoint;
  /** The method that was called; for callbacks the callee's. */
  readonly method: string;
  /** Argument, or the reply in a reply callback. */
  readonly payload: Uint8Array;
  readonly instructionLimit: bigint;
  readonly discardChanges: boolean;
  /** 0 where there was no reject. */
  readonly rejectCode: number;
  readonly rejectMessage: string;
  /** Cycles that came back with the response. */
  readonly cyclesRefunded: bigint;
  /** Nanoseconds; 0 for none. */
  readonly deadlineNanos: bigint;
  readonly dataCertificate?: () => Uint8Array;
  /** The version that new code sees, before it is the canister's. */
  readonly canisterVersion?: bigint;
  /** Nanoseconds; the timer that new code finds, before it is the canister's. */
  readonly globalTimerNanos?: bigint;
  /** Of the call context, where not all of its executions count: cleanup does not see those of the callback that failed. */
  readonly earlierInstructions?: bigint;
  /** Asked instead of the canister's queues. */
  readonly outgoingCalls?: OutgoingCalls;
}

/** Bytes of the pages that executions write. */
const pageBytes = 4_096;

/** Installations have holds of their own. */
const installationModes: ReadonlySet<ExecutionMode> = new Set(["start", "init", "preUpgrade", "postUpgrade"]);

/** Executions that go on for more than one round are held, so that queries can see the state before. */
const holdAboveSlice = { holdAboveInstructions: limits.instructionsPerSlice } as const;

/** No bytes, for executions without a payload. */
export const emptyPayload: Uint8Array = new Uint8Array(0);

/** Runs the canister's code once. Nothing outside its memories changes but its log. */
export function runMessage(
  env: ExecutionEnvironment,
  canister: Canister,
  code: InstalledCode,
  context: CallContext,
  run: MessageRun,
): ExecutionOutcome {
  const { balance } = canister.account;
  const outcome = code.instance.run(inputOf(env, canister, context, run), env.watch, run.discardChanges);
  if (outcome.held) {
    const { version, certifiedData } = canister;
    canister.stateBefore = { balance, version, certifiedData, isRestored: false };
  }
  context.instructions += outcome.instructions;
  if (outcome.kind === "returned" && !run.discardChanges) code.changed = true;
  for (const record of outcome.log) canister.log.push(record);
  return outcome;
}

/** Takes over what the execution did to the system: cycles, timer, certified data, calls. */
export function applyChanges(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  changes: SystemStateChanges,
): void {
  applyCycles(env, canister, context, changes);
  if (changes.certifiedData !== undefined) canister.certifiedData = changes.certifiedData;
  if (changes.globalTimerNanos !== undefined) env.setGlobalTimer(canister, changes.globalTimerNanos);
  for (const request of changes.requests) sendRequest(env, canister, context, request);
  noticeLowMemory(env, canister);
}

/** Takes over the cycles accepted and burned, which a replicated query keeps too. */
export function applyCycles(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  changes: SystemStateChanges,
): void {
  const { cyclesAccepted, cyclesBurned, cyclesSpentOnRequests, cyclesReserved } = changes;
  if (cyclesAccepted !== 0n) {
    context.cyclesAvailable -= cyclesAccepted;
    canister.account.deposit(cyclesAccepted);
  }
  if (cyclesBurned !== 0n) {
    canister.account.balance -= cyclesBurned;
    env.consume(canister, "burned_cycles", cyclesBurned);
  }
  if (cyclesSpentOnRequests !== 0n) canister.account.balance -= cyclesSpentOnRequests;
  if (cyclesReserved !== 0n) canister.account.reserve(cyclesReserved);
}

/** Gives back what was paid in advance and not used; tells the fee that remains. */
export function chargeExecution(
  env: ExecutionEnvironment,
  canister: Canister,
  paid: { readonly prepaid: bigint; readonly unusedInstructions: bigint; readonly memory64: boolean },
): bigint {
  const refund = env.fees.unusedInstructions(paid.unusedInstructions, paid.memory64);
  const fee = paid.prepaid - refund;
  canister.account.deposit(refund);
  env.consume(canister, "instructions", fee);
  return fee;
}

/** The end of an execution in the words of its call context. */
export function resultOf(canister: Canister, outcome: ExecutionOutcome, limit: bigint): ExecutionResult {
  if (outcome.trap !== undefined) return { kind: "failed", reject: rejectOf(canister, outcome, limit) };
  const reply = outcome.changes.reply;
  if (reply === undefined) return noResponse;
  if (reply.kind === "reply") return { kind: "respond", response: reply };
  const reject = { rejectCode: rejectCodes.canisterReject, message: reply.message };
  return { kind: "respond", response: { kind: "reject", reject } };
}

/** The reject for an execution that trapped. */
export function rejectOf(canister: Canister, outcome: ExecutionOutcome, limit: bigint): Reject {
  const trap = outcome.trap ?? { kind: "trapped", reason: "unknown" };
  return rejectOfTrap(canister.id, trap, outcome.backtrace, limit);
}

/** Counts an execution into the round and tells it to the trace. */
export function noteExecution(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  run: MessageRun,
  outcome: ExecutionOutcome,
  fee: bigint,
): void {
  const { instructions } = outcome;
  env.roundInstructions += instructions;
  env.roundExecutions++;
  env.countInstructions(
    Number(instructions < limits.instructionsPerSlice ? instructions : limits.instructionsPerSlice),
  );
  // What a user ended by hand is over at once.
  if (outcome.trap?.kind !== "cancelled") env.long.begin(canister, instructions, env.round);
  if (outcome.kind === "returned" && !run.discardChanges) {
    addHeapDelta(env, canister, (outcome.dirtyHeapPages + outcome.dirtyStablePages) * pageBytes);
  }
  if (env.trace !== undefined) traceExecution(env, canister, context, run, outcome, fee);
}

/** Tells an execution and what it logged to the trace. */
export function traceExecution(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  run: MessageRun,
  outcome: ExecutionOutcome,
  fee: bigint,
): void {
  if (env.trace === undefined) return;
  const returned = outcome.kind === "returned";
  const { round } = env;
  const canisterId = canister.id.text;
  env.trace.push({
    kind: "executed",
    round,
    ...context.place,
    canisterId,
    mode: run.mode,
    method: run.method,
    callContextId: context.id,
    outcome: outcome.kind,
    committed: returned && !run.discardChanges,
    ...(returned ? {} : { reject: rejectOf(canister, outcome, run.instructionLimit) }),
    instructions: outcome.instructions,
    fee,
    dirtyHeapPages: outcome.dirtyHeapPages,
    dirtyStablePages: outcome.dirtyStablePages,
    cyclesAccepted: outcome.changes.cyclesAccepted,
    cyclesBurned: outcome.changes.cyclesBurned,
  });
  for (const { timestampNanos, content } of outcome.log) {
    env.trace.push({ kind: "log", round, ...context.place, canisterId, timeNanos: timestampNanos, content });
  }
}

/** Bytes of heap that are left before the limit decide whether on_low_wasm_memory is due (once, until memory is given back). */
export function noticeLowMemory(env: ExecutionEnvironment, canister: Canister): void {
  if (canister.code === undefined || canister.settings.wasmMemoryThresholdBytes === 0n) {
    if (canister.lowMemoryHook !== "notSatisfied") canister.lowMemoryHook = "notSatisfied";
    return;
  }
  const isLow = isLowOnMemory(canister.settings, canister.code.instance.heapBytes());
  if (!isLow) canister.lowMemoryHook = "notSatisfied";
  else if (canister.lowMemoryHook === "notSatisfied") canister.lowMemoryHook = "ready";
  if (canister.lowMemoryHook === "ready" && canister.code.prepared.facts.hasOnLowWasmMemory) env.ready.add(canister);
}

/** Whether less than the threshold of the settings is left of the Wasm memory, with a heap of so many bytes. */
export function isLowOnMemory(settings: CanisterSettings, heapBytes: number): boolean {
  const { wasmMemoryLimitBytes, wasmMemoryThresholdBytes } = settings;
  const limit = wasmMemoryLimitBytes === 0n ? limits.heapBytesMax : wasmMemoryLimitBytes;
  return limit - BigInt(heapBytes) < wasmMemoryThresholdBytes;
}

const noResponse: ExecutionResult = { kind: "noResponse" };

/** All that the canister can see. */
export function inputOf(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  run: MessageRun,
): ExecutionInput {
  const { settings, account, stateBefore } = canister;
  const questions = questionsOf(env, canister);
  return {
    mode: run.mode,
    entryPoint: run.entryPoint,
    instructionLimit: run.instructionLimit,
    canisterId: canister.id.bytes,
    subnetId: env.subnetId.bytes,
    caller: callerOf(context.origin, Principal.management).bytes,
    payload: run.payload,
    methodName: run.method,
    rejectCode: run.rejectCode,
    rejectMessage: run.rejectMessage,
    deadlineNanos: run.deadlineNanos,
    timeNanos: env.timeNanos,
    canisterStatus: canister.statusNumber,
    canisterVersion: run.canisterVersion ?? (stateBefore ?? canister).version,
    controllers: canister.controllerBytes,
    environmentVariables: settings.environmentVariables,
    cyclesBalance: (stateBefore ?? account).balance,
    freezingThreshold: canister.freezingThreshold(env.fees),
    cyclesAvailable: context.cyclesAvailable,
    cyclesRefunded: run.cyclesRefunded,
    responded: context.responded,
    callContextInstructions: run.earlierInstructions ?? context.instructions,
    globalTimerNanos: run.globalTimerNanos ?? canister.globalTimerNanos,
    ...(run.dataCertificate === undefined ? undefined : { dataCertificate: run.dataCertificate }),
    rootKey: env.rootKey,
    wasmMemoryLimitBytes: settings.wasmMemoryLimitBytes,
    logCapacityBytes: canister.log.capacityBytes,
    logUsedBytes: canister.log.usedBytes,
    fees: env.fees,
    signatureFee: env.signatureFee,
    outgoingCalls: run.outgoingCalls ?? questions,
    resources: questions,
    ...(run.discardChanges || installationModes.has(run.mode) ? undefined : holdAboveSlice),
  };
}

/** Registers the callback and puts the request on its way. Cycles and prepayment were taken by `applyCycles`. */
function sendRequest(env: ExecutionEnvironment, canister: Canister, context: CallContext, it: OutgoingRequest): void {
  const callee = Principal.ofBytes(it.callee);
  const prepaidExecution = env.fees.messagePrepayment(canister.code?.prepared.facts.memory64 === true);
  const prepaidResponse = env.fees.responsePrepayment;
  env.consume(canister, "request_and_response_transmission", it.prepaid - prepaidExecution - prepaidResponse);
  const deadlineNanos = it.timeoutSeconds === undefined ? 0n : deadlineOf(env.timeNanos, it.timeoutSeconds);
  const callback = {
    id: canister.nextCallbackId++,
    callContextId: context.id,
    callee,
    method: it.method,
    onReply: it.onReply,
    onReject: it.onReject,
    onCleanup: it.onCleanup,
    prepaidExecution,
    prepaidResponse,
    deadlineNanos,
    answered: false,
  };
  canister.callbacks.set(callback.id, callback);
  canister.outstandingCalls.set(callee.key, (canister.outstandingCalls.get(callee.key) ?? 0) + 1);
  env.callbacks++;
  if (deadlineNanos === 0n) env.reserveResponse(canister);
  env.watchDeadline(callback);
  context.outstandingCalls++;
  const place = { root: context.place.root, depth: context.place.depth + 1 };
  const { method, argument, cycles } = it;
  env.send({
    kind: "request",
    sender: canister.id,
    receiver: callee,
    callbackId: callback.id,
    method,
    argument,
    cycles,
    deadlineNanos,
    place,
    ...(isManagement(callee, env.subnetId) ? { senderVersion: canister.version } : {}),
  });
  env.trace?.push({
    kind: "requestSent",
    round: env.round,
    root: place.root,
    depth: context.place.depth,
    canisterId: canister.id.text,
    callee: callee.text,
    method,
    callbackId: callback.id,
    argument,
    cycles,
    deadlineNanos,
  });
}

/** Deadlines stand on whole seconds; no wait is longer than 300 s. */
function deadlineOf(timeNanos: bigint, timeoutSeconds: number): bigint {
  const timeout = BigInt(timeoutSeconds) * 1_000_000_000n;
  const longest = timeout > limits.callTimeoutNanosMax ? limits.callTimeoutNanosMax : timeout;
  return ((timeNanos + longest) / 1_000_000_000n) * 1_000_000_000n;
}
