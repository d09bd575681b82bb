/** From textual values to values of given types, with the exact place of what does not fit. */
import { assertNever } from "../base/assert.ts";
import { Principal } from "../base/principal.ts";
import type { Problem } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import type { TypeExpression } from "./ast.ts";
import { checkExpression } from "./checkExpressions.ts";
import { coerceValue, valueOfNothing } from "./coerce.ts";
import { convertType } from "./convertTypes.ts";
import { readNat } from "./literals.ts";
import type { TypeEnvironment } from "./resolve.ts";
import { acceptsNull, isSubtype } from "./subtype.ts";
import {
  type ArgumentType,
  type CandidType,
  isBlob,
  type PrimitiveType,
  type RecordType,
  structure,
  type VariantType,
} from "./types.ts";
import { labelText, shortText } from "./typeText.ts";
import {
  type CandidValue,
  type FieldValue,
  isWholeNumberName,
  type WholeNumberName,
  wholeNumberBounds,
} from "./value.ts";
import { type FieldExpression, readArgumentsSyntax, type ValueExpression } from "./valueSyntax.ts";

/** Values of the wanted types, and what is wrong or doubtful about their text. */
export interface ArgumentsReading {
  /** Absent where a problem is an error. */
  readonly values?: readonly CandidValue[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the arguments of a call, `(5, record { id = 1 })`, as values of the types that a method takes. `environment` gives
 * meaning to names of types in annotations such as `5 : Tokens`.
 */
export function parseArguments(
  text: string,
  types: readonly ArgumentType[],
  environment?: TypeEnvironment,
): ArgumentsReading {
  const reading = readArgumentsSyntax(text);
  if (reading.kind === "problem") return { problems: [reading.problem] };
  const checker = new ValueChecker(environment);
  const values = checker.arguments(reading.values, types, reading.range);
  const { problems } = checker;
  return problems.some((it) => it.severity === "error") ? { problems } : { values, problems };
}

/** What fits the bytes that `decodeArguments` reads, also when it is written with underscores or in hexadecimal. */
const wholeNumberDigitsMax = 1700;

/** Where a value belongs: `argument 1, field "amount"`. */
type Path = readonly string[];

/** Stands where an error was reported, so that checking goes on. */
const broken: CandidValue = { kind: "null" };

class ValueChecker {
  readonly problems: Problem[] = [];
  private errors = 0;
  private readonly environment: TypeEnvironment | undefined;

  constructor(environment: TypeEnvironment | undefined) {
    this.environment = environment;
  }

  arguments(values: readonly ValueExpression[], types: readonly ArgumentType[], range: TextRange): CandidValue[] {
    const extra = values[types.length];
    if (extra !== undefined) {
      const wanted =
        types.length === 0 ? "no argument" : types.length === 1 ? "1 argument" : `${types.length} arguments`;
      this.report({ ...range, start: extra.range.start }, [], `expected ${wanted}, found ${values.length}`);
    }
    return types.map((type, index) => {
      const value = values[index];
      const name = type.name === undefined ? "" : ` "${type.name}"`;
      const path = [`argument ${index + 1}${name}`];
      if (value !== undefined) return this.value(value, type.type, path);
      const nothing = valueOfNothing(type.type);
      if (nothing === undefined) {
        this.report({ start: range.end - 1, end: range.end }, path, `is missing: expected ${shortText(type.type)}`);
      }
      return nothing ?? broken;
    });
  }

  private value(value: ValueExpression, type: CandidType, path: Path): CandidValue {
    if (value.kind === "annotated") return this.annotated(value, type, path);
    const wanted = structure(type);
    switch (wanted.kind) {
      case "primitive":
        return this.primitive(value, wanted, path);
      case "opt":
        if (value.kind === "null") return { kind: "opt" };
        if (value.kind === "opt") return { kind: "opt", value: this.value(value.of, wanted.of, path) };
        return this.mismatch(value, type, path, " (write `opt` before a value that is there)");
      case "vec":
        return this.vector(value, type, wanted.of, path);
      case "record":
        return value.kind === "record" ? this.record(value, wanted, path) : this.mismatch(value, type, path);
      case "variant":
        return value.kind === "variant" ? this.variant(value.field, wanted, path) : this.mismatch(value, type, path);
      case "func": {
        if (value.kind !== "func") return this.mismatch(value, type, path);
        const service = this.principal(value.text, value.range, path);
        return service === undefined ? broken : { kind: "func", service, method: value.method };
      }
      case "service": {
        if (value.kind !== "service") return this.mismatch(value, type, path);
        const principal = this.principal(value.text, value.range, path);
        return principal === undefined ? broken : { kind: "service", value: principal };
      }
      default:
        return assertNever(wanted);
    }
  }

  private annotated(
    { value, type: expression }: Extract<ValueExpression, { kind: "annotated" }>,
    type: CandidType,
    path: Path,
  ): CandidValue {
    const annotation = this.annotationType(expression, path);
    if (annotation === undefined) return broken;
    if (isSubtype(annotation, type) !== undefined) {
      this.report(expression.range, path, `expected ${shortText(type)}, found ${shortText(annotation)}`);
      return broken;
    }
    const errors = this.errors;
    const own = this.value(value, annotation, path);
    if (this.errors > errors) return broken;
    const coercion = coerceValue(own, annotation, type);
    if (coercion.kind === "value") return coercion.value;
    this.report(value.range, path, [...coercion.mismatch.path, coercion.mismatch.message].join(", "));
    return broken;
  }

  private annotationType(expression: TypeExpression, path: Path): CandidType | undefined {
    const declared = this.environment?.declared ?? new Map();
    const errors = this.errors;
    checkExpression(expression, declared, (it) => this.report(it.range, path, it.message));
    if (this.errors > errors) return undefined;
    return convertType(expression, { declared, types: this.environment?.types ?? new Map() });
  }

  private primitive(value: ValueExpression, type: PrimitiveType, path: Path): CandidValue {
    const { name } = type;
    if (isWholeNumberName(name)) return this.wholeNumber(value, name, path);
    switch (name) {
      case "reserved":
        return { kind: "reserved" };
      case "empty":
        this.report(value.range, path, "there is no value of type `empty`");
        return broken;
      case "null":
        return value.kind === "null" ? { kind: "null" } : this.mismatch(value, type, path);
      case "bool":
        return value.kind === "bool" ? { kind: "bool", value: value.value } : this.mismatch(value, type, path);
      case "text":
        return value.kind === "text" ? { kind: "text", value: value.value } : this.mismatch(value, type, path);
      case "float32":
      case "float64": {
        if (value.kind !== "number") return this.mismatch(value, type, path);
        const number = floatOf(value.text);
        return { kind: "float", type: name, value: name === "float32" ? Math.fround(number) : number };
      }
      case "principal": {
        if (value.kind !== "principal") return this.mismatch(value, type, path);
        const principal = this.principal(value.text, value.range, path);
        return principal === undefined ? broken : { kind: "principal", value: principal };
      }
      default:
        return assertNever(name);
    }
  }

  private wholeNumber(value: ValueExpression, type: WholeNumberName, path: Path): CandidValue {
    if (value.kind !== "number") return this.mismatch(value, { kind: "primitive", name: type }, path);
    if (!value.isWhole) {
      this.report(value.range, path, `expected ${type}, found ${value.text}, which is no whole number`);
      return broken;
    }
    if (value.text.length > wholeNumberDigitsMax) {
      this.report(value.range, path, `numbers of more than ${wholeNumberDigitsMax} digits are not supported`);
      return broken;
    }
    const magnitude = readNat(value.text.replace(/^[+-]/, ""));
    const number = value.text.startsWith("-") ? -magnitude : magnitude;
    const { min, max } = wholeNumberBounds[type];
    if ((min === undefined || number >= min) && (max === undefined || number <= max)) {
      return { kind: "number", type, value: number };
    }
    const range = max === undefined ? `from ${min}` : `${min} to ${max}`;
    this.report(value.range, path, `expected ${type} (${range}), found ${value.text}`);
    return broken;
  }

  private vector(value: ValueExpression, type: CandidType, of: CandidType, path: Path): CandidValue {
    const isBytes = isBlob(type);
    if (value.kind === "blob" && isBytes) return { kind: "blob", bytes: value.bytes };
    if (value.kind !== "vec") return this.mismatch(value, type, path);
    const values = value.items.map((item, index) => this.value(item, of, [...path, `element ${index + 1}`]));
    if (!isBytes) return { kind: "vec", values };
    return { kind: "blob", bytes: Uint8Array.from(values, (it) => (it.kind === "number" ? Number(it.value) : 0)) };
  }

  private record(value: Extract<ValueExpression, { kind: "record" }>, type: RecordType, path: Path): CandidValue {
    const given = new Map<number, FieldExpression>();
    for (const field of value.fields) {
      if (given.has(field.id)) this.report(field.range, path, `field "${labelText(field)}" is given twice`);
      given.set(field.id, field);
      if (type.fields.some((it) => it.id === field.id)) continue;
      const names = type.fields.map(labelText).join(", ");
      const known = names === "" ? "there are no fields" : `the fields are ${names}`;
      this.report(
        field.range,
        path,
        `no field "${labelText(field)}" is expected, it is left out (${known})`,
        "warning",
      );
    }
    const fields = type.fields.map((field): FieldValue => {
      const own = given.get(field.id);
      const about = { id: field.id, ...(field.name !== undefined && { name: field.name }) };
      if (own?.value !== undefined) {
        return { ...about, value: this.value(own.value, field.type, [...path, `field "${labelText(field)}"`]) };
      }
      const nothing = valueOfNothing(field.type);
      if (nothing === undefined) {
        const message = `field "${labelText(field)}" is missing: expected ${shortText(field.type)}`;
        this.report(value.range, path, message);
      }
      return { ...about, value: nothing ?? broken };
    });
    return { kind: "record", fields };
  }

  private variant(given: FieldExpression, type: VariantType, path: Path): CandidValue {
    const field = type.fields.find((it) => it.id === given.id);
    if (field === undefined) {
      const names = type.fields.map(labelText).join(", ");
      const known = names === "" ? "it has no cases" : `its cases are ${names}`;
      this.report(given.range, path, `the variant has no case "${labelText(given)}" (${known})`);
      return broken;
    }
    const about = { id: field.id, ...(field.name !== undefined && { name: field.name }) };
    const inner: Path = [...path, `case "${labelText(field)}"`];
    if (given.value !== undefined)
      return { kind: "variant", field: { ...about, value: this.value(given.value, field.type, inner) } };
    if (!acceptsNull(structure(field.type))) {
      this.report(given.range, inner, `expected ${shortText(field.type)}, found no value`);
    }
    return { kind: "variant", field: { ...about, value: valueOfNothing(field.type) ?? broken } };
  }

  private principal(text: string, range: TextRange, path: Path): Principal | undefined {
    const principal = Principal.fromText(text);
    if (principal === undefined)
      this.report(range, path, `"${text}" is no principal: check for missing or changed letters`);
    return principal;
  }

  private mismatch(value: ValueExpression, type: CandidType, path: Path, hint = ""): CandidValue {
    this.report(value.range, path, `expected ${shortText(type)}, found ${describe(value)}${hint}`);
    return broken;
  }

  private report(range: TextRange, path: Path, message: string, severity: "error" | "warning" = "error"): void {
    if (severity === "error") this.errors++;
    const where = path.length === 0 ? "" : `${path.join(", ")}: `;
    this.problems.push({ code: "candid-value", message: `${where}${message}`, range, severity });
  }
}

function floatOf(text: string): number {
  const plain = text.replaceAll("_", "").toLowerCase();
  if (/nan$/.test(plain)) return Number.NaN;
  if (/inf(inity)?$/.test(plain)) return plain.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const hexadecimal = /^([+-]?)(0x.*)$/.exec(plain);
  if (hexadecimal === null) return Number(plain);
  return (hexadecimal[1] === "-" ? -1 : 1) * Number(hexadecimal[2]);
}

function describe(value: ValueExpression): string {
  switch (value.kind) {
    case "number":
      return value.text.length > 40 ? "a number" : value.text;
    case "bool":
      return String(value.value);
    case "vec":
      return "a vec";
    case "record":
      return "a record";
    case "variant":
      return "a variant";
    case "opt":
      return "an opt";
    default:
      return value.kind;
  }
}
