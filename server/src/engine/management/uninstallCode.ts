import { uninstallCode } from "../execution/uninstall.ts";
import { uninstallObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import {
  changeOrigin,
  invalidPayload,
  type ManagementMethod,
  reply,
  targetIn,
  withControlled,
} from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-uninstall_code */
export const uninstallCodeMethod: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.uninstall_code, (it) => principalOf(it.canister_id)),
  obstacle: uninstallObstacle,
  execute(env, call) {
    const argument = argumentShapes.uninstall_code.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => {
        uninstallCode(env, canister, changeOrigin(call, argument.sender_canister_version));
        return reply(resultShapes.none.encode());
      },
      uninstallObstacle,
    );
  },
};
