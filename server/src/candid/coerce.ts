/**
 * Values of one type read at another, as upgrades make necessary.
 * https://github.com/dfinity/candid/blob/master/spec/Candid.md#coercion
 */
import { assertNever } from "../base/assert.ts";
import { acceptsNull, isSubtype, type Mismatch } from "./subtype.ts";
import { type CandidType, isBlob, type OptType, type RecordType, structure, type VariantType } from "./types.ts";
import { labelText, shortText } from "./typeText.ts";
import type { CandidValue, FieldValue } from "./value.ts";

/** A value at the wanted type, or why it cannot be read there. */
export type Coercion =
  | { readonly kind: "value"; readonly value: CandidValue }
  | { readonly kind: "mismatch"; readonly mismatch: Mismatch };

/** Reads a value of the type `from` at the type `to`. Names of fields are taken from `to`. */
export function coerceValue(value: CandidValue, from: CandidType, to: CandidType): Coercion {
  try {
    return { kind: "value", value: coerce(value, from, to, []) };
  } catch (error) {
    if (error instanceof Misfit) return { kind: "mismatch", mismatch: error.mismatch };
    throw error;
  }
}

/** The value that stands for one that was left out; undefined where none can be left out. */
export function valueOfNothing(type: CandidType): CandidValue | undefined {
  const behind = structure(type);
  if (behind.kind === "opt") return { kind: "opt" };
  if (behind.kind !== "primitive") return undefined;
  if (behind.name === "null") return { kind: "null" };
  return behind.name === "reserved" ? { kind: "reserved" } : undefined;
}

/** Ends a coercion; never leaves this file. */
class Misfit extends Error {
  readonly mismatch: Mismatch;

  constructor(mismatch: Mismatch) {
    super(mismatch.message);
    this.mismatch = mismatch;
  }
}

function coerce(value: CandidValue, from: CandidType, to: CandidType, path: readonly string[]): CandidValue {
  const wire = structure(from);
  const wanted = structure(to);
  const misfit = () => new Misfit({ path, message: `expected ${shortText(to)}, found ${shortText(from)}` });
  switch (wanted.kind) {
    case "opt":
      return coerceOpt(value, from, wanted, path);
    case "vec":
      return coerceVector(value, from, to, path);
    case "record":
      if (value.kind !== "record" || wire.kind !== "record") throw misfit();
      return { kind: "record", fields: coerceFields(value.fields, wire, wanted, path) };
    case "variant":
      if (value.kind !== "variant" || wire.kind !== "variant") throw misfit();
      return { kind: "variant", field: coerceCase(value.field, wire, wanted, path) };
    case "func":
    case "service": {
      if (value.kind !== wanted.kind) throw misfit();
      const difference = isSubtype(from, to);
      if (difference !== undefined) {
        throw new Misfit({ path: [...path, ...difference.path], message: difference.message });
      }
      return value;
    }
    case "primitive":
      if (wanted.name === "reserved") return { kind: "reserved" };
      if (wanted.name === "principal" && value.kind === "service") return { kind: "principal", value: value.value };
      if (wanted.name === "int" && value.kind === "number" && value.type === "nat") return { ...value, type: "int" };
      if (wire.kind === "primitive" && wire.name === wanted.name) return value;
      throw misfit();
    default:
      return assertNever(wanted);
  }
}

/** What does not fit under `opt` becomes `null`; a type of nothing but `opt`s has no end at which a value could fit. */
function coerceOpt(value: CandidValue, from: CandidType, to: OptType, path: readonly string[]): CandidValue {
  if (value.kind === "null" || value.kind === "reserved") return { kind: "opt" };
  if (value.kind === "opt") {
    const wire = structure(from);
    return value.value === undefined || wire.kind !== "opt" ? { kind: "opt" } : attempt(value.value, wire.of, to.of);
  }
  if (isEndless(to)) throw new Misfit({ path, message: `no ${shortText(from)} fits an endless \`opt\`` });
  return attempt(value, from, to.of);
}

function attempt(value: CandidValue, from: CandidType, to: CandidType): CandidValue {
  const coercion = coerceValue(value, from, to);
  return coercion.kind === "value" ? { kind: "opt", value: coercion.value } : { kind: "opt" };
}

function isEndless(type: OptType): boolean {
  const visited = new Set<CandidType>();
  let at: CandidType = type;
  while (at.kind === "opt" && !visited.has(at)) {
    visited.add(at);
    at = structure(at.of);
  }
  return at.kind === "opt";
}

function coerceVector(value: CandidValue, from: CandidType, to: CandidType, path: readonly string[]): CandidValue {
  const wire = structure(from);
  const wanted = structure(to);
  if (wire.kind !== "vec" || wanted.kind !== "vec" || (value.kind !== "vec" && value.kind !== "blob")) {
    throw new Misfit({ path, message: `expected ${shortText(to)}, found ${shortText(from)}` });
  }
  if (isBlob(to) && value.kind === "blob") return value;
  const items = value.kind === "vec" ? value.values : Array.from(value.bytes, byteValue);
  const values = items.map((it, index) => coerce(it, wire.of, wanted.of, [...path, `element ${index + 1}`]));
  return isBlob(to) ? { kind: "blob", bytes: new Uint8Array(0) } : { kind: "vec", values };
}

function byteValue(byte: number): CandidValue {
  return { kind: "number", type: "nat8", value: BigInt(byte) };
}

function coerceFields(
  values: readonly FieldValue[],
  from: RecordType,
  to: RecordType,
  path: readonly string[],
): FieldValue[] {
  const given = new Map(values.map((it) => [it.id, it.value]));
  const types = new Map(from.fields.map((it) => [it.id, it.type]));
  return to.fields.map((field): FieldValue => {
    const about = { id: field.id, ...(field.name !== undefined && { name: field.name }) };
    const step = [...path, `field "${labelText(field)}"`];
    const value = given.get(field.id);
    const type = types.get(field.id);
    if (value !== undefined && type !== undefined) return { ...about, value: coerce(value, type, field.type, step) };
    const nothing = valueOfNothing(field.type);
    if (nothing === undefined) {
      throw new Misfit({ path: step, message: `is missing: expected ${shortText(field.type)}` });
    }
    return { ...about, value: nothing };
  });
}

function coerceCase(field: FieldValue, from: VariantType, to: VariantType, path: readonly string[]): FieldValue {
  const wanted = to.fields.find((it) => it.id === field.id);
  const wire = from.fields.find((it) => it.id === field.id);
  const label = labelText(wanted ?? field);
  if (wanted === undefined || wire === undefined) {
    throw new Misfit({ path, message: `the case "${label}" is not among those expected` });
  }
  const about = { id: wanted.id, ...(wanted.name !== undefined && { name: wanted.name }) };
  return { ...about, value: coerce(field.value, wire.type, wanted.type, [...path, `case "${label}"`]) };
}

/** Reads the arguments of a message at the types that a receiver expects: extra ones are dropped, missing ones are `null`. */
export function coerceArguments(
  values: readonly CandidValue[],
  from: readonly CandidType[],
  to: readonly CandidType[],
  noun: "argument" | "result",
): { readonly kind: "values"; readonly values: readonly CandidValue[] } | Extract<Coercion, { kind: "mismatch" }> {
  const coerced: CandidValue[] = [];
  for (const [index, type] of to.entries()) {
    const step = `${noun} ${index + 1}`;
    const value = values[index];
    const wire = from[index];
    if (value === undefined || wire === undefined) {
      const nothing = acceptsNull(structure(type)) ? valueOfNothing(type) : undefined;
      if (nothing === undefined) {
        return { kind: "mismatch", mismatch: { path: [step], message: `is missing: expected ${shortText(type)}` } };
      }
      coerced.push(nothing);
      continue;
    }
    const coercion = coerceValue(value, wire, type);
    if (coercion.kind === "mismatch") {
      const { path, message } = coercion.mismatch;
      return { kind: "mismatch", mismatch: { path: [step, ...path], message } };
    }
    coerced.push(coercion.value);
  }
  return { kind: "values", values: coerced };
}
