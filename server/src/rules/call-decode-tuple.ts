import type { CanisterCall } from "../analysis/canisterModel.ts";
import type { Rule, RuleFinding } from "./rule.ts";

/** A tuple of values is taken for one value that is a tuple. */
export const callDecodeTuple: Rule = {
  id: "call-decode-tuple",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "`.candid::<(T,)>()` decodes one value that is a tuple, and `.with_arg((a, b))` sends one.",
    why: "To Candid a tuple is a record with the fields 0, 1 …. The callee answers with a plain value, so decoding fails at run time; and it gets one record where it expects several arguments.",
    instead: "Use `.candid::<T>()` or `.candid_tuple::<(T,)>()`, and `.with_args(&(a, b))`.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "canisterCall" || call.api !== "builder") continue;
        for (const finding of [...decodings(path, call), ...tupleArguments(path, call)]) report(finding);
      }
    }
  },
};

function decodings(path: string, call: CanisterCall): RuleFinding[] {
  return call.decodings.flatMap(({ method, methodRange, type }) => {
    if (method !== "candid" || !/^\(\s*[^)\s][\s\S]*\)$/.test(type)) return [];
    const range = { start: methodRange.start + call.item.start, end: methodRange.end + call.item.start };
    return [
      {
        confidence: "high",
        path,
        range,
        message:
          `\`candid\` decodes the reply as one value, here as a record with the fields of \`${type}\`: a callee that replies ` +
          "with plain values makes this fail. `candid_tuple` decodes a list of values.",
        fixes: [
          { title: "Decode with `candid_tuple`", kind: "safe", edits: [{ path, range, newText: "candid_tuple" }] },
        ],
      },
    ];
  });
}

function tupleArguments(path: string, call: CanisterCall): RuleFinding[] {
  return call.chain.flatMap((link) => {
    const [argument] = link.arguments;
    if (link.name !== "with_arg" || argument === undefined || !argument.isTuple) return [];
    const start = link.range.start + call.item.start;
    const tuple = { start: argument.range.start + call.item.start, end: argument.range.end + call.item.start };
    return [
      {
        confidence: "high",
        path,
        range: { start, end: link.range.end + call.item.start },
        message:
          "`with_arg` sends the tuple as one argument, a record with the fields 0, 1 …. `with_args(&(…))` sends its parts as " +
          "the arguments of the method.",
        fixes: [
          {
            title: "Send the parts with `with_args`",
            kind: "safe",
            edits: [
              { path, range: { start, end: start + "with_arg".length }, newText: "with_args" },
              { path, range: { start: tuple.start, end: tuple.start }, newText: "&" },
            ],
          },
        ],
      },
    ];
  });
}
