import { createHash, sign } from "node:crypto";
import { assertNever } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import type { Principal } from "../base/principal.ts";
import type { SenderIdentity } from "./identities.ts";

/** What a user asks of a canister, as the content of a signed request. */
export interface IngressContent {
  readonly canisterId: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  /** At most 32 bytes; makes two calls of the same content two requests. */
  readonly nonce: Uint8Array;
  /** Nanoseconds since 1970-01-01. */
  readonly expiryNanos: bigint;
}

/** A call as an agent would send it. */
export interface IngressEnvelope {
  /** Hex of the request id: the hash that is signed, and the name of the message. */
  readonly requestId: string;
  /** CBOR, signed unless the sender is anonymous. Its length is what the induction fee is for. */
  readonly bytes: Uint8Array;
}

/**
 * Builds the envelope of a call, signed with the sender's key. Nothing is sent: the engine takes the fee for its length.
 * https://internetcomputer.org/docs/references/ic-interface-spec#authentication
 */
export function ingressEnvelope(sender: SenderIdentity, content: IngressContent): IngressEnvelope {
  const fields: CborMap = {
    request_type: "call",
    canister_id: content.canisterId.bytes,
    method_name: content.method,
    arg: content.argument,
    sender: sender.principal.bytes,
    ingress_expiry: content.expiryNanos,
    nonce: content.nonce,
  };
  const requestId = hashOfMap(fields);
  const envelope: CborMap =
    sender.kind === "anonymous"
      ? { content: fields }
      : {
          content: fields,
          sender_pubkey: sender.publicKeyDer,
          sender_sig: sign(null, Buffer.concat([requestDomain, requestId]), sender.privateKey),
        };
  const parts: Uint8Array[] = [selfDescribingTag];
  writeCbor(envelope, parts);
  return { requestId: toHex(requestId), bytes: Buffer.concat(parts) };
}

interface CborMap {
  readonly [key: string]: CborValue;
}

type CborValue = string | bigint | Uint8Array | CborMap;

const requestDomain = Buffer.from("\x0aic-request", "latin1");

/** Tag 55799. */
const selfDescribingTag = Uint8Array.of(0xd9, 0xd9, 0xf7);

/** https://internetcomputer.org/docs/references/ic-interface-spec#hash-of-map */
function hashOfMap(fields: CborMap): Buffer {
  const pairs = Object.entries(fields).map(([key, value]) => Buffer.concat([sha256(Buffer.from(key)), hashOf(value)]));
  return sha256(Buffer.concat(pairs.sort(Buffer.compare)));
}

function hashOf(value: CborValue): Buffer {
  if (typeof value === "string") return sha256(Buffer.from(value));
  if (typeof value === "bigint") return sha256(unsignedLeb128(value));
  return value instanceof Uint8Array ? sha256(value) : hashOfMap(value);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function unsignedLeb128(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}

function writeCbor(value: CborValue, parts: Uint8Array[]): void {
  if (typeof value === "bigint") {
    parts.push(cborHead("unsigned", value));
  } else if (typeof value === "string") {
    const text = Buffer.from(value);
    parts.push(cborHead("text", BigInt(text.length)), text);
  } else if (value instanceof Uint8Array) {
    parts.push(cborHead("bytes", BigInt(value.length)), value);
  } else {
    const entries = Object.entries(value);
    parts.push(cborHead("map", BigInt(entries.length)));
    for (const [key, item] of entries) {
      writeCbor(key, parts);
      writeCbor(item, parts);
    }
  }
}

/** The major type with a number in the fewest bytes. RFC 8949, section 3. */
function cborHead(type: "unsigned" | "bytes" | "text" | "map", count: bigint): Uint8Array {
  const major = majorType(type) << 5;
  if (count < 24n) return Uint8Array.of(major | Number(count));
  const size = count < 0x100n ? 1 : count < 0x10000n ? 2 : count < 0x100000000n ? 4 : 8;
  const bytes = new Uint8Array(1 + size);
  bytes[0] = major | (24 + Math.log2(size));
  for (let index = 0; index < size; index++) bytes[size - index] = Number((count >> BigInt(8 * index)) & 0xffn);
  return bytes;
}

function majorType(type: "unsigned" | "bytes" | "text" | "map"): number {
  switch (type) {
    case "unsigned":
      return 0;
    case "bytes":
      return 2;
    case "text":
      return 3;
    case "map":
      return 5;
    default:
      return assertNever(type);
  }
}
