import { utf8Length } from "../../base/bytes.ts";
import { comparePrincipals } from "../../base/principal.ts";
import type { CanisterSettings } from "../canister.ts";
import type { Reject } from "../errors.ts";
import { reject } from "../errors.ts";
import { limits } from "../limits.ts";
import { principalOf, type SettingsArgument, visibilityOf } from "./idl.ts";
import { settingOutOfRange, tooManyElements, tooManyVariables, variableTooLong } from "./refusals.ts";

/** New settings, or why they cannot be. */
export type SettingsResult =
  | { readonly kind: "valid"; readonly settings: CanisterSettings }
  | { readonly kind: "invalid"; readonly reject: Reject };

/** 2^48, above which a Wasm memory limit has no meaning. */
const wasmMemoryLimitMax = 1n << 48n;

const unsigned64Max = (1n << 64n) - 1n;

const unsigned128Max = (1n << 128n) - 1n;

/** Puts the given settings over the present ones. https://internetcomputer.org/docs/references/ic-interface-spec#ic-update_settings */
export function mergeSettings(present: CanisterSettings, change: SettingsArgument): SettingsResult {
  const problem = problemOf(change);
  if (problem !== undefined) return { kind: "invalid", reject: problem };
  const [controllers] = change.controllers;
  const [logVisibility] = change.log_visibility;
  const [snapshotVisibility] = change.snapshot_visibility;
  const [statusVisibility] = change.status_visibility;
  return {
    kind: "valid",
    settings: {
      controllers:
        controllers === undefined
          ? present.controllers
          : distinct(controllers.map(principalOf)).sort(comparePrincipals),
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
      logMemoryLimitBytes: change.log_memory_limit[0] ?? present.logMemoryLimitBytes,
    },
  };
}

function problemOf(change: SettingsArgument): Reject | undefined {
  const controllers = change.controllers[0]?.length ?? 0;
  if (controllers > limits.controllers) return tooManyElements(limits.controllers);
  for (const [visibility] of [change.log_visibility, change.snapshot_visibility, change.status_visibility]) {
    if ((visibility?.allowed_viewers?.length ?? 0) > limits.allowedViewers) {
      return tooManyElements(limits.allowedViewers);
    }
  }
  for (const { given, largest, text } of ranges(change)) {
    if (given !== undefined && given > largest) return settingOutOfRange(`${text}, got ${given}`);
  }
  return variablesProblem(change.environment_variables[0] ?? []) ?? logLimitProblem(change.log_memory_limit[0]);
}

/** 0 turns the log off. */
function logLimitProblem(bytes: bigint | undefined): Reject | undefined {
  if (bytes === undefined || bytes === 0n) return undefined;
  const { logBytes: least, logBytesMax: most } = limits;
  if (bytes >= least && bytes <= most) return undefined;
  const what = bytes < least ? `low. It must be at least ${least}` : `high. It must be at most ${most}`;
  return reject("CanisterRejectedMessage", `The canister log memory limit ${bytes} is too ${what}.`);
}

/** Numbers with their largest value, in the order in which the network looks at them. */
function ranges(change: SettingsArgument) {
  const [computeAllocation] = change.compute_allocation;
  const [memoryAllocation] = change.memory_allocation;
  const [freezingThreshold] = change.freezing_threshold;
  const [reservedCyclesLimit] = change.reserved_cycles_limit;
  const [wasmMemoryLimit] = change.wasm_memory_limit;
  const [wasmMemoryThreshold] = change.wasm_memory_threshold;
  const [minimumIncomingCycles] = change.minimum_incoming_canister_call_cycles;
  const { memoryAllocationBytes } = limits;
  return [
    {
      given: computeAllocation,
      largest: 100n,
      text: "ComputeAllocation expected to be in the range [0..100]",
    },
    {
      given: memoryAllocation,
      largest: memoryAllocationBytes,
      text: `MemoryAllocation expected to be in the range [0..${memoryAllocationBytes}]`,
    },
    {
      given: freezingThreshold,
      largest: unsigned64Max,
      text: "Freezing threshold expected to be in the range of [0..2^64-1]",
    },
    {
      given: reservedCyclesLimit,
      largest: unsigned128Max,
      text: "Reserved cycles limit expected to be in the range of [0..2^128-1]",
    },
    // The text names another bound than the one that holds; so does the replica's.
    {
      given: wasmMemoryLimit,
      largest: wasmMemoryLimitMax,
      text: "Wasm memory limit expected to be in the range of [0..2^64-1]",
    },
    {
      given: wasmMemoryThreshold,
      largest: unsigned64Max,
      text: "Wasm memory threshold expected to be in the range of [0..2^64-1]",
    },
    {
      given: minimumIncomingCycles,
      largest: unsigned128Max,
      text: "Minimum incoming canister call cycles expected to be in the range of [0..2^128-1]",
    },
  ];
}

function variablesProblem(variables: readonly { readonly name: string; readonly value: string }[]): Reject | undefined {
  const names = new Set(variables.map(({ name }) => name));
  if (names.size < variables.length) {
    return reject("InvalidManagementPayload", "Duplicate environment variables are not allowed");
  }
  if (variables.length > limits.environmentVariables) {
    return tooManyVariables(variables.length, limits.environmentVariables);
  }
  const allowed = limits.environmentVariableBytes;
  for (const { name, value } of [...variables].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (utf8Length(name) > allowed) return variableTooLong("name", name, allowed);
    if (utf8Length(value) > allowed) return variableTooLong("value", value, allowed);
  }
  return undefined;
}

function distinct<T extends { readonly key: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((it) => [it.key, it])).values()];
}
