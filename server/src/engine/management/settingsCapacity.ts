import type { Canister, CanisterSettings } from "../canister.ts";
import type { Reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { subnetMemoryBytes } from "../resources.ts";
import {
  insufficientCyclesForCompute,
  insufficientCyclesForMemory,
  reservedLimitForMemory,
  reservedLimitTooLow,
  subnetComputeExceeded,
  subnetMemoryExceeded,
} from "./refusals.ts";

/** Settings that are to be applied, to a canister or to one that is about to be created. */
export interface SettingsChange {
  /** Absent at creation. */
  readonly canister: Canister | undefined;
  readonly present: CanisterSettings;
  readonly next: CanisterSettings;
  /** Cycles free to use. */
  readonly balance: bigint;
}

/** Whether the subnet and the canister's cycles bear the new settings, and what they set aside for storage. */
export type SettingsCapacity =
  | { readonly kind: "granted"; readonly cyclesReserved: bigint }
  | { readonly kind: "refused"; readonly reject: Reject };

/**
 * Looks at the subnet's memory and compute, at the freezing threshold and at the reserve, as the replica does.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-update_settings
 */
export function capacityFor(env: ExecutionEnvironment, change: SettingsChange): SettingsCapacity {
  const { canister, present, next } = change;
  const used = canister?.memoryBytes ?? 0;
  const before = Math.max(used, Number(present.memoryAllocationBytes));
  const after = Math.max(used, Number(next.memoryAllocationBytes));
  const subnetUsed = subnetMemoryBytes(env);
  const available = Math.max(0, Number(limits.subnetMemoryBytes) - subnetUsed) + before;
  const reject =
    (after > available ? subnetMemoryExceeded(after, available) : undefined) ??
    computeObstacle(env, change) ??
    thresholdObstacle(env, change, used);
  if (reject !== undefined) return { kind: "refused", reject };
  return reserve(env, change, Math.max(0, after - before), subnetUsed);
}

function computeObstacle(env: ExecutionEnvironment, { present, next }: SettingsChange): Reject | undefined {
  const requested = next.computeAllocation;
  if (requested === present.computeAllocation) return undefined;
  let used = 0n;
  for (const { settings } of env.canisters.values()) used += settings.computeAllocation;
  const free = limits.subnetComputePercent - used;
  const available = (free > 0n ? free : 0n) + present.computeAllocation;
  return requested > available ? subnetComputeExceeded(requested, available) : undefined;
}

/** Only allocations that grow must leave the canister unfrozen; a threshold may be set so high that it freezes. */
function thresholdObstacle(
  { fees }: ExecutionEnvironment,
  { canister, present, next, balance }: SettingsChange,
  used: number,
): Reject | undefined {
  const perDay = fees.idlePerDay({
    memoryBytes: BigInt(used),
    messageBytes: BigInt(canister?.messageBytes ?? 0),
    memoryAllocationBytes: next.memoryAllocationBytes,
    computeAllocation: next.computeAllocation,
  });
  const reserved = canister?.account.reserved ?? 0n;
  const threshold = fees.freezingThreshold(perDay, next.freezingThresholdSeconds, reserved);
  if (balance >= threshold) return undefined;
  const missing = threshold - balance;
  if (next.computeAllocation > present.computeAllocation) {
    return insufficientCyclesForCompute(next.computeAllocation, missing);
  }
  if (next.memoryAllocationBytes > present.memoryAllocationBytes) {
    return insufficientCyclesForMemory(next.memoryAllocationBytes, missing);
  }
  return undefined;
}

function reserve(
  { fees }: ExecutionEnvironment,
  { canister, next, balance }: SettingsChange,
  bytes: number,
  subnetUsed: number,
): SettingsCapacity {
  const cycles = fees.storageReservation(BigInt(bytes), BigInt(subnetUsed));
  const reserved = canister?.account.reserved ?? 0n;
  const { reservedCyclesLimit: limit, memoryAllocationBytes: allocation } = next;
  if (reserved > limit) return { kind: "refused", reject: reservedLimitTooLow(reserved, limit) };
  if (reserved + cycles > limit) {
    return { kind: "refused", reject: reservedLimitForMemory(allocation, reserved + cycles, limit) };
  }
  if (balance < cycles) {
    return { kind: "refused", reject: insufficientCyclesForMemory(allocation, cycles - balance) };
  }
  return { kind: "granted", cyclesReserved: cycles };
}
