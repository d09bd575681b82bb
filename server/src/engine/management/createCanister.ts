import { addCanister, initialSettings } from "./canisterCreation.ts";
import { argumentShapes, principalOnWire, resultShapes } from "./idl.ts";
import { changeOrigin, invalidPayload, type ManagementMethod, noTarget, refuse } from "./managementMethod.ts";
import { insufficientCreationCycles } from "./refusals.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-create_canister */
export const createCanister: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = argumentShapes.create_canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const fee = env.fees.canisterCreation;
    if (call.cycles < fee) return refuse(insufficientCreationCycles(call.cycles, fee));
    const result = initialSettings(env, call.caller, argument.settings[0], call.cycles - fee);
    if (result.kind === "invalid") return refuse(result.reject);
    const origin = changeOrigin(call, argument.sender_canister_version);
    const canister = addCanister(env, {
      ...result,
      cycles: call.cycles - fee,
      origin,
    });
    env.consume(canister, "canister_creation", fee);
    const data = resultShapes.canister.encode({ canister_id: principalOnWire(canister.id) });
    return { kind: "reply", data, cyclesKept: call.cycles };
  },
};
