import { reject } from "../errors.ts";
import { addCanister, initialSettings } from "./canisterCreation.ts";
import { argumentShapes, principalOnWire, resultShapes } from "./idl.ts";
import { changeOrigin, invalidPayload, type ManagementMethod, refuse } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-create_canister */
export const createCanister: ManagementMethod = {
  callers: "canisters",
  target: () => undefined,
  execute(env, call) {
    const argument = argumentShapes.create_canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const fee = env.fees.canisterCreation;
    if (call.cycles < fee) {
      return refuse(
        reject(
          "InsufficientCyclesForCreateCanister",
          `Creating a canister requires a fee of ${fee} that is deducted from the canister's initial balance but only ${call.cycles} cycles were received with the create_canister request.`,
        ),
      );
    }
    const result = initialSettings(call.caller, argument.settings[0]);
    if (result.kind === "invalid") return refuse(result.reject);
    const origin = changeOrigin(call, argument.sender_canister_version);
    const canister = addCanister(env, { settings: result.settings, cycles: call.cycles - fee, origin });
    env.ledger.consumed += fee;
    const data = resultShapes.canister.encode({ canister_id: principalOnWire(canister.id) });
    return { kind: "reply", data, cyclesKept: call.cycles };
  },
};
