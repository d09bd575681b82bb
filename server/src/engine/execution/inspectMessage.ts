/**
 * Asks the canister whether it wants an ingress message at all, before anybody pays for it.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-inspect-message
 */
import type { Canister } from "../canister.ts";
import { messageRejected, type Reject, reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import type { IngressMessage } from "../messages.ts";
import { codeSeen, onStateBefore } from "../stateBefore.ts";
import { inputOf, type MessageRun, rejectOf, traceExecution } from "./messageExecution.ts";
import { queryContext } from "./query.ts";

/** Why the canister does not take the message; undefined when it does. Changes nothing. */
export function inspectMessage(
  env: ExecutionEnvironment,
  canister: Canister,
  message: IngressMessage,
): Reject | undefined {
  const code = codeSeen(canister);
  if (code === undefined) return reject("CanisterWasmModuleNotFound", "Requested canister has no wasm module");
  if (!code.prepared.facts.hasInspectMessage) return undefined;
  const run: MessageRun = {
    mode: "inspectMessage",
    entryPoint: { kind: "export", name: "canister_inspect_message" },
    method: message.method,
    payload: message.argument,
    instructionLimit: limits.instructionsPerInspection,
    discardChanges: true,
    rejectCode: 0,
    rejectMessage: "",
    cyclesRefunded: 0n,
    deadlineNanos: 0n,
  };
  const context = queryContext({ caller: message.caller, method: message.method, place: message.place });
  const outcome = onStateBefore(canister, () =>
    code.instance.run(inputOf(env, canister, context, run), env.watch, true),
  );
  traceExecution(env, canister, context, run, outcome, 0n);
  if (outcome.kind === "trapped") return rejectOf(canister, outcome, limits.instructionsPerInspection);
  return outcome.changes.messageAccepted ? undefined : messageRejected(canister.id);
}
