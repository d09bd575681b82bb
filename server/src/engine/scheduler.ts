import type { Canister } from "./canister.ts";
import { limits } from "./limits.ts";
import type { CanisterMessage } from "./messages.ts";
import type { InputQueues } from "./queues.ts";

/** A pass of a round over its canisters. */
export interface Pass {
  readonly round: number;
  /** The first pass of the round, in which timers and heartbeats run too. */
  readonly isFirst: boolean;
}

/**
 * Decides which canister runs first, and which of its messages. The specification promises only the order of messages
 * between two canisters; everything else is a choice that canisters must not rely on. A scheduler must depend on
 * nothing but what it is given, so that the same inputs give the same trace.
 */
export interface Scheduler {
  /** The canisters that have something to do, in the order in which they do it. */
  order(canisters: readonly Canister[], pass: Pass): readonly Canister[];
  /** Takes the next message from a canister's queues; undefined when they are empty. */
  take(input: InputQueues): CanisterMessage | undefined;
}

/**
 * As the replica does: each round every canister gains its compute allocation and a share of what is not allocated;
 * who has gained most goes first, and the first on each thread pay for the round. Queues take turns.
 */
export const replicaScheduler: Scheduler = {
  order(canisters, { round, isFirst }) {
    if (canisters.length === 1) return canisters;
    if (isFirst) return begin(canisters, round);
    return [...canisters].sort((a, b) => turnIn(a, round) - turnIn(b, round) || byId(a, b));
  },
  take: (input) => input.shift(),
};

function begin(canisters: readonly Canister[], round: number): readonly Canister[] {
  const { threads } = limits;
  const ordered = [...canisters].sort(byId);
  if (ordered.length > threads) {
    const multiplier = threads * ordered.length;
    let free = 100 * threads;
    for (const { settings } of ordered) free -= Number(settings.computeAllocation);
    for (const canister of ordered) {
      canister.priority += multiplier * Number(canister.settings.computeAllocation) + threads * free;
    }
    ordered.sort((a, b) => b.priority - a.priority || byId(a, b));
    for (const canister of ordered.slice(0, threads)) canister.priority -= 100 * threads * ordered.length;
  }
  for (const [index, canister] of ordered.entries()) {
    canister.lastRound = round;
    canister.turn = index;
  }
  return ordered;
}

/** The place that the canister had when the round began; behind all others where it joined later. */
function turnIn(canister: Canister, round: number): number {
  return canister.lastRound === round ? canister.turn : Number.MAX_SAFE_INTEGER;
}

function byId(a: Canister, b: Canister): number {
  return a.id.key < b.id.key ? -1 : a.id.key === b.id.key ? 0 : 1;
}
