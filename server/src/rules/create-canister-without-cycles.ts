import { paymentOf } from "./managementPayment.ts";
import type { Rule } from "./rule.ts";

/** A canister is created without the cycles that this takes. */
export const createCanisterWithoutCycles: Rule = {
  id: "create-canister-without-cycles",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "`create_canister` of the management canister is called without cycles.",
    why: "To create a canister costs 500 billion cycles on a subnet of 13 nodes, taken from those that the call brings. Without any the call is rejected; with the fee alone the new canister has nothing to run on, and cannot even be installed.",
    instead:
      "Attach the fee and what the new canister needs: `create_canister_with_extra_cycles(&args, 1_000_000_000_000)`, or `.with_cycles(…)` on a call of your own.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "canisterCall" || call.calleeIs !== "management") continue;
        const isExtra = call.method === "create_canister_with_extra_cycles";
        if (call.method !== "create_canister" && !isExtra) continue;
        const withoutExtra = isExtra && /^0(_?u\d+)?$/.test(call.arguments[1]?.text ?? "");
        const payment = paymentOf(canister, call, inFunction);
        if (payment === "paid" && !withoutExtra && !(call.api === "management" && !call.isOldApi && !isExtra)) continue;
        if (payment === "paid") {
          report({
            severity: withoutExtra ? "warning" : "information",
            confidence: "high",
            path: inFunction.path,
            range: call.pathRange,
            message:
              "Only the fee is attached here: the new canister has no cycles to run on, and installing code fails until it is topped " +
              "up. Use `create_canister_with_extra_cycles`.",
          });
          continue;
        }
        report({
          confidence: "high",
          path: inFunction.path,
          range: call.pathRange,
          message:
            "No cycles are attached: the management canister rejects the call, since to create a canister costs 500 billion cycles and " +
            "more. Attach the fee and what the new canister needs.",
        });
      }
    }
  },
};
