import type { CanisterCall, CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { slicesOf } from "./sourceText.ts";

/** A future is dropped instead of awaited. */
export const unawaitedFuture: Rule = {
  id: "unawaited-future",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "An async function or a call is written without `.await`, and its future is dropped.",
    why: "Nothing happens: an async function runs, and a call is sent, only once its future is awaited. The compiler says nothing about `let _ = …`.",
    instead: "Add `.await`, or hand the future to `spawn`. A call without an answer is sent with `.oneway()`.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const { path, steps, isAsync } = inFunction;
      for (const call of steps) {
        if (call.kind !== "canisterCall" && call.kind !== "functionCall") continue;
        if (!isFuture(call) || (call.fate.kind === "used" && !isBoundInVain(canister, inFunction, call))) continue;
        const isSending = call.kind === "canisterCall";
        const what = isSending ? "This call is never sent" : `\`${call.path}\` never runs`;
        report({
          confidence: "high",
          path,
          range: call.whole,
          message:
            `${what}: its future is dropped without being awaited. ` +
            (isAsync || call.at.task > 0 ? "Add `.await`." : "Await it, or hand it to `spawn`."),
          related:
            call.kind === "functionCall"
              ? call.targets.map((it) => ({ path: it.path, range: it.nameRange, message: "an async function" }))
              : [],
          fixes:
            isAsync && call.at.task === 0 && call.at.arms.every((it) => it.kind !== "closure")
              ? [
                  {
                    title: "Add `.await`",
                    kind: "review",
                    edits: [{ path, range: { start: call.whole.end, end: call.whole.end }, newText: ".await" }],
                  },
                ]
              : [],
        });
      }
    }
  },
};

/** `let result = work();`, and nothing names the variable again. */
function isBoundInVain(
  canister: CanisterModel,
  { path, bodyRange }: ModelFunction,
  { whole, fate }: CanisterCall | FunctionCall,
): boolean {
  const text = slicesOf(canister, path);
  const binding = /^let\s+(?:mut\s+)?(\w+)\s*(?::[^=;]+)?=\s*$/.exec(text.slice(fate.statement.start, whole.start));
  if (binding === null || text.slice(whole.end, fate.statement.end).trim() !== ";") return false;
  const rest = text.slice(fate.statement.end, bodyRange?.end ?? 0).replace(/\/\/[^\n]*/g, "");
  return !new RegExp(`\\b${binding[1]}\\b`).test(rest);
}

function isFuture(call: CanisterCall | FunctionCall): boolean {
  if (call.awaited) return false;
  if (call.kind === "functionCall") {
    return (
      call.chain.length === 0 && call.isCertain && call.targets.length > 0 && call.targets.every((it) => it.isAsync)
    );
  }
  if (call.api === "management") return call.chain.length === 0;
  return call.api === "builder" && call.chain.every((it) => /^(with|take)_\w+$|^change_timeout$/.test(it.name));
}
