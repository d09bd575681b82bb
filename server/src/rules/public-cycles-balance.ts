import type { FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { entryName, findReached, StepReach, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { slicesOf, type TextSlices } from "./sourceText.ts";

/** Everybody may watch the cycles run out. */
export const publicCyclesBalance: Rule = {
  id: "public-cycles-balance",
  severity: "hint",
  docs: {
    what: "A query without a guard returns the cycle balance.",
    why: "Whoever wants to drain the canister sees what each of their calls costs, and when the freezing threshold is near.",
    instead: "Let only controllers ask, or leave it to `canister_status`.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      const { kind, guards, method = "", function: asked } = entry;
      if ((kind !== "query" && kind !== "compositeQuery") || guards.length > 0 || asked.summary.asksForCaller) continue;
      const isNumber = /\b(u64|u128|Nat|f64)\b/.test(asked.returnType);
      if (!(isNumber || isInRecord(asked)) || /metric|http_request|status|health/.test(method)) continue;
      if (!balances.isPossible(canister, asked)) continue;
      const reached = findReached(asked, (step) =>
        step.kind === "functionCall" && isBalance(step) && returnsIt(slicesOf(canister, asked.path), asked, step)
          ? step
          : undefined,
      );
      if (reached === undefined) continue;
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          `Everybody may ask ${entryName(entry)} for the cycle balance, and see how fast their calls drain it. Guard it where ` +
          "this is not meant for the public.",
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "the balance is read here" },
        ],
      });
    }
  },
};

/** It is a field of what is returned. */
function isInRecord({ steps }: ModelFunction): boolean {
  return steps.some(
    (it) =>
      it.kind === "structLiteral" &&
      it.fields.some(({ value }) => /\bcanister_(balance(128)?|cycle_balance)\(\)(\s+as\s+\w+)?$/.test(value)),
  );
}

function isBalance({ resolved }: FunctionCall): boolean {
  return /^ic_cdk::api::(canister_balance(128)?|canister_cycle_balance)$/.test(resolved);
}

const balances = new StepReach((step) => step.kind === "functionCall" && isBalance(step));

/** A balance that is only compared stays inside. */
function returnsIt(
  text: TextSlices,
  { bodyRange }: { readonly bodyRange: { readonly start: number; readonly end: number } | undefined },
  { range, whole }: FunctionCall,
): boolean {
  if (bodyRange === undefined || range.start < bodyRange.start || range.end > bodyRange.end) return true;
  return !/^\s*(<|>|==|!=|<=|>=|\/(?!\/)|%)/.test(text.slice(whole.end, bodyRange.end));
}
