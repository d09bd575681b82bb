import { canisterNotFound, reject } from "../errors.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_metadata */
export const canisterMetadata: ManagementMethod = {
  callers: "canisters",
  target: targetIn(argumentShapes.canister_metadata, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.canister_metadata.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const id = principalOf(argument.canister_id);
    const canister = env.canister(id);
    if (canister === undefined) return refuse(canisterNotFound(id));
    const { code } = canister;
    if (code === undefined) {
      const message = `The canister ${id.text} has no Wasm module and hence no metadata is available.`;
      return refuse(reject("CanisterRejectedMessage", message));
    }
    const { icpSections } = code.prepared.facts;
    const mayReadPrivate = canister.isController(call.caller);
    const value =
      icpSections.get(`icp:public ${argument.name}`) ??
      (mayReadPrivate ? icpSections.get(`icp:private ${argument.name}`) : undefined);
    if (value === undefined) {
      const message = `The canister ${id.text} has no metadata section with the name ${argument.name}.`;
      return refuse(reject("CanisterRejectedMessage", message));
    }
    return reply(resultShapes.metadata.encode({ value }));
  },
};
