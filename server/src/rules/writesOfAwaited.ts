import type { ModelFunction, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";

/** A function and an `await` of it. */
export interface Waiting {
  readonly inFunction: ModelFunction;
  readonly suspension: Suspension;
}

/** A write behind an `await` of a function that is awaited itself. */
export interface WriteOfAwaited {
  readonly write: StateWrite;
  /** The functions from the one that is awaited to the one that writes, each with the `await` that comes before. */
  readonly way: readonly Waiting[];
}

/** Functions are followed so far. */
const depthMax = 2;

/** What functions of the crate write, while they are awaited, behind an `await` of their own. */
export function writesOfAwaited({ inFunction, suspension }: Waiting, way: readonly Waiting[] = []): WriteOfAwaited[] {
  if (way.length >= depthMax) return [];
  return suspension.calls.flatMap((call): WriteOfAwaited[] => {
    const [called, ...others] = call.kind === "functionCall" && call.isCertain ? call.targets : [];
    if (called === undefined || others.length > 0 || called === inFunction || !called.isAsync) return [];
    return called.steps.flatMap((inner): WriteOfAwaited[] => {
      if (inner.kind !== "suspension" || inner.suspends !== "yes" || inner.at.task !== 0) return [];
      const waiting = { inFunction: called, suspension: inner };
      const own = writesBehind(waiting).map((write) => ({ write, way: [...way, waiting] }));
      return [...own, ...writesOfAwaited(waiting, [...way, waiting])];
    });
  });
}

function writesBehind({ inFunction, suspension: { at, range } }: Waiting): StateWrite[] {
  return inFunction.steps.filter(
    (it): it is StateWrite =>
      it.kind === "stateWrite" && canFollow(at, it.at) && !(range.start <= it.range.start && it.range.end <= range.end),
  );
}
