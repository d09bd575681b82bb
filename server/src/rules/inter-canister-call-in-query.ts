import type { CanisterCall, EntryPoint } from "../analysis/canisterModel.ts";
import { callName, entryName, findReached, isSent, wayPlaces } from "./reach.ts";
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
      if (entry.kind !== "query") continue;
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
        fixes: changeKind(canister.textOf(entry.path), entry),
      });
    }
  },
};

function callOf(step: Parameters<Parameters<typeof findReached>[1]>[0], { steps }: EntryPoint["function"]) {
  if (step.kind !== "canisterCall" || step.api === "wrapper" || !isSent(step)) return undefined;
  return isTurnedOff(step, steps) ? undefined : step;
}

/** A branch that asks whether this is a query may well be the one that does not call. */
function isTurnedOff(call: CanisterCall, steps: EntryPoint["function"]["steps"]): boolean {
  return steps.some(
    (it) =>
      it.kind === "check" &&
      /replicated_execution|data_certificate/.test(it.text) &&
      it.decides.some((arm) => call.at.arms.includes(arm)),
  );
}

function changeKind(text: string, entry: EntryPoint): QuickFix[] {
  const attributes = text.slice(entry.range.start, entry.function.range.start);
  const match = /#\[\s*(?:\w+::)*query\b(\s*\(([^()]*)\))?/.exec(attributes);
  if (match === null) return [];
  const end = entry.range.start + match.index + match[0].length;
  const name = entry.range.start + match.index + match[0].lastIndexOf("query");
  const isPlain = match[1] === undefined || match[2]?.trim() === "";
  const composite = isPlain ? "query(composite = true)" : `query(composite = true, ${match[2]?.trim()})`;
  const edit = (newText: string) => [{ path: entry.path, range: { start: name, end }, newText }];
  return [{ title: "Make it a composite query", kind: "review", edits: edit(composite) }];
}
