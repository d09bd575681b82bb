import { toHex } from "../../base/bytes.ts";
import { principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";
import { findSnapshot } from "./snapshotAccess.ts";
import { snapshotArguments } from "./snapshotShapes.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-delete_canister_snapshot */
export const deleteCanisterSnapshot: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.snapshot, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.snapshot.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const id = new Uint8Array(argument.snapshot_id);
      const found = findSnapshot(env, canister, id, call.method);
      if (found.kind === "missing") return found.outcome;
      canister.snapshots.delete(toHex(id));
      return reply(resultShapes.none.encode());
    });
  },
};
