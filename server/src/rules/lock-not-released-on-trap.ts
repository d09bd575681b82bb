import type { CanisterModel, ModelFunction, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import type { Rule } from "./rule.ts";
import { slicesOf } from "./sourceText.ts";
import { awaitPlace, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { isGuardedWrite, isMarker } from "./stateWrites.ts";

/** A lock depends on nobody trapping. */
export const lockNotReleasedOnTrap: Rule = {
  id: "lock-not-released-on-trap",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A lock is taken before an `await` and released behind it by plain code.",
    why: "When anything behind the `await` traps, the code that releases the lock does not run, and the `await` has committed that it is taken. It stays taken until an upgrade repairs it.",
    instead: "Hold the lock in a value whose `Drop` releases it: ic-cdk drops it on a trap, too.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const write of inFunction.steps) {
        if (write.kind !== "stateWrite" || !isMarker(write) || isTimed(write) || isReleasedByDrop(canister, write))
          continue;
        const found = findRelease(canister, inFunction, write);
        if (found === undefined) continue;
        const name = stateName(write.state);
        report({
          ...(isReleasedByUpgrade(canister, write) && { severity: "information" }),
          confidence: "medium",
          path: inFunction.path,
          range: write.range,
          message:
            `\`${name}\` stays as it is set here when anything behind the \`await\` traps: the code that takes it back does not ` +
            "run then. Hold it in a value whose `Drop` takes it back.",
          related: [
            awaitPlace(inFunction, found.suspension, "committed here"),
            { path: inFunction.path, range: found.release.range, message: "taken back here" },
            ...writePlaces(write),
          ],
        });
      }
    }
  },
};

/** A lock that expires repairs itself. */
function isTimed({ value }: StateWrite): boolean {
  return /\b(time|now|deadline|expires?|until)\b/.test(value);
}

/** The hook says what is known: that it may stay taken. */
function isReleasedByUpgrade(canister: CanisterModel, write: StateWrite): boolean {
  return canister.entryPoints.some(
    (it) =>
      it.kind === "postUpgrade" && it.function.summary.writes.some((other) => mayBeSameState(other.state, write.state)),
  );
}

function isReleasedByDrop(canister: CanisterModel, write: StateWrite): boolean {
  return canister.functions.some(
    ({ name, implOf, summary }) =>
      name === "drop" &&
      implOf?.trait !== undefined &&
      /(^|::)Drop$/.test(implOf.trait) &&
      summary.writes.some((it) => mayBeSameState(it.state, write.state)),
  );
}

interface Release {
  readonly suspension: Suspension;
  readonly release: StateWrite;
}

function findRelease(canister: CanisterModel, inFunction: ModelFunction, write: StateWrite): Release | undefined {
  for (const suspension of inFunction.steps) {
    if (suspension.kind !== "suspension" || suspension.suspends !== "yes") continue;
    if (!leadsTo(inFunction, write, suspension)) continue;
    const isGuarded = isGuardedWrite(inFunction, write, suspension);
    const release = inFunction.steps.find(
      (it): it is StateWrite =>
        it.kind === "stateWrite" &&
        it !== write &&
        mayBeSameState(it.state, write.state) &&
        (it.effect === "remove" || /^(false|None)$/.test(it.value.trim())) &&
        ((!isGuarded && canFollow(suspension.at, it.at)) ||
          isCalledBehind(canister, inFunction, it, write, suspension)),
    );
    if (release !== undefined) return { suspension, release };
  }
  return undefined;
}

/** The `await` comes after the write, also in a task that is started behind it. */
function leadsTo({ steps }: ModelFunction, write: StateWrite, suspension: Suspension): boolean {
  if (canFollow(write.at, suspension.at)) return true;
  return steps.some(
    (it) => it.kind === "functionCall" && it.starts.includes(suspension.at.task) && canFollow(write.at, it.at),
  );
}

/** The release stands in a closure that is bound before the `await` and called behind it: `let release = || …; call().await; release();`. */
function isCalledBehind(
  canister: CanisterModel,
  inFunction: ModelFunction,
  release: StateWrite,
  write: StateWrite,
  suspension: Suspension,
): boolean {
  if (release.at.order < write.at.order) return false;
  const text = slicesOf(canister, inFunction.path);
  const before = text.slice(write.range.end, release.range.start);
  const name = [...before.matchAll(/\blet\s+(\w+)\s*=\s*(?:move\s*)?\|\|/g)].at(-1)?.[1];
  const behind = text.slice(suspension.range.end, inFunction.range.end);
  return name !== undefined && new RegExp(`\\b${name}\\(\\)`).test(behind);
}
