import type { CanisterCall, CanisterModel, EntryPoint, Step } from "../analysis/canisterModel.ts";
import { changeAttribute } from "./entryAttribute.ts";
import { callName, entryName, findReached, isSent, StepReach, wayPlaces } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** A query calls another canister. */
export const interCanisterCallInQuery: Rule = {
  id: "inter-canister-call-in-query",
  severity: "error",
  docs: {
    what: "A query that is not composite calls another canister.",
    why: "The system functions that send calls trap in a query, whether a replica alone or the whole subnet executes it. Such a query always fails.",
    instead:
      "Make it an update, or `#[query(composite = true)]` where everything that it calls is a query on the same subnet.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "query" || !sendings.isPossible(canister, entry.function)) continue;
      const reached = findReached(entry.function, (step, inFunction) => callOf(step, inFunction));
      if (reached === undefined) continue;
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          `The query ${entryName(entry)} reaches ${callName(reached.found)}: a query that is not composite traps there. ` +
          "Make it an update, or a composite query where only queries are called.",
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "the call is sent here" },
        ],
        fixes: changeKind(canister, entry, reached.found),
      });
    }
  },
};

function callOf(step: Step, { steps }: EntryPoint["function"]) {
  if (!sends(step)) return undefined;
  return isTurnedOff(step, steps) ? undefined : step;
}

function sends(step: Step): step is CanisterCall {
  return step.kind === "canisterCall" && step.api !== "wrapper" && isSent(step);
}

const sendings = new StepReach(sends);

/** A branch that asks whether this is a query may well be the one that does not call. */
function isTurnedOff(call: CanisterCall, steps: EntryPoint["function"]["steps"]): boolean {
  return steps.some(
    (it) =>
      it.kind === "check" &&
      /replicated_execution|data_certificate/.test(it.text) &&
      it.decides.some((arm) => call.at.arms.includes(arm)),
  );
}

/** Composite queries reach no management canister, which has no queries. */
function changeKind(canister: CanisterModel, entry: EntryPoint, call: CanisterCall): QuickFix[] {
  const composite = changeAttribute(canister, entry, { name: "query", added: "composite = true" });
  const update = changeAttribute(canister, entry, { name: "update" });
  if (composite === undefined || update === undefined) return [];
  const fixes: QuickFix[] = [
    { title: "Make it a composite query", kind: "review", edits: [composite] },
    { title: "Make it an update", kind: "review", edits: [update] },
  ];
  return call.calleeIs === "management" ? fixes.slice(1) : fixes;
}
