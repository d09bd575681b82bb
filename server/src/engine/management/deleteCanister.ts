import { controllerOrAdminObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn, withControlled } from "./managementMethod.ts";
import { deleteNotStopped, deleteQueueNotEmpty, deleteSelf } from "./refusals.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-delete_canister */
export const deleteCanister: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  obstacle: controllerOrAdminObstacle,
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => {
        if (canister.id.key === call.caller.key) return refuse(deleteSelf(canister.id));
        if (canister.state.kind !== "stopped") {
          return refuse(deleteNotStopped(canister.id));
        }
        if (canister.input.length > 0) return refuse(deleteQueueNotEmpty(canister.id));
        env.ledger.lost += canister.account.drain();
        env.canisters.delete(canister.id.key);
        env.withTimer.delete(canister);
        env.withHeartbeat.delete(canister);
        env.ready.delete(canister);
        return reply(resultShapes.none.encode());
      },
      // What a canister may not do to itself is told before who may.
      (_env, canister, caller) =>
        canister.id.key === caller.key ? undefined : controllerOrAdminObstacle(env, canister, caller),
    );
  },
};
