import { chunkStoreObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-clear_chunk_store */
export const clearChunkStore: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => {
        canister.chunks.clear();
        return reply(resultShapes.none.encode());
      },
      chunkStoreObstacle,
    );
  },
};
