import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { assertNever } from "../base/assert.ts";
import { isDeferred } from "./reach.ts";

/**
 * Functions that some functions run: before they return, in the tasks of their message as well, or in timers too.
 */
export function reachedFrom(
  canister: CanisterModel,
  functions: readonly ModelFunction[],
  extent: "now" | "message" | "everything",
): readonly ModelFunction[] {
  return reached(functions, calleesOf(canister, extent));
}

/** The same with all that runs in timers, for any functions of a canister. */
export function everReachedFrom(functions: readonly ModelFunction[]): readonly ModelFunction[] {
  return reached(functions, (it) => it.summary.callees);
}

function reached(
  functions: readonly ModelFunction[],
  calledBy: (caller: ModelFunction) => readonly ModelFunction[],
): readonly ModelFunction[] {
  const open = [...functions];
  const found = new Set(open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const callee of calledBy(next)) {
      if (found.has(callee)) continue;
      found.add(callee);
      open.push(callee);
    }
  }
  return [...found];
}

/** Functions that run in the timers which some functions start. */
export function startedTimers(canister: CanisterModel, starters: readonly ModelFunction[]): readonly ModelFunction[] {
  const started = inTimers.of(canister);
  return starters.flatMap((it) => started.get(it) ?? []);
}

/** Functions that run in the tasks and timers which some functions start. */
export function startedTasks(canister: CanisterModel, starters: readonly ModelFunction[]): readonly ModelFunction[] {
  const started = inTasks.of(canister);
  return starters.flatMap((it) => started.get(it) ?? []);
}

function calleesOf(
  canister: CanisterModel,
  extent: "now" | "message" | "everything",
): (caller: ModelFunction) => readonly ModelFunction[] {
  switch (extent) {
    case "now": {
      const called = calledNow.of(canister);
      return (it) => called.get(it) ?? [];
    }
    case "message": {
      const starting = startsTasks.of(canister);
      const called = calledInMessage.of(canister);
      return (it) => (starting.has(it) ? (called.get(it) ?? []) : it.summary.callees);
    }
    case "everything":
      return (it) => it.summary.callees;
    default:
      return assertNever(extent);
  }
}

// What is called changes less often than how it is called.
const startsTasks = new FunctionIndex((it) => (it.calls.some(({ at }) => at.task > 0) ? [true] : []));
const calledNow = new FunctionIndex((it) => targetsOf(it, ({ at }) => at.task === 0));
const calledInMessage = new FunctionIndex((it) =>
  it.calls.some(({ at }) => at.task > 0) ? targetsOf(it, (call) => !isDeferred(call, it)) : [],
);
const inTimers = new FunctionIndex((it) =>
  it.calls.some(({ at }) => at.task > 0) ? targetsOf(it, (call) => isDeferred(call, it)) : [],
);
const inTasks = new FunctionIndex((it) => targetsOf(it, ({ at }) => at.task > 0));

function targetsOf({ calls }: ModelFunction, isMeant: (call: FunctionCall) => boolean): readonly ModelFunction[] {
  return calls.flatMap((it) => (it.kind === "functionCall" && isMeant(it) ? it.targets : []));
}
