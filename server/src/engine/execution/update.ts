/**
 * A call of an update method, or of a query method in replicated mode: one message execution, one call context.
 * https://internetcomputer.org/docs/references/ic-interface-spec#rule-message-execution
 */
import { type CallContext, type ExecutionResult, settle } from "../callContexts.ts";
import type { Canister, InstalledCode, ReplicatedMethod } from "../canister.ts";
import {
  compositeInReplicatedMode,
  didNotReply,
  methodNotFound,
  outOfCycles,
  type Reject,
  reject,
  rejectCodes,
  wasmMemoryLimitExceeded,
  wasmModuleNotFound,
} from "../errors.ts";
import type { Answered, ExecutionEnvironment } from "../executionEnvironment.ts";
import { type IngressMessage, originOf, type RequestMessage } from "../messages.ts";
import {
  applyChanges,
  applyCycles,
  chargeExecution,
  type MessageRun,
  noteExecution,
  resultOf,
  runMessage,
} from "./messageExecution.ts";

type Call = IngressMessage | RequestMessage;

/** Executes one call, or refuses it with the network's reason. */
export function executeCall(env: ExecutionEnvironment, canister: Canister, call: Call): void {
  const refusal = tryExecute(env, canister, call);
  if (refusal === undefined) return;
  const answered = { origin: originOf(call), method: call.method, place: call.place };
  env.respond(canister.id, answered, { kind: "reject", reject: refusal }, call.kind === "request" ? call.cycles : 0n);
}

function tryExecute(env: ExecutionEnvironment, canister: Canister, call: Call): Reject | undefined {
  const code = canister.code;
  const obstacle = obstacleOf(env, canister, call);
  if (obstacle !== undefined) return obstacle;
  if (code === undefined) return wasmModuleNotFound(canister.id);
  const { memory64 } = code.prepared.facts;
  const prepaid = env.fees.messagePrepayment(memory64);
  const threshold = canister.freezingThreshold(env.fees);
  if (!canister.account.withdraw(prepaid, threshold)) {
    const revealTopUp = canister.isController(call.kind === "ingress" ? call.caller : call.sender);
    return outOfCycles(canister.id, {
      available: canister.account.balance,
      requested: prepaid,
      threshold,
      revealTopUp,
    });
  }
  const method = code.method(call.method);
  if (method?.kind === "update" || method?.kind === "query") {
    executeMethod(env, canister, { code, call, method, prepaid });
    return undefined;
  }
  // Nothing was executed, but the base fee is kept.
  chargeExecution(env, canister, { prepaid, unusedInstructions: env.limits.instructionsPerMessage, memory64 });
  return method === undefined ? methodNotFound(canister.id, "update", call.method) : compositeInReplicatedMode;
}

/** Sends the response that an execution's end calls for, and closes the context when nothing more can happen in it. */
export function finishExecution(
  env: ExecutionEnvironment,
  canister: Canister,
  context: CallContext,
  result: ExecutionResult,
): void {
  const action = settle(context, result);
  if (action.kind !== "nothing") {
    const response =
      action.kind === "respond"
        ? action.response
        : ({ kind: "reject", reject: missingResponse(canister, context) } as const);
    const refund = context.cyclesAvailable;
    context.cyclesAvailable = 0n;
    context.responded = true;
    env.respond(canister.id, context, response, refund);
  }
  if (context.responded && context.outstandingCalls === 0) canister.callContexts.delete(context.id);
}

/** A call context for a message that is about to be executed; not yet among the canister's. */
export function openContext(canister: Canister, answered: Answered, cycles: bigint): CallContext {
  return {
    id: canister.nextCallContextId++,
    origin: answered.origin,
    method: answered.method,
    place: answered.place,
    cyclesAvailable: cycles,
    responded: false,
    deleted: false,
    outstandingCalls: 0,
    instructions: 0n,
  };
}

/** The answer to a call to a canister that takes none. */
export function notRunning(canister: Canister): Reject {
  const code = canister.state.kind === "stopped" ? "CanisterStopped" : "CanisterStopping";
  return reject(code, `Canister ${canister.id.text} is not running`);
}

interface MethodCall {
  readonly code: InstalledCode;
  readonly call: Call;
  readonly method: ReplicatedMethod & { readonly kind: "update" | "query" };
  readonly prepaid: bigint;
}

function executeMethod(env: ExecutionEnvironment, canister: Canister, it: MethodCall): void {
  const { code, call, method, prepaid } = it;
  const isUpdate = method.kind === "update";
  const limit = env.limits.instructionsPerMessage;
  const run: MessageRun = {
    mode: isUpdate ? "update" : "replicatedQuery",
    entryPoint: method.entryPoint,
    method: call.method,
    payload: call.argument,
    instructionLimit: limit,
    discardChanges: !isUpdate,
    rejectCode: 0,
    rejectMessage: "",
    cyclesRefunded: 0n,
    deadlineNanos: isUpdate && call.kind === "request" ? call.deadlineNanos : 0n,
  };
  const answered = { origin: originOf(call), method: call.method, place: call.place };
  const context = openContext(canister, answered, call.kind === "request" ? call.cycles : 0n);
  const outcome = runMessage(env, canister, code, context, run);
  const { memory64 } = code.prepared.facts;
  const fee = chargeExecution(env, canister, { prepaid, unusedInstructions: limit - outcome.instructions, memory64 });
  noteExecution(env, canister, context, run, outcome, fee);
  if (outcome.kind === "returned") {
    if (isUpdate) applyChanges(env, canister, context, outcome.changes);
    else applyCycles(env, canister, context, outcome.changes);
    canister.version++;
  }
  if (context.outstandingCalls > 0) {
    canister.callContexts.set(context.id, context);
    if (call.kind === "ingress") env.ingressHistory.setProcessing(call.ingressId);
  }
  finishExecution(env, canister, context, resultOf(canister, outcome, limit));
}

function obstacleOf(env: ExecutionEnvironment, canister: Canister, call: Call): Reject | undefined {
  if (call.kind === "ingress" && call.expiryNanos < env.timeNanos) {
    const message = `Ingress message ${call.ingressId} timed out waiting to start executing.`;
    return reject("IngressMessageTimeout", message);
  }
  if (canister.state.kind !== "running") return notRunning(canister);
  if (call.kind === "ingress") return memoryObstacle(canister, call);
  const least = canister.settings.minimumIncomingCallCycles;
  if (call.cycles < least && call.sender.key !== canister.id.key) {
    const message = `Canister ${canister.id.text} accepts calls from canisters only with at least ${least} cycles attached; this one carries ${call.cycles}.`;
    return { rejectCode: rejectCodes.canisterError, message };
  }
  return memoryObstacle(canister, call);
}

/** An update does not begin above the Wasm memory limit. */
function memoryObstacle(canister: Canister, call: Call): Reject | undefined {
  const limit = canister.settings.wasmMemoryLimitBytes;
  if (limit === 0n || canister.code === undefined) return undefined;
  const used = canister.code.instance.heapBytes();
  if (used <= Number(limit) || canister.code.method(call.method)?.kind !== "update") return undefined;
  return wasmMemoryLimitExceeded(canister.id, limit, BigInt(used));
}

/** A canister that calls learns only that there was no response. */
function missingResponse(canister: Canister, context: CallContext): Reject {
  return context.origin.kind === "canister"
    ? { rejectCode: rejectCodes.canisterError, message: "No response" }
    : didNotReply(canister.id);
}
