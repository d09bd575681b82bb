import { reject } from "../errors.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn, withControlled } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-delete_canister */
export const deleteCanister: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const id = canister.id.text;
      if (canister.id.key === call.caller.key) {
        return refuse(reject("CanisterInvalidController", `Canister ${id} cannot delete itself.`));
      }
      if (canister.state.kind !== "stopped") {
        return refuse(reject("CanisterNotStopped", `Canister ${id} must be stopped before it is deleted.`));
      }
      if (canister.input.length > 0) {
        const message = `Canister ${id} has messages in its queues and cannot be deleted now. Please retry after some time`;
        return refuse(reject("CanisterQueueNotEmpty", message));
      }
      env.ledger.lost += canister.account.drain();
      env.canisters.delete(canister.id.key);
      env.withTimer.delete(canister);
      env.withHeartbeat.delete(canister);
      env.ready.delete(canister);
      return reply(resultShapes.none.encode());
    });
  },
};
