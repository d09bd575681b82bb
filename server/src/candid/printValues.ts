/** Values as text, with the types of numbers, as Candid's own tools print them. */
import { assertNever } from "../base/assert.ts";
import { type Layout, renderLayout } from "./layout.ts";
import { writeBytes, writeText } from "./literals.ts";
import { labelText, nameText } from "./typeText.ts";
import type { CandidValue, FieldValue } from "./value.ts";

/** How values are printed. */
export interface PrintOptions {
  /** Characters of a line, above which braces are broken; without a bound by default. */
  readonly width?: number;
  /** Whether numbers are written as `1_000_000`; they are by default. */
  readonly underscores?: boolean;
}

/** The arguments or results of a call: `(42 : nat, "text")`. */
export function printArguments(values: readonly CandidValue[], options: PrintOptions = {}): string {
  const items = values.map((it) => valueLayout(it, options));
  const content = bracketed("(", items, ",", ")", "");
  return renderLayout(content, options.width ?? Number.POSITIVE_INFINITY);
}

/** One value: `42 : nat`. */
export function printValue(value: CandidValue, options: PrintOptions = {}): string {
  return renderLayout(valueLayout(value, options), options.width ?? Number.POSITIVE_INFINITY);
}

function valueLayout(value: CandidValue, options: PrintOptions): Layout {
  switch (value.kind) {
    case "null":
      return "null";
    case "reserved":
      return "null : reserved";
    case "bool":
      return String(value.value);
    case "number":
      return `${numberText(String(value.value), options)} : ${value.type}`;
    case "float":
      return `${floatText(value, options)} : ${value.type}`;
    case "text":
      return writeText(value.value);
    case "principal":
    case "service":
      return `${value.kind} ${writeText(value.value.text)}`;
    case "func":
      return `func ${writeText(value.service.text)}.${nameText(value.method)}`;
    case "opt":
      return value.value === undefined ? "null" : { kind: "concat", parts: ["opt ", enclosed(value.value, options)] };
    case "vec":
      return bracketed(
        "vec {",
        value.values.map((it) => valueLayout(it, options)),
        ";",
        "}",
        " ",
      );
    case "blob":
      return `blob ${writeBytes(value.bytes)}`;
    case "record":
      return bracketed("record {", recordFields(value.fields, options), ";", "}", " ");
    case "variant": {
      const { field } = value;
      if (field.value.kind === "null") return `variant { ${labelText(field)} }`;
      return bracketed("variant {", [fieldLayout(field, options)], ";", "}", " ");
    }
    default:
      return assertNever(value);
  }
}

/** Annotated values need parentheses behind `opt`. */
function enclosed(value: CandidValue, options: PrintOptions): Layout {
  const isAnnotated = value.kind === "number" || value.kind === "float" || value.kind === "reserved";
  const layout = valueLayout(value, options);
  return isAnnotated ? { kind: "concat", parts: ["(", layout, ")"] } : layout;
}

function recordFields(fields: readonly FieldValue[], options: PrintOptions): Layout[] {
  const isTuple = fields.every((field, index) => field.id === index && field.name === undefined);
  return fields.map((field) => (isTuple ? valueLayout(field.value, options) : fieldLayout(field, options)));
}

function fieldLayout(field: FieldValue, options: PrintOptions): Layout {
  return { kind: "concat", parts: [`${labelText(field)} = `, valueLayout(field.value, options)] };
}

function bracketed(open: string, items: readonly Layout[], separator: string, close: string, edge: string): Layout {
  if (items.length === 0) return `${open}${close}`;
  const parts = items.flatMap((item, index): Layout[] =>
    index === 0 ? [item] : [separator, { kind: "line", flat: " " }, item],
  );
  const inner: Layout = { kind: "concat", parts: [{ kind: "line", flat: edge }, ...parts] };
  const ending: Layout[] = [{ kind: "whenBroken", text: separator }, { kind: "line", flat: edge }, close];
  return {
    kind: "group",
    broken: false,
    content: { kind: "concat", parts: [open, { kind: "indent", content: inner }, ...ending] },
  };
}

function numberText(digits: string, { underscores }: PrintOptions): string {
  return underscores === false ? digits : digits.replace(/\B(?=(\d{3})+$)/g, "_");
}

function floatText({ value, type }: Extract<CandidValue, { kind: "float" }>, options: PrintOptions): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = Object.is(value, -0) ? "-0" : type === "float32" ? shortestFloat32(value) : String(value);
  if (/[.e]/.test(text)) return text;
  return `${numberText(text, options)}.0`;
}

/** The shortest digits that read as the same 32-bit number. */
function shortestFloat32(value: number): string {
  for (let digits = 1; digits < 17; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}
