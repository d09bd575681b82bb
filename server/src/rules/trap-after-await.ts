import type { CanisterModel, ModelFunction, StateWrite, Suspension, TrapPoint } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import type { Rule } from "./rule.ts";
import { slicesOf, type TextSlices } from "./sourceText.ts";
import { isToldOf } from "./state-mutated-before-await.ts";
import { awaitPlace, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { isGuardedWrite, isMarker, isOfAwaited, mattersWhenLeft } from "./stateWrites.ts";
import { dependsOnOthers, isFilledStatic, isSetByEveryTurn } from "./trapCauses.ts";

/** A trap behind an `await` leaves half of the work committed. */
export const trapAfterAwait: Rule = {
  id: "trap-after-await",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "State is changed before an `await`, and code behind the `await` may trap.",
    why: "A trap rolls back only what was done since the last `await`. What was written before stays: a lock stays taken, a balance stays reduced.",
    instead:
      "Return an error instead of trapping, write the state back first, or hold the change in a value whose `Drop` undoes it: it is dropped on a trap, too.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      if (!inFunction.steps.some((it) => it.kind === "suspension" && it.suspends === "yes")) continue;
      const told = new Map<number, number>();
      for (const trap of trapsOf(inFunction)) {
        const found = findLeftWrite(slicesOf(canister, inFunction.path), inFunction, trap);
        // What undoes the write, undoes it for all traps behind it.
        const times = told.get(found?.write.range.start ?? -1) ?? 0;
        if (found === undefined || times === timesMax) continue;
        const { write, suspension, release } = found;
        const within = trap.within ?? { trap, inFunction };
        const text = canister.textOf(within.inFunction.path);
        if (isImpossible(text, within.inFunction, within.trap)) continue;
        if (isFilledStatic(canister, within.inFunction, within.trap)) continue;
        if (isSetByEveryTurn(text, within.inFunction, within.trap)) continue;
        if (trap.within !== undefined && release === undefined && !/trap|panic!|assert/.test(within.trap.construct))
          continue;
        told.set(write.range.start, times + 1);
        const isLikely =
          (release !== undefined || isMeant(trap.construct) || isEndpoint(canister, inFunction)) &&
          !isUnlikely(text, within.inFunction, within.trap) &&
          !isToldWithCall(canister, inFunction, suspension, trap) &&
          dependsOnOthers(slicesOf(canister, inFunction.path), inFunction, suspension, trap);
        const name = stateName(write.state);
        report({
          ...(!isLikely && { severity: "information" }),
          confidence: "medium",
          path: inFunction.path,
          range: trap.range,
          message:
            `If \`${trap.construct}\` traps here, \`${name}\` keeps what was written before the \`await\`` +
            `${release === undefined ? "" : ", and is never released"}: only what was done since then is rolled back. ` +
            "Return an error instead, or hold the change in a value whose `Drop` undoes it.",
          related: [
            { path: inFunction.path, range: write.range, message: `\`${name}\` is written here` },
            awaitPlace(inFunction, suspension, "and committed here"),
            ...(release === undefined
              ? []
              : [{ path: inFunction.path, range: release.range, message: "a trap skips what releases it" }]),
            ...(trap.within === undefined
              ? []
              : [{ path: within.inFunction.path, range: within.trap.range, message: "it may trap here" }]),
            ...writePlaces(write),
          ],
        });
      }
    }
  },
};

/** The trap is what becomes of the failed call, and what it leaves behind is told where it was written. */
function isToldWithCall(
  canister: CanisterModel,
  inFunction: ModelFunction,
  { calls }: Suspension,
  { at }: Pick<TrapPoint, "at">,
): boolean {
  return calls.some((it) => it.errorArms.some((arm) => at.arms.includes(arm)) && isToldOf(canister, inFunction, it));
}

/** Somebody wrote that it traps here; what only may trap, deep in the code, mostly holds by what stands elsewhere. */
function isMeant(construct: string): boolean {
  return construct === "trap" || construct === "panic!";
}

function isEndpoint({ entryPoints }: CanisterModel, inFunction: ModelFunction): boolean {
  return entryPoints.some((it) => it.function === inFunction);
}

/** Traps that are told of one write. */
const timesMax = 2;

/** What is unwrapped was looked at before, or is a number that a ledger gave. */
function isImpossible(text: string, inFunction: ModelFunction, trap: Pick<TrapPoint, "range" | "construct">): boolean {
  const { range, construct } = trap;
  const { bodyRange } = inFunction;
  if (construct === "/" || construct === "%") {
    const divisor = text.slice(range.start, range.end).split(construct).at(-1)?.trim() ?? "";
    const plain = divisor.replace(/\s+as\s+\w+|[()&*]/g, "").trim();
    const counted = /[a-z_]\w*(?=\s*\.\s*(len|count)\(\))/.exec(divisor)?.[0] ?? plain;
    return conditionsBefore(text, inFunction, range.start).some((it) => it.includes(counted));
  }
  if (construct === "index" && isIndexInRange(text, inFunction, range)) return true;
  const lines = text.slice(text.lastIndexOf("\n", text.lastIndexOf("\n", range.start) - 1) + 1, range.end);
  const paragraph =
    text
      .slice(Math.max(0, range.start - 400), range.start)
      .split(/\n[ \t]*\n/)
      .at(-1) ?? "";
  const comments = paragraph
    .split("\n")
    .slice(-4)
    .map((it) => /\/\/.*/.exec(it)?.[0] ?? "");
  if (construct === "unreachable!" || saysNever.test(`${lines}\n${comments.join(" ")}`)) return true;
  // What is left of a division is small.
  if (/\btry_from\([^()]*%/.test(text.slice(range.start, range.end))) return true;
  const constant = /\bfrom_(text|str)\(&?([A-Za-z_]\w*)\)\s*\.\s*(unwrap|expect)\b/.exec(
    text.slice(range.start, range.end),
  )?.[2];
  if (constant !== undefined && new RegExp(`\\b(let|const|static)\\s+${constant}\\s*(:[^=;]*)?=\\s*"`).test(text))
    return true;
  const receiver = /^([\s\S]*?)\s*\.\s*(unwrap|expect)\b[^.]*$/.exec(text.slice(range.start, range.end))?.[1];
  if (receiver === undefined || bodyRange === undefined) return false;
  if (/\.0\s*\.(try_into|to_u\d+)\(\)$/.test(receiver)) return true;
  const before = text.slice(bodyRange.start, range.start);
  return ["is_none()", "is_some()", "is_ok()", "is_err()", "is_empty()"].some((it) =>
    before.includes(`${receiver}.${it}`),
  );
}

/**
 * What is unwrapped is hardly ever missing: the end of a list, what a case of an enum stands for, what was there before; or the trap means that stable
 * memory has run out.
 */
function isUnlikely(text: string, { bodyRange }: ModelFunction, { range }: Pick<TrapPoint, "range">): boolean {
  const unwrapped = text.slice(range.start, range.end).replace(/\s+/g, "");
  // The same was unwrapped before, and only another message can have changed that.
  const receiver = /^(.*\.get(?:_mut)?\(.*\))\.(?:unwrap|expect)\b[^.]*$/.exec(unwrapped)?.[1];
  const before = text.slice(bodyRange?.start ?? range.start, range.start).replace(/\s+/g, "");
  if (receiver !== undefined && before.includes(`${receiver}.unwrap(`)) return true;
  if (receiver !== undefined && before.includes(`${receiver}.expect(`)) return true;
  return (
    /\.(first|last|next|peek)\(\)(\.(cloned|copied)\(\))?\.(unwrap|expect)\b[^.]*$/.test(unwrapped) ||
    /\.get\(&?([a-z_]\w*::)*[A-Z]\w*::[A-Z]\w*\)(\.(cloned|copied)\(\))?\.(unwrap|expect)\b[^.]*$/.test(unwrapped) ||
    /\.(append|push)\(.*\)\.(unwrap|expect)\b[^.]*$/.test(unwrapped)
  );
}

function conditionsBefore(text: string, { steps }: ModelFunction, end: number): readonly string[] {
  const before = steps.filter((it) => it.kind === "check" && it.range.start < end);
  return before.map((it) => text.slice(it.range.start, it.range.end));
}

/** The index runs through a range, was compared before, or has been used before, as it stands. */
function isIndexInRange(text: string, inFunction: ModelFunction, { start, end }: TrapPoint["range"]): boolean {
  const { bodyRange } = inFunction;
  const index = /\[([^[\]]*)\]$/.exec(text.slice(start, end))?.[1] ?? "";
  const [name, ...others] = new Set(index.match(/[a-z_]\w*/g) ?? []);
  if (bodyRange === undefined || name === undefined || others.some((it) => it !== "as" && !/^[ui](size|\d+)$/.test(it)))
    return false;
  const before = text.slice(bodyRange.start, start);
  if (new RegExp(`\\bfor\\s+\\(?\\s*${name}\\b[^{]*\\bin\\b[^{]*(\\.\\.|enumerate\\(\\))`).test(before)) return true;
  const compared = new RegExp(`\\b${name}\\b(\\s+as\\s+\\w+)?\\s*(<|>|>=|<=)|(<|>|>=|<=)\\s*${name}\\b`);
  return before.includes(`[${index}]`) || conditionsBefore(text, inFunction, start).some((it) => compared.test(it));
}

/** The trap's text, or the comment above it, calls it a mistake of the program. */
const saysNever =
  /\bbug\b|\b(impossible|unreachable|invariant)\b|\b(should|must|can|could|will)(n't| ?not| never)( ever)? (happen|occur|be reached|fail)\b|\b(should|must|can) never\b|\bnever (happens|occurs|fails)\b|\b(must|should|always) (exists?|be (present|there))\b|\bverified\b|\bchecked (above|before|earlier|at)\b/i;

interface LeftWrite {
  readonly write: StateWrite;
  readonly suspension: Suspension;
  /** The write that would have released a lock. */
  readonly release: StateWrite | undefined;
}

/** Traps of the function itself; those of unwrapped call results are told by `call-result-unwrapped`. */
function ownTraps({ steps }: ModelFunction): readonly TrapPoint[] {
  const unwrapped = steps.flatMap((it) =>
    it.kind === "canisterCall" || it.kind === "functionCall" ? it.uses.filter((use) => use.kind === "unwrapped") : [],
  );
  const isTold = ({ range }: TrapPoint) =>
    unwrapped.some((it) => it.range.start === range.start && it.range.end === range.end);
  return steps.filter((it): it is TrapPoint => it.kind === "trap" && !isTold(it));
}

/** A place where the function may trap: by itself, or within a function that it calls there. */
interface ReachedTrap extends Pick<TrapPoint, "range" | "at" | "construct"> {
  readonly within?: { readonly trap: TrapPoint; readonly inFunction: ModelFunction };
}

/** In the order of the text. Of what is called, only functions of the crate that are surely meant count, with their own traps. */
function trapsOf(inFunction: ModelFunction): readonly ReachedTrap[] {
  const called = inFunction.steps.flatMap((it): readonly ReachedTrap[] => {
    if (it.kind !== "functionCall" || !it.isCertain || it.isHandedOn || it.awaited) return [];
    const [target, ...others] = it.targets;
    if (target === undefined || others.length > 0 || target.isAsync || target === inFunction) return [];
    // Who writes sees to the state.
    if (target.summary.writes.length > 0) return [];
    return ownTraps(target)
      .filter(({ construct, at }) => refusing.test(construct) && at.task === 0)
      .slice(0, 1)
      .map((trap) => ({ range: it.range, at: it.at, construct: it.path, within: { trap, inFunction: target } }));
  });
  if (called.length === 0) return ownTraps(inFunction);
  return [...ownTraps(inFunction), ...called].sort((a, b) => a.at.order - b.at.order);
}

/** What traps on purpose, or where there is nothing to unwrap. */
const refusing = /^(unwrap|expect|panic!|assert\w*!|(\w+::)*trap)/;

function findLeftWrite(text: TextSlices, inFunction: ModelFunction, trap: ReachedTrap): LeftWrite | undefined {
  for (const suspension of inFunction.steps) {
    if (suspension.kind !== "suspension" || suspension.suspends !== "yes") continue;
    if (!canFollow(suspension.at, trap.at)) continue;
    for (const write of inFunction.steps) {
      if (write.kind !== "stateWrite" || !canFollow(write.at, suspension.at)) continue;
      // What a closure of the awaited expression writes, it writes while it is awaited.
      if (suspension.range.start <= write.range.start && write.range.end <= suspension.range.end) continue;
      if (isOfAwaited(inFunction, write) || isGuardedWrite(inFunction, write, suspension)) continue;
      const later = inFunction.steps.filter(
        (it): it is StateWrite =>
          it.kind === "stateWrite" && it.at.order > suspension.at.order && mayBeSameState(it.state, write.state),
      );
      if (isMarker(write)) {
        const isReleased = later.some((it) => it.at.order < trap.at.order && canFollow(it.at, trap.at));
        const release = later.find((it) => it.at.order > trap.at.order && canFollow(suspension.at, it.at));
        if (release !== undefined && !isReleased) return { write, suspension, release };
        continue;
      }
      // Whoever writes the state once more before the trap has seen to it.
      const isWrittenBack = later.some((it) => it.at.order < trap.at.order && canFollow(it.at, trap.at));
      const isFinal = later.length === 0 && storesArgument(text, inFunction, write);
      if (mattersWhenLeft(write) && !isWrittenBack && !isFinal) return { write, suspension, release: undefined };
    }
  }
  return undefined;
}

/** The write keeps what the caller sent, as it was sent or put together anew: that is complete without what follows. */
function storesArgument(
  text: TextSlices,
  { parameters, range }: ModelFunction,
  { effect, value, range: at }: StateWrite,
) {
  if (effect !== "insert" && effect !== "assign") return false;
  const before = text.slice(range.start, at.start);
  const isArgument = (name: string) => parameters.some((it) => it.name === name);
  const isMadeOfArguments = (name: string) => {
    const made = new RegExp(`\\blet\\s+${name}\\s*=\\s*[A-Z]\\w*\\s*\\{([^;]*)\\}\\s*;`).exec(before)?.[1] ?? "";
    const names = rootNames(made);
    return names.length > 0 && names.every(isArgument);
  };
  const names = rootNames(value);
  return names.length > 0 && names.every((name) => isArgument(name) || isMadeOfArguments(name));
}

/** Variables and functions of an expression: no fields, methods, labels or cases of enums. */
function rootNames(expression: string): readonly string[] {
  const text = expression.replace(/\b[A-Z]\w*::[A-Z]\w*(?!\w|::|\s*[({])/g, "");
  return text.match(/(?<![.\w])[A-Za-z_]\w*(?!\w|\s*:(?!:))/g) ?? [];
}
