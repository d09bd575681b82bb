import { receiverNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { controllerOrAdminObstacle } from "./access.ts";
import { argumentShapes, principalOf } from "./idl.ts";
import { insightResults } from "./insightShapes.ts";
import {
  invalidPayload,
  type ManagementMethod,
  type ManagementQuery,
  refuse,
  reply,
  targetIn,
} from "./managementMethod.ts";

/** What the canister's cycles were consumed for. https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_metrics */
export const canisterMetrics: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute: answerMetrics,
};

/** The answer, for calls and for queries. */
export function answerMetrics(env: ExecutionEnvironment, call: ManagementQuery) {
  const argument = argumentShapes.canister.decode(call.argument);
  if (argument === undefined) return invalidPayload(call.method);
  const id = principalOf(argument.canister_id);
  const canister = env.canister(id);
  if (canister === undefined) return refuse(receiverNotFound(id));
  const obstacle = controllerOrAdminObstacle(env, canister, call.caller);
  if (obstacle !== undefined) return refuse(obstacle);
  return reply(insightResults.canister_metrics.encode({ cycles_consumed: canister.consumed }));
}
