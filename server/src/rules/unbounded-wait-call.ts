import type { CanisterCall } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import type { Rule, RuleFinding } from "./rule.ts";

/** A call waits for its reply however long it takes. */
export const unboundedWaitCall: Rule = {
  id: "unbounded-wait-call",
  severity: "hint",
  docs: {
    what: "Another canister is called with unbounded wait.",
    why: "The callee decides when the call ends. As long as it is open, the canister cannot be stopped, and so not be upgraded safely.",
    instead:
      "Use `Call::bounded_wait` where a repeated or unknown outcome does no harm, such as for reads. Unbounded wait is right for transfers.",
  },

  check(canister, report) {
    let isOldReported = false;
    for (const [{ path }, calls] of unboundedCalls.of(canister)) {
      for (const call of calls) {
        if (call.api === "builder" && call.wait === "unbounded" && !movesAssets(call))
          report(builderFinding(path, call));
        if (call.api !== "old" || isOldReported) continue;
        isOldReported = true;
        report({
          confidence: "high",
          path,
          range: call.pathRange,
          message:
            "Calls of this API wait for their reply without a bound: a callee that never answers keeps this canister from " +
            "being stopped and upgraded. ic-cdk 0.18 brought `Call::bounded_wait`. (Said once per crate.)",
        });
      }
    }
  },
};

const unboundedCalls = new FunctionIndex(({ calls }) =>
  calls.flatMap((it) => {
    const isMeant = it.kind === "canisterCall" && it.calleeIs === "other" && !it.isOneWay;
    return isMeant && (it.api === "old" || (it.api === "builder" && it.wait === "unbounded")) ? [it] : [];
  }),
);

function builderFinding(path: string, call: CanisterCall): RuleFinding {
  const { end } = call.pathRange;
  const name = { start: end - "unbounded_wait".length, end };
  return {
    confidence: "high",
    path,
    range: call.pathRange,
    message:
      "This call waits for its reply without a bound: a callee that never answers keeps this canister from being stopped and " +
      "upgraded. Where an unknown outcome does no harm, `bounded_wait` gives up after a deadline.",
    fixes: [{ title: "Wait with a bound", kind: "review", edits: [{ path, range: name, newText: "bounded_wait" }] }],
  };
}

/** Where the outcome must become known, unbounded wait is right. */
function movesAssets({ method }: CanisterCall): boolean {
  return (
    method !== undefined &&
    /transfer|send|mint|burn|withdraw|pay|deposit|approve|swap|stake|refund|create|install/i.test(method)
  );
}
