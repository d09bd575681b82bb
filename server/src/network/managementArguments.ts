/** Arguments for the methods of the management canister that the shell calls in the name of an identity. */
import type { Principal } from "../base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes, type SettingsArgument } from "../engine/management/idl.ts";

/** Cycles that a canister gets at its creation: 2 T. */
export const initialCycles = 2_000_000_000_000n;

/** Argument of provisional_create_canister_with_cycles; the caller becomes the controller. */
export function createArgument(): Uint8Array {
  return argumentShapes.provisional_create_canister_with_cycles.encode({
    amount: [initialCycles],
    settings: [],
    specified_id: [],
    sender_canister_version: [],
  });
}

/** The id in the reply of provisional_create_canister_with_cycles. */
export function createdCanister(reply: Uint8Array): Principal["bytes"] | undefined {
  return resultShapes.canister.decode(reply)?.canister_id.toUint8Array();
}

/** What to install where. */
export interface CodeInstallation {
  readonly canisterId: Principal;
  readonly mode: "install" | "reinstall" | "upgrade";
  readonly wasm: Uint8Array;
  /** Candid. */
  readonly argument: Uint8Array;
  /** Whether an upgrade keeps the heap, which only modules with enhanced orthogonal persistence allow. */
  readonly keepHeap: boolean;
}

/** Argument of install_code. */
export function installArgument({ canisterId, mode, wasm, argument, keepHeap }: CodeInstallation): Uint8Array {
  const keep = { skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] } as const;
  return argumentShapes.install_code.encode({
    mode: mode === "upgrade" ? { upgrade: keepHeap ? [keep] : [] } : { [mode]: null },
    canister_id: principalOnWire(canisterId),
    wasm_module: wasm,
    arg: argument,
    sender_canister_version: [],
  });
}

/** Argument of update_settings that changes the environment variables only. */
export function settingsArgument(
  canisterId: Principal,
  variables: readonly { readonly name: string; readonly value: string }[],
): Uint8Array {
  return argumentShapes.update_settings.encode({
    canister_id: principalOnWire(canisterId),
    settings: { ...unchanged, environment_variables: [variables] },
    sender_canister_version: [],
  });
}

/** Settings that leave everything as it is. */
const unchanged: SettingsArgument = {
  controllers: [],
  compute_allocation: [],
  memory_allocation: [],
  freezing_threshold: [],
  reserved_cycles_limit: [],
  minimum_incoming_canister_call_cycles: [],
  log_visibility: [],
  snapshot_visibility: [],
  status_visibility: [],
  wasm_memory_limit: [],
  wasm_memory_threshold: [],
  environment_variables: [],
  log_memory_limit: [],
};

/** Argument of uninstall_code. */
export function uninstallArgument(canisterId: Principal): Uint8Array {
  return argumentShapes.uninstall_code.encode({
    canister_id: principalOnWire(canisterId),
    sender_canister_version: [],
  });
}

/** Argument of start_canister, stop_canister and delete_canister. */
export function canisterArgument(canisterId: Principal): Uint8Array {
  return argumentShapes.canister.encode({ canister_id: principalOnWire(canisterId) });
}
