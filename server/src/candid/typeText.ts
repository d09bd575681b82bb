/** Types as the text that a `.did` file would hold. */
import { assertNever } from "../base/assert.ts";
import { writeText } from "./literals.ts";
import { isKeyword } from "./tokens.ts";
import {
  type ArgumentType,
  type CandidType,
  type FieldType,
  type FunctionType,
  isBlob,
  type ServiceType,
  structure,
  tupleTypes,
} from "./types.ts";

/** A type on one line; declared types by their names. */
export function typeText(type: CandidType): string {
  switch (type.kind) {
    case "named":
    case "primitive":
      return type.name;
    case "opt":
      return `opt ${typeText(type.of)}`;
    case "vec":
      return type.of.kind !== "named" && isBlob(type) ? "blob" : `vec ${typeText(type.of)}`;
    case "record": {
      const tuple = tupleTypes(type);
      return braced(
        "record",
        tuple?.map(typeText) ?? type.fields.map((it) => `${labelText(it)} : ${typeText(it.type)}`),
      );
    }
    case "variant":
      return braced("variant", type.fields.map(caseText));
    case "func":
      return `func ${signatureText(type)}`;
    case "service":
      return serviceText(type);
    default:
      return assertNever(type);
  }
}

/** What a declared type stands for, on one line; other types as they are. */
export function definitionText(type: CandidType): string {
  return typeText(type.kind === "named" ? type.definition : type);
}

/** `(nat, name : text) -> (bool) query`. */
export function signatureText(type: FunctionType): string {
  return [`${argumentsText(type.arguments)} -> ${argumentsText(type.results)}`, ...type.modes].join(" ");
}

/** `(nat, name : text)`. */
export function argumentsText(types: readonly ArgumentType[]): string {
  return `(${types.map((it) => (it.name === undefined ? "" : `${nameText(it.name)} : `) + typeText(it.type)).join(", ")})`;
}

/** The label of a field as a text that stands for it: a name, a quoted name or a number. */
export function labelText({ name, id }: Pick<FieldType, "id" | "name">): string {
  return name === undefined ? String(id) : nameText(name);
}

/** A name, quoted where it has to be. */
export function nameText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isKeyword(name) ? name : writeText(name);
}

function serviceText({ methods }: ServiceType): string {
  return braced(
    "service",
    methods.map(({ name, type }) => `${nameText(name)} : ${type.kind === "named" ? type.name : signatureText(type)}`),
  );
}

function caseText(field: FieldType): string {
  const type = structure(field.type);
  const isNull = type.kind === "primitive" && type.name === "null";
  return isNull ? labelText(field) : `${labelText(field)} : ${typeText(field.type)}`;
}

function braced(keyword: string, items: readonly string[]): string {
  return items.length === 0 ? `${keyword} {}` : `${keyword} { ${items.join("; ")} }`;
}

/** The text of a type for a message: cut behind so many characters. */
export function shortText(type: CandidType, most = 60): string {
  const text = typeText(type);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
