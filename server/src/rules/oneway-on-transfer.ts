import { movesAssets } from "./assetMethods.ts";
import type { Rule } from "./rule.ts";

/** Whether the money arrived cannot be known. */
export const onewayOnTransfer: Rule = {
  id: "oneway-on-transfer",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A transfer, mint or burn is sent as a one-way call.",
    why: "A one-way call has no reply: whether the ledger executed or refused it, the canister never learns. What is written down about it is a guess.",
    instead: "Await the call and handle its result.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "canisterCall" || !call.isOneWay || !movesAssets(call.method)) continue;
        report({
          confidence: "medium",
          path,
          range: call.whole,
          message: `Whether \`${call.method}\` was executed cannot be known: a one-way call has no reply. Await it, and handle its result.`,
        });
      }
    }
  },
};
