import type { CanisterCall, Step } from "../analysis/canisterModel.ts";
import { isOpen, isTestCanister } from "./openEndpoints.ts";
import { entryName, findReached, isDeferred, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** Anybody may spend the canister's cycles. */
export const expensiveCallUnauthenticated: Rule = {
  id: "expensive-call-unauthenticated",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "An update that everybody may call reaches a signature, an outcall, a new canister, or sends cycles along.",
    why: "Each of these costs the canister between millions and a trillion cycles. Whoever repeats the call drains it, at no cost to themselves.",
    instead: "Check the caller, take a payment (`msg_cycles_accept`), or limit how often it happens.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (!isOpen(canister, entry)) continue;
      const isPaid = findReached(entry.function, paysOrLimits, () => true) !== undefined;
      const reached = isPaid
        ? undefined
        : findReached(
            entry.function,
            (step, inFunction) => (isDeferred(step, inFunction) ? undefined : expensive(step)),
            (call, inFunction) => !isDeferred(call, inFunction),
          );
      if (reached === undefined) continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          `Everybody may call ${entryName(entry)}, which reaches ${costOf(reached.found)} at this canister's expense. Check the caller, ` +
          "take a payment, or limit how often it happens.",
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "the canister pays here" },
        ],
      });
    }
  },
};

function expensive(step: Step): CanisterCall | undefined {
  if (step.kind !== "canisterCall") return undefined;
  const isCostly =
    step.calleeIs === "management" &&
    /^(sign_with_\w+|vetkd_derive_key|http_request\w*|create_canister\w*|bitcoin_(send|get_utxos)\w*)$/.test(
      step.method ?? "",
    );
  return isCostly || sendsCycles(step) ? step : undefined;
}

function sendsCycles({ chain, path }: CanisterCall): boolean {
  return chain.some((it) => it.name === "with_cycles") || /(^|::)call_with_payment(128)?$/.test(path);
}

function costOf(call: CanisterCall): string {
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
