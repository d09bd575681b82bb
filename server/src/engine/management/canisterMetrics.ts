import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { controllerOrAdminObstacle } from "./access.ts";
import { argumentShapes, principalOf } from "./idl.ts";
import { insightResults } from "./insightShapes.ts";
import { type ManagementMethod, type ManagementQuery, reply, targetIn, withReceiver } from "./managementMethod.ts";

/** What the canister's cycles were consumed for. https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_metrics */
export const canisterMetrics: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute: answerMetrics,
};

/** The answer, for calls and for queries. */
export function answerMetrics(env: ExecutionEnvironment, call: ManagementQuery) {
  return withReceiver(
    env,
    call,
    argumentShapes.canister,
    (canister) => reply(insightResults.canister_metrics.encode({ cycles_consumed: canister.consumed })),
    controllerOrAdminObstacle,
  );
}
