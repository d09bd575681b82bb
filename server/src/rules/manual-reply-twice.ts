import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import { type DoubleReply, doubleReply } from "../analysis/replies.ts";
import type { Rule } from "./rule.ts";
import { slicesOf } from "./sourceText.ts";

/** A second reply on the same way. */
export const manualReplyTwice: Rule = {
  id: "manual-reply-twice",
  severity: "error",
  docs: {
    what: "On one way through a function two replies are sent: `msg_reply` or `msg_reject` follow each other.",
    why: "A message is answered once. The second call traps with `IC0504`, and everything that the method has done since its last `await` is undone.",
    instead: "Leave the function with `return` after the first, or put the second in `else`.",
  },

  check(canister, report) {
    for (const [function_, [found]] of doubleReplies.of(canister)) {
      if (found === undefined || !reachableFunctions(canister).has(function_)) continue;
      if (isAnswerToErrors(canister, function_, found)) continue;
      report({
        confidence: "medium",
        path: function_.path,
        range: found.second.range,
        message:
          "A reply may have been sent already when this one is: the second traps, and the message is undone. Return after the first, or use `else`.",
        related: [{ path: function_.path, range: found.first.range, message: "the first reply" }],
      });
    }
  },
};

const doubleReplies = new FunctionIndex((function_) => {
  if (!function_.calls.some((it) => it.kind === "functionCall" && it.cdk === "reply")) return [];
  const found = doubleReply(function_);
  return found === undefined ? [] : [found];
});

/** The first reply is the last thing before `Ok(..)`, and the second stands under `if let Err(..)`. */
function isAnswerToErrors(
  canister: CanisterModel,
  { path, range }: ModelFunction,
  { first, second }: DoubleReply,
): boolean {
  const text = slicesOf(canister, path);
  const between = text.slice(first.range.end, second.range.start);
  return (
    /^[\s)]*;\s*(?:return\s+)?Ok\s*\(/.test(text.slice(first.range.end, range.end)) &&
    /\bif\s+let\s+(?:Result::)?Err\s*\([^{}]*\{[^{}]*$|\bErr\s*\([^()]*\)\s*=>[^,{}]*\{?[^{}]*$/.test(between)
  );
}
