import type { CanisterModel, EntryPoint, ModelFunction, StateWrite, Step } from "../analysis/canisterModel.ts";
import { changeAttribute } from "./entryAttribute.ts";
import { entryName, findReached, wayPlaces } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { stateName } from "./stateNames.ts";

/** What a query writes is gone when it ends. */
export const stateWriteInQuery: Rule = {
  id: "state-write-in-query",
  severity: "warning",
  docs: {
    what: "A query changes state.",
    why: "A query is executed on one replica alone, and what it wrote is thrown away when it ends. The change is seen by nobody.",
    instead: "Make it an update, or leave the change out.",
  },

  check(canister, report) {
    const updates = canister.entryPoints.filter((it) => it.kind === "update").map((it) => it.function);
    for (const entry of canister.entryPoints) {
      if ((entry.kind !== "query" && entry.kind !== "compositeQuery") || updates.includes(entry.function)) continue;
      if (entry.function.summary.writes.length === 0) continue;
      const reached = findReached(entry.function, writeThatMatters);
      if (reached === undefined) continue;
      report({
        confidence: reached.way.length === 0 ? "high" : "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          `The query ${entryName(entry)} changes \`${stateName(reached.found.state)}\`, and the change is thrown away when it ends. ` +
          "Make it an update, or leave the change out.",
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "written here" },
        ],
        fixes: makeUpdate(canister, entry),
      });
    }
  },
};

/** Caches and counters of one execution are written on purpose; `swap` and `take` may put back what they took. */
function writeThatMatters(step: Step, { steps }: ModelFunction): StateWrite | undefined {
  if (step.kind !== "stateWrite" || step.through !== undefined || step.at.task > 0) return undefined;
  const { state, effect, operation } = step;
  if (
    /cache|memo|metric|count|stats?\b|log|trace|rng|seed|random|nonce|instruction|perf|buffer|scratch/i.test(
      stateName(state),
    )
  ) {
    return undefined;
  }
  if (effect === "mutate" || /^(get_or_insert|or_insert|or_default|entry|sort)/.test(operation)) return undefined;
  const isPutBack = steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it !== step &&
      it.state.variable === state.variable &&
      (takesOut(step) ? it.at.order > step.at.order : takesOut(it) && it.at.order < step.at.order),
  );
  return isPutBack ? undefined : step;
}

function takesOut({ operation }: StateWrite): boolean {
  return /^(take|replace|swap|mem::)/.test(operation);
}

function makeUpdate(canister: CanisterModel, entry: EntryPoint): QuickFix[] {
  const edit = changeAttribute(canister, entry, { name: "update", dropped: /^composite\b/ });
  return edit === undefined ? [] : [{ title: "Make it an update", kind: "review", edits: [edit] }];
}
