import type { Constant } from "../analysis/canisterModel.ts";
import { constantSeen } from "../analysis/constantSeen.ts";
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
        const length = lengthOf(text, bodyText(canister, inFunction), (name) =>
          constantSeen(canister, name, { path: inFunction.path, range, implOf: inFunction.implOf }),
        );
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

/** Bytes of a literal, of a constant, or of a hash that is longer; undefined where it is none of them. */
function lengthOf(
  text: string,
  body: string,
  constantOf: (name: string) => Constant | undefined,
  depth = 0,
): number | undefined {
  const plain = text
    .trim()
    .replace(/^[&*]+\s*/, "")
    .replace(/(?:\s*\.\s*(?:as_bytes|to_vec|as_slice|as_ref|clone)\(\)|\[\s*\.\.\s*\])+$/, "");
  const literal = /^b?"((?:[^"\\]|\\.)*)"$/.exec(plain)?.[1];
  if (literal !== undefined) return new TextEncoder().encode(literal.replace(/\\x[0-9a-f]{2}|\\./gi, "_")).length;
  const repeated = /^(?:vec!\s*)?\[\s*\d+(?:u8)?\s*;\s*(\d+)\s*\]$/.exec(plain)?.[1];
  if (repeated !== undefined) return Number(repeated);
  const bits = /^(?:\w+::)*Sha(?:3_)?(384|512)::digest\(/.exec(plain)?.[1];
  if (bits !== undefined) return Number(bits) / 8;
  if (depth > 2) return undefined;
  if (/^(?:\w+::)*[A-Z][A-Z0-9_]*$/.test(plain)) {
    const constant = constantOf(plain);
    return constant === undefined ? undefined : lengthOf(constant.init, "", constantOf, depth + 1);
  }
  if (!/^[a-z_]\w*$/.test(plain)) return undefined;
  const set = new RegExp(`\\blet\\s+(?:mut\\s+)?${plain}\\b[^=;]*=\\s*((?:[^;[]|\\[[^\\]]*\\])+);`).exec(body)?.[1];
  return set === undefined || new RegExp(`\\b${plain}\\s*\\.\\s*truncate\\(`).test(body)
    ? undefined
    : lengthOf(set, body, constantOf, depth + 1);
}
