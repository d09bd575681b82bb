/**
 * Fits textual Candid into the inputs of a form, so that the text tab and the form show the same. It reads what the form
 * itself writes and the usual ways to write it by hand; any other text stays in the text tab, which is sent as it is.
 */
import type { FormType } from "../../server/src/protocol/callForm.ts";
import { type FormTypes, type FormValue, initialValue, resolveType } from "./formValue.ts";

/** The values of the arguments, or undefined when the text does not fit the form. */
export function readArguments(
  text: string,
  types: readonly FormType[],
  named: FormTypes,
): readonly FormValue[] | undefined {
  try {
    const reader = new Reader(text, named);
    const values = reader.argumentList(types);
    reader.end();
    return values;
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}

/** Says that the text does not fit the form; never leaves this file. */
class Misfit extends Error {}

const tokenPattern = /\s+|\/\/[^\n]*|"(?:[^"\\]|\\.)*"|[+-]?\d(?:[eE][+-]|[\w.])*|[A-Za-z_]\w*|[(){};,=:.]/gy;

class Reader {
  readonly #tokens: readonly string[];
  readonly #named: FormTypes;
  #at = 0;

  constructor(text: string, named: FormTypes) {
    this.#named = named;
    const tokens = [...text.matchAll(tokenPattern)].map((match) => match[0]);
    if (tokens.join("").length !== text.length) throw new Misfit();
    this.#tokens = tokens.filter((token) => !/^(\s|\/\/)/.test(token));
  }

  argumentList(types: readonly FormType[]): readonly FormValue[] {
    this.#expect("(");
    const values = types.map((type, index) => {
      if (index > 0) this.#expect(",");
      return this.#value(type);
    });
    this.#accept(",");
    this.#expect(")");
    return values;
  }

  end(): void {
    if (this.#at !== this.#tokens.length) throw new Misfit();
  }

  #value(type: FormType): FormValue {
    const resolved = resolveType(type, this.#named);
    const value = this.#unannotated(resolved);
    if (this.#accept(":")) this.#next();
    return value;
  }

  #unannotated(type: FormType): FormValue {
    switch (type.kind) {
      case "null":
      case "reserved":
        this.#expect("null");
        return { kind: "fixed", text: "null" };
      case "bool":
        return { kind: "bool", value: this.#oneOf("true", "false") === "true" };
      case "number":
      case "float":
        return { kind: "line", text: this.#number() };
      case "text":
        return { kind: "text", text: plainText(this.#string()) };
      case "principal":
      case "service":
        this.#expect(type.kind);
        return { kind: "line", text: plainText(this.#string()) };
      case "blob":
        this.#expect("blob");
        return { kind: "blob", encoding: "hex", text: blobHex(this.#string()) };
      case "opt":
        if (this.#accept("null")) return { kind: "opt", inner: undefined };
        this.#expect("opt");
        return { kind: "opt", inner: this.#value(type.of) };
      case "vec":
        this.#expect("vec");
        return { kind: "vec", items: this.#braced(() => this.#value(type.of)) };
      case "tuple":
        return this.#tuple(type.of);
      case "record":
        return this.#record(type.fields);
      case "variant":
        return this.#variant(type.fields);
      case "func":
      case "empty":
      case "reference":
        throw new Misfit();
    }
  }

  #tuple(types: readonly FormType[]): FormValue {
    this.#expect("record");
    let index = 0;
    const fields = this.#braced(() => {
      const type = types[index++];
      if (type === undefined) throw new Misfit();
      return this.#value(type);
    });
    if (fields.length !== types.length) throw new Misfit();
    return { kind: "record", fields };
  }

  #record(fields: readonly { readonly label: string; readonly type: FormType }[]): FormValue {
    this.#expect("record");
    const given = new Map<string, FormValue>();
    this.#braced(() => {
      const label = this.#next();
      const field = fields.find((it) => it.label === label);
      if (field === undefined) throw new Misfit();
      this.#expect("=");
      given.set(label, this.#value(field.type));
    });
    const values = fields.map((field) => {
      const value = given.get(field.label);
      if (value === undefined && resolveType(field.type, this.#named).kind !== "opt") throw new Misfit();
      return value ?? initialValue(field.type, this.#named);
    });
    return { kind: "record", fields: values };
  }

  #variant(fields: readonly { readonly label: string; readonly type: FormType }[]): FormValue {
    this.#expect("variant");
    const values = this.#braced(() => {
      const label = this.#next();
      const selected = fields.findIndex((it) => it.label === label);
      const field = fields[selected];
      if (field === undefined) throw new Misfit();
      const inner = this.#accept("=") ? this.#value(field.type) : initialValue({ kind: "null" }, this.#named);
      return { kind: "variant" as const, selected, inner };
    });
    const value = values[0];
    if (value === undefined || values.length !== 1) throw new Misfit();
    return value;
  }

  #braced<T>(part: () => T): T[] {
    this.#expect("{");
    const parts: T[] = [];
    while (!this.#accept("}")) {
      parts.push(part());
      if (!this.#accept(";")) {
        this.#expect("}");
        break;
      }
    }
    return parts;
  }

  #number(): string {
    const token = this.#next();
    if (!/^[+-]?\d/.test(token) || /^[+-]?0x/i.test(token)) throw new Misfit();
    return token;
  }

  #string(): string {
    const token = this.#next();
    if (!token.startsWith('"')) throw new Misfit();
    return token.slice(1, -1);
  }

  #oneOf(...tokens: readonly string[]): string {
    const token = this.#next();
    if (!tokens.includes(token)) throw new Misfit();
    return token;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw new Misfit();
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Misfit();
    return token;
  }
}

function plainText(raw: string): string {
  return raw.replaceAll(
    /\\(u\{([0-9a-fA-F]{1,6})\}|[nrt\\"']|[0-9a-fA-F]{2}|.)/g,
    (_, escaped: string, code: string) => {
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        if (point > 0x10ffff) throw new Misfit();
        return String.fromCodePoint(point);
      }
      if (escaped === "n") return "\n";
      if (escaped === "r") return "\r";
      if (escaped === "t") return "\t";
      if (/^[\\"']$/.test(escaped)) return escaped;
      // A raw byte may be part of a longer UTF-8 sequence; such text stays in the text tab.
      throw new Misfit();
    },
  );
}

/** The bytes of a blob literal as hexadecimal digits. */
function blobHex(raw: string): string {
  const pieces = [...raw.matchAll(/\\([0-9a-fA-F]{2})|\\(.)|([^\\]+)/gu)];
  return pieces
    .map(([, hex, escaped, plain]) => {
      if (hex !== undefined) return hex.toLowerCase();
      return bytesHex(escaped === undefined ? (plain ?? "") : plainText(`\\${escaped}`));
    })
    .join("");
}

function bytesHex(plain: string): string {
  return [...new TextEncoder().encode(plain)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
