import { assert } from "./assert.ts";

/** Bytes of the longest principal. */
const principalBytesMax = 29;

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * An identifier of a canister, a user or a subnet: 0 to 29 bytes. Two principals are the same when their `key` is.
 * https://internetcomputer.org/docs/references/ic-interface-spec#principal
 */
export class Principal {
  readonly bytes: Uint8Array;
  /** The bytes as a string of characters 0 to 255: cheap to make, made to be the key of a map. */
  readonly key: string;
  #text: string | undefined;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.key = String.fromCharCode(...bytes);
  }

  /** The management canister, `aaaaa-aa`. */
  static readonly management = new Principal(new Uint8Array(0));

  /** Who sends unsigned messages, `2vxsx-fae`. */
  static readonly anonymous = new Principal(Uint8Array.of(4));

  /** Wraps bytes, which must not change afterwards; undefined when they are too many. */
  static fromBytes(bytes: Uint8Array): Principal | undefined {
    return bytes.length > principalBytesMax ? undefined : new Principal(bytes);
  }

  /** Wraps bytes known to be at most 29. */
  static ofBytes(bytes: Uint8Array): Principal {
    assert(bytes.length <= principalBytesMax, "a principal has at most 29 bytes");
    return new Principal(bytes);
  }

  /** Reads the textual form; undefined when it is none (wrong checksum, grouping, length or characters). */
  static fromText(text: string): Principal | undefined {
    const decoded = decodeBase32(text.toLowerCase().replaceAll("-", ""));
    if (decoded === undefined || decoded.length < 4) return undefined;
    const principal = Principal.fromBytes(decoded.slice(4));
    return principal !== undefined && principal.text === text.toLowerCase() ? principal : undefined;
  }

  /** The textual form with checksum, e.g. `lxzze-o7777-77777-aaaaa-cai`. */
  get text(): string {
    this.#text ??= textOf(this.bytes);
    return this.#text;
  }

  /** The textual form. */
  toString(): string {
    return this.text;
  }
}

function textOf(bytes: Uint8Array): string {
  const checked = new Uint8Array(4 + bytes.length);
  new DataView(checked.buffer).setUint32(0, crc32(bytes));
  checked.set(bytes, 4);
  return encodeBase32(checked).replace(/.{5}(?=.)/g, "$&-");
}

function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((value >>> bits) & 31);
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((value << (5 - bits)) & 31);
}

function decodeBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit === -1) return undefined;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The order in which the network keeps principals: shorter ones first, then by their bytes. */
export function comparePrincipals(a: Principal, b: Principal): number {
  if (a.bytes.length !== b.bytes.length) return a.bytes.length - b.bytes.length;
  return a.key < b.key ? -1 : a.key === b.key ? 0 : 1;
}
