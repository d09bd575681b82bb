import { executeInstall } from "./codeInstallation.ts";
import { argumentShapes, principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, targetIn } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_code */
export const installCodeMethod: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.install_code, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.install_code.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return executeInstall(env, call, {
      canisterId: principalOf(argument.canister_id),
      mode: argument.mode,
      wasm: argument.wasm_module,
      assemblyInstructions: 0n,
      argument: argument.arg,
      senderVersion: argument.sender_canister_version,
    });
  },
};
