import type { CanisterModel, Check, EntryPoint, FunctionCall, ModelFunction, Step } from "../analysis/canisterModel.ts";
import { asksForTestMode } from "./openEndpoints.ts";
import { findReached } from "./reach.ts";
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
      if (canister.hasError || !decidesByCaller(inspect.function)) continue;
      const unchecked = filteredMethods(canister, inspect).filter((it) => changesSomething(it) && !checksCaller(it));
      if (unchecked.length === 0) continue;
      const names = unchecked.slice(0, 3).map((it) => `\`${it.method ?? it.function.name}\``);
      const more = unchecked.length > names.length ? ` and ${unchecked.length - names.length} more` : "";
      report({
        confidence: "medium",
        path: inspect.path,
        range: inspect.nameRange,
        message:
          `${names.join(", ")}${more} ${unchecked.length === 1 ? "relies" : "rely"} on this check of the caller, but calls of other canisters do not pass ` +
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

/** Who calls is asked for by a condition, not only written to a log. */
function decidesByCaller(inspect: ModelFunction): boolean {
  if (!inspect.summary.readsCaller) return false;
  return (
    findReached(
      inspect,
      (step, inFunction) => isDecision(step, inFunction) || undefined,
      () => true,
    ) !== undefined
  );
}

function isDecision(step: Step, inFunction: ModelFunction): boolean {
  // Canisters, which pass by it, are never anonymous.
  if (step.kind === "check") return step.readsCaller && !asksOnlyForAnonymity(step);
  // A function that is handed the caller and decides, or that may trap.
  if (step.kind !== "functionCall") return false;
  const decides = step.targets.some(
    (it) => !isAboutAnonymity(it.name) && it.steps.some((inner) => inner.kind === "check" || inner.kind === "trap"),
  );
  return decides && inFunction.steps.some((it) => asksForCaller(it) && isArgument(it, step));
}

function asksOnlyForAnonymity({ text, reads }: Check): boolean {
  if (reads.length > 0) return false;
  return text.split(/&&|\|\|/).every((it) => isAboutAnonymity(it));
}

function isAboutAnonymity(text: string): boolean {
  return /\banonymous\(\)|(^|_|\b)(is_|reject_|not_|refuse_)*anonymous(_|\b)/i.test(text);
}

function asksForCaller(step: Step): boolean {
  if (step.kind === "functionCall") return step.targets.some((it) => it.summary.readsCaller);
  return step.kind === "callerRead";
}

/** The caller is asked for among the call's arguments, or handed to it in a variable; not as part of a text. */
function isArgument(read: Step, call: FunctionCall): boolean {
  return call.arguments.some(({ text, range }) => {
    if (/^&?\s*format[!\u00aa]/.test(text)) return false;
    const isInside = range.start + call.item.start <= read.range.start && read.range.end <= range.end + call.item.start;
    return isInside || /^&?\w*(caller|sender|principal)\w*(\.clone\(\))?$/i.test(text);
  });
}

/** The methods that the hook names, or begins to name; all where it names none and lets no others pass. */
function filteredMethods(canister: CanisterModel, { function: inspect }: EntryPoint): readonly EntryPoint[] {
  const updates = canister.entryPoints.filter((it) => it.kind === "update" && it.method !== "wallet_receive");
  const called = inspect.steps.flatMap((it) => (it.kind === "functionCall" ? it.targets : []));
  const asking = called.filter(({ names }) => names.has("method_name") || names.has("msg_method_name"));
  const text = [inspect, ...asking].map((it) => canister.textIn(it.path, it.range.start, it.range.end)).join("\n");
  const literals = new Set([...text.matchAll(/"(\w+)"/g)].map((match) => match[1]));
  const prefixes = [...text.matchAll(/\bstarts_with\(\s*"(\w+)"/g)].map((match) => match[1] ?? "");
  const named = updates.filter(
    ({ method = "" }) => literals.has(method) || prefixes.some((it) => it !== "" && method.startsWith(it)),
  );
  const letsOthersPass = literals.size > 0 && /\b_\s*=>\s*(true|Ok\(|\{?\s*(\w+::)*accept_message\()/.test(text);
  return named.length === 0 && !letsOthersPass ? updates : named;
}

function changesSomething({ function: { summary } }: EntryPoint): boolean {
  return summary.writes.length + summary.laterWrites.length > 0 || summary.callsCanister;
}

function checksCaller({ guards, function: { summary, steps } }: EntryPoint): boolean {
  return guards.length > 0 || summary.asksForCaller || asksForTestMode(steps);
}
