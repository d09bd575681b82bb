import type { CanisterInstance } from "../embedder/contract.ts";
import type { Reject } from "../errors.ts";

/** What the executions of one query from a user have in common. */
export class QueryGraph {
  /** Instructions left for the whole graph. */
  instructionsLeft: bigint;
  /** Calls that wait for others of this graph, one in the other. */
  depth = 0;
  /** Why the graph as a whole ended: the user's response then, whatever the canisters made of it. */
  failure: Reject | undefined;
  /** Instances that hold what a composite query of this graph wrote. */
  readonly #held = new Set<CanisterInstance>();

  constructor(instructions: bigint) {
    this.instructionsLeft = instructions;
  }

  /** Runs a composite query, whose executions see what the ones before wrote; in the end all of it is undone. */
  holding<T>(instance: CanisterInstance, run: () => T): T {
    return this.onCommittedState(instance, () => {
      instance.hold();
      this.#held.add(instance);
      try {
        return run();
      } finally {
        this.#held.delete(instance);
        instance.release("undo");
      }
    });
  }

  /** Runs a query that sees nothing of what a composite query that waits for it wrote to the same canister. */
  onCommittedState<T>(instance: CanisterInstance, run: () => T): T {
    if (!this.#held.has(instance)) return run();
    this.#held.delete(instance);
    const changes = instance.suspendHold();
    try {
      return run();
    } finally {
      instance.resumeHold(changes);
      this.#held.add(instance);
    }
  }
}
