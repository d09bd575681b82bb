import { toHex } from "../../base/bytes.ts";
import { principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn } from "./managementMethod.ts";
import { withSnapshot } from "./snapshotAccess.ts";
import { snapshotArguments } from "./snapshotShapes.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-delete_canister_snapshot */
export const deleteCanisterSnapshot: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.snapshot, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.snapshot.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withSnapshot(env, call, argument, (canister) => {
      canister.snapshots.delete(toHex(new Uint8Array(argument.snapshot_id)));
      return reply(resultShapes.none.encode());
    });
  },
};
