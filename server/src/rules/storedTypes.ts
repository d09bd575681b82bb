import type { CanisterModel, Constant, ModelFunction } from "../analysis/canisterModel.ts";
import { type ConstantUse, constantSeen } from "../analysis/constantSeen.ts";
import { Derived, isSameAsText } from "../analysis/derived.ts";
import { lastName } from "../analysis/textParts.ts";
import type { TextRange } from "../base/textRange.ts";
import { bodyText, closingOf, withoutComments } from "./sourceText.ts";

/** What an `impl Storable` says of the size of its values, and how it encodes them. */
export interface StoredType {
  /** Name of the type. */
  readonly name: string;
  readonly bound: Constant;
  /** Bytes; absent where it is not a number. */
  readonly sizeMax: number | undefined;
  readonly isFixedSize: boolean;
  readonly encode: ModelFunction;
  /** Body of `to_bytes`. */
  readonly encoding: string;
}

/** The types of a crate that are stored with a bound. */
export function boundedTypes(canister: CanisterModel): StoredType[] {
  return canister.constants.flatMap((bound): StoredType[] => {
    const declared = declaredBound(canister, bound);
    if (declared === undefined) return [];
    const type = bound.implOf?.type ?? "";
    const encode = canister.functions.find(
      (it) =>
        it.name === "to_bytes" && it.path === bound.path && it.implOf?.type === type && isStorable(it.implOf.trait),
    );
    if (encode === undefined) return [];
    const { size, isFixedSize } = declared;
    const encoding = bodyText(canister, encode);
    return [{ name: lastName(type), bound, sizeMax: numberOf(canister, size, bound), isFixedSize, encode, encoding }];
  });
}

interface DeclaredBound {
  /** Text of the largest size. */
  readonly size: string;
  readonly isFixedSize: boolean;
}

/** `BOUND` of `Storable`; before ic-stable-structures 0.6, `MAX_SIZE` of `BoundedStorable`. */
function declaredBound(canister: CanisterModel, { name, implOf, init, path }: Constant): DeclaredBound | undefined {
  if (!isStorable(implOf?.trait)) return undefined;
  if (name === "MAX_SIZE") {
    const fixed = canister.constants.find(
      (it) => it.name === "IS_FIXED_SIZE" && it.path === path && it.implOf?.type === implOf?.type,
    );
    return { size: init.trim(), isFixedSize: fixed?.init.trim() === "true" };
  }
  if (name !== "BOUND" || !/\bBounded\s*\{/.test(init)) return undefined;
  return writtenBound(init);
}

/** What `Bound::Bounded { max_size: …, is_fixed_size: … }` says. */
function writtenBound(init: string): DeclaredBound {
  const size = /\bmax_size\s*:\s*([^,}]+)/.exec(init)?.[1]?.trim() ?? "";
  return { size, isFixedSize: /\bis_fixed_size\s*:\s*true\b/.test(init) };
}

/** The largest size that a type promises its stable structures. */
export interface StoredBound {
  readonly name: string;
  readonly path: string;
  readonly range: TextRange;
  /** Bytes; `undefined` stands for no limit. */
  readonly sizeMax: number | undefined;
  readonly isFixedSize: boolean;
}

/** The promises of a crate's types, as far as they are numbers or no limit at all. */
export function storedBounds(canister: CanisterModel): StoredBound[] {
  return canister.constants.flatMap((bound): StoredBound[] => {
    const { name, implOf, init, path, range } = bound;
    if (!isStorable(implOf?.trait)) return [];
    const common = { name: lastName(implOf?.type ?? ""), path, range };
    if (name === "MAX_SIZE") {
      const sizeMax = numberOf(canister, init, bound);
      return sizeMax === undefined ? [] : [{ ...common, sizeMax, isFixedSize: false }];
    }
    if (name !== "BOUND") return [];
    if (/\bUnbounded\s*$/.test(init)) return [{ ...common, sizeMax: undefined, isFixedSize: false }];
    const { size, isFixedSize } = writtenBound(init);
    const sizeMax = numberOf(canister, size, bound);
    return sizeMax === undefined ? [] : [{ ...common, sizeMax, isFixedSize }];
  });
}

/** Whether a trait is the one of ic-stable-structures that types are stored by. */
export function isStorable(trait: string | undefined): boolean {
  return trait !== undefined && /(^|::)(Storable|BoundedStorable)$/.test(trait);
}

/** A literal number, or a constant of one, as it is seen from where the bound stands. */
function numberOf(canister: CanisterModel, text: string, from: ConstantUse, depth = 0): number | undefined {
  const plain = text.replace(/\s+as\s+\w+$/, "").trim();
  const digits = /^(\d[\d_]*?)_?(?:u32|usize|u64)?$/.exec(plain)?.[1];
  if (digits !== undefined) return Number(digits.replaceAll("_", ""));
  const factors = plain.replace(/^\(([^()]*)\)$/, "$1").split("*");
  if (factors.length > 1 && depth < 3) {
    const numbers = factors.map((it) => numberOf(canister, it, from, depth + 1));
    return numbers.every((it) => it !== undefined) ? numbers.reduce((all, it) => all * it, 1) : undefined;
  }
  const constant = depth < 3 && /^[A-Za-z_][\w:\s]*$/.test(plain) ? constantSeen(canister, plain, from) : undefined;
  return constant === undefined || constant === from
    ? undefined
    : numberOf(canister, constant.init, constant, depth + 1);
}

/** A part of a type whose size its types do not limit, and the field that leads to it. */
export interface UnboundedPart {
  readonly type: string;
  readonly field: string;
  /** The type that it is a part of, and its field there. */
  readonly owner: string;
  readonly ownField: string;
}

/**
 * Whether a type that can be stored is not: the crate's stable structures hold others, or its own collections keep values
 * of it on the heap. A type is held where it stands between the angle brackets of one.
 */
export function isNeverStored(canister: CanisterModel, name: string): boolean {
  const named = new RegExp(`\\b${name}\\b`, "g");
  let isOnHeap = false;
  for (const path of canister.files) {
    const text = canister.textOf(path);
    if (text.search(named) === -1) continue;
    const code = withoutComments(text);
    // There the name means another type: `type Memory = VirtualMemory<…>`.
    if (new RegExp(`\\btype\\s+${name}\\s*=`).test(code)) continue;
    // The value of a trait's own storage: `type Value = Proof;`.
    if (new RegExp(`\\btype\\s+\\w+\\s*=\\s*(?:\\w+::)*${name}\\s*;`).test(code)) return false;
    const isImported = (head: string) => new RegExp(`ic_stable_structures[^;]*\\b${head}\\b`).test(code);
    for (const { index } of code.matchAll(named)) {
      const heads = enclosingTypes(code, index);
      if (heads.some((it) => !ofHeap.test(it) && storing.test(it))) return false;
      if (heads.some((it) => ambiguous.test(it) && isImported(it))) return false;
      isOnHeap ||= heads.some((it) => /^(HashMap|BTreeMap|HashSet|BTreeSet|VecDeque)$/.test(it));
    }
  }
  const ofHeapOnly = new RegExp(
    `^(?:(?:\\w+::)*(?:RefCell|Cell|Mutex|RwLock|Option|Rc|Arc)\\s*<\\s*)*(?:\\w+::)*${name}[\\s>]*$`,
  );
  return (
    isOnHeap ||
    canister.state.some((it) => (it.isStable ? /</.test(it.type) : ofHeapOnly.test(it.type.trim()))) ||
    keepsStructures(canister)
  );
}

/** Whether a crate's own code names stable structures with what they hold. */
export function keepsStructures(canister: CanisterModel): boolean {
  return canister.files.some((it) => /\bStable(?:BTreeMap|BTreeSet|Vec|MinHeap)\s*</.test(canister.textOf(it)));
}

// Cells and logs store values of any length, whatever the type promises.
const storing = /^(?!\w*(?:Cell|Log)$).*(?:stable|map|heap|store|storage|memory|queue|timer|table|index|db)/i;
const ambiguous = /^(BTreeMap|BTreeSet|Vec|MinHeap)$/;
const ofHeap = /^(BTreeMap|HashMap|IndexMap|\w*HashMap|RefCell|Cell|OnceCell|UnsafeCell|LazyCell)$/;

/** The types between whose angle brackets an offset lies. */
function enclosingTypes(code: string, offset: number): string[] {
  const heads: string[] = [];
  let depth = 0;
  for (let at = offset - 1; at >= 0 && offset - at < 400; at--) {
    const character = code[at] ?? "";
    // `[u8; 8]` is one of the types beside it.
    if (character === "]") {
      at = code.lastIndexOf("[", at);
      continue;
    }
    if (/[;{}=]/.test(character)) break;
    if (character === ">" && code[at - 1] !== "-") depth++;
    if (character !== "<") continue;
    if (depth > 0) {
      depth--;
      continue;
    }
    const head = /\b([A-Z]\w*)\s*(?:::)?$/.exec(code.slice(Math.max(0, at - 60), at))?.[1];
    if (head !== undefined) heads.push(head);
  }
  return heads;
}

/** Whether the type's own functions ask for one length: `if self.0.len() != 7 { return Err(…) }`. */
export function checksItsLength(canister: CanisterModel, name: string): boolean {
  return canister.functions.some(
    (it) =>
      it.implOf?.type === name &&
      it.name !== "from_bytes" &&
      /\.len\(\)\s*[!=]=\s*(?:\d|(?:\w+::)*[A-Z]\w+)/.test(bodyText(canister, it)),
  );
}

/** The first such part of a type that the crate declares; lists of fixed length are none. */
export function unboundedPart(canister: CanisterModel, name: string): UnboundedPart | undefined {
  return unboundedParts(canister, name)[0];
}

/** All such parts of a type, those of its own fields first. */
export function unboundedParts(canister: CanisterModel, name: string, depth = 0): readonly UnboundedPart[] {
  const definition = definitionOf(canister, name);
  if (definition === undefined || depth > 3) return [];
  const parts: UnboundedPart[] = [];
  for (const match of definition.matchAll(
    /(?:\b(\w+)\s*:\s*(?:Option\s*<\s*)?)?((?:[\w:]+::)?\b(?:String|ByteBuf|Vec\s*<|BTreeMap\s*<|HashMap\s*<|BTreeSet\s*<|HashSet\s*<))/g,
  )) {
    const type = (match[2] ?? "").replace(/\s*<$/, "").replace(/^.*::/, "");
    const field = match[1] ?? "";
    parts.push({ field, type, owner: name, ownField: field });
  }
  // Cases of enums are names followed by a bracket.
  for (const match of definition.matchAll(/(?:\b(\w+)\s*:\s*)?(?:Option\s*<\s*)?\b([A-Z]\w*)\b(?!\s*[({])/g)) {
    const other = match[2] ?? "";
    if (other === name) continue;
    const inner = unboundedParts(canister, other, depth + 1);
    parts.push(...inner.map((it) => ({ ...it, field: it.field === "" ? (match[1] ?? "") : it.field })));
  }
  return parts;
}

/** The fields or cases of a type that the crate declares once, without attributes. */
export function definitionOf(canister: CanisterModel, name: string): string | undefined {
  const found = definitions.of(canister, "").get(name) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

const definitions = new Derived((canister) => {
  const all = new Map<string, string[]>();
  for (const path of canister.files) {
    for (const { name, text } of definitionsOfFile.of(canister, path)) all.set(name, [...(all.get(name) ?? []), text]);
  }
  return all;
});

const definitionsOfFile = new Derived(
  (canister, path: string) => {
    const code = withoutComments(canister.textOf(path));
    return [...code.matchAll(/\b(?:struct|enum)\s+(\w+)\s*(?:<[^>{(]*>)?\s*[{(]/g)].map((match) => {
      const open = match.index + match[0].length - 1;
      const text = code.slice(open, closingOf(code, open) + 1).replace(/#\[[^\]]*\]/g, "");
      return { name: match[1] ?? "", text };
    });
  },
  { isSame: isSameAsText },
);
