/**
 * Memory that the management canister takes for a canister: new code, chunks, snapshots. Executions ask `resources.ts`
 * while they run.
 */
import type { Canister } from "./canister.ts";
import { outOfCyclesText, type Reject } from "./errors.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";
import { insufficientCyclesForGrowth, reservedLimitForGrowth, subnetMemoryExceeded } from "./management/refusals.ts";
import { subnetMemoryBytes } from "./resources.ts";

/** Bytes that a canister is to have, and cycles that it has for them. */
export interface Growth {
  /** What it will use, its memory allocation left out. */
  readonly memoryBytes: number;
  /** Cycles free to use once everything else is paid. */
  readonly balance: bigint;
}

/** Cycles to set aside, or why the memory cannot be had. */
export type GrowthAnswer =
  | { readonly kind: "granted"; readonly cyclesReserved: bigint }
  | { readonly kind: "refused"; readonly reject: Reject };

/**
 * Whether the canister may use so much: the reserve for storage, then the freezing threshold, then the subnet's
 * capacity. Using less is always possible.
 */
export function growthOf(env: ExecutionEnvironment, canister: Canister, growth: Growth): GrowthAnswer {
  const before = canister.allocatedBytes;
  const after = Math.max(growth.memoryBytes, Number(canister.settings.memoryAllocationBytes));
  const bytes = after - before;
  if (bytes <= 0) return { kind: "granted", cyclesReserved: 0n };
  const { account, settings } = canister;
  const used = subnetMemoryBytes(env);
  const cycles = env.fees.storageReservation(BigInt(bytes), BigInt(used));
  const reserved = account.reserved + cycles;
  if (reserved > settings.reservedCyclesLimit) {
    return { kind: "refused", reject: reservedLimitForGrowth(bytes, reserved, settings.reservedCyclesLimit) };
  }
  const { balance } = growth;
  if (balance < cycles) return { kind: "refused", reject: insufficientCyclesForGrowth(bytes, cycles - balance) };
  const perDay = env.fees.idlePerDay(canister.holdings(growth.memoryBytes, canister.messageBytes));
  const threshold = env.fees.freezingThreshold(perDay, settings.freezingThresholdSeconds, reserved);
  const left = balance - cycles;
  if (left < threshold) return { kind: "refused", reject: insufficientCyclesForGrowth(bytes, threshold - left) };
  const available = Number(limits.subnetMemoryBytes) - used;
  if (bytes > available) return { kind: "refused", reject: subnetMemoryExceeded(bytes, Math.max(0, available)) };
  return { kind: "granted", cyclesReserved: cycles };
}

/** A piece of work of the management canister that takes memory. */
export interface MemoryWork {
  /** What the canister will use more. */
  readonly bytes: number;
  /** Instructions that the canister pays and the round counts. */
  readonly instructions: bigint;
  /** Whether the caller may learn how many cycles are missing. */
  readonly revealTopUp: boolean;
  /** The reject for a canister that cannot pay for the instructions; `lack` is the reason's text. */
  readonly unpaid: (lack: string) => Reject;
}

/** Charges for the work and takes the memory; or changes nothing and tells why not. */
export function takeMemory(env: ExecutionEnvironment, canister: Canister, work: MemoryWork): Reject | undefined {
  const fee = env.fees.managementInstructions(work.instructions);
  const { account } = canister;
  const answer = growthOf(env, canister, {
    memoryBytes: canister.memoryBytes + work.bytes,
    balance: account.balance - fee,
  });
  const threshold = canister.freezingThreshold(env.fees);
  if (account.balance - fee < threshold) {
    const { revealTopUp } = work;
    return work.unpaid(
      outOfCyclesText(canister.id, { available: account.balance, requested: fee, threshold, revealTopUp }),
    );
  }
  if (answer.kind === "refused") return answer.reject;
  account.balance -= fee;
  env.consume(canister, "instructions", fee);
  account.reserve(answer.cyclesReserved);
  env.roundInstructions += work.instructions;
  env.countInstructions(Number(work.instructions));
  return undefined;
}
