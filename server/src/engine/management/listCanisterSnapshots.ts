import { snapshotObstacle } from "./access.ts";
import { argumentShapes, principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";
import { snapshotResults } from "./snapshotShapes.ts";
import { snapshotOnWire } from "./takeCanisterSnapshot.ts";

const mayNotSee = snapshotObstacle("list_canister_snapshots");

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-list_canister_snapshots */
export const listCanisterSnapshots: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  obstacle: mayNotSee,
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => reply(snapshotResults.list.encode([...canister.snapshots.values()].map(snapshotOnWire))),
      mayNotSee,
    );
  },
};
