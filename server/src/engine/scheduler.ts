import type { Canister } from "./canister.ts";

/**
 * Decides which canister runs first. The specification promises only the order of messages between two canisters;
 * everything else is a choice that canisters must not rely on.
 */
export interface Scheduler {
  /** The canisters that have something to do, in the order in which they do it. */
  order(canisters: readonly Canister[]): readonly Canister[];
}

/** As the replica does without compute allocations: who waited longest goes first, then by id. */
export const replicaScheduler: Scheduler = {
  order(canisters) {
    if (canisters.length < 2) return canisters;
    return [...canisters].sort((a, b) => a.lastRound - b.lastRound || (a.id.key < b.id.key ? -1 : 1));
  },
};
