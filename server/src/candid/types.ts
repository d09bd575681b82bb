/**
 * Candid types after names are resolved. A declared type keeps its name as a `named` node, which ends every cycle: whoever
 * walks a type and remembers the named types it has met comes to an end.
 */
import { assert } from "../base/assert.ts";
import type { FunctionMode, PrimitiveName } from "./ast.ts";

/** A resolved type. */
export type CandidType =
  | PrimitiveType
  | OptType
  | VecType
  | RecordType
  | VariantType
  | FunctionType
  | ServiceType
  | NamedType;

/** A type that is not a mere name. */
export type StructuralType = Exclude<CandidType, NamedType>;

/** A type without parts. */
export interface PrimitiveType {
  readonly kind: "primitive";
  readonly name: PrimitiveName;
}

/** A value or `null`. */
export interface OptType {
  readonly kind: "opt";
  readonly of: CandidType;
}

/** Any number of values. */
export interface VecType {
  readonly kind: "vec";
  readonly of: CandidType;
}

/** Values under labels; a tuple is a record with the labels 0, 1, 2 … */
export interface RecordType {
  readonly kind: "record";
  /** In the order of the source. */
  readonly fields: readonly FieldType[];
}

/** One of several cases. */
export interface VariantType {
  readonly kind: "variant";
  /** In the order of the source. */
  readonly fields: readonly FieldType[];
}

/** A field of a record or a case of a variant. */
export interface FieldType {
  /** What stands on the wire: the number, or the hash of the name. */
  readonly id: number;
  /** Absent where the field is a number. */
  readonly name?: string;
  readonly type: CandidType;
  readonly documentation?: string;
}

/** A function of a canister. */
export interface FunctionType {
  readonly kind: "func";
  readonly arguments: readonly ArgumentType[];
  readonly results: readonly ArgumentType[];
  readonly modes: readonly FunctionMode[];
}

/** A parameter or a result; the name means nothing to the wire. */
export interface ArgumentType {
  readonly name?: string;
  readonly type: CandidType;
}

/** The methods of a canister. */
export interface ServiceType {
  readonly kind: "service";
  /** In the order of the source. */
  readonly methods: readonly MethodType[];
}

/** A method of a service; `methodSignature` gives its function type. */
export interface MethodType {
  readonly name: string;
  readonly type: FunctionType | NamedType;
  readonly documentation?: string;
}

/** A declared type. Two of them may have the same name when they come from different files. */
export interface NamedType {
  readonly kind: "named";
  readonly name: string;
  /** What it stands for; follow it with `structure`. */
  readonly definition: CandidType;
}

/** What a canister offers: its methods, and what it takes when it is installed. */
export interface ServiceInterface {
  /** Absent where the interface does not say. */
  readonly constructorArguments?: readonly ArgumentType[];
  readonly service: ServiceType;
  readonly documentation?: string;
}

/** A primitive type by name. */
export function primitive(name: PrimitiveName): PrimitiveType {
  return { kind: "primitive", name };
}

/** `vec nat8`. */
export const blobType: VecType = { kind: "vec", of: primitive("nat8") };

/** A named type whose definition is not known yet, and the way to make it known, once. */
export function declareNamed(name: string): { readonly type: NamedType; define(definition: CandidType): void } {
  let known: CandidType | undefined;
  const type: NamedType = {
    kind: "named",
    name,
    get definition() {
      assert(known !== undefined, `the type ${name} is defined before it is used`);
      return known;
    },
  };
  return {
    type,
    define: (definition) => {
      known = definition;
    },
  };
}

/** The type behind its names. */
export function structure(type: CandidType): StructuralType {
  let behind = type;
  while (behind.kind === "named") behind = behind.definition;
  return behind;
}

/** The function type of a method. */
export function methodSignature({ name, type }: MethodType): FunctionType {
  const behind = structure(type);
  assert(behind.kind === "func", `the method ${name} is a function`);
  return behind;
}

/** Whether the type is `vec nat8`, by whatever names. */
export function isBlob(type: CandidType): boolean {
  const outer = structure(type);
  if (outer.kind !== "vec") return false;
  const inner = structure(outer.of);
  return inner.kind === "primitive" && inner.name === "nat8";
}

/** The types of a tuple with at least one component; undefined for every other record. */
export function tupleTypes({ fields }: RecordType): readonly CandidType[] | undefined {
  const isTuple = fields.length > 0 && fields.every((field, index) => field.id === index && field.name === undefined);
  return isTuple ? fields.map((it) => it.type) : undefined;
}

/** The fields from the lowest id, as they stand on the wire. */
export function sortedFields(fields: readonly FieldType[]): readonly FieldType[] {
  return [...fields].sort((a, b) => a.id - b.id);
}

/** The type of a method; undefined where the service has none of that name. */
export function methodOf(service: ServiceType, name: string): MethodType | undefined {
  return service.methods.find((it) => it.name === name);
}
