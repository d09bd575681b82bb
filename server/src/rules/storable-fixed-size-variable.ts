import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import {
  boundedTypes,
  checksItsLength,
  definitionOf,
  isNeverStored,
  type StoredType,
  unboundedPart,
} from "./storedTypes.ts";

/** Values of one size that are not of one size. */
export const storableFixedSizeVariable: Rule = {
  id: "storable-fixed-size-variable",
  severity: "warning",
  docs: {
    what: "`is_fixed_size: true` is promised of a type whose bytes differ in number.",
    why: "A stable structure does not store the length of values that all have the same. A shorter value is read with what lies behind it, or is refused: it cannot be decoded, and the message traps.",
    instead:
      "Declare `is_fixed_size: false`. A structure that is deployed keeps the layout that it was made with: move its values to a new one.",
  },

  check(canister, report) {
    for (const stored of boundedTypes(canister)) {
      if (!stored.isFixedSize) continue;
      const why = variesBy(canister, stored);
      if (why === undefined) continue;
      const { path, range } = stored.bound;
      const written = /is_fixed_size\s*:\s*true/.exec(canister.textIn(path, range.start, range.end));
      const start = range.start + (written?.index ?? 0);
      const at = written === null ? range : { start, end: start + written[0].length };
      report({
        confidence: "high",
        path,
        range: at,
        message: `The bytes of a \`${stored.name}\` are not always as many, because of ${why}: a value of another length panics when it is stored, or cannot be read back. Declare \`is_fixed_size: false\`.`,
        related: [{ path: stored.encode.path, range: stored.encode.nameRange, message: "the bytes that are stored" }],
        fixes:
          written === null
            ? []
            : [
                {
                  title: "Declare `is_fixed_size: false` (before the first deployment)",
                  kind: "review",
                  edits: [{ path, range: at, newText: "is_fixed_size: false" }],
                },
              ],
      });
    }
  },
};

/** What makes the encoding of a type longer or shorter; undefined where all may be equal. */
function variesBy(canister: CanisterModel, { name, encoding }: StoredType): string | undefined {
  // Zeros up to the full length make all of them equal.
  if (/resize|\[0(u8)?\s*;|copy_from_slice|to_[bl]e_bytes/.test(encoding)) return undefined;
  if (checksItsLength(canister, name) || (!canister.isLibrary && isNeverStored(canister, name))) return undefined;
  const part = unboundedPart(canister, name);
  if (part !== undefined) return `a \`${part.type}\``;
  const definition = definitionOf(canister, name);
  if (definition === undefined) return undefined;
  const varying = /\b(Principal|Nat|Int|Option|u128|i128)\b/.exec(definition)?.[0];
  if (varying !== undefined && !/u128|i128/.test(varying)) return `\`${varying}\``;
  if (/ciborium|cbor|rmp_serde/.test(encoding) && /\b[ui](8|16|32|64|128|size)\b/.test(definition))
    return "CBOR's integers";
  return /Encode!|encode_one/.test(encoding) && varying !== undefined
    ? `\`${varying}\`, which Candid encodes as a \`nat\``
    : undefined;
}
