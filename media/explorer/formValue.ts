/**
 * What a user has filled in for one argument, and its textual Candid. Pure: the form draws it, tests check it.
 * Values are made lazily along opt, vec and variant, so that recursive types end.
 */
import type { FormType } from "../../server/src/protocol/callForm.ts";

/** Named types that `reference` points to. */
export type FormTypes = Readonly<Record<string, FormType>>;

/** The state of the inputs for one value; mutable, because inputs write into it. */
export type FormValue =
  /** null, reserved, empty: nothing to fill in. */
  | { readonly kind: "fixed"; readonly text: string }
  | { readonly kind: "bool"; value: boolean }
  /** One line of text: numbers, floats, principals, functions, services. */
  | { readonly kind: "line"; text: string }
  | { readonly kind: "text"; text: string }
  | { readonly kind: "blob"; encoding: "hex" | "text"; text: string }
  | { readonly kind: "opt"; inner: FormValue | undefined }
  | { readonly kind: "vec"; readonly items: FormValue[] }
  | { readonly kind: "record"; readonly fields: FormValue[] }
  | { readonly kind: "variant"; selected: number; inner: FormValue };

/** The text of a value, or what is wrong with the first input that does not fit. */
export type ValueText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "problem"; readonly value: FormValue; readonly message: string };

/** Follows references; a reference to nothing is drawn as a value that cannot be filled in. */
export function resolveType(type: FormType, types: FormTypes): FormType {
  const visited = new Set<string>();
  let resolved = type;
  while (resolved.kind === "reference") {
    const next: FormType | undefined = types[resolved.name];
    if (next === undefined || visited.has(resolved.name)) return { kind: "empty" };
    visited.add(resolved.name);
    resolved = next;
  }
  return resolved;
}

/** The value that a form begins with: zero, empty text, no opt, an empty vec, the first variant case that ends. */
export function initialValue(type: FormType, types: FormTypes): FormValue {
  return smallestValue(type, types, new Set());
}

/** `within` holds the named types that are being filled in: going through one of them again would not end. */
function smallestValue(type: FormType, types: FormTypes, within: ReadonlySet<string>): FormValue {
  switch (type.kind) {
    case "reference": {
      const next = types[type.name];
      if (next === undefined || within.has(type.name)) return unfillable;
      return smallestValue(next, types, new Set([...within, type.name]));
    }
    case "null":
    case "reserved":
      return { kind: "fixed", text: "null" };
    case "empty":
      return unfillable;
    case "bool":
      return { kind: "bool", value: false };
    case "text":
      return { kind: "text", text: "" };
    case "blob":
      return { kind: "blob", encoding: "text", text: "" };
    case "number":
      return { kind: "line", text: "0" };
    case "float":
      return { kind: "line", text: "0.0" };
    case "principal":
    case "func":
    case "service":
      return { kind: "line", text: "" };
    case "opt":
      return { kind: "opt", inner: undefined };
    case "vec":
      return { kind: "vec", items: [] };
    case "record":
      return smallestRecord(
        type.fields.map((it) => it.type),
        types,
        within,
      );
    case "tuple":
      return smallestRecord(type.of, types, within);
    case "variant": {
      const selected = type.fields.findIndex((it) => ends(it.type, types, within));
      const field = type.fields[selected];
      if (field === undefined) return unfillable;
      return { kind: "variant", selected, inner: smallestValue(field.type, types, within) };
    }
  }
}

const unfillable: FormValue = { kind: "fixed", text: "" };

function smallestRecord(fields: readonly FormType[], types: FormTypes, within: ReadonlySet<string>): FormValue {
  if (!fields.every((it) => ends(it, types, within))) return unfillable;
  return { kind: "record", fields: fields.map((it) => smallestValue(it, types, within)) };
}

/** Whether a smallest value of the type exists, so that filling it in comes to an end. */
function ends(type: FormType, types: FormTypes, within: ReadonlySet<string>): boolean {
  switch (type.kind) {
    case "reference": {
      const next = types[type.name];
      return next !== undefined && !within.has(type.name) && ends(next, types, new Set([...within, type.name]));
    }
    case "record":
      return type.fields.every((it) => ends(it.type, types, within));
    case "tuple":
      return type.of.every((it) => ends(it, types, within));
    case "variant":
      return type.fields.some((it) => ends(it.type, types, within));
    case "empty":
      return false;
    default:
      return true;
  }
}

/** The arguments of a call as textual Candid, `(5, "text")`. */
export function argumentsText(types: readonly FormType[], values: readonly FormValue[], named: FormTypes): ValueText {
  const texts: string[] = [];
  for (const [index, type] of types.entries()) {
    const value = values[index] ?? initialValue(type, named);
    const one = valueText(type, value, named);
    if (one.kind === "problem") return one;
    texts.push(one.text);
  }
  return { kind: "text", text: `(${texts.join(", ")})` };
}

/** One value as textual Candid. */
export function valueText(type: FormType, value: FormValue, types: FormTypes): ValueText {
  const resolved = resolveType(type, types);
  switch (value.kind) {
    case "fixed":
      return value.text === ""
        ? problem(value, "No value of this type can be filled in here. Write it as Candid text.")
        : text(value.text);
    case "bool":
      return text(String(value.value));
    case "text":
      return text(quoted(value.text));
    case "blob":
      return blobText(value);
    case "line":
      return lineText(resolved, value);
    case "opt":
      if (value.inner === undefined || resolved.kind !== "opt") return text("null");
      return wrapped(valueText(resolved.of, value.inner, types), "opt ", "");
    case "vec":
      if (resolved.kind !== "vec") return text("vec {}");
      return listed(
        value.items.map((item) => valueText(resolved.of, item, types)),
        "vec",
      );
    case "record":
      return recordText(resolved, value.fields, types);
    case "variant": {
      const field = resolved.kind === "variant" ? resolved.fields[value.selected] : undefined;
      if (field === undefined) return problem(value, "Choose a case.");
      if (resolveType(field.type, types).kind === "null") return text(`variant { ${field.label} }`);
      return wrapped(valueText(field.type, value.inner, types), `variant { ${field.label} = `, " }");
    }
  }
}

/** What is wrong with a line for its type; undefined when it fits. */
export function lineProblem(type: FormType, line: string): string | undefined {
  const trimmed = line.trim();
  switch (type.kind) {
    case "number":
      return numberProblem(type, trimmed);
    case "float":
      return /^[+-]?(\d[\d_]*)(\.[\d_]*)?([eE][+-]?\d+)?$/.test(trimmed) ? undefined : "Write a number such as 1.5.";
    case "principal":
    case "service":
      return principalPattern.test(trimmed) ? undefined : "Write a principal such as lxzze-o7777-77777-aaaaa-cai.";
    case "func":
      return /^[a-z0-9-]+\..+$/.test(trimmed) ? undefined : "Write a principal, a dot and a method name.";
    default:
      return undefined;
  }
}

const principalPattern = /^([a-z2-7]{5}-)*[a-z2-7]{1,5}$/;

function numberProblem(type: Extract<FormType, { kind: "number" }>, line: string): string | undefined {
  if (!/^[+-]?\d[\d_]*$/.test(line)) return `Write a whole number (${type.type}).`;
  const value = BigInt(line.replaceAll("_", "").replace(/^\+/, ""));
  if (type.min !== undefined && value < BigInt(type.min)) return `${type.type} begins at ${type.min}.`;
  if (type.max !== undefined && value > BigInt(type.max)) return `${type.type} ends at ${type.max}.`;
  return undefined;
}

function lineText(type: FormType, value: Extract<FormValue, { kind: "line" }>): ValueText {
  const line = value.text.trim();
  const wrong = lineProblem(type, line);
  if (wrong !== undefined) return problem(value, wrong);
  switch (type.kind) {
    case "principal":
    case "service":
      return text(`${type.kind} ${quoted(line)}`);
    case "func": {
      const dot = line.indexOf(".");
      return text(`func ${quoted(line.slice(0, dot))}.${quoted(line.slice(dot + 1))}`);
    }
    case "float":
      return text(/[.eE]/.test(line) ? line : `${line}.0`);
    default:
      return text(line);
  }
}

function recordText(type: FormType, fields: readonly FormValue[], types: FormTypes): ValueText {
  if (type.kind === "tuple") {
    return listed(
      type.of.map((it, index) => valueText(it, fields[index] ?? initialValue(it, types), types)),
      "record",
    );
  }
  if (type.kind !== "record") return text("record {}");
  return listed(
    type.fields.map((it, index) =>
      wrapped(valueText(it.type, fields[index] ?? initialValue(it.type, types), types), `${it.label} = `, ""),
    ),
    "record",
  );
}

function blobText(value: Extract<FormValue, { kind: "blob" }>): ValueText {
  if (value.encoding === "hex") {
    const hex = value.text.replaceAll(/\s|^0x/g, "");
    if (!/^([0-9a-fA-F]{2})*$/.test(hex)) return problem(value, "Write pairs of hexadecimal digits.");
    return text(`blob "${hex.replaceAll(/../g, (pair) => `\\${pair.toLowerCase()}`)}"`);
  }
  return text(`blob ${quoted(value.text)}`);
}

/** A Candid text literal. */
export function quoted(raw: string): string {
  const escaped = raw.replaceAll(/[\\"\p{Cc}]/gu, (character) => {
    if (character === "\\" || character === '"') return `\\${character}`;
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  return `"${escaped}"`;
}

function listed(parts: readonly ValueText[], keyword: "vec" | "record"): ValueText {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.kind === "problem") return part;
    texts.push(part.text);
  }
  return text(texts.length === 0 ? `${keyword} {}` : `${keyword} { ${texts.join("; ")} }`);
}

function wrapped(inner: ValueText, before: string, after: string): ValueText {
  return inner.kind === "problem" ? inner : text(before + inner.text + after);
}

function text(value: string): ValueText {
  return { kind: "text", text: value };
}

function problem(value: FormValue, message: string): ValueText {
  return { kind: "problem", value, message };
}
