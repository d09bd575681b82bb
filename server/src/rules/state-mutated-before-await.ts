import type {
  CanisterCall,
  CanisterModel,
  FunctionCall,
  ModelFunction,
  StateWrite,
  Suspension,
} from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { callersOf } from "./callers.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { awaitPlace, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { isGuardedWrite, isOfAwaited, keepsWhatWasDone, mattersWhenLeft } from "./stateWrites.ts";

/** State is changed, and stays changed when the call behind it fails. */
export const stateMutatedBeforeAwait: Rule = {
  id: "state-mutated-before-await",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "State is changed before an `await`, and nothing undoes the change when the call fails.",
    why: "An `await` on a call ends the message execution and commits it. When the call fails, what was changed before stays changed.",
    instead:
      "Keep the order, but write the state back where the call fails, or hold the change in a value whose `Drop` undoes it.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const awaits = inFunction.steps.filter((it) => it.kind === "suspension" && it.suspends === "yes");
      const told = new Set<number>();
      for (const write of inFunction.steps) {
        // One call that writes several things is one place to mend.
        if (write.kind !== "stateWrite" || told.has(write.range.start)) continue;
        if (!mattersWhenLeft(write) || isOfAwaited(inFunction, write)) continue;
        if (keepsWhatWasDone(inFunction, write)) continue;
        const failing = awaits
          .flatMap((it) => (it.kind === "suspension" && canFollow(write.at, it.at) ? [it] : []))
          .map((it) => ({ suspension: it, exit: uncompensatedExit(canister, inFunction, write, it) }))
          .find((it) => it.exit !== undefined);
        if (failing?.exit === undefined || isUndoneByCallers(canister.functions, inFunction, write)) continue;
        const { suspension, exit } = failing;
        told.add(write.range.start);
        report({
          confidence: "medium",
          path: inFunction.path,
          range: write.range,
          message:
            `\`${stateName(write.state)}\` keeps this change when the call fails: the \`await\` commits it, and ${exit.how} ` +
            "without writing it back. Write it back where the call fails, before the function returns.",
          related: [
            awaitPlace(inFunction, suspension, "the message execution ends here, and the change is committed"),
            { path: inFunction.path, range: exit.range, message: "the failure leaves here" },
            ...writePlaces(write),
          ],
        });
      }
    }
  },
};

interface Exit {
  readonly how: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** How the failure of the awaited call leaves the function with the write in place. */
function uncompensatedExit(
  canister: CanisterModel,
  inFunction: ModelFunction,
  write: StateWrite,
  suspension: Suspension,
): Exit | undefined {
  if (isInside(write, suspension) || isGuardedWrite(inFunction, write, suspension)) return undefined;
  for (const call of suspension.calls) {
    if (call.kind === "functionCall" && !canFail(canister, call, write)) continue;
    if (isUndoneOnError(inFunction, write, call)) return undefined;
    const exit = exitOf(inFunction, call);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

/** What closures and functions of the awaited expression write, they write while it is awaited. */
function isInside(write: StateWrite, suspension: Suspension): boolean {
  return suspension.range.start <= write.range.start && write.range.end <= suspension.range.end;
}

/** A local function fails as a whole only when it says so; it may also write the state back itself. */
function canFail(canister: CanisterModel, call: FunctionCall, write: StateWrite): boolean {
  return call.targets.every(
    (it) =>
      /Result\b/.test(it.returnType) &&
      !alwaysSucceeds(canister, it) &&
      !it.summary.writes.some((other) => mayBeSameState(other.state, write.state)),
  );
}

/** It gives a `Result` because others do: it ends with `Ok(…)`, and no way leads out with an error. */
function alwaysSucceeds(canister: CanisterModel, called: ModelFunction): boolean {
  const text = bodyText(canister, called).replace(/"(?:\\.|[^"\\])*"/gs, '""');
  return /\bOk\s*\([^;]*\)\s*\}$/.test(text) && !/\bErr\b|\?|\breturn\b(?!\s*Ok\b)|bail!|ensure!/.test(text);
}

function isUndoneOnError(inFunction: ModelFunction, write: StateWrite, call: CanisterCall | FunctionCall): boolean {
  return inFunction.steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it.at.order > write.at.order &&
      mayBeSameState(it.state, write.state) &&
      (it.at.arms.some((arm) => call.errorArms.includes(arm)) || isInspectedLater(call, it)),
  );
}

/** A result that is looked at and a write behind it: the write may well be the one that undoes. */
function isInspectedLater(call: CanisterCall | FunctionCall, later: StateWrite): boolean {
  const inspects = call.uses.some((it) => it.kind === "inspected" || it.kind === "passed");
  return inspects && later.at.order > call.at.order;
}

function exitOf(inFunction: ModelFunction, call: CanisterCall | FunctionCall): Exit | undefined {
  for (const use of call.uses) {
    // What leaves a closure or an async block is for whoever runs it to handle.
    const isInner = use.arms.some((it) => it.kind === "closure");
    if (isInner && (use.kind === "propagated" || use.kind === "returned")) continue;
    switch (use.kind) {
      case "propagated":
        return { how: "`?` returns the error", range: use.range };
      case "unwrapped":
        return { how: `\`${use.how}\` traps`, range: use.range };
      case "returned":
        return { how: "the error is returned", range: use.range };
      case "ignored":
        if (call.kind === "canisterCall" && (use.how !== ";" || call.api === "builder" || call.api === "old")) {
          return { how: "the error is dropped", range: use.range };
        }
        break;
      case "inspected": {
        const leaving = call.errorArms.find((arm) => arm.leaves === "function" && isBare(inFunction, arm));
        if (leaving !== undefined) return { how: "the failure's branch returns", range: use.range };
        break;
      }
      case "passed":
        break;
    }
  }
  return undefined;
}

/** The branch does nothing but return: no state is written and no function called that could. */
function isBare(inFunction: ModelFunction, arm: CanisterCall["errorArms"][number]): boolean {
  const inside = inFunction.steps.filter((it) => it.at.arms.includes(arm));
  return !inside.some((it) => it.kind === "stateWrite" || it.kind === "suspension" || isUnknownCall(it));
}

function isUnknownCall(step: ModelFunction["steps"][number]): boolean {
  return (
    step.kind === "functionCall" && step.targets.length === 0 && /rollback|refund|revert|restore|undo/i.test(step.path)
  );
}

/** Whoever calls the function writes the state back where it fails. */
function isUndoneByCallers(functions: readonly ModelFunction[], changed: ModelFunction, write: StateWrite): boolean {
  return callersOf(functions, changed).some((caller) =>
    caller.steps.some(
      (it) =>
        it.kind === "functionCall" &&
        it.targets.includes(changed) &&
        (isUndoneOnError(caller, { ...write, at: it.at }, it) ||
          caller.steps.some(
            (other) =>
              other.kind === "stateWrite" &&
              canFollow(it.at, other.at) &&
              it.uses.some((use) => use.kind === "inspected") &&
              mayBeSameState(other.state, write.state),
          )),
    ),
  );
}
