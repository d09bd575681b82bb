import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, slicesOf } from "./sourceText.ts";

/** Served, whether paid for or not. */
export const cyclesAcceptUnchecked: Rule = {
  id: "cycles-accept-unchecked",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "Cycles are accepted, and nobody looks at how many there were.",
    why: "`msg_cycles_accept(n)` takes at most what the call has brought, and answers with that: a caller who sends none is served as well.",
    instead: "Compare: `if msg_cycles_accept(FEE) < FEE { trap(…) }`, or ask `msg_cycles_available` first.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      if (/wallet_receive|deposit|top_?up|donate|accept_cycles|receive/.test(inFunction.name)) continue;
      for (const call of inFunction.steps) {
        if (call.kind !== "functionCall" || call.targets.length > 0 || call.fate.kind === "used") continue;
        if (!/^ic_cdk::api::(call::)?msg_cycles_accept(128)?$/.test(call.resolved)) continue;
        const body = bodyText(canister, inFunction);
        // Whoever takes all that is there, or has looked before, knows.
        const isAsked = /msg_cycles_available/.test(body) && !isAskedBeforeAwait(inFunction, call);
        if (isAsked || /MAX/.test(call.arguments[0]?.text ?? "")) continue;
        report({
          confidence: "high",
          path: inFunction.path,
          range: call.range,
          message:
            "This takes what the call has brought, which may be nothing: who sends no cycles is served as well. Compare the result with the price.",
          fixes: refuseLess(canister, inFunction.path, call),
        });
      }
    }
  },
};

/** What was there before an `await` may have been taken by another message of the same call. */
function isAskedBeforeAwait({ steps }: ModelFunction, accepted: FunctionCall): boolean {
  const asked = steps.filter(
    (it) => it.kind === "functionCall" && /msg_cycles_available/.test(it.path) && it.at.order < accepted.at.order,
  );
  return (
    asked.length > 0 &&
    asked.every((it) =>
      steps.some(
        (between) =>
          between.kind === "suspension" &&
          between.suspends === "yes" &&
          it.at.order < between.at.order &&
          between.at.order < accepted.at.order,
      ),
    )
  );
}

/** Who sends less is refused by a trap, which gives back what was taken. The price is written twice, so it has to be a plain one. */
function refuseLess(
  canister: CanisterModel,
  path: string,
  { fate, range, arguments: given }: FunctionCall,
): QuickFix[] {
  const price = given[0]?.text.trim() ?? "";
  if (given.length !== 1 || !/^[\w:]+$/.test(price)) return [];
  const { start, end } = fate.statement;
  const text = slicesOf(canister, path);
  const isWhole =
    /^(let\s+_\s*=|_\s*=|)\s*$/.test(text.slice(start, range.start)) && /^\s*;?$/.test(text.slice(range.end, end));
  if (!isWhole) return [];
  const newText = `if ${text.slice(range.start, range.end)} < ${price} { ic_cdk::trap("This call has to be paid for.") }`;
  return [{ title: "Refuse who sends less", kind: "review", edits: [{ path, range: { start, end }, newText }] }];
}
