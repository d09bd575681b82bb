import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Rule } from "./rule.ts";
import { bodyText, slicesOf } from "./sourceText.ts";

/** A key that is not one of its own. */
export const timeAsUniqueKey: Rule = {
  id: "time-as-unique-key",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "Something is stored under the current time as its key, or under an identifier that is made of nothing but the time and what callers know.",
    why: "The time is the same for all that one message does, and may be the same for several messages of a round: the second entry replaces the first.",
    instead: "Count: keep the next id in a `Cell` or a `StableCell`, and store the time in the value.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const id = idOfTime(canister, inFunction);
      if (id !== undefined) {
        report({
          confidence: "medium",
          path: inFunction.path,
          range: id.range,
          message: `\`${id.name}\` is made of the time and of what callers know: two of one message, or of one round, are equal. Add a counter.`,
        });
      }
      const text = slicesOf(canister, inFunction.path);
      for (const step of inFunction.steps) {
        if (
          step.kind !== "stateWrite" ||
          step.through !== undefined ||
          step.effect !== "insert" ||
          step.operation !== "insert"
        )
          continue;
        const written = text.slice(step.range.start, step.range.end);
        if (!/\binsert\s*\(\s*(?:ic_cdk::(?:api::)?|api::)?time\(\)\s*,/.test(written)) continue;
        report({
          confidence: "medium",
          path: inFunction.path,
          range: step.range,
          message:
            "Two entries of one message, or of one round, have the same time: the second replaces the first. Use a counter as the key.",
        });
      }
    }
  },
};

interface IdOfTime {
  readonly name: string;
  readonly range: TextRange;
}

/**
 * An identifier of nothing but the time and what is given: `fn gen_id(prefix: &str) -> String { format!("{prefix}-{}", time()) }`,
 * and `let id = format!("{}_{}", stock, time());` that something is stored under.
 */
function idOfTime(canister: CanisterModel, inFunction: ModelFunction): IdOfTime | undefined {
  const { name, names, bodyRange, nameRange, returnType, parameters, calls } = inFunction;
  if (bodyRange === undefined || !names.has("time")) return undefined;
  const body = bodyText(canister, inFunction);
  const isOther =
    /time\(\)\s*\/|\+=|\bfetch_add\b|\.len\(\)|\brng\b|raw_rand|rand::|random\w*\(|\bcount|nonce|sequence|\bseq|next_|Uuid/i;
  const isMaker =
    /(^|_)(id|uuid|key)$/.test(name) && /^(?:String|u64|u128|Vec<u8>|\[u8;\s*\d+\])$/.test(returnType.trim());
  if (
    isMaker &&
    parameters.length <= 2 &&
    body.length < 600 &&
    !isOther.test(body) &&
    /\btime\(\)/.test(body) &&
    !calls.some((it) => it.awaited)
  ) {
    return { name, range: nameRange };
  }
  for (const found of body.matchAll(
    /\blet\s+(\w*(?:id|key))\b[^=;]*=\s*((?:format!\([^;]*\btime\(\)[^;]*\)|(?:\w+::)*time\(\)))\s*;/g,
  )) {
    const [whole, variable = "", value = ""] = found;
    const rest = body.slice(found.index + whole.length);
    // Kept under it, or handed on to what keeps something.
    const isStored = new RegExp(`\\w\\(\\s*(?:&|\\w+\\()?${variable}\\b`).test(rest.replace(/\b\w+!\([^;]*\);/g, ""));
    if (!isStored || isOther.test(value)) continue;
    const start = bodyRange.start + found.index;
    return { name: variable, range: { start, end: start + whole.length } };
  }
  const named = /\blet\s+(\w+)\b[^=;]*=\s*(?:\w+::)*time\(\)\s*\.\s*to_string\(\)\s*;/.exec(body);
  if (named === null || !new RegExp(`\\bid\\s*:\\s*${named[1]}\\b`).test(body)) return undefined;
  const start = bodyRange.start + named.index;
  return { name: "id", range: { start, end: start + named[0].length } };
}
