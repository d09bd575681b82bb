import type {
  CanisterModel,
  Check,
  FunctionCall,
  ModelFunction,
  StateWrite,
  Suspension,
} from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { callersOf } from "./callers.ts";
import { hasWord, isSameState, mayBeSameState, stateName } from "./stateNames.ts";
import { isOfAwaited } from "./stateWrites.ts";

/** Everybody who calls the function holds a lock meanwhile. */
export function isCalledUnderGuard(canister: CanisterModel, called: ModelFunction, depth: number): boolean {
  const callers = callersOf(canister, called);
  if (callers.length === 0 || depth > 3) return false;
  return callers.every(({ steps }, index) => {
    const calls = steps.filter((it) => it.kind === "functionCall" && it.targets.includes(called));
    const caller = callers[index];
    const isGuarded = calls.every(
      (call) =>
        steps.some((it) => it.kind === "guard" && it.isGuard && canFollow(it.at, call.at)) ||
        (call.kind === "functionCall" && caller !== undefined && isClaimedBefore(caller, call)),
    );
    return isGuarded || (caller !== undefined && caller !== called && isCalledUnderGuard(canister, caller, depth + 1));
  });
}

/** Before the call a condition refuses whoever comes while some state is set, which is set there, too; or a lease is taken. */
function isClaimedBefore(caller: ModelFunction, call: FunctionCall): boolean {
  const { steps } = caller;
  return steps.some((it) => {
    if (!canFollow(it.at, call.at)) return false;
    if (it.kind === "functionCall") return taking.test(it.path);
    if (it.kind !== "stateWrite" || isOfAwaited(caller, it) || !/^(assign|insert|push)$/.test(it.effect)) return false;
    if (it.through !== undefined && taking.test(it.through.name)) return true;
    return steps.some(
      (check) =>
        check.kind === "check" &&
        (check.leaves || check.decides.some((arm) => call.at.arms.includes(arm))) &&
        canFollow(check.at, call.at) &&
        check.reads.some((read) => isSameState(read, it.state)),
    );
  });
}

const taking =
  /(^|_|::)(try_)?(acquire|take|claim|hold|enter|begin|start)_(\w*_)?(lock|lease|guard|permit|slot|turn)s?$/;

/** A lock is held, or what was written before the `await` makes the check fail for the next message. */
export function isProtected(
  inFunction: ModelFunction,
  check: Check,
  suspension: Suspension,
  late: StateWrite,
): boolean {
  return inFunction.steps.some((it) => {
    if (it.at.order >= suspension.at.order || !canFollow(it.at, suspension.at)) return false;
    if (it.kind === "guard") return it.isGuard;
    if (it.kind === "check") return isTimeLock(inFunction, it, suspension);
    if (it.kind === "stateWrite") {
      if (isMarker(it) || isRefusedTwice(inFunction, it, late)) return true;
      const isBehind = it.at.order > check.at.order || isWithin(check, it);
      return isBehind && !isOfAwaited(inFunction, it) && isClaiming(check, it, late);
    }
    return it.kind === "functionCall" && /(?<![bc])lock|guard|acquire|claim|reserve|try_start/i.test(it.path);
  });
}

/** `begin_swap(id)?` stores what is begun beside the state that is written in the end, and refuses what has been begun. */
function isRefusedTwice({ steps }: ModelFunction, { state, effect, range }: StateWrite, late: StateWrite): boolean {
  if (effect !== "insert" || state.variable !== late.state.variable) return false;
  return steps.some(
    (it) =>
      it.kind === "check" &&
      it.leaves &&
      it.range.start <= range.start &&
      range.end <= it.range.end &&
      /\b(init|start|begin|open|try)_\w+\s*\(/.test(it.text),
  );
}

/** Another condition lets nobody through for some time, and what it asks for is noted before the `await`. */
function isTimeLock({ steps }: ModelFunction, lock: Check, suspension: Suspension): boolean {
  if (!lock.leaves && lock.decides.every((it) => !suspension.at.arms.includes(it))) return false;
  return steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it.effect === "assign" &&
      canFollow(it.at, suspension.at) &&
      /\b(now|time)\w*\b/.test(it.value) &&
      lock.reads.some((read) => isSameState(read, it.state)),
  );
}

/** What the check looked at was changed; where something is removed in the end, to add does not take it away. */
function isClaiming(check: Check, write: StateWrite, late: StateWrite): boolean {
  // A condition that makes what it misses takes nothing, unless it is there to write: `set_executing(id)?`, `redeeming(id)?`.
  if (isWithin(check, write)) {
    if (write.effect !== "insert") return true;
    return !/\b(get|load|find|fetch|read|lookup|look_up|ensure|or)(_\w+)?\s*\(/.test(check.text);
  }
  if (late.effect === "remove" && /^(insert|push|add)$/.test(write.effect)) return false;
  return mayBeSameState(write.state, late.state) || check.reads.some((it) => mayBeSameState(it, write.state));
}

function isWithin({ range }: Check, write: StateWrite): boolean {
  return range.start <= write.range.start && write.range.end <= range.end;
}

function isMarker({ state, through }: StateWrite): boolean {
  return marking.test(`${stateName(state)} ${through?.name ?? ""}`);
}

const marking = hasWord(`
  locks? locked (un)?lock busy (in_?)?progress pending (in_?)?flight processing running ongoing active claimed
  reserv(e|ed|ation|ations)`);
