/** What canisters pay for being there, as time passes. */
import type { Canister } from "./canister.ts";
import { uninstallCode } from "./execution/uninstall.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";

/**
 * Storage, messages and compute allocation since the last charge, for each canister that was not charged for 10 s. Who
 * cannot pay loses its code and its allocations.
 */
export function chargeByTime(env: ExecutionEnvironment): void {
  let next = env.timeNanos + limits.chargeIntervalNanos;
  for (const canister of env.canisters.values()) {
    // While an execution goes on over several rounds, its canister's balance is left alone.
    if (env.long.busy.has(canister)) continue;
    if (env.timeNanos - canister.chargedUntilNanos >= limits.chargeIntervalNanos) charge(env, canister);
    const due = canister.chargedUntilNanos + limits.chargeIntervalNanos;
    if (due < next) next = due;
  }
  env.nextChargeNanos = next;
  env.induct();
}

/** Whole seconds are charged; what is left of the last one is forgotten. */
function charge(env: ExecutionEnvironment, canister: Canister): void {
  const seconds = (env.timeNanos - canister.chargedUntilNanos) / 1_000_000_000n;
  canister.chargedUntilNanos = env.timeNanos;
  const { memory, messages, compute } = canister.idleRates(env.fees);
  for (const [use, rate] of [
    ["memory", memory],
    ["memory", messages],
    ["compute_allocation", compute],
  ] as const) {
    const cost = env.fees.idle(rate, seconds);
    if (canister.account.withdrawForStorage(cost)) env.consume(canister, use, cost);
    else {
      runOutOfCycles(env, canister);
      return;
    }
  }
}

function runOutOfCycles(env: ExecutionEnvironment, canister: Canister): void {
  env.consume(canister, "uninstall", canister.account.drain());
  canister.settings = { ...canister.settings, computeAllocation: 0n, memoryAllocationBytes: 0n };
  const { code, chunks, snapshots, history } = canister;
  if (code === undefined && chunks.size === 0 && snapshots.size === 0 && history.length === 0) return;
  const root = { kind: "systemTask", canisterId: canister.id.text, round: env.round } as const;
  env.trace?.push({ kind: "ranOutOfCycles", round: env.round, root, depth: 0, canisterId: canister.id.text });
  uninstallCode(env, canister, undefined);
  // Nothing is left that takes room: the number of all changes stays.
  canister.snapshots.clear();
  canister.history = [];
}
