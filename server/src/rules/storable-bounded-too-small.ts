import type { CanisterModel } from "../analysis/canisterModel.ts";
import { longestMade } from "./madeValues.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import {
  boundedTypes,
  checksItsLength,
  definitionOf,
  isNeverStored,
  keepsStructures,
  type StoredType,
  type UnboundedPart,
  unboundedParts,
} from "./storedTypes.ts";

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
    // Who uses a library without structures of its own may store its types.
    const isWhole = !canister.isLibrary || keepsStructures(canister);
    for (const stored of boundedTypes(canister)) {
      const { name, bound, sizeMax, encode, encoding } = stored;
      if (sizeMax === undefined || measuring.test(encoding)) continue;
      if (checksWhatItEncodes(canister, stored)) continue;
      // What an old version has stored is only read.
      if (/V\d+$|^(?:Old|Legacy|Prev)|(?:Old|Legacy)$/.test(name) && !canister.isLibrary && !isMade(canister, name))
        continue;
      const part = unboundedParts(canister, name).find(
        (it) => !isMadeShort(canister, it, stored) && !isLimited(canister, it),
      );
      const principalBytes = bytesOfPrincipal(canister, stored);
      if (principalBytes !== undefined && sizeMax < principalBytes) {
        if (isWhole && isNeverStored(canister, name)) continue;
        report({
          confidence: "high",
          path: bound.path,
          range: bound.range,
          message: `A \`${name}\` of a user has ${principalBytes} bytes, and ${sizeMax} are promised: to store it panics. Declare \`max_size: ${principalBytes}\` before the first deployment, or \`Bound::Unbounded\`.`,
          related: [{ path: encode.path, range: encode.nameRange, message: "the bytes that are stored" }],
        });
        continue;
      }
      if (part === undefined) {
        const number = numberPart(canister, stored);
        if (number === undefined || (isWhole && isNeverStored(canister, name))) continue;
        report({
          severity: "information",
          confidence: "medium",
          path: bound.path,
          range: bound.range,
          message: `A \`${name}\` may have more than ${sizeMax} bytes, since a \`${number}\` has no largest value: to store it then panics. Declare \`Bound::Unbounded\`, or check the number first.`,
          related: [{ path: encode.path, range: encode.nameRange, message: "the bytes that are stored" }],
        });
        continue;
      }
      if (part.field === "" && holdsPrincipals(canister, name)) continue;
      if (isSetOfCases(canister, part)) continue;
      // No message brings a longer text.
      if (sizeMax >= messageBytesMax && /^(?:String|ByteBuf)$/.test(part.type)) continue;
      if (isWhole && isNeverStored(canister, name)) continue;
      // Who uses a library makes the values, and may check them before.
      const isMadeElsewhere = canister.isLibrary && !isMade(canister, part.owner);
      report({
        ...(isMadeElsewhere && { severity: "information" }),
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

/** What `to_bytes` shortens, refuses or looks at the length of; a length that it only writes before the bytes says nothing. */
const measuring =
  /truncate|resize|assert|\.len\(\)(?!\s*(?:as\s+u\d+\s*)?\)?\s*(?:as\s+u\d+\s*\)\s*)?\.\s*to_[bln]e_bytes\()/;

/** A number of any size in a type for which few bytes are promised, where it is not made of one that a register holds. */
function numberPart(canister: CanisterModel, { name, sizeMax = 0 }: StoredType): string | undefined {
  const number = /\b(Nat|Int|BigUint|BigInt)\b/.exec(definitionOf(canister, name) ?? "")?.[1];
  return sizeMax <= 200 && unboundedParts(canister, name).length === 0 ? number : undefined;
}

/** Bytes of a user's principal in a type that holds nothing else: 29, and Candid's head of 9; undefined for other types. */
function bytesOfPrincipal(canister: CanisterModel, { name, encoding }: StoredType): number | undefined {
  if (!/^\(\s*(?:pub(?:\([^)]*\))?\s+)?(?:\w+::)*Principal\s*,?\s*\)$/.test(definitionOf(canister, name) ?? ""))
    return undefined;
  if (/\bEncode!|\bencode_one\(/.test(encoding)) return 38;
  return /\bas_slice\(\)/.test(encoding) && !/ciborium|cbor|serde/.test(encoding) ? 29 : undefined;
}

/** Of a message from outside, and about as many of an outcall's response. */
const messageBytesMax = 2 * 1024 * 1024;

/** `to_bytes` calls a function of the type's own that measures each field: `self.encode_checked()`. */
function checksWhatItEncodes(canister: CanisterModel, { name, encoding }: StoredType): boolean {
  const called = [...encoding.matchAll(/\bself\s*\.\s*(\w+)\(/g)].map((it) => it[1]);
  return canister.functions.some(
    (it) =>
      it.implOf?.type === name && called.includes(it.name) && /\.len\(\)[^;{}]{0,30}[<>]/.test(bodyText(canister, it)),
  );
}

/** Some code of the crate looks at the length of the field, or validates what it is given. */
function isLimited(canister: CanisterModel, { field, owner }: UnboundedPart): boolean {
  const pattern =
    field === ""
      ? /\.len\(\)\s*[<>]/
      : new RegExp(
          `\\b${field}\\b[^;{}]{0,40}\\.(len|count)\\(\\)[^;{}]{0,20}[<>]|\\bvalidate_${field}|\\b${field}\\b[^;{}]{0,30}\\.(truncate|resize)\\(`,
        );
  return (
    canister.files.some((it) => pattern.test(canister.textOf(it))) ||
    checksItsLength(canister, owner) ||
    isMeasuredWhereMade(canister, owner, field)
  );
}

/** Every function that makes such a value turns away what is too long, under whatever name. */
function isMeasuredWhereMade(canister: CanisterModel, owner: string, field: string): boolean {
  const makers = canister.functions.filter(
    ({ name, steps }) =>
      name !== "from_bytes" &&
      steps.some((it) => it.kind === "structLiteral" && new RegExp(`(^|::)${owner}$`).test(it.name)),
  );
  const tooLong = /\b(\w+)\s*\.\s*len\(\)(?:\s+as\s+\w+)?\s*>=?\s*(?:[1-9]\d|(?:\w+::)*[A-Z][A-Z_]{2,})/g;
  // The length of another field says nothing of this one.
  const others = [...(definitionOf(canister, owner) ?? "").matchAll(/\b([a-z_]\w*)\s*:(?!:)/g)].map((it) => it[1]);
  const measures = (body: string) =>
    [...body.matchAll(tooLong)].some(({ 1: name = "" }) => name === field || !others.includes(name));
  return makers.length > 0 && makers.every((it) => measures(bodyText(canister, it)));
}

/** All code that makes the part makes it of what is short. */
function isMadeShort(canister: CanisterModel, part: UnboundedPart, { sizeMax = 0, encoding }: StoredType): boolean {
  const length = longestMade(canister, part);
  // CBOR and Candid write a number for each byte, and names.
  const isWrapped = /cbor|into_writer|to_vec|Encode!|encode_one|serialize/.test(encoding);
  return length !== undefined && (isWrapped ? 2 * length + 40 : length + 16) <= sizeMax;
}

/** A list of an enum's cases, which nothing is added to twice: `if !self.0.contains(&case) { self.0.push(case) }`. */
function isSetOfCases(canister: CanisterModel, { owner, type, ownField }: UnboundedPart): boolean {
  if (!/^(?:Vec|BTreeSet|HashSet)$/.test(type)) return false;
  const field = ownField === "" ? "" : `\\b${ownField}\\s*:\\s*`;
  const held = new RegExp(`${field}\\b${type}\\s*<\\s*([A-Z]\\w*)\\s*>`).exec(definitionOf(canister, owner) ?? "")?.[1];
  const cases = held === undefined ? undefined : definitionOf(canister, held);
  if (cases === undefined || !/^\{[\s\w,]*\}$/.test(cases) || !/^\{\s*[A-Z]/.test(cases)) return false;
  const adders = canister.functions.filter(
    (it) => it.implOf?.type === owner && /\.\s*(?:push|extend)\(/.test(bodyText(canister, it)),
  );
  return type !== "Vec" || adders.every((it) => /\.contains\(|\bif\s+!\s*self\.\w+\(/.test(bodyText(canister, it)));
}

/** Whether the crate makes values of a type, not only reads them. */
function isMade(canister: CanisterModel, name: string): boolean {
  const made = new RegExp(`(^|::)${name}(::\\w+)?$`);
  return canister.functions.some(
    ({ name: inFunction, implOf, steps }) =>
      inFunction !== "from_bytes" &&
      steps.some(
        (it) =>
          (it.kind === "structLiteral" && (made.test(it.name) || (it.name === "Self" && implOf?.type === name))) ||
          (it.kind === "functionCall" && made.test(it.path)),
      ),
  );
}

/** A text that is made of a principal wherever one is made has at most 63 bytes. */
function holdsPrincipals(canister: CanisterModel, name: string): boolean {
  const pattern = new RegExp(`(?<!struct |impl |for |let |\\bOk\\()\\b${name}\\(([^;]{1,80})`, "g");
  const made = canister.files.flatMap((it) => [...canister.textOf(it).matchAll(pattern)]);
  return made.length > 0 && made.every((it) => /^[^,]*(principal|caller|to_text\()/i.test(it[1] ?? ""));
}
