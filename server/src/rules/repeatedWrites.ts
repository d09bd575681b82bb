import type { CanisterModel, Check, ModelFunction, StateWrite, Step, Suspension } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { acting, calledName, onlyAsks, removing } from "./callNames.ts";
import { findReached } from "./reach.ts";
import { bodyText } from "./sourceText.ts";
import { hasWord, stateName } from "./stateNames.ts";

/**
 * Between the check and the write nothing is done that counts twice: other canisters are only asked, or told to remove
 * what they have, and the write leaves the same state however often it happens.
 */
export function isRepeatable(
  canister: CanisterModel,
  inFunction: ModelFunction,
  between: readonly Suspension[],
  write: StateWrite,
): boolean {
  const calls = between.flatMap((it) => it.calls);
  if (calls.length === 0) return false;
  // What is counted or added beside it counts each time.
  if (inFunction.steps.some((it) => it.kind === "stateWrite" && it.at === write.at && counts(it))) return false;
  // Under a key that is drawn anew each time, each adds one more.
  if (write.effect === "insert" && hasDrawnKey(canister, inFunction, write)) return false;
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

/** The key of what is inserted is the answer of something that was awaited: `let id = unique_id().await; … insert(id, …)`. */
function hasDrawnKey(canister: CanisterModel, inFunction: ModelFunction, { value, through }: StateWrite): boolean {
  const key = /^&?(\w+)(?:\.clone\(\))?\s*,/.exec(value.trim())?.[1];
  if (key === undefined || through !== undefined) return false;
  return new RegExp(`\\blet\\s+(mut\\s+)?${key}\\b[^;=]*=[^;]*\\.\\s*await\\b`).test(bodyText(canister, inFunction));
}

/** A sum is changed by what was given, not only by one. */
function counts({ effect, value, state }: StateWrite): boolean {
  return (
    /^(add|subtract)$/.test(effect) && !/^\d+(_?[iu]\d+)?$/.test(value.trim()) && !harmlessTwice.test(stateName(state))
  );
}

/** What tells another canister how it is to be, so that telling it twice is the same. */
const setting = /^update_settings$/;

/** The write puts back what was looked up: `match pool_of(id) { Ok(pool) => { …; POOLS.insert(id, pool) } … }`. */
export function putsBack(behind: string, { effect, value, through }: StateWrite): boolean {
  const found = /^\s*\{?\s*(?:Ok|Some)\s*\(\s*([a-z_]\w*)\s*\)/.exec(behind)?.[1];
  return (
    effect === "insert" &&
    through === undefined &&
    found !== undefined &&
    new RegExp(`,\\s*${found}(\\.clone\\(\\))?\\s*$`).test(value)
  );
}

/** Filling a cache twice does no harm; an insert whose answer is looked at is a check of its own. */
export function isHarmless(check: Check, condition: string, write: StateWrite): boolean {
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
  const isFound = /^let\s+Ok\s*\([\s\w]*\)\s*=\s*\w+$/.test(condition.trim());
  const isLookup = check.isLookup || (check.leaves && (isFound || asksWhatIsMissing(condition)));
  if (isLookup && write.effect !== "remove" && write.effect !== "subtract") return true;
  const isLazy = /\bis_(none|some|empty)\b|\bSome\(|\bNone\b|\.get\(\)|\binit/i.test(condition);
  return isLazy && write.effect === "assign";
}

/** What has to be there is there still, whatever is put in its place. `behind` is the text from the condition to the write. */
export function isStillThere(
  { decides }: Check,
  condition: string,
  behind: string,
  { at, effect }: StateWrite,
): boolean {
  if (!/^(insert|assign|mutate)$/.test(effect)) return false;
  const [found] = decides;
  if (/^let\s+Some\s*\(\s*(?:mut\s+|ref\s+)?\w+\s*\)\s*=/.test(condition.trim()))
    return found !== undefined && at.arms.includes(found);
  return (
    decides.some((it) => at.arms.includes(it)) && /^Some\s*\(\s*(mut\s+)?[a-z]\w*\s*\)$/.test(patternBefore(behind))
  );
}

/** What has been found out before is given back, `if let Some(known) = CACHE.get(&key) { return known; }`, else it is found out once more. */
export function isMemo(
  between: readonly Suspension[],
  condition: string,
  behind: string,
  { effect }: StateWrite,
): boolean {
  if (!/^(insert|assign)$/.test(effect)) return false;
  if (between.some((it) => it.calls.some((call) => acting.test(calledName(call))))) return false;
  const found = /^let\s+Some\s*\(\s*(\w+)\s*\)\s*=/.exec(condition.trim())?.[1];
  return (
    found !== undefined &&
    new RegExp(`^\\s*\\{\\s*return\\s+(Ok\\(\\s*)?${found}(\\.clone\\(\\))?\\s*\\)?\\s*;?\\s*\\}`).test(behind)
  );
}

/** The pattern of the case in which a text ends that begins behind what a `match` looks at; empty where it is none. */
function patternBefore(text: string): string {
  if (!/^\s*\{/.test(text)) return "";
  let depth = 0;
  let pattern = "";
  for (const { 0: found, 1: name, index } of text.matchAll(
    /[([{]|[)\]}]|\b(Some\s*\([^()]*\)|None|Ok\s*\([^()]*\)|Err\s*\([^()]*\))\s*=>/g,
  )) {
    if (name !== undefined) pattern = depth === 1 ? name : pattern;
    else depth += "([{".includes(found) ? 1 : -1;
    if (depth < 1 && index > 0) return "";
  }
  return pattern;
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
export function isAskedWithin(write: string, condition: string): boolean {
  if (!/\|[^|]*\|/.test(write)) return false;
  const names = new Set(condition.match(/[a-z_]\w{2,}/g) ?? []);
  const asked = write.match(/\b(if|match)\b[^{]*/g) ?? [];
  return asked.some((it) => (it.match(/(?<=\.)[a-z_]\w+\b(?!\s*\()/g) ?? []).some((field) => names.has(field)));
}

/** The function that writes asks once more, and gives an error: `service.mark_archived(id)?` begins with `self.find(id, &[Archiving])?`. */
export function refusesByItself({ steps }: ModelFunction, { at, state, through }: StateWrite): boolean {
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
