import type { CanisterCall } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** Nobody learns that a message was not even sent. */
export const onewayResultIgnored: Rule = {
  id: "oneway-result-ignored",
  severity: "information",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "The result of a one-way call (`.oneway()`, `notify`) is dropped.",
    why: "It says whether the message was sent. With a full queue to the callee, or without the cycles for it, the message is never sent, and nobody notices.",
    instead: "Return the error, or log it.",
  },

  check(canister, report) {
    for (const { path, steps, returnType } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "canisterCall" || !call.isOneWay || !isDropped(call)) continue;
        const method = call.method === undefined ? "The message" : `The message to \`${call.method}\``;
        report({
          confidence: "high",
          path,
          range: call.fate.statement,
          message: `${method} may not be sent at all, when the queue is full or cycles are short, and this is dropped here. Return or log the error.`,
          fixes: propagate(path, call, returnType),
        });
      }
    }
  },
};

function isDropped({ fate, chain, api }: CanisterCall): boolean {
  if (fate.kind === "used") return false;
  const sent = api === "builder" ? chain.slice(chain.findIndex((it) => it.name === "oneway") + 1) : chain;
  return sent.every((it) => it.name === "ok");
}

function propagate(path: string, call: CanisterCall, returnType: string): QuickFix[] {
  if (call.api !== "builder" || call.at.task > 0 || call.at.arms.some((it) => it.kind === "closure")) return [];
  if (!/^Result\s*<[\s\S]*,\s*String\s*>$/.test(returnType.trim())) return [];
  const oneway = call.chain.find((it) => it.name === "oneway");
  if (oneway === undefined) return [];
  const end = oneway.range.end + call.item.start;
  const edits = [
    { path, range: { start: call.fate.statement.start, end: call.whole.start }, newText: "" },
    { path, range: { start: end, end: call.fate.statement.end }, newText: ".map_err(|e| e.to_string())?;" },
  ];
  return [{ title: "Return the error", kind: "review", edits: edits.filter((it) => it.range.start < it.range.end) }];
}
