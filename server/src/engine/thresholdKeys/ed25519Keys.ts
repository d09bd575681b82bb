/**
 * Ed25519 keys for threshold Schnorr: additive derivation by HKDF from master keys that are those of PocketIC.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-schnorr_public_key
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { bigEndianNumber, littleEndianBytes, littleEndianNumber } from "./scalars.ts";

/** A key pair whose secret is a scalar, not a seed: children cannot be had from seeds. */
export interface Ed25519Key {
  readonly secret: bigint;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly chainCode: Uint8Array;
}

const order = ed25519.Point.Fn.ORDER;

const noChainCode = new Uint8Array(32);

/** The master key of a name, the same in every local network. */
export function ed25519MasterKey(name: string): Ed25519Key {
  const seed = sha512(new Uint8Array(32).fill(42)).slice(0, 32);
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
  const root = { secret: scalar, publicKey: pointBytes, chainCode: noChainCode };
  return { ...deriveEd25519Key(root, [utf8ToBytes(name)]), chainCode: noChainCode };
}

/** The key at the end of a path of byte strings; for canisters the first is the canister id. */
export function deriveEd25519Key(master: Ed25519Key, path: readonly Uint8Array[]): Ed25519Key {
  let { secret, publicKey, chainCode } = master;
  let point = ed25519.Point.fromBytes(publicKey);
  for (const index of path) {
    const output = hkdf(sha512, concatBytes(publicKey, index), chainCode, utf8ToBytes("Ed25519"), 96);
    const offset = bigEndianNumber(output.subarray(0, 64)) % order;
    point = point.add(ed25519.Point.BASE.multiply(offset));
    secret = (secret + offset) % order;
    publicKey = point.toBytes();
    chainCode = output.slice(64);
  }
  return { secret, publicKey, chainCode };
}

/** An Ed25519 signature, 64 bytes, of a message of any length. The same message gives the same signature. */
export function signEd25519(key: Ed25519Key, message: Uint8Array): Uint8Array {
  const prefix = sha512(concatBytes(littleEndianBytes(key.secret, 32), key.chainCode)).subarray(0, 32);
  const nonce = littleEndianNumber(sha512(concatBytes(prefix, message))) % order;
  const commitment = ed25519.Point.BASE.multiply(nonce).toBytes();
  const challenge = littleEndianNumber(sha512(concatBytes(commitment, key.publicKey, message))) % order;
  return concatBytes(commitment, littleEndianBytes((nonce + challenge * key.secret) % order, 32));
}
