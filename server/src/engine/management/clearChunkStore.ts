import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withChunkStore } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-clear_chunk_store */
export const clearChunkStore: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withChunkStore(env, call, principalOf(argument.canister_id), (canister) => {
      canister.chunks.clear();
      return reply(resultShapes.none.encode());
    });
  },
};
