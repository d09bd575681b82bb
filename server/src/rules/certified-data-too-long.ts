import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** More is certified than fits. */
export const certifiedDataTooLong: Rule = {
  id: "certified-data-too-long",
  severity: "error",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "`certified_data_set` is given a text or an array of more than 32 bytes.",
    why: "The certified data of a canister has at most 32 bytes: longer data traps.",
    instead: "Certify a hash: the root of a hash tree, or the SHA-256 of the data.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "functionCall" || call.cdk !== "certifiedData") continue;
        const given = call.arguments[0];
        if (given === undefined) continue;
        const range = { start: given.range.start + call.item.start, end: given.range.end + call.item.start };
        const text = canister.textIn(inFunction.path, range.start, range.end);
        const length = lengthOf(text, bodyText(canister, inFunction));
        if (length === undefined || length <= 32) continue;
        report({
          confidence: "high",
          path: inFunction.path,
          range,
          message: `The certified data has at most 32 bytes, and these are ${length}: the call traps. Certify a hash of them.`,
        });
      }
    }
  },
};

/** Bytes of a literal; undefined where it is none. */
function lengthOf(text: string, body: string): number | undefined {
  const plain = text.trim().replace(/^&\s*/, "");
  const literal = /^b?"((?:[^"\\]|\\.)*)"(?:\s*\.\s*(?:as_bytes|to_vec)\(\))?$/.exec(plain)?.[1];
  if (literal !== undefined) return new TextEncoder().encode(literal.replace(/\\x[0-9a-f]{2}|\\./gi, "_")).length;
  const repeated = /^(?:vec!\s*)?\[\s*\d+(?:u8)?\s*;\s*(\d+)\s*\]$/.exec(plain)?.[1];
  if (repeated !== undefined) return Number(repeated);
  if (!/^[a-z_]\w*$/.test(plain)) return undefined;
  const set = new RegExp(
    `\\blet\\s+(?:mut\\s+)?${plain}\\b[^=;]*=\\s*((?:vec!\\s*)?\\[\\s*\\d+(?:u8)?\\s*;\\s*\\d+\\s*\\])\\s*;`,
  ).exec(body)?.[1];
  return set === undefined ? undefined : lengthOf(set, "");
}
