import { assertNever } from "./assert.ts";

/** What can be written: texts, numbers from 0 to 2^64 - 1, bytes, lists, and maps with texts as keys. */
export type CborValue = string | bigint | Uint8Array | readonly CborValue[] | CborMap;

/** Fields are written in their order. */
export interface CborMap {
  readonly [key: string]: CborValue;
}

/** Tag 55799, which says that what follows is CBOR. */
const selfDescribingTag = Uint8Array.of(0xd9, 0xd9, 0xf7);

/** The value in the fewest bytes, behind the self-describing tag. RFC 8949. */
export function toCbor(value: CborValue): Uint8Array {
  const parts: Uint8Array[] = [selfDescribingTag];
  write(value, parts);
  const bytes = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function write(value: CborValue, parts: Uint8Array[]): void {
  if (typeof value === "bigint") {
    parts.push(head("unsigned", value));
  } else if (typeof value === "string") {
    const text = new TextEncoder().encode(value);
    parts.push(head("text", BigInt(text.length)), text);
  } else if (value instanceof Uint8Array) {
    parts.push(head("bytes", BigInt(value.length)), value);
  } else if (isList(value)) {
    parts.push(head("list", BigInt(value.length)));
    for (const item of value) write(item, parts);
  } else {
    const entries = Object.entries(value);
    parts.push(head("map", BigInt(entries.length)));
    for (const [key, item] of entries) {
      write(key, parts);
      write(item, parts);
    }
  }
}

/** Tells a list from a map. */
export function isList(value: readonly CborValue[] | CborMap): value is readonly CborValue[] {
  return Array.isArray(value);
}

type MajorType = "unsigned" | "bytes" | "text" | "list" | "map";

/** The major type with a number in the fewest bytes. RFC 8949, section 3. */
function head(type: MajorType, count: bigint): Uint8Array {
  const major = majorType(type) << 5;
  if (count < 24n) return Uint8Array.of(major | Number(count));
  const size = count < 0x100n ? 1 : count < 0x10000n ? 2 : count < 0x100000000n ? 4 : 8;
  const bytes = new Uint8Array(1 + size);
  bytes[0] = major | (24 + Math.log2(size));
  for (let index = 0; index < size; index++) bytes[size - index] = Number((count >> BigInt(8 * index)) & 0xffn);
  return bytes;
}

function majorType(type: MajorType): number {
  switch (type) {
    case "unsigned":
      return 0;
    case "bytes":
      return 2;
    case "text":
      return 3;
    case "list":
      return 4;
    case "map":
      return 5;
    default:
      return assertNever(type);
  }
}
