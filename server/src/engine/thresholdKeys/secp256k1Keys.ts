/**
 * Keys on secp256k1 for threshold ECDSA and BIP340 Schnorr: the derivation that canisters rely on (BIP32 with byte
 * strings as indices) from master keys that are those of PocketIC, so that addresses computed offline agree.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-ecdsa_public_key
 */
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { bigEndianBytes, bigEndianNumber } from "./scalars.ts";

/** A key pair and the code that its children are derived with. */
export interface Secp256k1Key {
  readonly secret: bigint;
  /** 33 bytes, compressed SEC1. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly chainCode: Uint8Array;
}

type Point = typeof secp256k1.Point.BASE;

const order = secp256k1.Point.Fn.ORDER;

const noChainCode = new Uint8Array(32);

/** The master key of a name, the same for ECDSA and BIP340 and in every local network. */
export function secp256k1MasterKey(name: string): Secp256k1Key {
  const secret = bigEndianNumber(sha256(new Uint8Array(32).fill(42))) % order;
  const { secret: derived, publicKey } = deriveSecp256k1Key(keyOf(secret, noChainCode), [utf8ToBytes(name)]);
  return { secret: derived, publicKey, chainCode: noChainCode };
}

/** The key at the end of a path of byte strings; for canisters the first is the canister id. */
export function deriveSecp256k1Key(master: Secp256k1Key, path: readonly Uint8Array[]): Secp256k1Key {
  let { secret, chainCode } = master;
  let point: Point = secp256k1.Point.fromBytes(master.publicKey);
  for (const index of path) {
    const step = childOf(point, chainCode, index);
    secret = (secret + step.offset) % order;
    ({ point, chainCode } = step);
  }
  return { secret, publicKey: point.toBytes(true), chainCode };
}

/** An ECDSA signature of a 32-byte hash: 64 bytes, r and s, s in the lower half. */
export function signEcdsa(key: Secp256k1Key, messageHash: Uint8Array): Uint8Array {
  return secp256k1.sign(messageHash, bigEndianBytes(key.secret, 32), { lowS: true }).toBytes("compact");
}

/**
 * A BIP340 signature (64 bytes) of a message of any length. With the root of a Taproot tree (empty or 32 bytes) it is
 * made with the key tweaked as BIP341 says.
 */
export function signBip340(key: Secp256k1Key, message: Uint8Array, merkleRoot: Uint8Array | undefined): Uint8Array {
  const secret = merkleRoot === undefined ? key.secret : tweaked(key, merkleRoot);
  return schnorr.sign(message, bigEndianBytes(secret, 32), new Uint8Array(32));
}

function keyOf(secret: bigint, chainCode: Uint8Array): Secp256k1Key {
  return { secret, publicKey: secp256k1.Point.BASE.multiply(secret).toBytes(true), chainCode };
}

interface ChildStep {
  readonly offset: bigint;
  readonly point: Point;
  readonly chainCode: Uint8Array;
}

/** One step of the derivation; as SLIP-10 says, the improbable offsets that fit no key are skipped. */
function childOf(parent: Point, parentCode: Uint8Array, index: Uint8Array): ChildStep {
  let input: Uint8Array = parent.toBytes(true);
  for (;;) {
    const output = hmac(sha512, parentCode, concatBytes(input, index));
    const offset = bigEndianNumber(output.subarray(0, 32));
    const chainCode = output.slice(32);
    if (offset > 0n && offset < order) {
      const point = parent.add(secp256k1.Point.BASE.multiply(offset));
      if (!point.is0()) return { offset, point, chainCode };
    }
    input = concatBytes(Uint8Array.of(1), chainCode);
  }
}

function tweaked(key: Secp256k1Key, merkleRoot: Uint8Array): bigint {
  const isOdd = key.publicKey[0] === 3;
  const secret = isOdd ? order - key.secret : key.secret;
  const tag = sha256(utf8ToBytes("TapTweak"));
  const tweak = bigEndianNumber(sha256(concatBytes(tag, tag, key.publicKey.subarray(1), merkleRoot)));
  return (secret + tweak) % order;
}
