import type { CanisterSettings } from "../canister.ts";
import { type Reject, reject } from "../errors.ts";
import { limits } from "../limits.ts";
import { principalOf, type SettingsArgument, visibilityOf } from "./idl.ts";

/** New settings, or why they cannot be. */
export type SettingsResult =
  | { readonly kind: "valid"; readonly settings: CanisterSettings }
  | { readonly kind: "invalid"; readonly reject: Reject };

/** 2^48, above which a Wasm memory limit has no meaning. */
const wasmMemoryLimitMax = 1n << 48n;

const unsigned64Max = (1n << 64n) - 1n;

/** Puts the given settings over the present ones. https://internetcomputer.org/docs/references/ic-interface-spec#ic-update_settings */
export function mergeSettings(present: CanisterSettings, change: SettingsArgument): SettingsResult {
  const problem = problemOf(change);
  if (problem !== undefined) return { kind: "invalid", reject: reject("InvalidManagementPayload", problem) };
  const [controllers] = change.controllers;
  const [logVisibility] = change.log_visibility;
  const [snapshotVisibility] = change.snapshot_visibility;
  const [statusVisibility] = change.status_visibility;
  return {
    kind: "valid",
    settings: {
      controllers: controllers === undefined ? present.controllers : distinct(controllers.map(principalOf)),
      computeAllocation: change.compute_allocation[0] ?? present.computeAllocation,
      memoryAllocationBytes: change.memory_allocation[0] ?? present.memoryAllocationBytes,
      freezingThresholdSeconds: change.freezing_threshold[0] ?? present.freezingThresholdSeconds,
      reservedCyclesLimit: change.reserved_cycles_limit[0] ?? present.reservedCyclesLimit,
      minimumIncomingCallCycles: change.minimum_incoming_canister_call_cycles[0] ?? present.minimumIncomingCallCycles,
      logVisibility: logVisibility === undefined ? present.logVisibility : visibilityOf(logVisibility),
      snapshotVisibility:
        snapshotVisibility === undefined ? present.snapshotVisibility : visibilityOf(snapshotVisibility),
      statusVisibility: statusVisibility === undefined ? present.statusVisibility : visibilityOf(statusVisibility),
      wasmMemoryLimitBytes: change.wasm_memory_limit[0] ?? present.wasmMemoryLimitBytes,
      wasmMemoryThresholdBytes: change.wasm_memory_threshold[0] ?? present.wasmMemoryThresholdBytes,
      environmentVariables: change.environment_variables[0] ?? present.environmentVariables,
    },
  };
}

function problemOf(change: SettingsArgument): string | undefined {
  const controllers = change.controllers[0]?.length ?? 0;
  if (controllers > limits.controllers) {
    return `Invalid settings: a canister has at most ${limits.controllers} controllers, this call names ${controllers}.`;
  }
  const compute = change.compute_allocation[0] ?? 0n;
  if (compute > 100n) return `ComputeAllocation expected to be in the range [0..100], got ${compute}`;
  const threshold = change.freezing_threshold[0] ?? 0n;
  if (threshold > unsigned64Max) return `Freezing threshold expected to be in the range [0..2^64-1], got ${threshold}`;
  const memoryLimit = change.wasm_memory_limit[0] ?? 0n;
  if (memoryLimit > wasmMemoryLimitMax) {
    return `Wasm memory limit expected to be in the range of [0..2^48], got ${memoryLimit}`;
  }
  return variablesProblem(change.environment_variables[0] ?? []);
}

function variablesProblem(variables: readonly { readonly name: string; readonly value: string }[]): string | undefined {
  if (variables.length > limits.environmentVariables) {
    return `Too many environment variables: ${variables.length} (max: ${limits.environmentVariables})`;
  }
  const names = new Set<string>();
  for (const { name, value } of variables) {
    if (bytesOf(name) > limits.environmentVariableBytes) {
      return `Environment variable name "${name}" exceeds the maximum length of ${limits.environmentVariableBytes}.`;
    }
    if (bytesOf(value) > limits.environmentVariableBytes) {
      return `Environment variable value "${value}" exceeds the maximum length of ${limits.environmentVariableBytes}.`;
    }
    if (names.has(name)) return `Invalid environment variables: Duplicate environment variables are not allowed`;
    names.add(name);
  }
  return undefined;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function distinct<T extends { readonly key: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((it) => [it.key, it])).values()];
}
