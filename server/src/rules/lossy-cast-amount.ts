import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** The upper half of an amount is cut off. */
export const lossyCastAmount: Rule = {
  id: "lossy-cast-amount",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A `u128` amount is cut with `as u64`, `as u32` or `as usize`, or a `Nat` is unwrapped into less.",
    why: "`as` drops the upper bits without a word: 2^64 + 5 becomes 5. Tokens with 18 decimals pass that limit with 19 of them. To unwrap `to_u64` traps there.",
    instead: "Convert with `u64::try_from(amount)` and return the error.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      // Ids are hashes or random numbers: what is cut off carries no value.
      if (inFunction.bodyRange === undefined || /Id(entifier)?\b/.test(inFunction.implOf?.type ?? "")) continue;
      const text = bodyText(canister, inFunction);
      const wide = new Set(
        inFunction.parameters.filter((it) => /^(u128|i128|Nat|candid::Nat)$/.test(it.type.trim())).map((it) => it.name),
      );
      for (const match of text.matchAll(/\blet\s+(?:mut\s+)?(\w+)\s*:\s*(?:u128|i128|Nat)\b/g))
        wide.add(match[1] ?? "");
      for (const name of wide) {
        if (!/^\w+$/.test(name)) continue;
        const pattern = new RegExp(
          `(?<![.\\w])${name}(?:\\s+as\\s+(?:u64|u32|usize)\\b|\\.0\\.to_u(?:64|32)\\(\\)\\s*\\.\\s*(?:unwrap|expect)\\([^)]*\\))`,
          "g",
        );
        for (const match of text.matchAll(pattern)) {
          // Within a closure the name may be another one's.
          if (new RegExp(`\\|[^|;{}]*\\b${name}\\b[^|;{}]*\\|`).test(text.slice(0, match.index))) continue;
          if (isBounded(name, text.slice(0, match.index))) continue;
          const start = inFunction.bodyRange.start + match.index;
          report({
            confidence: "medium",
            path: inFunction.path,
            range: { start, end: start + match[0].length },
            message: match[0].includes(" as ")
              ? `Above its limit this cuts \`${name}\` off without a word. Convert with \`try_from\`, and return the error.`
              : `This traps where \`${name}\` is larger than the type. Convert it, and return the error.`,
          });
        }
      }
    }
  },
};

/** What was compared before, or comes out of a remainder, a quotient or a bound, is taken to fit. */
function isBounded(name: string, before: string): boolean {
  if (new RegExp(`\\b${name}\\b[^;{]*(?:<=?|>=?|\\.min\\()[^;{]*(?:MAX|\\d)`).test(before)) return true;
  if (new RegExp(`\\b${name}\\b\\s*[<>]=?[^;{]*\\{[^}]*\\b(?:return|trap|panic|bail)\\b`).test(before)) return true;
  const assigned = new RegExp(`\\b${name}\\b\\s*(?::[^=;]*)?[/%]?=(?!=)\\s*([^;]*);`, "g");
  return [...before.matchAll(assigned)].some(
    ([whole, value = ""]) =>
      /[/%]=/.test(whole) ||
      /\.\s*(?:min|clamp|checked_div|checked_rem|div_euclid|rem_euclid|div_ceil|isqrt|ilog\w*|len|count)\(|[^/]\/[^/]|%/.test(
        value,
      ),
  );
}
