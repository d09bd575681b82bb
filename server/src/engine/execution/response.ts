/**
 * The response to a canister's own call: the reply or reject callback, and the cleanup callback if that traps.
 * https://internetcomputer.org/docs/references/ic-interface-spec#rule-callback-execution
 */
import type { Callback, CallContext, ExecutionResult } from "../callContexts.ts";
import type { Canister, InstalledCode } from "../canister.ts";
import type { CallbackFunction, EntryPoint, ExecutionOutcome } from "../embedder/contract.ts";
import { messageForCanister, outOfCycles, type Reject, wasmModuleNotFound, withFailedCleanup } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { type ResponseMessage, responseBytes } from "../messages.ts";
import {
  applyChanges,
  chargeExecution,
  emptyPayload,
  type MessageRun,
  noteExecution,
  rejectOf,
  resultOf,
  runMessage,
} from "./messageExecution.ts";
import { finishExecution } from "./update.ts";

/** Executes the callback that waits for the response. Refunds arrive even if no code is there to notice. */
export function executeResponse(env: ExecutionEnvironment, canister: Canister, message: ResponseMessage): void {
  const callback = canister.callbacks.get(message.callbackId);
  if (callback === undefined) return;
  canister.callbacks.delete(callback.id);
  env.callbacks--;
  forgetOutstanding(canister, callback);
  refundTransmission(env, canister, callback, message);
  canister.account.deposit(message.refund);
  const context = canister.callContexts.get(callback.callContextId);
  if (context !== undefined) context.outstandingCalls--;
  if (context === undefined || context.deleted || canister.code === undefined) {
    dropCallback(env, canister, callback, context);
    return;
  }
  const { code } = canister;
  const prepaid = adjustPrepayment(env, canister, callback, code.prepared.facts.memory64);
  if (prepaid === undefined) {
    settleUnexecuted(env, canister, callback);
    finishExecution(env, canister, context, { kind: "failed", reject: cannotPayCallback(env, canister, callback) });
    return;
  }
  const result = executeCallback(env, canister, { code, context, callback, message, prepaid });
  finishExecution(env, canister, context, result);
}

/**
 * What was paid in advance was for the code that called. Other code may cost more or less: what is missing is taken,
 * down to the last cycle, and what is too much given back. Undefined where the balance does not suffice.
 */
function adjustPrepayment(
  env: ExecutionEnvironment,
  canister: Canister,
  { prepaidExecution }: Callback,
  memory64: boolean,
): bigint | undefined {
  const required = env.fees.messagePrepayment(memory64);
  if (required - prepaidExecution > canister.account.balance) return undefined;
  canister.account.balance -= required - prepaidExecution;
  return required;
}

function cannotPayCallback(env: ExecutionEnvironment, canister: Canister, callback: Callback): Reject {
  const requested = env.fees.messagePrepayment(true) - callback.prepaidExecution;
  const available = canister.account.balance;
  return outOfCycles(canister.id, { available, requested, threshold: 0n, revealTopUp: false });
}

/** A callback that is not executed costs its base fee; the rest of what was paid in advance comes back. */
function settleUnexecuted(env: ExecutionEnvironment, canister: Canister, { prepaidExecution }: Callback): void {
  const base = env.fees.execution(0n, false);
  const fee = base < prepaidExecution ? base : prepaidExecution;
  env.consume(canister, "instructions", fee);
  canister.account.deposit(prepaidExecution - fee);
}

interface CallbackExecution {
  readonly code: InstalledCode;
  readonly context: CallContext;
  readonly callback: Callback;
  readonly message: ResponseMessage;
  /** Cycles paid for the execution, at the rate of the code. */
  readonly prepaid: bigint;
}

function executeCallback(env: ExecutionEnvironment, canister: Canister, it: CallbackExecution): ExecutionResult {
  const { code, context, callback } = it;
  const { memory64 } = code.prepared.facts;
  const limit = callbackInstructionLimit(env);
  const run = callbackRun(it, limit);
  const earlierInstructions = context.instructions;
  const outcome = runMessage(env, canister, code, context, run);
  const total = env.limits.instructionsPerMessage;
  if (outcome.kind === "returned" || callback.onCleanup === undefined) {
    const unusedInstructions = total - outcome.instructions;
    const fee = chargeExecution(env, canister, { prepaid: it.prepaid, unusedInstructions, memory64 });
    noteExecution(env, canister, context, run, outcome, fee);
    if (outcome.kind === "returned") commit(env, canister, context, outcome);
    return resultOf(canister, outcome, limit);
  }
  // The cleanup callback gets what the callback left, and the share that was kept for it.
  const left = total - outcome.instructions;
  noteExecution(env, canister, context, run, outcome, it.prepaid - env.fees.unusedInstructions(left, memory64));
  const failed = resultOf(canister, outcome, limit);
  const cleanup = { ...cleanupRun(it, callback.onCleanup, left), earlierInstructions };
  const cleaned = runMessage(env, canister, code, context, cleanup);
  const prepaid = env.fees.unusedInstructions(left, memory64);
  env.consume(canister, "instructions", it.prepaid - prepaid);
  const fee = chargeExecution(env, canister, { prepaid, unusedInstructions: left - cleaned.instructions, memory64 });
  noteExecution(env, canister, context, cleanup, cleaned, fee);
  if (cleaned.kind === "returned") {
    commit(env, canister, context, cleaned);
    return failed;
  }
  const both = withFailedCleanup(canister.id, rejectOf(canister, outcome, limit), rejectOf(canister, cleaned, left));
  return { kind: "failed", reject: both };
}

/** Instructions of a callback: the message limit without the share that is kept for cleanup. */
function callbackInstructionLimit(env: ExecutionEnvironment): bigint {
  const { instructionsPerMessage } = env.limits;
  return instructionsPerMessage - (instructionsPerMessage * limits.cleanupReservePercent) / 100n;
}

function callbackRun(it: CallbackExecution, instructionLimit: bigint): MessageRun {
  const { context, callback, message } = it;
  const { response } = message;
  const isReply = response.kind === "reply";
  return {
    mode: isReply ? "replyCallback" : "rejectCallback",
    entryPoint: entryPointOf(isReply ? callback.onReply : callback.onReject),
    method: callback.method,
    payload: isReply ? response.data : emptyPayload,
    instructionLimit,
    discardChanges: false,
    rejectCode: isReply ? 0 : response.reject.rejectCode,
    rejectMessage: isReply ? "" : messageForCanister(response.reject),
    cyclesRefunded: message.refund,
    deadlineNanos: context.origin.kind === "canister" ? context.origin.deadlineNanos : 0n,
  };
}

function cleanupRun(it: CallbackExecution, onCleanup: CallbackFunction, instructionLimit: bigint): MessageRun {
  const { response } = it.message;
  return {
    mode: "cleanup",
    entryPoint: entryPointOf(onCleanup),
    method: it.callback.method,
    payload: emptyPayload,
    instructionLimit,
    discardChanges: false,
    rejectCode: response.kind === "reply" ? 0 : response.reject.rejectCode,
    rejectMessage: "",
    cyclesRefunded: 0n,
    deadlineNanos: 0n,
  };
}

function commit(env: ExecutionEnvironment, canister: Canister, context: CallContext, outcome: ExecutionOutcome): void {
  applyChanges(env, canister, context, outcome.changes);
  canister.version++;
}

function entryPointOf(it: CallbackFunction): EntryPoint {
  return { kind: "callback", functionIndex: it.functionIndex, environment: it.environment };
}

function forgetOutstanding(canister: Canister, callback: Callback): void {
  const key = callback.callee.key;
  const outstanding = (canister.outstandingCalls.get(key) ?? 1) - 1;
  if (outstanding === 0) canister.outstandingCalls.delete(key);
  else canister.outstandingCalls.set(key, outstanding);
}

function refundTransmission(
  env: ExecutionEnvironment,
  canister: Canister,
  callback: Callback,
  message: ResponseMessage,
): void {
  const unused = env.fees.unusedResponse(responseBytes(message.response));
  canister.account.deposit(unused);
  env.consume(canister, "request_and_response_transmission", callback.prepaidResponse - unused);
}

/** The code is gone: nothing is executed, the base fee is kept. */
function dropCallback(
  env: ExecutionEnvironment,
  canister: Canister,
  callback: Callback,
  context: CallContext | undefined,
): void {
  settleUnexecuted(env, canister, callback);
  if (context === undefined) return;
  if (!context.responded) {
    finishExecution(env, canister, context, { kind: "failed", reject: wasmModuleNotFound(canister.id) });
  } else if (context.outstandingCalls === 0) {
    canister.callContexts.delete(context.id);
  }
}
