import type { Principal } from "../../base/principal.ts";
import { type Installation, type InstallMode, installCode } from "../execution/install.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { type InstallModeArgument, resultShapes } from "./idl.ts";
import { changeOrigin, type ManagementOutcome, refuse, reply, withControlled } from "./managementMethod.ts";

/** What install_code and install_chunked_code have in common once the module's bytes are there. */
export interface InstallOrder {
  readonly canisterId: Principal;
  readonly mode: InstallModeArgument;
  readonly wasm: Uint8Array;
  /** Instructions of putting the module together from chunks. */
  readonly assemblyInstructions: bigint;
  readonly argument: Uint8Array;
  readonly senderVersion: readonly [] | readonly [bigint];
}

/** Validates the module and installs it. */
export function executeInstall(
  env: ExecutionEnvironment,
  call: ManagementCall,
  order: InstallOrder,
): ManagementOutcome {
  return withControlled(env, call, order.canisterId, (canister) => {
    const installation: Installation = {
      mode: modeOf(order.mode),
      prepared: env.embedder.prepare(order.wasm, env.meteringProfile),
      wasm: order.wasm,
      assemblyInstructions: order.assemblyInstructions,
      argument: order.argument,
      sender: call.caller,
      change: changeOrigin(call, order.senderVersion),
      place: call.place,
    };
    const failure = installCode(env, canister, installation);
    return failure === undefined ? reply(resultShapes.none.encode()) : refuse(failure);
  });
}

function modeOf(mode: InstallModeArgument): InstallMode {
  if (mode.upgrade === undefined) return { kind: mode.reinstall === undefined ? "install" : "reinstall" };
  const [options] = mode.upgrade;
  const [persistence] = options?.wasm_memory_persistence ?? [];
  return {
    kind: "upgrade",
    skipPreUpgrade: options?.skip_pre_upgrade[0] ?? false,
    wasmMemoryPersistence: persistence === undefined ? undefined : persistence.keep === undefined ? "replace" : "keep",
  };
}
