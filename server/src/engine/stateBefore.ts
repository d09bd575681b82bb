import type { Canister } from "./canister.ts";

/** What the execution that a canister is busy with has not changed yet for others. */
export interface StateBefore {
  /** Cycles, without what was paid for the execution in advance. */
  readonly balance: bigint;
  readonly version: bigint;
  readonly certifiedData: Uint8Array;
  /** Whether the memories are as before, too, for a query that runs now. */
  isRestored: boolean;
}

/**
 * Runs what changes nothing on the state before the execution that the canister is busy with, where it is; at the cost of
 * the pages that this wrote.
 */
export function onStateBefore<T>(canister: Canister, run: () => T): T {
  const { stateBefore, code } = canister;
  if (stateBefore === undefined || code === undefined || stateBefore.isRestored) return run();
  const changes = code.instance.suspendHold();
  stateBefore.isRestored = true;
  try {
    return run();
  } finally {
    code.instance.resumeHold(changes);
    stateBefore.isRestored = false;
  }
}

/** The execution has ended: everybody sees what it did. */
export function forgetStateBefore(canister: Canister): void {
  if (canister.stateBefore === undefined) return;
  canister.stateBefore = undefined;
  canister.code?.instance.release("keep");
}
