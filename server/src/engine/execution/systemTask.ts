/**
 * Heartbeat, global timer and on_low_wasm_memory: executions that nobody called and nobody gets a response from.
 * https://internetcomputer.org/docs/references/ic-interface-spec#heartbeat
 */
import type { Canister } from "../canister.ts";
import type { EntryPoint } from "../embedder/contract.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import {
  applyChanges,
  chargeExecution,
  emptyPayload,
  type MessageRun,
  noteExecution,
  runMessage,
} from "./messageExecution.ts";
import { openContext } from "./update.ts";

/** What the system asks of a canister by itself. */
export type SystemTask = "heartbeat" | "globalTimer" | "onLowWasmMemory";

const entryPoints: Readonly<Record<SystemTask, EntryPoint>> = {
  heartbeat: { kind: "export", name: "canister_heartbeat" },
  globalTimer: { kind: "export", name: "canister_global_timer" },
  onLowWasmMemory: { kind: "export", name: "canister_on_low_wasm_memory" },
};

/** Executes a task on a running canister; a canister that cannot pay for it is skipped. Tells whether it was executed. */
export function executeSystemTask(env: ExecutionEnvironment, canister: Canister, task: SystemTask): boolean {
  const code = canister.code;
  if (code === undefined) return false;
  const { memory64 } = code.prepared.facts;
  const prepaid = env.fees.messagePrepayment(memory64);
  if (!canister.account.withdraw(prepaid, canister.freezingThreshold(env.fees))) return false;
  const limit = env.limits.instructionsPerMessage;
  const run: MessageRun = {
    mode: task,
    entryPoint: entryPoints[task],
    method: "",
    payload: emptyPayload,
    instructionLimit: limit,
    discardChanges: false,
    rejectCode: 0,
    rejectMessage: "",
    cyclesRefunded: 0n,
    deadlineNanos: 0n,
  };
  const root = { kind: "systemTask", canisterId: canister.id.text, round: env.round } as const;
  const context = openContext(
    canister,
    { origin: { kind: "systemTask" }, method: task, place: { root, depth: 0 } },
    0n,
  );
  const outcome = runMessage(env, canister, code, context, run);
  const fee = chargeExecution(env, canister, { prepaid, unusedInstructions: limit - outcome.instructions, memory64 });
  noteExecution(env, canister, context, run, outcome, fee);
  if (outcome.kind !== "returned") return true;
  applyChanges(env, canister, context, outcome.changes);
  canister.version++;
  if (context.outstandingCalls > 0) canister.callContexts.set(context.id, context);
  return true;
}
