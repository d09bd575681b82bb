import type {
  CanisterModel,
  Check,
  ModelFunction,
  StateRef,
  StateWrite,
  Suspension,
} from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { withoutTexts } from "../analysis/textParts.ts";
import { calledName } from "./callNames.ts";
import { isCalledUnderGuard, isProtected } from "./claims.ts";
import { isDead } from "./deadFunctions.ts";
import {
  isAskedWithin,
  isHarmless,
  isMemo,
  isRepeatable,
  isStillThere,
  putsBack,
  refusesByItself,
} from "./repeatedWrites.ts";
import type { Rule } from "./rule.ts";
import { bodyText, slicesOf, withoutComments } from "./sourceText.ts";
import { startedBy } from "./startedBy.ts";
import { awaitPlace, isSameState, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { isOfAwaited } from "./stateWrites.ts";
import { type Waiting, writesOfAwaited } from "./writesOfAwaited.ts";

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
        const { write, suspension, writer } = found;
        told.add(write.range.start);
        const name = stateName(write.state);
        report({
          ...((isRare(canister, inFunction, found) || !isCertain(canister, inFunction, check, found)) && {
            severity: "information",
          }),
          confidence: "medium",
          path: inFunction.path,
          range: check.range,
          message:
            `\`${name}\` is checked here but written only after an \`await\`: while the call is under way, another message ` +
            `passes this check, too. Write \`${name}\` before the \`await\`, or hold a lock over it.`,
          related: [
            awaitPlace(inFunction, suspension, "other messages are executed here"),
            { path: writer.path, range: write.range, message: `\`${name}\` is written here, without a new check` },
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
function isRare(canister: CanisterModel, inFunction: ModelFunction, { between }: LateWrite): boolean {
  const starter = startedBy(canister, inFunction);
  if (starter === "administrators") {
    return !between.some((it) => it.calls.some((call) => paying.test(calledName(call))));
  }
  return starter === "timers";
}

/**
 * Nothing speaks against it: tokens leave in between, or the condition compares what is written in the end, nobody has written of it before the
 * `await`, and whoever writes neither asks for it nor can fail.
 */
function isCertain(
  canister: CanisterModel,
  inFunction: ModelFunction,
  check: Check,
  { write, suspension, writer, between }: LateWrite,
): boolean {
  const condition = canister.textIn(inFunction.path, check.range.start, check.range.end);
  if (!check.reads.some((it) => isSameState(it, write.state) || isOfElement(canister, writer, it, write))) return false;
  // What has been paid twice is gone, whoever asks then.
  if (between.some((it) => it.calls.some((call) => paying.test(calledName(call))))) return true;
  if (!comparing.test(condition) && (check.isLookup || !/\?$/.test(condition))) return false;
  const isTaken = inFunction.steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      canFollow(it.at, suspension.at) &&
      it.at.order < suspension.at.order &&
      !isOfAwaited(inFunction, it) &&
      // What makes what it misses, or adds what is removed in the end, has taken nothing.
      !/^or_(insert|default)|^(get|find|load|ensure)_/.test(`${it.through?.name ?? it.operation}`) &&
      !(write.effect === "remove" && /^(insert|push|add)$/.test(it.effect)) &&
      mayBeSameState(it.state, write.state),
  );
  if (isTaken) return false;
  if (write.through === undefined) return true;
  const called = writer.steps.find((it) => it.kind === "functionCall" && it.at === write.at);
  const targets = called?.kind === "functionCall" ? called.targets : [];
  return targets.every(
    (it) =>
      !/\b(Result|Option|bool)\b/.test(it.returnType) &&
      !it.steps.some(
        (step) =>
          step.kind === "check" &&
          (step.leaves || (comparing.test(step.text) && !/^let\s+Some\b/.test(step.text))) &&
          step.reads.some((read) => mayBeSameState(read, write.state)),
      ),
  );
}

function awaitsBetween({ steps }: ModelFunction, check: Check, write: StateWrite): readonly Suspension[] {
  return steps.filter(
    (it): it is Suspension =>
      it.kind === "suspension" && it.suspends !== "no" && canFollow(check.at, it.at) && canFollow(it.at, write.at),
  );
}

const paying =
  /(^|_)(transfer|mint|burn|pay|payout|withdraw|refund|(send|move)_(\w+_)?(icp|tokens?|cycles|dfx|coins?|btc|eth|sol|funds|assets?))(_|$)/;

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
  /** The `await` of the function that checks. */
  readonly suspension: Suspension;
  /** The function that writes: the one that checks, or one that it awaits. */
  readonly writer: ModelFunction;
  /** All that is awaited between the check and the write. */
  readonly between: readonly Suspension[];
}

function findLateWrite(canister: CanisterModel, inFunction: ModelFunction, check: Check): LateWrite | undefined {
  const text = slicesOf(canister, inFunction.path);
  // Nothing of a condition is shortened here.
  const condition = text.slice(check.range.start, check.range.end);
  const awaits = inFunction.steps.filter(
    (it): it is Suspension => it.kind === "suspension" && it.suspends === "yes" && decides(check, it),
  );
  for (const suspension of awaits) {
    for (const write of inFunction.steps) {
      if (write.kind !== "stateWrite" || !canFollow(suspension.at, write.at)) continue;
      if (suspension.range.start <= write.range.start && write.range.end <= suspension.range.end) continue;
      const state = check.reads.find((it) => isChecked(canister, inFunction, inFunction, check, it, write));
      const isBroad = check.reads.length >= manyFields || isOneOfMany(inFunction, write);
      if (isBroad && !refusesWhatIsDone.test(condition)) continue;
      if (isUnknown(write) && !paysOut(suspension)) continue;
      if (asksOnlyWhetherThere(canister, inFunction, check) && !/^(remove|subtract)$/.test(write.effect)) continue;
      if (state === undefined || isHarmless(check, condition, write) || isUndoing(suspension, write)) continue;
      if (asksForOther(inFunction, condition, write) || isDeduplicated(suspension)) continue;
      const between = awaitsBetween(inFunction, check, write);
      if (isProtected(inFunction, check, suspension, write) || isRepeatable(canister, inFunction, between, write))
        continue;
      const behind = text.slice(check.range.end, write.range.start);
      if (!between.some(paysOut) && isStillThere(check, condition, behind, write)) continue;
      if (putsBack(behind, write) || isMemo(between, condition, behind, write)) continue;
      // To ask once more is too late where the money has gone.
      const late = { write, suspension, writer: inFunction, between };
      if (paysOut(suspension)) return late;
      if (isAskedWithin(text.slice(write.range.start, write.range.end), condition)) continue;
      if (refusesByItself(inFunction, write)) continue;
      if (!isReadAgain(inFunction, [state, write.state], suspension, write)) return late;
    }
  }
  for (const suspension of awaits) {
    const late = findWriteOfAwaited(canister, inFunction, check, condition, suspension);
    if (late !== undefined) return late;
  }
  return undefined;
}

/** Whoever is awaited does not look at the state itself, and writes it behind an `await` of its own. */
function findWriteOfAwaited(
  canister: CanisterModel,
  inFunction: ModelFunction,
  check: Check,
  condition: string,
  suspension: Suspension,
): LateWrite | undefined {
  const isRefusing = comparing.test(condition) || (/\?$/.test(condition) && !check.isLookup);
  if (check.isLookup || !(check.leaves ? isRefusing : refusesWhatIsDone.test(condition))) return undefined;
  if (check.reads.length >= manyFields || isDeduplicated(suspension)) return undefined;
  for (const { write, way } of writesOfAwaited({ inFunction, suspension })) {
    const last = way.at(-1);
    if (last === undefined || isUnknown(write) || isOneOfMany(last.inFunction, write)) continue;
    const writer = last.inFunction;
    if (!check.reads.some((it) => isChecked(canister, inFunction, writer, check, it, write))) continue;
    if (isHarmless(check, condition, write) || asksForOther(inFunction, condition, write)) continue;
    if (asksOnlyWhetherThere(canister, inFunction, check) && !/^(remove|subtract)$/.test(write.effect)) continue;
    const isLocked = (it: Waiting) =>
      isUndoing(it.suspension, write) ||
      isDeduplicated(it.suspension) ||
      isProtected(it.inFunction, elsewhere(check), it.suspension, write) ||
      looksItself(it.inFunction, write);
    if (isProtected(inFunction, check, suspension, write) || way.some(isLocked)) continue;
    const between = way.flatMap((it) => it.inFunction.steps.filter((step) => step.kind === "suspension"));
    if (isRepeatable(canister, writer, between, write) || refusesByItself(writer, write)) continue;
    const text = canister.textIn(writer.path, write.range.start, write.range.end);
    if (!isAskedWithin(text, condition)) return { write, suspension, writer, between };
  }
  return undefined;
}

/** More than that something is there. */
const comparing =
  /[<>=!]=|\s[<>]\s|^!|\bmatches!|contains|already|exists|\bis_\w+|\bcan_\w+|\bhas_\w+|^\w+(\.\w+)+$|^let\s+(?!Some\b|Ok\b|None\b)(\w+::)*[A-Z]\w*|^!?\w*(failed|valid|exists|already|paid|claimed|used|taken|done|allowed|enough|sufficient)\w*$/;

/** The condition as what was asked for before anything of another function. */
function elsewhere(check: Check): Check {
  return { ...check, at: { ...check.at, order: -1 }, range: { start: -1, end: -1 } };
}

/** The function asks for the state by itself: what was asked for before it came does not count any more. */
function looksItself({ steps }: ModelFunction, write: StateWrite): boolean {
  return steps.some(
    (it) => it.kind === "check" && it.reads.some((read) => mayBeSameState(read, write.state)) && it.at !== write.at,
  );
}

/** What is written is what was looked at. */
function isChecked(
  canister: CanisterModel,
  inFunction: ModelFunction,
  writer: ModelFunction,
  check: Check,
  read: StateRef,
  write: StateWrite,
): boolean {
  return (
    isSameState(read, write.state) ||
    (inFunction === writer && isReadWithin(inFunction, check, read, write)) ||
    ((check.leaves || comparing.test(check.text)) && isOfElement(canister, writer, read, write))
  );
}

/** A ledger takes a transfer of the same time of creation once only, and the time is that of what was looked up. */
function isDeduplicated({ calls }: Suspension): boolean {
  return calls.some((it) => it.arguments.some(({ text }) => /\b\w+\s*\.\s*created_at(_time)?\b/.test(text)));
}

/**
 * The condition names a field of the static, or what was taken out of it under its name, which is not the one that is written; or it
 * compares with the least that there has to be.
 */
function asksForOther({ steps }: ModelFunction, condition: string, { state, effect, value }: StateWrite): boolean {
  const isTakingOff = !/^(assign|mutate)$/.test(effect) || /-|sub/.test(value);
  if (!isTakingOff && /^\w+\s*<=?\s*(\w+::)*[A-Z][A-Z0-9_]*\b(?!\s*\()/.test(condition.trim())) return true;
  const fields = new Set(state.variable.fields.map((it) => it.name));
  for (const it of steps) {
    if (it.kind !== "stateRead" || it.state.variable !== state.variable) continue;
    for (const name of it.state.field.split(".")) if (name !== "[]") fields.add(name);
  }
  const written = state.field.split(".");
  const named = (withoutTexts(condition).match(/\b[a-z]\w*\b(?!\s*(\(|::))/g) ?? []).filter((it) => fields.has(it));
  return state.field !== "" && named.length > 0 && !named.some((it) => written.includes(it));
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
  const text = withoutComments(canister.textIn(through?.path ?? inFunction.path, start, end));
  // A method of what is put back may have set the field, before it was handed over.
  const own = withoutComments(canister.textIn(inFunction.path, inFunction.range.start, range.end));
  const putBack = /[,(]\s*&?([a-z_]\w*)(?:\.clone\(\))?\s*\)?$/.exec(
    through === undefined ? `,${write.value}` : own,
  )?.[1];
  if (putBack !== undefined) {
    const sets = `${putBack}\\.(${field}\\s*[-+*|&]?=(?!=)|\\w*${field}\\w*\\()`;
    if (new RegExp(`(^|[;{}])\\s*${sets}`).test(own)) return true;
  }
  return new RegExp(`\\.${field}\\s*[-+*|&]?=(?!=)|\\b${field}\\s*[,:](?!:)`).test(text);
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
  const text = slicesOf(canister, inFunction.path);
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
