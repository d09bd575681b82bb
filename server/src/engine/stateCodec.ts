import { Principal } from "../base/principal.ts";

/**
 * Plain data as bytes and back: undefined, null, booleans, numbers, bigints, text, bytes, arrays, maps, records and
 * principals. The same data gives the same bytes.
 */
const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  bigint: 5,
  text: 6,
  bytes: 7,
  array: 8,
  map: 9,
  record: 10,
  principal: 11,
} as const;

/** The bytes of plain data. Throws for functions and other things that are none. */
export function encodeState(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.finish();
}

/** The data in bytes written by `encodeState`. Throws when they are cut or not such bytes. */
export function decodeState(bytes: Uint8Array): unknown {
  return new Reader(bytes).value();
}

class Writer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  value(value: unknown): void {
    if (value === undefined) this.#tag("undefined");
    else if (value === null) this.#tag("null");
    else if (typeof value === "boolean") this.#tag(value ? "true" : "false");
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "bigint") this.#text("bigint", value.toString(16));
    else if (typeof value === "string") this.#text("text", value);
    else if (value instanceof Uint8Array) this.#blob("bytes", value);
    else if (value instanceof Principal) this.#blob("principal", value.bytes);
    else if (Array.isArray(value)) this.#items("array", value);
    else if (value instanceof Map) this.#items("map", [...value].flat(1));
    else if (typeof value === "object") this.#items("record", Object.entries(value).flat(1));
    else throw new Error(`Not plain data: ${typeof value}`);
  }

  #tag(tag: keyof typeof tags): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = tags[tag];
  }

  #number(value: number): void {
    this.#tag("number");
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  #text(tag: "bigint" | "text", text: string): void {
    this.#blob(tag, new TextEncoder().encode(text));
  }

  #blob(tag: "bigint" | "text" | "bytes" | "principal", bytes: Uint8Array): void {
    this.#tag(tag);
    this.#count(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #items(tag: "array" | "map" | "record", items: readonly unknown[]): void {
    this.#tag(tag);
    this.#count(items.length);
    for (const item of items) this.value(item);
  }

  #count(count: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, count);
    this.#length += 4;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): unknown {
    const tag = this.#view.getUint8(this.#offset++);
    switch (tag) {
      case tags.undefined:
        return undefined;
      case tags.null:
        return null;
      case tags.false:
        return false;
      case tags.true:
        return true;
      case tags.number:
        this.#offset += 8;
        return this.#view.getFloat64(this.#offset - 8);
      case tags.bigint:
        return this.#bigint();
      case tags.text:
        return this.#text();
      case tags.bytes:
        return this.#blob();
      case tags.principal:
        return Principal.ofBytes(this.#blob());
      case tags.array:
        return this.#items();
      case tags.map:
        return new Map(pairs(this.#items()));
      case tags.record:
        return Object.fromEntries(pairs(this.#items()));
      default:
        throw new Error(`Not state of a subnet: unknown tag ${tag} at byte ${this.#offset - 1}.`);
    }
  }

  #bigint(): bigint {
    const text = this.#text();
    return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
  }

  #text(): string {
    return new TextDecoder().decode(this.#blob());
  }

  #blob(): Uint8Array {
    const length = this.#count();
    if (this.#offset + length > this.#bytes.length) throw new Error("Not state of a subnet: it is cut off.");
    this.#offset += length;
    return this.#bytes.slice(this.#offset - length, this.#offset);
  }

  #items(): unknown[] {
    const count = this.#count();
    const items: unknown[] = [];
    for (let index = 0; index < count; index++) items.push(this.value());
    return items;
  }

  #count(): number {
    this.#offset += 4;
    return this.#view.getUint32(this.#offset - 4);
  }
}

function pairs(items: readonly unknown[]): [string, unknown][] {
  const result: [string, unknown][] = [];
  for (let index = 0; index + 1 < items.length; index += 2) result.push([String(items[index]), items[index + 1]]);
  return result;
}
