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
  return starters.flatMap((it) => calledInTasks(canister, it, "timer"));
}

/** Functions that run in the tasks and timers which some functions start. */
export function startedTasks(canister: CanisterModel, starters: readonly ModelFunction[]): readonly ModelFunction[] {
  return starters.flatMap((it) => calledInTasks(canister, it, "task"));
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
      const starting = callsOfStarters.of(canister);
      return (it) => (starting.has(it) ? calledInTasks(canister, it, "message") : it.summary.callees);
    }
    case "everything":
      return (it) => it.summary.callees;
    default:
      return assertNever(extent);
  }
}

/** Where a function calls another one: in the message, in a task or timer that it starts, in a timer. */
type Where = "message" | "task" | "timer";

function calledInTasks(canister: CanisterModel, starter: ModelFunction, where: Where): readonly ModelFunction[] {
  const found: ModelFunction[] = [];
  let at: Where | undefined;
  for (const it of callsOfStarters.of(canister).get(starter) ?? []) {
    if (typeof it === "string") at = it;
    else if (at === where) found.push(it);
  }
  return found;
}

// What is called changes less often than how it is called, so that lists of functions are compared.
const calledNow = new FunctionIndex((it) => targetsOf(it, ({ at }) => at.task === 0));

/** Of functions that start tasks: what is called where, each place followed by what is called there. */
const callsOfStarters = new FunctionIndex((it): readonly (Where | ModelFunction)[] => {
  if (!it.calls.some(({ at }) => at.task > 0)) return [];
  const inMessage = targetsOf(it, (call) => !isDeferred(call, it));
  const inTasks = targetsOf(it, ({ at }) => at.task > 0);
  const inTimers = targetsOf(it, (call) => isDeferred(call, it));
  return ["message", ...inMessage, "task", ...inTasks, "timer", ...inTimers];
});

function targetsOf({ calls }: ModelFunction, isMeant: (call: FunctionCall) => boolean): readonly ModelFunction[] {
  return calls.flatMap((it) => (it.kind === "functionCall" && isMeant(it) ? it.targets : []));
}
