import { fromHex } from "../../base/bytes.ts";
import { chunkStoreObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-stored_chunks */
export const storedChunks: ManagementMethod = {
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
        const hashes = [...canister.chunks.keys()].sort().map((it) => ({ hash: fromHex(it) ?? new Uint8Array(0) }));
        return reply(resultShapes.chunks.encode(hashes));
      },
      chunkStoreObstacle,
    );
  },
};
