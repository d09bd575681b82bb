import { receiverNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { argumentShapes, changeOnWire, principalOf, principalOnWire, resultShapes } from "./idl.ts";
import {
  invalidPayload,
  type ManagementMethod,
  type ManagementQuery,
  refuse,
  reply,
  targetIn,
} from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_info */
export const canisterInfo: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister_info, (it) => principalOf(it.canister_id)),
  execute: answerInfo,
};

/** The answer, for calls and for queries: the history is no secret. */
export function answerInfo(env: ExecutionEnvironment, call: ManagementQuery) {
  const argument = argumentShapes.canister_info.decode(call.argument);
  if (argument === undefined) return invalidPayload(call.method);
  const id = principalOf(argument.canister_id);
  const canister = env.canister(id);
  if (canister === undefined) return refuse(receiverNotFound(id));
  const wanted = Math.min(Number(argument.num_requested_changes[0] ?? 0n), canister.history.length);
  const { code, history, historyTotal, settings } = canister;
  return reply(
    resultShapes.canister_info.encode({
      total_num_changes: historyTotal,
      recent_changes: history.slice(history.length - wanted).map(changeOnWire),
      module_hash: code === undefined ? [] : [code.prepared.hash],
      controllers: settings.controllers.map(principalOnWire),
    }),
  );
}
