import type { CanisterCall, FunctionCall, ModelFunction, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import { canFollow, type StepBase } from "../analysis/steps.ts";
import { onlyAsks } from "./callNames.ts";
import { hasWord, mayBeSameState, mayStay, stateName } from "./stateNames.ts";

/** Whether it does harm when a write stays although what follows it fails. */
export function mattersWhenLeft(write: StateWrite): boolean {
  const { effect, value } = write;
  if (mayStay(write)) return false;
  switch (effect) {
    case "subtract":
    case "remove":
      return true;
    case "add":
      return !/^\s*1(_?[ui]\d+)?\s*$/.test(value);
    case "insert":
      return !/\b(Pending|InProgress|Processing|Started|Initiated|Requested|Locked|Reserved|Open)\b/.test(value);
    case "assign":
      return !/^(true|false|None|Some\(\(\)\))$/.test(value.trim()) && !/\b(time|now)\(/.test(value);
    case "push":
    case "mutate":
      return false;
  }
}

/** What an awaited function writes belongs to its own message executions. */
export function isOfAwaited(inFunction: ModelFunction, write: StateWrite): boolean {
  return inFunction.steps.some((it) => it.kind === "functionCall" && it.at === write.at && it.awaited);
}

/** The value whose construction wrote the state gives it back, or a deferred closure does. */
export function isGuardedWrite(inFunction: ModelFunction, write: StateWrite, suspension: Suspension): boolean {
  return inFunction.steps.some((it) => {
    if (it.kind === "guard" && it.isGuard) return it.calls.includes(write.at.order) || /^_?scope|defer/.test(it.name);
    if (it.kind !== "stateWrite" || it.at.task === write.at.task) return false;
    const isBetween = it.at.order > write.at.order && it.at.order < suspension.at.order;
    return isBetween && mayBeSameState(it.state, write.state);
  });
}

/** The write stands where an earlier call has succeeded: it keeps what that call did, and is right whatever follows. */
export function keepsWhatWasDone({ steps }: ModelFunction, { at, effect }: StateWrite): boolean {
  if (effect === "subtract" || effect === "remove") return false;
  return steps.some((it) => {
    if (it.kind !== "suspension" || it.suspends === "no" || !canFollow(it.at, at)) return false;
    return it.calls.some((call) => {
      // What only asks has done nothing that could be kept.
      if (onlyAsks(call)) return false;
      const [failed] = call.errorArms;
      if (failed !== undefined && call.errorArms.every((arm) => arm.leaves === "function") && !isIn(at, call))
        return true;
      if (failed !== undefined && at.arms.some((arm) => arm.branch === failed.branch && arm !== failed)) return true;
      return call.uses.some((use) => use.kind === "propagated" || use.kind === "unwrapped");
    });
  });
}

function isIn({ arms }: StepBase, { errorArms }: CanisterCall | FunctionCall): boolean {
  return arms.some((it) => errorArms.includes(it));
}

const marking = hasWord(
  "locks? locked busy (in_?)?progress (in_?)?flight processing is_running ongoing mutex semaphore guards? (deposit|withdraw|mint|swapp|claim|pay|transferr)ing",
);

/** A write that takes a lock or says that something is under way. */
export function isMarker({ state, through, effect, value, operation }: StateWrite): boolean {
  const isNamed = marking.test(stateName(state));
  if (!isNamed && !/(^|_)(lock|acquire)(_|$)/.test(`${through?.name ?? ""} ${operation}`)) return false;
  if (effect === "assign") return !/^(false|None)$/.test(value.trim());
  return effect === "insert" || effect === "push";
}
