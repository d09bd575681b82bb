import type { ModelFunction } from "../analysis/canisterModel.ts";
import { movesAssets } from "./assetMethods.ts";
import type { Rule } from "./rule.ts";

/** A payment is tried until it is heard to succeed. */
export const retryNonIdempotentCall: Rule = {
  id: "retry-non-idempotent-call",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A payment is repeated in a loop until it succeeds, and nothing lets the callee recognise the repetition.",
    why: "A call whose reply is an error may have been executed all the same. The next try pays again.",
    instead:
      "Give all tries the same `created_at_time`, or repeat only on `is_immediately_retryable()`, when nothing was sent.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      if (isRecognisable(inFunction)) continue;
      for (const step of inFunction.steps) {
        const paying =
          step.kind === "canisterCall" ? step.method : step.kind === "functionCall" ? payingCallee(step) : undefined;
        if (paying === undefined || !movesAssets(paying)) continue;
        if ((step.kind !== "canisterCall" && step.kind !== "functionCall") || !step.awaited) continue;
        const loop = step.at.arms.findLast((it) => it.kind === "loop");
        if (loop === undefined || !isRetry(loop.header ?? "") || !isAsked(step.uses)) continue;
        report({
          confidence: "low",
          path: inFunction.path,
          range: step.pathRange,
          message:
            `\`${paying}\` is tried again when its call fails, although it may have been executed. Give every try the same ` +
            "`created_at_time`, so that the callee recognises it.",
        });
      }
    }
  },
};

/** A function of the crate that is named like a payment and calls somebody. */
function payingCallee({ targets }: { readonly targets: readonly ModelFunction[] }): string | undefined {
  const [target] = targets;
  return target?.summary.callsCanister && !isRecognisable(target) ? target.name : undefined;
}

function isRecognisable({ names }: ModelFunction): boolean {
  return ["created_at_time", "is_immediately_retryable", "idempotency_key", "dedup_key", "nonce"].some((it) =>
    names.has(it),
  );
}

/** `loop`, `while …` and `for _ in 0..3`; a loop over things does something else in each pass. */
function isRetry(header: string): boolean {
  return (
    /^('\w+:\s*)?(loop|while\b(?!\s+let\s+Some))/.test(header) ||
    /\bfor\s+(_\w*|attempt\w*|retr\w*|tr(y|ies))\s+in\b/.test(header)
  );
}

/** Success is looked at, and so decides whether there is a next try. */
function isAsked(uses: readonly { readonly kind: string }[]): boolean {
  return uses.some((it) => it.kind === "inspected");
}
