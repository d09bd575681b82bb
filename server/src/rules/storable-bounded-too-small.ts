import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { boundedTypes, type UnboundedPart, unboundedPart } from "./storedTypes.ts";

/** A value may be larger than it was promised to be. */
export const storableBoundedTooSmall: Rule = {
  id: "storable-bounded-too-small",
  severity: "warning",
  docs: {
    what: "A type is stored with a largest size, and holds a text, a list or a map that may be longer.",
    why: "To insert a value whose bytes are more than `max_size` panics: the message traps as soon as a user gives a long name. The encoding counts as well, Candid adds a table of types to each value.",
    instead:
      "Declare `Bound::Unbounded`, which later versions of the map store as well, or check the length before the value is stored.",
  },

  check(canister, report) {
    for (const { name, bound, sizeMax, encode, encoding } of boundedTypes(canister)) {
      const part = unboundedPart(canister, name);
      if (part === undefined || sizeMax === undefined || /truncate|resize|assert|\.len\(\)/.test(encoding)) continue;
      if (isLimited(canister, part) || (part.field === "" && holdsPrincipals(canister, name))) continue;
      report({
        confidence: "medium",
        path: bound.path,
        range: bound.range,
        message:
          `A \`${name}\` may have more than ${sizeMax} bytes, since ${part.field === "" ? "it" : `\`${part.field}\``} is a \`${part.type}\` of any length: to ` +
          "store it then panics. Declare `Bound::Unbounded`, or check the length first.",
        related: [{ path: encode.path, range: encode.nameRange, message: "the bytes that are stored" }],
      });
    }
  },
};

/** Some code of the crate looks at the length of the field, or validates what it is given. */
function isLimited(canister: CanisterModel, { field }: UnboundedPart): boolean {
  const pattern =
    field === ""
      ? /\.len\(\)\s*[<>]/
      : new RegExp(
          `\\b${field}\\b[^;{}]{0,40}\\.(len|count)\\(\\)[^;{}]{0,20}[<>]|\\bvalidate_${field}|\\b${field}\\b[^;{}]{0,30}\\.(truncate|resize)\\(`,
        );
  return canister.files.some((it) => pattern.test(canister.textOf(it)));
}

/** A text that is made of a principal wherever one is made has at most 63 bytes. */
function holdsPrincipals(canister: CanisterModel, name: string): boolean {
  const pattern = new RegExp(`(?<!struct |impl |for |let |\\bOk\\()\\b${name}\\(([^;]{1,80})`, "g");
  const made = canister.files.flatMap((it) => [...canister.textOf(it).matchAll(pattern)]);
  return made.length > 0 && made.every((it) => /^[^,]*(principal|caller|to_text\()/i.test(it[1] ?? ""));
}
