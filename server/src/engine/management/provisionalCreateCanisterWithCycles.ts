import { limits } from "../limits.ts";
import { addCanister, initialSettings } from "./canisterCreation.ts";
import { argumentShapes, principalOf, principalOnWire, resultShapes } from "./idl.ts";
import { changeOrigin, invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";
import { canisterIdElsewhere, canisterIdTaken } from "./refusals.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-provisional_create_canister_with_cycles */
export const provisionalCreateCanisterWithCycles: ManagementMethod = {
  callers: "everyone",
  target: noTarget,
  execute(env, call) {
    const argument = argumentShapes.provisional_create_canister_with_cycles.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const cycles = argument.amount[0] ?? limits.provisionalCycles;
    const result = initialSettings(env, call.caller, argument.settings[0], cycles);
    if (result.kind === "invalid") return refuse(result.reject);
    const [specified] = argument.specified_id;
    const id = specified === undefined ? undefined : principalOf(specified);
    if (id !== undefined && env.canisters.has(id.key)) {
      return refuse(canisterIdTaken(id));
    }
    if (id !== undefined && !env.canHost(id)) {
      return refuse(canisterIdElsewhere(id, env.subnetId));
    }
    const origin = changeOrigin(call, argument.sender_canister_version);
    const canister = addCanister(env, {
      ...result,
      cycles,
      origin,
      ...(id === undefined ? {} : { id }),
    });
    env.ledger.created += cycles;
    return reply(resultShapes.canister.encode({ canister_id: principalOnWire(canister.id) }));
  },
};
