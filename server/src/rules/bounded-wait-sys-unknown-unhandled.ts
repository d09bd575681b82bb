import type { CanisterCall, ModelFunction, Step } from "../analysis/canisterModel.ts";
import { movesAssets } from "./assetMethods.ts";
import type { Rule } from "./rule.ts";

/** What may have happened is taken for what did not. */
export const boundedWaitSysUnknownUnhandled: Rule = {
  id: "bounded-wait-sys-unknown-unhandled",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A payment with bounded wait is treated as failed on every error.",
    why: "A bounded call that takes too long ends with SYS_UNKNOWN: the callee may have executed it, or may still do so. A refund or a second try then pays twice.",
    instead:
      "Ask `e.is_clean_reject()`: only then it was not executed. Otherwise remember it as unknown, and find out by a repetition with the same `created_at_time`, or from the ledger's blocks.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "canisterCall" || call.wait !== "bounded" || !call.awaited || !movesAssets(call.method))
          continue;
        const reaction = knowsUnknown(inFunction) ? undefined : reactionTo(inFunction, call);
        if (reaction === undefined) continue;
        report({
          confidence: "medium",
          path: inFunction.path,
          range: call.pathRange,
          message:
            `When \`${call.method}\` takes too long, its outcome is unknown (SYS_UNKNOWN), and here it counts as failed. Ask ` +
            "`is_clean_reject()` before anything is taken back or tried again.",
          related: [
            { path: inFunction.path, range: reaction.range, message: "done as if the call had failed for certain" },
          ],
        });
      }
    }
  },
};

/** The function looks at the reject, or repeats safely. */
function knowsUnknown({ names }: ModelFunction): boolean {
  return [
    "is_clean_reject",
    "SysUnknown",
    "reject_code",
    "raw_reject_code",
    "created_at_time",
    "is_immediately_retryable",
  ].some((it) => names.has(it));
}

/** What is written or called where the call failed. */
function reactionTo({ steps }: ModelFunction, { errorArms }: CanisterCall): Step | undefined {
  return steps.find(
    (it) =>
      (it.kind === "stateWrite" || it.kind === "canisterCall" || (it.kind === "functionCall" && isUndoing(it.path))) &&
      it.at.arms.some((arm) => errorArms.includes(arm)),
  );
}

function isUndoing(path: string): boolean {
  return /refund|rollback|revert|restore|undo|retry|release|credit|unlock|reset/i.test(path);
}
