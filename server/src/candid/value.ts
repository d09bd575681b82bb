import { equalBytes } from "../base/bytes.ts";
import type { Principal } from "../base/principal.ts";

/** Names of the types of whole numbers. */
export type WholeNumberName =
  | "nat"
  | "int"
  | "nat8"
  | "nat16"
  | "nat32"
  | "nat64"
  | "int8"
  | "int16"
  | "int32"
  | "int64";

/** A value together with as much of its type as its text shows: kinds of numbers, names of fields. */
export type CandidValue =
  | { readonly kind: "null" | "reserved" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly type: WholeNumberName; readonly value: bigint }
  | { readonly kind: "float"; readonly type: "float32" | "float64"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "principal" | "service"; readonly value: Principal }
  | { readonly kind: "func"; readonly service: Principal; readonly method: string }
  /** `value` is absent for `null`. */
  | { readonly kind: "opt"; readonly value?: CandidValue }
  | { readonly kind: "vec"; readonly values: readonly CandidValue[] }
  /** A `vec nat8`. */
  | { readonly kind: "blob"; readonly bytes: Uint8Array }
  | { readonly kind: "record"; readonly fields: readonly FieldValue[] }
  | { readonly kind: "variant"; readonly field: FieldValue };

/** A field of a record, or the case of a variant. */
export interface FieldValue {
  readonly id: number;
  /** Absent where only the number is known. */
  readonly name?: string;
  readonly value: CandidValue;
}

/** The range of each type of whole numbers; absent bounds are infinite. */
export const wholeNumberBounds: Readonly<Record<WholeNumberName, { readonly min?: bigint; readonly max?: bigint }>> = {
  nat: { min: 0n },
  int: {},
  nat8: { min: 0n, max: 2n ** 8n - 1n },
  nat16: { min: 0n, max: 2n ** 16n - 1n },
  nat32: { min: 0n, max: 2n ** 32n - 1n },
  nat64: { min: 0n, max: 2n ** 64n - 1n },
  int8: { min: -(2n ** 7n), max: 2n ** 7n - 1n },
  int16: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
};

/** Whether the name is that of a type of whole numbers. */
export function isWholeNumberName(name: string): name is WholeNumberName {
  return Object.hasOwn(wholeNumberBounds, name);
}

/** Whether two values are the same; names of fields do not count, their numbers do. */
export function equalValues(a: CandidValue, b: CandidValue): boolean {
  switch (a.kind) {
    case "null":
    case "reserved":
      return a.kind === b.kind;
    case "bool":
      return b.kind === "bool" && a.value === b.value;
    case "number":
      return b.kind === "number" && a.type === b.type && a.value === b.value;
    case "float":
      return b.kind === "float" && a.type === b.type && Object.is(a.value, b.value);
    case "text":
      return b.kind === "text" && a.value === b.value;
    case "principal":
    case "service":
      return b.kind === a.kind && a.value.key === b.value.key;
    case "func":
      return b.kind === "func" && a.service.key === b.service.key && a.method === b.method;
    case "opt":
      if (b.kind !== "opt" || a.value === undefined || b.value === undefined) {
        return b.kind === "opt" && a.value === b.value;
      }
      return equalValues(a.value, b.value);
    case "vec":
      return b.kind === "vec" && equalLists(a.values, b.values);
    case "blob":
      return b.kind === "blob" && equalBytes(a.bytes, b.bytes);
    case "record":
      return b.kind === "record" && equalFields(a.fields, b.fields);
    case "variant":
      return b.kind === "variant" && a.field.id === b.field.id && equalValues(a.field.value, b.field.value);
  }
}

function equalLists(a: readonly CandidValue[], b: readonly CandidValue[]): boolean {
  return a.length === b.length && a.every((value, index) => equalsAt(value, b[index]));
}

function equalFields(a: readonly FieldValue[], b: readonly FieldValue[]): boolean {
  const others = new Map(b.map((it) => [it.id, it.value]));
  return a.length === b.length && a.every((field) => equalsAt(field.value, others.get(field.id)));
}

function equalsAt(a: CandidValue, b: CandidValue | undefined): boolean {
  return b !== undefined && equalValues(a, b);
}
