import type { CanisterCall, CanisterModel, EntryPoint, FunctionCall, Step } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import { isOpen, isTestCanister, letsAllUsersPass } from "./openEndpoints.ts";
import { entryName, findReached, isDeferred, StepReach, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** Anybody may spend the canister's cycles. */
export const expensiveCallUnauthenticated: Rule = {
  id: "expensive-call-unauthenticated",
  severity: "information",
  docs: {
    what: "An update that everybody may call reaches a signature, an outcall, a new canister, or sends cycles along.",
    why: "Each of these costs the canister between millions and a trillion cycles. Whoever repeats the call drains it, at no cost to themselves.",
    instead: "Check the caller, take a payment (`msg_cycles_accept`), or limit how often it happens.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "update" || !costs.isPossible(canister, entry.function)) continue;
      const openness = isOpen(canister, entry) ? "open" : takesAnyUser(canister, entry) ? "users" : undefined;
      if (openness === undefined) continue;
      const isPaid = findReached(entry.function, paysOrLimits, () => true) !== undefined;
      const reached = isPaid
        ? undefined
        : findReached(
            entry.function,
            (step, inFunction) => (isDeferred(step, inFunction) ? undefined : expensive(step)),
            (call, inFunction) => !isDeferred(call, inFunction),
          );
      if (reached === undefined) continue;
      const who = openness === "open" ? "Everybody" : "Everybody with an identity";
      report({
        ...(openness === "users" && { severity: "hint" }),
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          `${who} may call ${entryName(entry)}, which reaches ${costOf(reached.found)} at this canister's expense. Check the caller, ` +
          "take a payment, or limit how often it happens.",
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "the canister pays here" },
        ],
      });
    }
  },
};

/** The caller is only turned away where it is anonymous, or asked for and never compared: whoever makes an identity may call. */
function takesAnyUser(canister: CanisterModel, entry: EntryPoint): boolean {
  if (entry.kind !== "update" || !entry.guardFunctions.every((it) => letsAllUsersPass(canister, it))) return false;
  if (entry.function.parameters.some((it) => /signature|proof|jwt|token|certificate/i.test(`${it.name} ${it.type}`)))
    return false;
  if (entry.guards.length !== entry.guardFunctions.length || /^(http_request|__|icrc\d)/.test(entry.method ?? ""))
    return false;
  const refuses = (step: Step): Step | undefined => {
    if (step.kind === "check") return step.readsCaller && !/anonymous/i.test(step.text) ? step : undefined;
    return step.kind === "functionCall" && checking.test(lastName(step.path)) && !/anonymous/.test(step.path)
      ? step
      : undefined;
  };
  if ([...entry.function.names].some((it) => /is_controller|authori[sz]|permission|allowance/i.test(it))) return false;
  return findReached(entry.function, refuses, () => true) === undefined;
}

const checking = /^(only|assert|require|check|ensure|must|verify|validate|trap|authenticate|authorize|is|has|can)_/;

const costs = new StepReach((step) => expensive(step) !== undefined);

function expensive(step: Step): CanisterCall | FunctionCall | undefined {
  if (step.kind === "functionCall") {
    // Clients of other crates do the same.
    return step.targets.length === 0 && step.awaited && costly.test(lastName(step.path)) ? step : undefined;
  }
  if (step.kind !== "canisterCall") return undefined;
  const { method = "", calleeIs } = step;
  const isCostly =
    costly.test(method) ||
    (calleeIs === "management" && /^(http_request\w*|create_canister\w*|bitcoin_(send|get_)\w*)$/.test(method));
  return isCostly || sendsCycles(step) ? step : undefined;
}

/** What costs wherever it is called. */
const costly =
  /^(sign_with_\w+|vetkd_derive_\w+|derive_vetkey|eth_(call|get_\w+|send_raw_transaction|fee_history|block_number)|multi_request)$/;

function sendsCycles({ chain, path }: CanisterCall): boolean {
  return chain.some((it) => it.name === "with_cycles") || /(^|::)call_with_payment(128)?$/.test(path);
}

function costOf(call: CanisterCall | FunctionCall): string {
  if (call.kind === "functionCall") return `\`${lastName(call.path)}\``;
  return sendsCycles(call) || call.method === undefined ? "a call with cycles" : `\`${call.method}\``;
}

function paysOrLimits(step: Step): true | undefined {
  if (step.kind !== "functionCall") return undefined;
  return (
    /msg_cycles_(accept|available|refunded)|cycles_accept|charge|payment|paid|rate_?limit|throttle|quota|cooldown/i.test(
      step.path,
    ) || undefined
  );
}
