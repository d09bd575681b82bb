import { canisterNotFound } from "../errors.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-provisional_top_up_canister */
export const provisionalTopUpCanister: ManagementMethod = {
  callers: "everyone",
  target: noTarget,
  execute(env, call) {
    const argument = argumentShapes.provisional_top_up_canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const id = principalOf(argument.canister_id);
    const canister = env.canister(id);
    if (canister === undefined) return refuse(canisterNotFound(id));
    canister.account.deposit(argument.amount);
    env.ledger.created += argument.amount;
    return reply(resultShapes.none.encode());
  },
};
