import type { CanisterCall, CanisterModel } from "../analysis/canisterModel.ts";
import { type ConstantUse, constantSeen } from "../analysis/constantSeen.ts";
import { linkRemoval } from "./builderChain.ts";
import type { Rule } from "./rule.ts";

/** The system waits no longer than that for a bounded call, in seconds. */
const timeoutMax = 300;

/** A timeout is set where none can be, or a longer one than the system grants. */
export const changeTimeoutOnUnbounded: Rule = {
  id: "change-timeout-on-unbounded",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "`change_timeout` is called on a call with unbounded wait, or with more than 300 seconds.",
    why: "On `Call::unbounded_wait` the method panics before the call is sent. A bounded call waits for at most 300 seconds; a longer timeout is cut to that.",
    instead: "Use `Call::bounded_wait`, or leave the timeout out.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "canisterCall" || call.api !== "builder") continue;
        for (const link of call.chain) {
          if (link.name !== "change_timeout") continue;
          const range = { start: link.range.start + call.item.start, end: link.range.end + call.item.start };
          if (call.wait === "unbounded") {
            report({
              confidence: "high",
              path,
              range,
              message:
                "`change_timeout` panics on a call with unbounded wait, before the call is sent. Remove it, or use `Call::bounded_wait`.",
              fixes: [
                { title: "Remove `change_timeout`", kind: "safe", edits: [linkRemoval(canister, path, call, link)] },
                boundedWait(path, call),
              ],
            });
          } else if (exceedsMaximum(canister, link.arguments[0]?.text ?? "", { path, range })) {
            report({
              severity: "information",
              confidence: "high",
              path,
              range,
              message: `A bounded call waits for at most ${timeoutMax} seconds: the system cuts a longer timeout to that.`,
            });
          }
        }
      }
    }
  },
};

function boundedWait(path: string, { pathRange }: CanisterCall) {
  const range = { start: pathRange.end - "unbounded_wait".length, end: pathRange.end };
  return {
    title: "Wait with a bound",
    kind: "review" as const,
    edits: [{ path, range, newText: "bounded_wait" }],
  };
}

function exceedsMaximum(canister: CanisterModel, text: string, at: ConstantUse): boolean {
  const constant = constantSeen(canister, text, at);
  const number = /^(\d[\d_]*)(_?u32)?$/.exec(constant?.init ?? text)?.[1];
  return number !== undefined && Number(number.replaceAll("_", "")) > timeoutMax;
}
