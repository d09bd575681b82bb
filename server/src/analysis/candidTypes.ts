/**
 * The Candid types of Rust types, as `derive(CandidType)` makes them.
 * https://docs.rs/candid/latest/candid/types/trait.CandidType.html
 */

import { assertNever } from "../base/assert.ts";
import { fieldHash } from "../candid/labels.ts";
import { blobType, type CandidType, declareNamed, type FieldType, primitive } from "../candid/types.ts";
import type { AttributeFacts } from "./attributes.ts";
import type { CrateIndex, IndexedType } from "./crateIndex.ts";
import { knownType, plainType } from "./knownTypes.ts";
import type { Resolver } from "./resolver.ts";
import { parseRustType, type RustType } from "./rustType.ts";
import { lastName } from "./textParts.ts";
import type { ShapeCase, ShapeField, TypeShape } from "./typeShape.ts";

/** A crate whose types can be read, and the others of the workspace by the names that its source has for them. */
export interface TypeCrate {
  readonly index: CrateIndex;
  readonly resolver: Resolver;
  sibling(name: string): TypeCrate | undefined;
}

/** Where a type's text stands. */
export interface TypePlace {
  readonly crate: TypeCrate;
  /** The module whose names count. */
  readonly module: string;
  /** What `Self` stands for. */
  readonly implType?: string | undefined;
}

/** Something has no Candid type that is certain. Never leaves this file. */
class Unknown extends Error {}

/** Reads Rust types as Candid types, each declared type once. */
export class CandidTypes {
  private readonly declared = new Map<IndexedType, Map<string, CandidType>>();
  private readonly unknown = new Set<IndexedType>();
  /** What was declared, in order: a type that turns out to be unknown takes with it what was built upon it. */
  private readonly additions: { readonly of: Map<string, CandidType>; readonly key: string }[] = [];

  /** The Candid type of a Rust type's text; undefined where any part of it is not certain. */
  read(text: string, place: TypePlace): CandidType | undefined {
    const type = parseRustType(text);
    if (type === undefined) return undefined;
    try {
      return this.convert(type, place, new Map());
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  private convert(type: RustType, place: TypePlace, parameters: ReadonlyMap<string, CandidType>): CandidType {
    const inner = (it: RustType) => this.convert(it, place, parameters);
    switch (type.kind) {
      case "reference":
        return inner(type.to);
      case "list":
        return { kind: "vec", of: inner(type.of) };
      case "tuple":
        return type.types.length === 0 ? primitive("null") : tuple(type.types.map(inner));
      case "path":
        return this.convertPath(type, place, parameters);
      default:
        return assertNever(type);
    }
  }

  private convertPath(
    type: Extract<RustType, { kind: "path" }>,
    place: TypePlace,
    parameters: ReadonlyMap<string, CandidType>,
  ): CandidType {
    const parameter = type.arguments.length === 0 ? parameters.get(type.path) : undefined;
    if (parameter !== undefined) return parameter;
    const types = () => type.arguments.map((it) => this.convert(it, place, parameters));
    if (type.path === "Self") throw new Unknown();
    const plain = type.path.includes("::") ? undefined : plainType(type.path);
    if (plain !== undefined) return plain;
    const found = findType(type.path, place);
    switch (found.kind) {
      case "item":
        return this.declaredType(found.item, found.crate, types());
      case "external":
        return knownType(found.path) ?? container(found.path, types()) ?? fail();
      case "unknown":
        return type.path.includes("::") ? fail() : (container(`std::${type.path}`, types()) ?? fail());
      default:
        return assertNever(found);
    }
  }

  private declaredType(item: IndexedType, crate: TypeCrate, types: readonly CandidType[]): CandidType {
    const { facts } = item;
    if (this.unknown.has(item) || facts.shape === undefined || facts.typeParameters.length !== types.length) fail();
    const parameters = new Map(facts.typeParameters.map((name, index) => [name, types[index] ?? primitive("null")]));
    const place = { crate, module: item.module };
    if (facts.shape.kind === "alias") {
      const target = parseRustType(facts.shape.type);
      return target === undefined ? fail() : this.convert(target, place, parameters);
    }
    if (!derivesCandid(facts.attributes) || !isPlain(facts.attributes)) fail();
    const key = types.map(identity).join();
    const known = this.declared.get(item) ?? new Map<string, CandidType>();
    this.declared.set(item, known);
    const before = known.get(key);
    if (before !== undefined) return before;
    const { type, define } = declareNamed(facts.name);
    known.set(key, type);
    const count = this.additions.push({ of: known, key });
    try {
      define(this.shape(facts.shape, place, parameters));
    } catch (error) {
      for (const addition of this.additions.splice(count - 1)) addition.of.delete(addition.key);
      if (types.length === 0) this.unknown.add(item);
      throw error;
    }
    return type;
  }

  private shape(shape: TypeShape, place: TypePlace, parameters: ReadonlyMap<string, CandidType>): CandidType {
    switch (shape.kind) {
      case "fields":
        return { kind: "record", fields: shape.fields.map((it) => this.field(it, place, parameters)) };
      case "tuple": {
        const [only] = shape.fields;
        const types = shape.fields.map((it) => this.fieldType(it, place, parameters));
        return types.length === 1 && only !== undefined ? (types[0] ?? fail()) : tuple(types);
      }
      case "enum":
        return { kind: "variant", fields: shape.cases.map((it) => this.case(it, place, parameters)) };
      case "unit":
      case "alias":
        return fail();
      default:
        return assertNever(shape);
    }
  }

  private field(it: ShapeField, place: TypePlace, parameters: ReadonlyMap<string, CandidType>): FieldType {
    const name = renamed(it.attributes) ?? it.name;
    return { id: fieldHash(name), name, type: this.fieldType(it, place, parameters) };
  }

  private fieldType(it: ShapeField, place: TypePlace, parameters: ReadonlyMap<string, CandidType>): CandidType {
    if (!isPlain(it.attributes)) fail();
    if (
      it.attributes.some(({ path, arguments: text }) => path === "serde" && /\bwith\s*=\s*"serde_bytes"/.test(text))
    ) {
      return blobType;
    }
    const type = parseRustType(it.type);
    return type === undefined ? fail() : this.convert(type, place, parameters);
  }

  private case(it: ShapeCase, place: TypePlace, parameters: ReadonlyMap<string, CandidType>): FieldType {
    if (!isPlain(it.attributes)) fail();
    const name = renamed(it.attributes) ?? it.name;
    const type = it.shape.kind === "unit" ? primitive("null") : this.shape(it.shape, place, parameters);
    return { id: fieldHash(name), name, type };
  }
}

function fail(): never {
  throw new Unknown();
}

function tuple(types: readonly CandidType[]): CandidType {
  return { kind: "record", fields: types.map((type, id) => ({ id, type })) };
}

function label(name: string, type: CandidType): FieldType {
  return { id: fieldHash(name), name, type };
}

const identities = new WeakMap<CandidType, string>();
let identityCount = 0;

/** Tells instances of a generic type apart; equal types may count as different ones. */
function identity(type: CandidType): string {
  if (type.kind === "primitive") return type.name;
  const known = identities.get(type) ?? `#${identityCount++}`;
  identities.set(type, known);
  return known;
}

/** Types with parameters of the standard library and of ic-cdk. */
function container(path: string, types: readonly CandidType[]): CandidType | undefined {
  const [first, second] = types;
  const name = lastName(path);
  const isStandard = /^(std|core|alloc)::/.test(path);
  if (path === "std::String") return plainType("String");
  if (first === undefined) return isStandard && name === "Duration" ? durationType : undefined;
  if (isStandard && types.length === 1) {
    if (name === "Option") return { kind: "opt", of: first };
    if (/^(Vec|VecDeque|HashSet|BTreeSet|BinaryHeap|LinkedList)$/.test(name)) return { kind: "vec", of: first };
    if (/^(Box|Rc|Arc|Cow|RefCell|Cell|Reverse|PhantomData)$/.test(name)) return first;
  }
  if (name === "ManualReply" && /^ic_cdk::/.test(path)) return first;
  if (!isStandard || second === undefined || types.length !== 2) return undefined;
  if (name === "Result") return { kind: "variant", fields: [label("Ok", first), label("Err", second)] };
  if (name === "HashMap" || name === "BTreeMap") return { kind: "vec", of: tuple([first, second]) };
  return undefined;
}

const durationType: CandidType = {
  kind: "record",
  fields: [label("secs", primitive("nat64")), label("nanos", primitive("nat32"))],
};

type FoundType =
  | { readonly kind: "item"; readonly item: IndexedType; readonly crate: TypeCrate }
  | { readonly kind: "external"; readonly path: string }
  | { readonly kind: "unknown" };

/** What a type's name means, in this crate or another of the workspace. */
function findType(path: string, { crate, module, implType }: TypePlace, depth = 0): FoundType {
  const meaning = crate.resolver.resolve(module, path, implType);
  if (meaning.kind === "item")
    return meaning.item.kind === "type" ? { kind: "item", item: meaning.item, crate } : { kind: "unknown" };
  if (meaning.kind === "external") return inSibling(meaning.path, crate, depth);
  for (const glob of meaning.globs) {
    // Of an enum, only its cases are brought in.
    if (/(^|::)[A-Z]\w*$/.test(glob)) continue;
    const found = inSibling(`${glob}::${meaning.path}`, crate, depth);
    if (found.kind === "item" || (found.kind === "external" && knownType(found.path) !== undefined)) return found;
  }
  return { kind: "unknown" };
}

function inSibling(path: string, crate: TypeCrate, depth: number): FoundType {
  const separator = path.indexOf("::");
  const sibling = separator === -1 || depth > 8 ? undefined : crate.sibling(path.slice(0, separator));
  if (sibling === undefined) return { kind: "external", path };
  return findType(path.slice(separator + 2), { crate: sibling, module: "" }, depth + 1);
}

function derivesCandid(attributes: readonly AttributeFacts[]): boolean {
  return attributes.some((it) => it.path === "derive" && /\bCandidType\b/.test(it.arguments));
}

/** What serde does besides, Candid's derive does not know: names and shapes would be a guess. */
function isPlain(attributes: readonly AttributeFacts[]): boolean {
  return !attributes.some(({ path, arguments: text }) => {
    if (path === "cfg" || path === "cfg_attr") return true;
    if (path !== "serde") return false;
    const others = text.replace(/\bwith\s*=\s*"serde_bytes"/, "");
    return /\b(rename_all|rename_all_fields|skip|skip_serializing|skip_deserializing|flatten|tag|content|untagged|transparent|into|from|try_from|with|remote|other|serialize_with|deserialize_with)\b/.test(
      others,
    );
  });
}

function renamed(attributes: readonly AttributeFacts[]): string | undefined {
  for (const { path, arguments: text } of attributes) {
    if (path !== "serde") continue;
    const name = /\brename\s*=\s*"([^"]*)"/.exec(text) ?? /\brename\s*\([^)]*\bserialize\s*=\s*"([^"]*)"/.exec(text);
    if (name?.[1] !== undefined) return name[1];
  }
  return undefined;
}
