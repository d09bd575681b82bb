import type {
  CanisterModel,
  Check,
  ModelFunction,
  StateRef,
  StateWrite,
  Step,
  Suspension,
} from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { canFollow } from "../analysis/steps.ts";
import { callersOf } from "./callers.ts";
import { calledName, onlyAsks, removing } from "./callNames.ts";
import { isCalledUnderGuard, isProtected } from "./claims.ts";
import { findReached } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { startedBy } from "./startedBy.ts";
import { awaitPlace, hasWord, isSameState, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";

/** What was checked before an `await` may no longer hold behind it. */
export const reentrancyCheckThenAct: Rule = {
  id: "reentrancy-check-then-act",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "A condition on state is checked, then a call is awaited, and only then the state is changed.",
    why: "While the call is awaited, the canister executes other messages: a second one passes the same check before the first has written anything, and both act.",
    instead:
      "Write before the `await` what makes the check fail for the next message, hold a lock whose `Drop` releases it, or check again behind the `await`.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const told = new Set<number>();
      for (const check of checksByWeight(inFunction)) {
        const found = findLateWrite(canister, inFunction, check);
        if (found === undefined || told.has(found.write.range.start)) continue;
        if (isCalledUnderGuard(canister, inFunction, 0)) continue;
        if (isCounted(canister, inFunction, check, found.write) || isDead.of(canister, inFunction)) continue;
        const { write, suspension } = found;
        told.add(write.range.start);
        const name = stateName(write.state);
        report({
          ...(isRare(canister, inFunction, check, write) && { severity: "information" }),
          confidence: "medium",
          path: inFunction.path,
          range: check.range,
          message:
            `\`${name}\` is checked here but written only after an \`await\`: while the call is under way, another message ` +
            `passes this check, too. Write \`${name}\` before the \`await\`, or hold a lock over it.`,
          related: [
            awaitPlace(inFunction, suspension, "other messages are executed here"),
            { path: inFunction.path, range: write.range, message: `\`${name}\` is written here, without a new check` },
            ...writePlaces(write),
          ],
        });
      }
    }
  },
};

/**
 * Only timers or administrators come here: two at once are an accident, that nobody can bring about for a purpose. What
 * administrators pay twice is gone all the same.
 */
function isRare(canister: CanisterModel, inFunction: ModelFunction, check: Check, write: StateWrite): boolean {
  const starter = startedBy(canister, inFunction);
  if (starter === "administrators") {
    return !awaitsBetween(inFunction, check, write).some((it) =>
      it.calls.some((call) => paying.test(calledName(call))),
    );
  }
  return starter === "timers";
}

function awaitsBetween({ steps }: ModelFunction, check: Check, write: StateWrite): readonly Suspension[] {
  return steps.filter(
    (it): it is Suspension =>
      it.kind === "suspension" && it.suspends !== "no" && canFollow(check.at, it.at) && canFollow(it.at, write.at),
  );
}

const paying = /(^|_)(transfer|mint|burn|pay|payout|withdraw|refund|send_(icp|tokens?|cycles|dfx))(_|$)/;

/** Tokens leave the canister. */
function paysOut({ calls }: Suspension): boolean {
  return calls.some((it) => paying.test(calledName(it)) && !/from/.test(calledName(it)));
}

/** Conditions on state that refuse come first, the one nearest to the call before others. */
function checksByWeight({ steps }: ModelFunction): readonly Check[] {
  // What a call answers is no condition on state, though state told whom to ask.
  const awaits = steps.filter((it) => it.kind === "suspension");
  const asksCall = ({ range }: Check) =>
    awaits.some((it) => range.start <= it.range.start && it.range.end <= range.end);
  const checks = steps
    .filter((it): it is Check => it.kind === "check" && it.reads.length > 0 && !asksCall(it))
    .toReversed();
  return [...checks.filter((it) => it.leaves), ...checks.filter((it) => !it.leaves)];
}

interface LateWrite {
  readonly write: StateWrite;
  readonly suspension: Suspension;
}

function findLateWrite(canister: CanisterModel, inFunction: ModelFunction, check: Check): LateWrite | undefined {
  const text = canister.textOf(inFunction.path);
  // Nothing of a condition is shortened here.
  const condition = text.slice(check.range.start, check.range.end);
  for (const suspension of inFunction.steps) {
    if (suspension.kind !== "suspension" || suspension.suspends !== "yes") continue;
    if (!decides(check, suspension)) continue;
    for (const write of inFunction.steps) {
      if (write.kind !== "stateWrite" || !canFollow(suspension.at, write.at)) continue;
      if (suspension.range.start <= write.range.start && write.range.end <= suspension.range.end) continue;
      const state = check.reads.find(
        (it) =>
          isSameState(it, write.state) ||
          isReadWithin(inFunction, check, it, write) ||
          (check.leaves && isOfElement(canister, inFunction, it, write)),
      );
      const isBroad = check.reads.length >= manyFields || isOneOfMany(inFunction, write);
      if (isBroad && !refusesWhatIsDone.test(condition)) continue;
      if (isUnknown(write) && !paysOut(suspension)) continue;
      if (asksOnlyWhetherThere(canister, inFunction, check) && !/^(remove|subtract)$/.test(write.effect)) continue;
      if (state === undefined || isHarmless(check, condition, write) || isUndoing(suspension, write)) continue;
      if (isProtected(inFunction, check, suspension, write) || isRepeatable(inFunction, check, write)) continue;
      if (putsBack(text.slice(check.range.end, write.range.start), write)) continue;
      // To ask once more is too late where the money has gone.
      if (paysOut(suspension)) return { write, suspension };
      if (isAskedWithin(text.slice(write.range.start, write.range.end), condition)) continue;
      if (refusesByItself(inFunction, write)) continue;
      if (!isReadAgain(inFunction, [state, write.state], suspension, write)) return { write, suspension };
    }
  }
  return undefined;
}

/** A function that can write anything, `apply(event)`, writes some of it only: a condition has to fit to what it may have done. */
function isOneOfMany({ steps }: ModelFunction, { at, through }: StateWrite): boolean {
  if (through === undefined) return false;
  return steps.filter((it) => it.kind === "stateWrite" && it.at === at).length >= manyFields;
}

/** Some method of all that a static holds was called: what it asks and what it changes, nobody knows. */
function isUnknown({ effect, state: { field } }: StateWrite): boolean {
  return effect === "mutate" && field === "";
}

/** So many fields are all of a state. */
const manyFields = 8;

const refusesWhatIsDone = /\bSome\s*\(|\bcan_\w+|contains|already|exists|\bis_some|^[^!]*\bis_\w+\(/;

/** The condition follows from a method of the state that contains the field, and whose text names the field: `s.data.find(id)`. */
function isReadWithin({ steps }: ModelFunction, check: Check, read: StateRef, { state, effect }: StateWrite): boolean {
  if (effect === "mutate" || read.variable !== state.variable || read.field === state.field) return false;
  const prefix = read.field === "" ? "" : `${read.field}.`;
  if (!state.field.startsWith(prefix)) return false;
  const [field = ""] = state.field.slice(prefix.length).split(".");
  return steps.some(
    (it) =>
      it.kind === "functionCall" &&
      it.isMethod &&
      it.isCertain &&
      it.at.order < check.at.order &&
      canFollow(it.at, check.at) &&
      steps.some((other) => other.kind === "stateRead" && other.at === it.at && isSameState(other.state, read)) &&
      it.targets.some((target) => target.names.has(field)),
  );
}

/** A field of an element was checked, and the element is put back with another value of it: `job.paid = true; JOBS.insert(id, job)`. */
function isOfElement(canister: CanisterModel, inFunction: ModelFunction, read: StateRef, write: StateWrite): boolean {
  const { state, effect, range, through } = write;
  if (read.variable !== state.variable || !/^(insert|remove)$/.test(effect)) return false;
  if (!read.field.startsWith(state.field === "" ? "[]." : `${state.field}.[].`)) return false;
  if (effect === "remove") return true;
  const field = read.field.slice(read.field.lastIndexOf(".") + 1);
  const [start, end] =
    through === undefined ? [inFunction.range.start, range.end] : [through.range.start, through.range.end];
  const text = canister.textOf(through?.path ?? inFunction.path).slice(start, end);
  return new RegExp(`\\.${field}\\s*[-+*|&]?=(?!=)|\\b${field}\\s*[,:](?!:)`).test(text);
}

/** Nothing of a canister leads to the function or names it, and no attribute makes an endpoint of it. */
const isDead = new Derived((canister, inFunction: ModelFunction) => seemsDead(canister, inFunction, new Set()));

function seemsDead(canister: CanisterModel, inFunction: ModelFunction, seen: Set<ModelFunction>): boolean {
  const { name, attributes, implOf } = inFunction;
  if (canister.entryPoints.length === 0 || implOf !== undefined || seen.size > 8) return false;
  if (seen.has(inFunction)) return true;
  seen.add(inFunction);
  if (attributes.some((it) => !/^(allow|doc|inline|must_use|cfg)$/.test(it.path))) return false;
  if (canister.entryPoints.some((it) => it.function === inFunction)) return false;
  if (canister.itemMacros.some((it) => it.includes(name))) return false;
  const callers = callersOf(canister, inFunction);
  if (callers.some((it) => it !== inFunction && !seemsDead(canister, it, seen))) return false;
  const others = canister.functions.filter((it) => it !== inFunction && !callers.includes(it));
  // Whoever names another one of this name need not mean this one.
  return others.some((it) => it.name === name) || others.every((it) => !it.names.has(name));
}

/** A condition that refuses whom a list does not have, by a function that only looks it up: `!is_allowed(&caller)`. */
function asksOnlyWhetherThere(
  canister: CanisterModel,
  { steps }: ModelFunction,
  { leaves, text, range }: Check,
): boolean {
  if (!leaves || !/^![\w:]+\([^()]*\)$/.test(text.trim())) return false;
  const asked = steps.find(
    (it) => it.kind === "functionCall" && range.start <= it.range.start && it.range.end <= range.end,
  );
  if (asked?.kind !== "functionCall" || asked.targets.length !== 1) return false;
  return asked.targets.every((it) => {
    const body = bodyText(canister, it);
    return /\.contains(_key)?\([^()]*\)[\s)}]*$/.test(body) && !/[;!]|&&|\|\|/.test(body);
  });
}

/**
 * What is checked is what a write of the same state has just answered: `let n = count(); if n == last { … }`, or a function that
 * refuses what is no longer as it was, and stores the new status.
 */
function isCounted(canister: CanisterModel, inFunction: ModelFunction, check: Check, late: StateWrite): boolean {
  const text = canister.textOf(inFunction.path);
  return inFunction.steps.some((it) => {
    if (it.kind !== "stateWrite" || it.at.order >= check.at.order) return false;
    if (!/^(add|subtract)$/.test(it.effect) && !storesStatus(canister, inFunction, it)) return false;
    if (!mayBeSameState(it.state, late.state)) return false;
    const before = text.slice(inFunction.range.start, it.range.start);
    const name = /\blet\s+(?:mut\s+)?(\w+)\s*(?::[^=;{}]*)?=\s*[^;]*$/.exec(before)?.[1];
    return name !== undefined && new RegExp(`\\b${name}\\b`).test(check.text);
  });
}

/** The write is that of a function which refuses by a status, and gives another one to what it stores. */
function storesStatus(canister: CanisterModel, { steps }: ModelFunction, { at }: StateWrite): boolean {
  const called = steps.find((it) => it.kind === "functionCall" && it.at === at && !it.awaited);
  if (called?.kind !== "functionCall" || called.targets.length !== 1) return false;
  return called.targets.every(
    (it) =>
      it.steps.some((step) => step.kind === "check" && step.leaves && status.test(step.text)) &&
      /\.(state|status|phase|stage)\s*=(?!=)/.test(bodyText(canister, it)),
  );
}

const status = /\b(state|status|phase|stage)\b/;

/** The `await` is reached only as the condition says. */
function decides(check: Check, suspension: Suspension): boolean {
  if (!canFollow(check.at, suspension.at)) return false;
  const arms = suspension.at.arms;
  if (check.decides.some((it) => arms.includes(it))) return true;
  return check.leaves && check.at.arms.every((it) => it.kind === "closure" || arms.includes(it));
}

/** What is written where the call failed takes something back. */
function isUndoing({ calls }: Suspension, { at }: StateWrite): boolean {
  return calls.some(({ errorArms }) => at.arms.some((it) => errorArms.includes(it)));
}

/**
 * Between the check and the write nothing is done that counts twice: other canisters are only asked, or told to remove
 * what they have, and the write leaves the same state however often it happens.
 */
function isRepeatable(inFunction: ModelFunction, check: Check, write: StateWrite): boolean {
  const between = awaitsBetween(inFunction, check, write);
  const calls = between.flatMap((it) => it.calls);
  if (calls.length === 0) return false;
  if (write.effect === "remove") return calls.every((it) => removing.test(calledName(it)) || onlyAsks(it));
  // Who comes second takes from the first what only one can have, unless the answer tells whose it is.
  if (/caller|owner|sender/i.test(write.value)) {
    const isCompared = inFunction.steps.some(
      (it) =>
        it.kind === "check" &&
        it.leaves &&
        /[!=]=/.test(it.text) &&
        /caller|owner|sender/.test(it.text) &&
        between.some((awaited) => canFollow(awaited.at, it.at)) &&
        canFollow(it.at, write.at),
    );
    if (!isCompared) return false;
  }
  return (
    (write.effect === "insert" || write.effect === "assign") &&
    (calls.every(onlyAsks) || calls.every((it) => setting.test(calledName(it))))
  );
}

/** What tells another canister how it is to be, so that telling it twice is the same. */
const setting = /^update_settings$/;

/** The write puts back what was looked up: `match pool_of(id) { Ok(pool) => { …; POOLS.insert(id, pool) } … }`. */
function putsBack(behind: string, { effect, value, through }: StateWrite): boolean {
  const found = /^\s*\{?\s*(?:Ok|Some)\s*\(\s*([a-z_]\w*)\s*\)/.exec(behind)?.[1];
  return (
    effect === "insert" &&
    through === undefined &&
    found !== undefined &&
    new RegExp(`,\\s*${found}(\\.clone\\(\\))?\\s*$`).test(value)
  );
}

/** Filling a cache twice does no harm; an insert whose answer is looked at is a check of its own. */
function isHarmless(check: Check, condition: string, write: StateWrite): boolean {
  if (write.resultUsed && write.through === undefined && /^(insert|remove|pop|take|replace)/.test(write.operation)) {
    return true;
  }
  if (harmlessTwice.test(stateName(write.state))) return true;
  // How the call went is noted, whoever made it.
  if (
    /cache|memo|(^|_)(record|mark|note)_(\w+_)?(success|failure|error|health(y)?|unhealthy)$/i.test(
      write.through?.name ?? "",
    )
  )
    return true;
  // A function that prepares much looks at who calls above all; what is changed in the end need not be what it asked for.
  const isBroad = check.readsCaller && check.reads.length >= 3;
  if (isBroad && /^(assign|mutate|push)$/.test(write.effect)) return true;
  const isLookup = check.isLookup || (check.leaves && asksWhatIsMissing(condition));
  if (isLookup && write.effect !== "remove" && write.effect !== "subtract") return true;
  const isLazy = /\bis_(none|some|empty)\b|\bSome\(|\bNone\b|\.get\(\)|\binit/i.test(condition);
  return isLazy && write.effect === "assign";
}

/** A condition that refuses what is not there: what is written later is there all the more. */
function asksWhatIsMissing(condition: string): boolean {
  if (/&&|\|\|/.test(condition)) return false;
  // A field that is empty may be what the write empties.
  return (
    /^!.*\bcontains(_key)?\s*\(/s.test(condition) || /^(\w+|.*\bget\([^()]*\))\.is_none\(\)[)}\s]*$/s.test(condition)
  );
}

/**
 * The write goes through a closure that asks once more: `mutate(|s| if s.address.is_none() { … })`. The condition in it has a
 * name in common with the one before.
 */
function isAskedWithin(write: string, condition: string): boolean {
  if (!/\|[^|]*\|/.test(write)) return false;
  const names = new Set(condition.match(/[a-z_]\w{2,}/g) ?? []);
  const asked = write.match(/\b(if|match)\b[^{]*/g) ?? [];
  return asked.some((it) => (it.match(/(?<=\.)[a-z_]\w+\b(?!\s*\()/g) ?? []).some((field) => names.has(field)));
}

/** The function that writes asks once more, and gives an error: `service.mark_archived(id)?` begins with `self.find(id, &[Archiving])?`. */
function refusesByItself({ steps }: ModelFunction, { at, state, through }: StateWrite): boolean {
  if (through === undefined) return false;
  const called = steps.find((it) => it.kind === "functionCall" && it.at === at && !it.awaited);
  if (called?.kind !== "functionCall" || called.targets.length === 0) return false;
  const refuses = (step: Step): Step | undefined => {
    if (step.kind !== "check" || !step.leaves || step.isLookup) return undefined;
    const isOwn = called.isMethod && /\bself\b/.test(step.text);
    return isOwn || step.reads.some((read) => read.variable === state.variable) ? step : undefined;
  };
  return called.targets.every(
    (it) => /\bResult\b/.test(it.returnType) && findReached(it, refuses)?.found !== undefined,
  );
}

const harmlessTwice = hasWord(`
  env environment caches? cached memo rng seed configs? configuration keys? metrics? stats? statistics? timers? last fetched expir\\w* logs?
  logger`);

function isReadAgain(
  inFunction: ModelFunction,
  states: readonly StateRef[],
  suspension: Suspension,
  write: StateWrite,
): boolean {
  const isMeant = (read: StateRef) => states.some((it) => isSameState(read, it));
  return inFunction.steps.some((it) => {
    if (it.at.order <= suspension.at.order || it.at.order > write.at.order) return false;
    // `balance -= amount` reads what it writes.
    const isOwn = it.range.start < write.range.end && write.range.start < it.range.end;
    if (it.kind === "stateRead") return isMeant(it.state) && it.at !== write.at && !isOwn;
    return it.kind === "check" && it.reads.some(isMeant) && isAskedAgain(it, suspension);
  });
}

/** A condition that uses what was read before the `await` is no new check. */
function isAskedAgain(check: Check, suspension: Suspension): boolean {
  // `match pay(amount).await` only looks at what the call gave.
  if (check.range.start <= suspension.range.start && suspension.range.end <= check.range.end) return false;
  return check.at.order > suspension.at.order && /\(/.test(check.text);
}
