/**
 * Verifiably encrypted threshold keys (vetKD) on BLS12-381, with the master keys of PocketIC.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-vetkd_derive_key
 */
import { hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { blsOrder, g2Multiple, hashToG1 } from "./bls.ts";
import { bigEndianBytes } from "./scalars.ts";

/** A secret key and its public key on G2 (96 bytes, compressed). */
export interface VetKey {
  readonly secret: bigint;
  readonly publicKey: Uint8Array;
}

const g1 = bls12_381.G1.Point;

/** The master key of a name, the same in every local network. */
export function vetMasterKey(name: string): VetKey {
  return keyOf(hashToScalar(utf8ToBytes(name), "ic-crypto-vetkd-test-utils-generate-test-key"));
}

/** The key of a canister and, unless `context` is empty, of that context. */
export function deriveVetKey(master: VetKey, canisterId: Uint8Array, context: Uint8Array): VetKey {
  const canisterKey = childOf(master, canisterId, "ic-vetkd-bls12-381-g2-canister-id");
  return context.length === 0 ? canisterKey : childOf(canisterKey, context, "ic-vetkd-bls12-381-g2-context");
}

/** Whether bytes are a transport public key: a compressed point of G1. */
export function isTransportPublicKey(bytes: Uint8Array): boolean {
  return transportPoint(bytes) !== undefined;
}

/**
 * The key for `input` (a BLS signature), encrypted to the transport public key: 192 bytes. `randomness` is 32 bytes
 * or more. Throws for bytes that are no transport public key.
 */
export function encryptedVetKey(
  key: VetKey,
  input: Uint8Array,
  transportPublicKey: Uint8Array,
  randomness: Uint8Array,
): Uint8Array {
  const transport = transportPoint(transportPublicKey);
  if (transport === undefined) throw new Error("not a transport public key");
  const message = hashToG1(concatBytes(key.publicKey, input), "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_");
  const nonce = hashToScalar(randomness, "canister-workbench-vetkd-encryption");
  const masked = message.multiply(key.secret).add(transport.multiply(nonce));
  return concatBytes(g1.BASE.multiply(nonce).toBytes(true), g2Multiple(nonce), masked.toBytes(true));
}

function transportPoint(bytes: Uint8Array) {
  if (bytes.length !== 48) return undefined;
  try {
    return g1.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

function keyOf(secret: bigint): VetKey {
  return { secret, publicKey: g2Multiple(secret) };
}

function childOf(parent: VetKey, input: Uint8Array, domain: string): VetKey {
  return keyOf(
    (parent.secret + hashToScalar(concatBytes(prefixed(parent.publicKey), prefixed(input)), domain)) % blsOrder,
  );
}

function prefixed(bytes: Uint8Array): Uint8Array {
  return concatBytes(bigEndianBytes(BigInt(bytes.length), 8), bytes);
}

function hashToScalar(input: Uint8Array, domain: string): bigint {
  const [[scalar] = []] = hash_to_field(input, 1, {
    DST: domain,
    p: blsOrder,
    m: 1,
    k: 128,
    expand: "xmd",
    hash: sha256,
  });
  if (scalar === undefined) throw new Error("hash_to_field gave nothing");
  return scalar;
}
