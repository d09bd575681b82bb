import type { Canister, InstalledCode } from "./canister.ts";

/** What the execution that a canister is busy with has not changed yet for others. */
export interface StateBefore {
  /** Cycles, without what was paid for the execution in advance. */
  readonly balance: bigint;
  readonly version: bigint;
  readonly certifiedData: Uint8Array;
  /** What an installation has replaced; absent where the execution is a message. */
  readonly replaced?: ReplacedCode;
  /** Whether the memories are as before, too, for a query that runs now. */
  isRestored: boolean;
}

/** The code before an installation. */
export interface ReplacedCode {
  /** Undefined where there was none. */
  readonly code: InstalledCode | undefined;
  /** Whether the new code works on its memories (an upgrade), which it holds until the installation ends. */
  readonly isHeld: boolean;
}

/** The code that queries and inspect_message run: while an installation goes on, the one before. */
export function codeSeen(canister: Canister): InstalledCode | undefined {
  const replaced = canister.stateBefore?.replaced;
  return replaced === undefined ? canister.code : replaced.code;
}

/**
 * Runs what changes nothing on the state before the execution that the canister is busy with, where it is; at the cost of
 * the pages that this wrote.
 */
export function onStateBefore<T>(canister: Canister, run: () => T): T {
  const { stateBefore } = canister;
  const instance = stateBefore === undefined ? undefined : heldInstance(canister, stateBefore);
  if (stateBefore === undefined || instance === undefined || stateBefore.isRestored) return run();
  const successor = stateBefore.replaced === undefined ? undefined : canister.code?.instance;
  successor?.lendMemories();
  const changes = instance.suspendHold();
  stateBefore.isRestored = true;
  try {
    return run();
  } finally {
    instance.resumeHold(changes);
    stateBefore.isRestored = false;
    successor?.takeMemoriesBack();
  }
}

/** The execution has ended: everybody sees what it did. */
export function forgetStateBefore(canister: Canister): void {
  const { stateBefore } = canister;
  if (stateBefore === undefined) return;
  canister.stateBefore = undefined;
  heldInstance(canister, stateBefore)?.release("keep");
}

/** The instance whose memories the execution has provisionally changed. */
function heldInstance(canister: Canister, { replaced }: StateBefore) {
  if (replaced === undefined) return canister.code?.instance;
  return replaced.isHeld ? replaced.code?.instance : undefined;
}
