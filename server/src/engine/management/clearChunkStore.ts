import { canisterNotFound } from "../errors.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import {
  controllerObstacle,
  invalidPayload,
  type ManagementMethod,
  refuse,
  reply,
  targetIn,
} from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-clear_chunk_store */
export const clearChunkStore: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const id = principalOf(argument.canister_id);
    const canister = env.canister(id);
    if (canister === undefined) return refuse(canisterNotFound(id));
    const obstacle = id.key === call.caller.key ? undefined : controllerObstacle(canister, call.caller);
    if (obstacle !== undefined) return refuse(obstacle);
    canister.chunks.clear();
    return reply(resultShapes.none.encode());
  },
};
