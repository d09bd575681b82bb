import type { CanisterModel } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import type { TextRange } from "../base/textRange.ts";
import { bodyText, closingOf, withoutComments } from "./sourceText.ts";
import { definitionOf, isStorable } from "./storedTypes.ts";

/** A struct whose values lie in stable memory, and how they are read from there. */
export interface StoredStruct {
  readonly name: string;
  /** The stored type that it is, or is a part of. */
  readonly storedAs: string;
  /** Candid wants an `opt` for what old bytes do not have; serde's formats take a default as well. */
  readonly encoding: "candid" | "serde";
  readonly fields: readonly StoredField[];
}

/** A field of a stored struct. */
export interface StoredField {
  readonly name: string;
  readonly type: string;
  /** Old bytes without it are read all the same. */
  readonly mayBeMissing: boolean;
  /** Names that old bytes may have for it. */
  readonly oldNames: readonly string[];
  readonly path: string;
  /** Its name. */
  readonly range: TextRange;
  /** Where its declaration begins, attributes left out. */
  readonly start: number;
  /** Its type, in the file. */
  readonly typeRange: TextRange;
}

/** Parts of parts are followed so deep. */
const depthMax = 3;

/** The structs of a crate that are stored by an encoding which traps on bytes that lack a field. */
export function storedStructs(canister: CanisterModel): StoredStruct[] {
  const structs = new Map<string, StoredStruct>();
  for (const decode of canister.functions) {
    if (decode.name !== "from_bytes" || !isStorable(decode.implOf?.trait)) continue;
    const encoding = encodingOf(bodyText(canister, decode));
    if (encoding === undefined) continue;
    const storedAs = lastName(decode.implOf?.type ?? "");
    addStruct(canister, { structs, encoding, storedAs }, storedAs, 0);
  }
  return [...structs.values()];
}

/** Only where there is no other way than to trap. */
function encodingOf(body: string): StoredStruct["encoding"] | undefined {
  if (!/\.(unwrap|expect)\s*\(/.test(body) || /\b(match|if\s+let|or_else|unwrap_or\w*|Err|version)\b/i.test(body)) {
    return undefined;
  }
  if (/\bDecode!|\bdecode_(one|args)\b/.test(body)) return "candid";
  return /\b(ciborium|serde_cbor|serde_json|minicbor_serde)\b/.test(body) ? "serde" : undefined;
}

/**
 * The fields of structs that a canister's state or its stable memory holds, directly or in parts of parts. `isWanted` is
 * asked first with all that a struct declares.
 */
export function fieldsHeld(canister: CanisterModel, isWanted: (declared: string) => boolean): StoredField[] {
  const stored = canister.functions.filter((it) => it.name === "from_bytes" && isStorable(it.implOf?.trait));
  let names = [...canister.state.map((it) => it.type), ...stored.map((it) => it.implOf?.type ?? "")];
  const seen = new Set<string>();
  const found: StoredField[] = [];
  for (let depth = 0; depth <= depthMax && names.length > 0; depth++) {
    const definitions: string[] = [];
    for (const [name] of names.flatMap((it) => [...it.matchAll(/\b[A-Z]\w*/g)])) {
      if (seen.has(name)) continue;
      seen.add(name);
      const declared = definitionOf(canister, name);
      if (declared === undefined) continue;
      definitions.push(declared);
      if (isWanted(declared)) found.push(...(fieldsOf(canister, name, "candid") ?? []));
    }
    names = definitions;
  }
  return found;
}

interface Collecting {
  readonly structs: Map<string, StoredStruct>;
  readonly encoding: StoredStruct["encoding"];
  readonly storedAs: string;
}

function addStruct(canister: CanisterModel, into: Collecting, name: string, depth: number): void {
  if (into.structs.has(name) || depth > depthMax) return;
  const found = fieldsOf(canister, name, into.encoding);
  if (found === undefined) return;
  const { encoding, storedAs } = into;
  into.structs.set(name, { name, storedAs, encoding, fields: found });
  for (const { type } of found) {
    for (const [part] of type.matchAll(/\b[A-Z]\w*/g)) addStruct(canister, into, part, depth + 1);
  }
}

/** The fields of a struct that the crate declares once. */
function fieldsOf(
  canister: CanisterModel,
  name: string,
  encoding: StoredStruct["encoding"],
): StoredField[] | undefined {
  const pattern = new RegExp(
    `((?:#\\[[^\\]]*\\]\\s*)*)(?:pub(?:\\s*\\([^)]*\\))?\\s+)?struct\\s+${name}\\s*(?:<[^>{(;]*>)?\\s*\\{`,
    "g",
  );
  const found = canister.files.flatMap((path) => {
    const text = canister.textOf(path);
    if (!new RegExp(`\\bstruct\\s+${name}\\b`).test(text)) return [];
    const code = withoutComments(text);
    return [...code.matchAll(pattern)].map((match) => ({ path, code, match }));
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const { path, code, match } = only;
  const open = match.index + match[0].length - 1;
  const hasDefaults = /\bserde\s*\([^\]]*\bdefault\b/.test(match[1] ?? "");
  return declaredFields(code, open + 1, closingOf(code, open)).map(
    ({ attributes, name: field, declaredAt, nameAt, type, typeAt }) => ({
      name: field,
      type,
      mayBeMissing: mayBeMissing(type, attributes, encoding, hasDefaults),
      oldNames: [...attributes.matchAll(/\b(?:alias|rename)\s*=\s*"([^"]*)"/g)].map((it) => it[1] ?? ""),
      path,
      range: { start: nameAt, end: nameAt + field.length },
      start: declaredAt,
      typeRange: { start: typeAt, end: typeAt + type.length },
    }),
  );
}

/** Candid reads a missing field as `null`, which a default does not change. */
function mayBeMissing(
  type: string,
  attributes: string,
  encoding: StoredStruct["encoding"],
  hasDefaults: boolean,
): boolean {
  if (/\bserde\s*\([^\]]*\bskip(_deserializing)?\b/.test(attributes)) return true;
  if (/^(\w+::)*(Option\s*<|Reserved\b|PhantomData\b|\(\))/.test(type))
    return !/deserialize_with|\bwith\s*=/.test(attributes);
  if (encoding === "candid") return false;
  return hasDefaults || /\bserde\s*\([^\]]*\b(default|flatten)\b/.test(attributes);
}

interface DeclaredField {
  readonly attributes: string;
  readonly name: string;
  readonly declaredAt: number;
  readonly nameAt: number;
  readonly type: string;
  readonly typeAt: number;
}

/** The fields between two braces, at their commas outside of all brackets. */
function declaredFields(code: string, start: number, end: number): DeclaredField[] {
  const fields: DeclaredField[] = [];
  let from = start;
  let depth = 0;
  for (let at = start; at <= end; at++) {
    const character = code[at] ?? "";
    if ("([{<".includes(character)) depth++;
    if (")]}".includes(character) || (character === ">" && code[at - 1] !== "-")) depth--;
    if (at < end && (character !== "," || depth > 0)) continue;
    const field = /^\s*((?:#\[[^\]]*\]\s*)*)((?:pub(?:\s*\([^)]*\))?\s+)?)(\w+)\s*:\s*([\s\S]*?)\s*$/.exec(
      code.slice(from, at),
    );
    if (field !== null) {
      const [whole = "", attributes = "", visibility = "", name = "", type = ""] = field;
      const declaredAt = from + (/^\s*/.exec(whole)?.[0].length ?? 0) + attributes.length;
      const typeAt = from + whole.trimEnd().length - type.length;
      fields.push({ attributes, name, declaredAt, nameAt: declaredAt + visibility.length, type, typeAt });
    }
    from = at + 1;
  }
  return fields;
}
