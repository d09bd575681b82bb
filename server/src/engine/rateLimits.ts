/**
 * What a canister may write and install faster than the network keeps up with becomes a debit, which rounds pay off.
 * The network's own test environments leave these limits off, and so does a subnet unless it is made with them.
 */
import type { Canister } from "./canister.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";

/** Whether a canister wrote so much that it is not scheduled until rounds have paid for it. */
export function isHeapDeltaLimited(env: ExecutionEnvironment, canister: Canister): boolean {
  return env.rateLimits && canister.heapDeltaDebit >= limits.heapDeltaBytesPerRound;
}

/** Counts bytes of memory that an execution wrote. */
export function addHeapDelta(env: ExecutionEnvironment, canister: Canister, bytes: number): void {
  if (!env.rateLimits || bytes === 0) return;
  canister.heapDeltaDebit += bytes;
  env.indebted.add(canister);
}

/** Whether earlier installations must be paid off before another one. */
export function isInstallLimited(env: ExecutionEnvironment, canister: Canister): boolean {
  return env.rateLimits && canister.installDebit > 0n;
}

/** Counts the instructions of an installation, whether it went well or not. */
export function addInstallDebit(env: ExecutionEnvironment, canister: Canister, instructions: bigint): void {
  if (!env.rateLimits) return;
  canister.installDebit += instructions;
  env.indebted.add(canister);
}

/** What one round pays off. */
export function payDebits(env: ExecutionEnvironment): void {
  for (const canister of env.indebted) {
    // A long execution counts when it has ended.
    if (env.long.busy.has(canister)) continue;
    canister.heapDeltaDebit = Math.max(0, canister.heapDeltaDebit - limits.heapDeltaBytesPerRound);
    const left = canister.installDebit - limits.installInstructionsPerRound;
    canister.installDebit = left > 0n ? left : 0n;
    if (canister.heapDeltaDebit === 0 && canister.installDebit === 0n) env.indebted.delete(canister);
  }
}
