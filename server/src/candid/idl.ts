/** The only file that knows @dfinity/candid: our types and values to its own, and back. */
import { IDL } from "@dfinity/candid";
import { Principal as LibraryPrincipal } from "@dfinity/principal";
import { assert, assertNever } from "../base/assert.ts";
import { Principal } from "../base/principal.ts";
import type { PrimitiveName } from "./ast.ts";
import {
  type CandidType,
  type FunctionType,
  isBlob,
  methodSignature,
  type NamedType,
  type ServiceType,
  type StructuralType,
  structure,
} from "./types.ts";
import { type CandidValue, type FieldValue, isWholeNumberName } from "./value.ts";

/** Encodes values of the types; throws where a value is not of its type. */
export function encodeWithLibrary(types: readonly CandidType[], values: readonly CandidValue[]): Uint8Array {
  const converter = new TypeConverter();
  return new Uint8Array(
    IDL.encode(
      types.map((it) => converter.convert(it)),
      types.map((type, index) => toLibrary(values[index] ?? { kind: "null" }, type)),
    ),
  );
}

/** Decodes a message at the very types that it declares; throws where it cannot be decoded. */
export function decodeWithLibrary(types: readonly CandidType[], bytes: Uint8Array): CandidValue[] {
  const converter = new TypeConverter();
  const values: unknown[] = IDL.decode(
    types.map((it) => converter.convert(it)),
    bytes,
  );
  return types.map((type, index) => fromLibrary(values[index], type));
}

const primitives: Readonly<Record<PrimitiveName, IDL.Type>> = {
  null: IDL.Null,
  bool: IDL.Bool,
  nat: IDL.Nat,
  int: IDL.Int,
  nat8: IDL.Nat8,
  nat16: IDL.Nat16,
  nat32: IDL.Nat32,
  nat64: IDL.Nat64,
  int8: IDL.Int8,
  int16: IDL.Int16,
  int32: IDL.Int32,
  int64: IDL.Int64,
  float32: IDL.Float32,
  float64: IDL.Float64,
  text: IDL.Text,
  reserved: IDL.Reserved,
  empty: IDL.Empty,
  principal: IDL.Principal,
};

/** Fields are known to the library by their numbers alone, so that no name of a user can mean something to it. */
function key(id: number): string {
  return `_${id}_`;
}

/** Converts types; one named type becomes one `Rec`, which keeps the library's own names of types short. */
class TypeConverter {
  private readonly named = new Map<NamedType, IDL.RecClass>();

  convert(type: CandidType): IDL.Type {
    if (type.kind !== "named") return this.convertStructure(type);
    const known = this.named.get(type);
    if (known !== undefined) return known;
    const behind = structure(type);
    if (behind.kind === "primitive") return primitives[behind.name];
    const recursive = IDL.Rec();
    this.named.set(type, recursive);
    recursive.fill(this.convertConstructor(behind));
    return recursive;
  }

  private convertStructure(type: StructuralType): IDL.Type {
    return type.kind === "primitive" ? primitives[type.name] : this.convertConstructor(type);
  }

  private convertConstructor(type: Exclude<StructuralType, { kind: "primitive" }>): IDL.ConstructType {
    switch (type.kind) {
      case "opt":
        return IDL.Opt(this.convert(type.of));
      case "vec":
        return IDL.Vec(this.convert(type.of));
      case "record":
        return IDL.Record(Object.fromEntries(type.fields.map((it) => [key(it.id), this.convert(it.type)])));
      case "variant":
        return IDL.Variant(Object.fromEntries(type.fields.map((it) => [key(it.id), this.convert(it.type)])));
      case "func":
        return this.convertFunction(type);
      case "service":
        return this.convertService(type);
      default:
        return assertNever(type);
    }
  }

  private convertFunction(type: FunctionType): IDL.FuncClass {
    const convert = (its: readonly { readonly type: CandidType }[]): [] | [IDL.Type, ...IDL.Type[]] => {
      const [first, ...others] = its.map((it) => this.convert(it.type));
      return first === undefined ? [] : [first, ...others];
    };
    return IDL.Func(convert(type.arguments), convert(type.results), [...type.modes]);
  }

  private convertService({ methods }: ServiceType): IDL.ServiceClass {
    const functions = methods.map((method) => {
      const { name, type } = method;
      if (type.kind !== "named") return [name, this.convertFunction(methodSignature(method))] as const;
      // The library follows `Rec` here, but its signature asks for functions.
      return [name, this.convert(type) as IDL.FuncClass] as const;
    });
    return IDL.Service(Object.fromEntries(functions));
  }
}

function toLibrary(value: CandidValue, type: CandidType): unknown {
  const wanted = structure(type);
  switch (value.kind) {
    case "null":
    case "reserved":
      return wanted.kind === "opt" ? [] : null;
    case "bool":
    case "text":
    case "float":
      return value.value;
    case "number":
      return /64$|^nat$|^int$/.test(value.type) ? value.value : Number(value.value);
    case "principal":
    case "service":
      return LibraryPrincipal.fromUint8Array(value.value.bytes);
    case "func":
      return [LibraryPrincipal.fromUint8Array(value.service.bytes), value.method];
    case "opt":
      return value.value === undefined || wanted.kind !== "opt" ? [] : [toLibrary(value.value, wanted.of)];
    case "vec":
      return wanted.kind === "vec" ? value.values.map((it) => toLibrary(it, wanted.of)) : [];
    case "blob":
      return value.bytes;
    case "record":
      return Object.fromEntries(value.fields.map((it) => [key(it.id), toLibrary(it.value, fieldType(wanted, it.id))]));
    case "variant": {
      const { id, value: inner } = value.field;
      return { [key(id)]: toLibrary(inner, fieldType(wanted, id)) };
    }
    default:
      return assertNever(value);
  }
}

function fieldType(type: StructuralType, id: number): CandidType {
  const fields = type.kind === "record" || type.kind === "variant" ? type.fields : [];
  return fields.find((it) => it.id === id)?.type ?? { kind: "primitive", name: "empty" };
}

function fromLibrary(value: unknown, type: CandidType): CandidValue {
  const declared = structure(type);
  switch (declared.kind) {
    case "primitive":
      return fromLibraryPrimitive(value, declared.name);
    case "opt": {
      assert(Array.isArray(value), "an opt is decoded as an array");
      return value.length === 0 ? { kind: "opt" } : { kind: "opt", value: fromLibrary(value[0], declared.of) };
    }
    case "vec":
      if (isBlob(type)) {
        assert(value instanceof Uint8Array || Array.isArray(value), "a blob is decoded as bytes");
        return { kind: "blob", bytes: Uint8Array.from(value) };
      }
      assert(Array.isArray(value) || ArrayBuffer.isView(value), "a vec is decoded as a list");
      return { kind: "vec", values: Array.from(elementsOf(value), (it) => fromLibrary(it, declared.of)) };
    case "record":
      return {
        kind: "record",
        fields: declared.fields.map((it) => field(it, fromLibrary(property(value, it.id), it.type))),
      };
    case "variant": {
      const present = declared.fields.find((it) => property(value, it.id) !== undefined);
      assert(present !== undefined, "a variant is decoded as one of its cases");
      return { kind: "variant", field: field(present, fromLibrary(property(value, present.id), present.type)) };
    }
    case "func": {
      assert(Array.isArray(value), "a function is decoded as principal and name");
      const [service, method] = value;
      return { kind: "func", service: fromLibraryPrincipal(service), method: String(method) };
    }
    case "service":
      return { kind: "service", value: fromLibraryPrincipal(value) };
    default:
      return assertNever(declared);
  }
}

function fromLibraryPrimitive(value: unknown, name: PrimitiveName): CandidValue {
  if (isWholeNumberName(name)) {
    assert(typeof value === "bigint" || typeof value === "number", "a number is decoded as one");
    return { kind: "number", type: name, value: BigInt(value) };
  }
  switch (name) {
    case "bool":
      return { kind: "bool", value: value === true };
    case "text":
      return { kind: "text", value: String(value) };
    case "float32":
    case "float64":
      return { kind: "float", type: name, value: Number(value) };
    case "principal":
      return { kind: "principal", value: fromLibraryPrincipal(value) };
    case "null":
    case "reserved":
      return { kind: name };
    case "empty":
      throw new Error("there is no value of type `empty`");
    default:
      return assertNever(name);
  }
}

function fromLibraryPrincipal(value: unknown): Principal {
  return Principal.ofBytes(LibraryPrincipal.from(value).toUint8Array());
}

function field({ id, name }: { readonly id: number; readonly name?: string }, value: CandidValue): FieldValue {
  return { id, ...(name !== undefined && { name }), value };
}

function property(value: unknown, id: number): unknown {
  assert(typeof value === "object" && value !== null, "a record is decoded as an object");
  return Reflect.get(value, key(id));
}

function elementsOf(value: unknown[] | ArrayBufferView): Iterable<unknown> {
  if (Array.isArray(value)) return value;
  assert(Symbol.iterator in value && typeof value[Symbol.iterator] === "function", "a typed array can be walked");
  return value as ArrayBufferView & Iterable<unknown>;
}
