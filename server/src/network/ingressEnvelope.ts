import { createHash, sign } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { type CborMap, type CborValue, isList, toCbor } from "../base/cbor.ts";
import { toUnsignedLeb128 } from "../base/leb128.ts";
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
  return { requestId: toHex(requestId), bytes: toCbor(envelope) };
}

const requestDomain = Buffer.from("\x0aic-request", "latin1");

/** https://internetcomputer.org/docs/references/ic-interface-spec#hash-of-map */
function hashOfMap(fields: CborMap): Buffer {
  const pairs = Object.entries(fields).map(([key, value]) => Buffer.concat([sha256(Buffer.from(key)), hashOf(value)]));
  return sha256(Buffer.concat(pairs.sort(Buffer.compare)));
}

function hashOf(value: CborValue): Buffer {
  if (typeof value === "string") return sha256(Buffer.from(value));
  if (typeof value === "bigint") return sha256(Uint8Array.from(toUnsignedLeb128(value)));
  if (value instanceof Uint8Array) return sha256(value);
  return isList(value) ? sha256(Buffer.concat(value.map(hashOf))) : hashOfMap(value);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
