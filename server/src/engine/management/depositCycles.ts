import { canisterNotFound } from "../errors.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, targetIn } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-deposit_cycles */
export const depositCycles: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const id = principalOf(argument.canister_id);
    const canister = env.canister(id);
    if (canister === undefined) return refuse(canisterNotFound(id));
    canister.account.deposit(call.cycles);
    return { kind: "reply", data: resultShapes.none.encode(), cyclesKept: call.cycles };
  },
};
