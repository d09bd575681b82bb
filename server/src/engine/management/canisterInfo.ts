import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { codeSeen } from "../stateBefore.ts";
import { argumentShapes, changeOnWire, principalOf, principalOnWire, resultShapes } from "./idl.ts";
import { type ManagementMethod, type ManagementQuery, reply, targetIn, withReceiver } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_info */
export const canisterInfo: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister_info, (it) => principalOf(it.canister_id)),
  execute: answerInfo,
};

/** The answer, for calls and for queries: the history is no secret. */
export function answerInfo(env: ExecutionEnvironment, call: ManagementQuery) {
  return withReceiver(env, call, argumentShapes.canister_info, (canister, argument) => {
    const { history, historyTotal, settings } = canister;
    const code = codeSeen(canister);
    const wanted = Math.min(Number(argument.num_requested_changes[0] ?? 0n), history.length);
    return reply(
      resultShapes.canister_info.encode({
        total_num_changes: historyTotal,
        recent_changes: history.slice(history.length - wanted).map(changeOnWire),
        module_hash: code === undefined ? [] : [code.prepared.hash],
        controllers: settings.controllers.map(principalOnWire),
      }),
    );
  });
}
