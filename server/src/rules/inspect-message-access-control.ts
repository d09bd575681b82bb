import type { CanisterModel, EntryPoint } from "../analysis/canisterModel.ts";
import { asksForTestMode } from "./openEndpoints.ts";
import type { Rule } from "./rule.ts";

/** Who may call is decided where only users' messages pass. */
export const inspectMessageAccessControl: Rule = {
  id: "inspect-message-access-control",
  severity: "warning",
  docs: {
    what: "`#[inspect_message]` decides by the caller, and a method that it filters does not check the caller itself.",
    why: "Calls of other canisters do not pass `inspect_message`, and for users' messages one node alone executes it: it saves cycles, but protects nothing.",
    instead: 'Check the caller in the method, best with `guard = "…"`, and keep `inspect_message` as a filter.',
  },

  check(canister, report) {
    for (const inspect of canister.entryPoints.filter((it) => it.kind === "inspectMessage")) {
      if (canister.hasError || !inspect.function.summary.readsCaller) continue;
      const unchecked = filteredMethods(canister, inspect).filter((it) => changesSomething(it) && !checksCaller(it));
      if (unchecked.length === 0) continue;
      const names = unchecked.slice(0, 3).map((it) => `\`${it.method ?? it.function.name}\``);
      const more = unchecked.length > names.length ? ` and ${unchecked.length - names.length} more` : "";
      report({
        confidence: "medium",
        path: inspect.path,
        range: inspect.nameRange,
        message:
          `${names.join(", ")}${more} rely on this check of the caller, but calls of other canisters do not pass ` +
          "`inspect_message`. Check the caller in the method, too, for example with a guard.",
        related: unchecked.slice(0, 5).map((it) => ({
          path: it.path,
          range: it.nameRange,
          message: "does not check the caller",
        })),
      });
    }
  },
};

/** The methods that the hook names, or all where it names none. */
function filteredMethods(canister: CanisterModel, { path, function: inspect }: EntryPoint): readonly EntryPoint[] {
  const updates = canister.entryPoints.filter((it) => it.kind === "update" && it.method !== "wallet_receive");
  const text = canister.textOf(path).slice(inspect.range.start, inspect.range.end);
  const literals = new Set([...text.matchAll(/"(\w+)"/g)].map((match) => match[1]));
  const named = updates.filter((it) => it.method !== undefined && literals.has(it.method));
  return named.length === 0 ? updates : named;
}

function changesSomething({ function: { summary } }: EntryPoint): boolean {
  return summary.writes.length + summary.laterWrites.length > 0 || summary.callsCanister;
}

function checksCaller({ guards, function: { summary, steps } }: EntryPoint): boolean {
  return guards.length > 0 || summary.asksForCaller || asksForTestMode(steps);
}
