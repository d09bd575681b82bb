import { noticeLowMemory } from "../execution/messageExecution.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import {
  changeOrigin,
  invalidPayload,
  type ManagementMethod,
  refuse,
  reply,
  targetIn,
  withControlled,
} from "./managementMethod.ts";
import { mergeSettings } from "./settings.ts";
import { capacityFor } from "./settingsCapacity.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-update_settings */
export const updateSettings: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.update_settings, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.update_settings.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const result = mergeSettings(canister.settings, argument.settings);
      if (result.kind === "invalid") return refuse(result.reject);
      const { controllers } = result.settings;
      const capacity = capacityFor(env, {
        canister,
        present: canister.settings,
        next: result.settings,
        balance: canister.account.balance,
      });
      if (capacity.kind === "refused") return refuse(capacity.reject);
      canister.settings = result.settings;
      canister.account.reserve(capacity.cyclesReserved);
      canister.version++;
      if (argument.settings.controllers.length === 1) {
        const origin = changeOrigin(call, argument.sender_canister_version);
        canister.recordChange(env.timeNanos, origin, { kind: "controllersChange", controllers });
      }
      noticeLowMemory(env, canister);
      return reply(resultShapes.none.encode());
    });
  },
};
