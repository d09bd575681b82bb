/** Public keys known from offline derivation with the master keys of PocketIC, and signatures that verify. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { Principal } from "../../../server/src/base/principal.ts";
import {
  deriveEd25519Key,
  ed25519MasterKey,
  signEd25519,
} from "../../../server/src/engine/thresholdKeys/ed25519Keys.ts";
import {
  bigEndianBytes,
  bigEndianNumber,
  littleEndianBytes,
  littleEndianNumber,
} from "../../../server/src/engine/thresholdKeys/scalars.ts";
import {
  deriveSecp256k1Key,
  secp256k1MasterKey,
  signBip340,
  signEcdsa,
} from "../../../server/src/engine/thresholdKeys/secp256k1Keys.ts";
import {
  deriveVetKey,
  encryptedVetKey,
  isTransportPublicKey,
  vetMasterKey,
} from "../../../server/src/engine/thresholdKeys/vetKeys.ts";

const canister = Principal.fromText("uzt4z-lp777-77774-qaabq-cai")!.bytes;

function path(...words: string[]): readonly Uint8Array[] {
  return [canister, ...words.map((word) => utf8ToBytes(word))];
}

const message = utf8ToBytes("a message of some length");

describe("ECDSA on secp256k1", () => {
  test.each([
    ["key_1", "03bca84b5629dc70a37cadb5b3cda0bfc35abc5658f1d9bf8335b10199785a3836"],
    ["test_key_1", "022ff35c84bd4cf899707789cfe5db76ce4a650563e678c53e8b128cb4bf4c3763"],
    ["dfx_test_key", "03f005cf69911ae75f622ce0a621ccddba1a30ea1f6c3d67dd56acbbddb88a9374"],
  ])("the public key of %s", (name, expected) => {
    const words = path("Test", "Derivation", "For", "PocketIC", "ECDSA", "secp256k1", name);
    expect(bytesToHex(deriveSecp256k1Key(secp256k1MasterKey(name), words).publicKey)).toBe(expected);
  });

  test("signatures verify with the derived public key, and the two halves of the key belong together", () => {
    const key = deriveSecp256k1Key(secp256k1MasterKey("key_1"), path("one", "", "three"));
    const hash = sha256(message);
    const signature = signEcdsa(key, hash);
    expect(signature).toHaveLength(64);
    expect(secp256k1.verify(signature, hash, key.publicKey)).toBe(true);
    expect(secp256k1.verify(signature, sha256(hash), key.publicKey)).toBe(false);
  });
});

describe("BIP340 Schnorr", () => {
  test.each([
    ["key_1", "024f77f16549f46e56ef2d33223487dddce3ca4fab7368e2b2cb5c03286d59756a"],
    ["test_key_1", "029b3356b7f6070eb611f88a9a0ea1071131269ed4a6765ce8809796d048aafb33"],
    ["dfx_test_key", "02cf1cf363bf09db82d48a8e18a58abbc7d95a9c9e85167a6cc5dea5d81cac2904"],
  ])("the public key of %s", (name, expected) => {
    const words = path("Test", "Derivation", "For", "PocketIC", "Bip340secp256k1", name);
    expect(bytesToHex(deriveSecp256k1Key(secp256k1MasterKey(name), words).publicKey)).toBe(expected);
  });

  test.each([
    ["even", "a"],
    ["odd", "b"],
    ["other", "c"],
  ])("signatures verify (%s)", (_, word) => {
    const key = deriveSecp256k1Key(secp256k1MasterKey("key_1"), path(word));
    expect(schnorr.verify(signBip340(key, message, undefined), message, key.publicKey.subarray(1))).toBe(true);
  });

  test.each([[new Uint8Array(0)], [new Uint8Array(32).fill(7)]])(
    "with a Taproot tree the tweaked key verifies",
    (root) => {
      for (const word of ["a", "b", "c", "d"]) {
        const key = deriveSecp256k1Key(secp256k1MasterKey("key_1"), path(word));
        const x = key.publicKey.subarray(1);
        const even = secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(2), x));
        const tweak = schnorr.utils.taggedHash("TapTweak", x, root);
        const tweakedKey = even.add(secp256k1.Point.BASE.multiply(bigEndianNumber(tweak)));
        const signature = signBip340(key, message, root);
        expect(schnorr.verify(signature, message, tweakedKey.toBytes(true).subarray(1))).toBe(true);
        expect(schnorr.verify(signature, message, x)).toBe(false);
      }
    },
  );
});

describe("Ed25519 Schnorr", () => {
  test.each([
    ["key_1", "41a958daab5eded78e32e06be097ff85563a0d71230114bf52cfb7d633110393"],
    ["test_key_1", "6a0d9ea275f24797b451a42b824bda2a8576d35c73de08417092cbe0128849dc"],
    ["dfx_test_key", "3e9346f7c29d9c3a651309edbf92afbe1ac2eb6c02f2d384f6c105a5b6e8c75f"],
  ])("the public key of %s", (name, expected) => {
    const words = path("Test", "Derivation", "For", "PocketIC", "Ed25519", name);
    expect(bytesToHex(deriveEd25519Key(ed25519MasterKey(name), words).publicKey)).toBe(expected);
  });

  test("signatures verify with the derived public key", () => {
    const key = deriveEd25519Key(ed25519MasterKey("key_1"), path("one"));
    const signature = signEd25519(key, message);
    expect(ed25519.verify(signature, message, key.publicKey)).toBe(true);
    expect(ed25519.verify(signature, message.subarray(1), key.publicKey)).toBe(false);
  });
});

describe("vetKD", () => {
  test("the master public key of key_1 is PocketIC's", () => {
    expect(bytesToHex(vetMasterKey("key_1").publicKey)).toBe(
      "8c800b5cff00463d26e8167369168827f1e48f4d8d60f71dd6a295580f65275b5f5f8e6a792c876b2c72492136530d0710a27522ee63977a76216c3cef9e70bfcb45b88736fc62142e7e0737848ce06cbb1f45a4a6a349b142ae5cf7853561e0",
    );
  });

  test("an empty context gives the key of the canister, another a key of its own", () => {
    const master = vetMasterKey("key_1");
    const plain = deriveVetKey(master, canister, new Uint8Array(0));
    const withContext = deriveVetKey(master, canister, utf8ToBytes("context"));
    expect(bytesToHex(plain.publicKey)).not.toBe(bytesToHex(withContext.publicKey));
    expect(bytesToHex(plain.publicKey)).not.toBe(bytesToHex(master.publicKey));
  });

  test("the transport key decrypts it to a BLS signature of the input that verifies", () => {
    const key = deriveVetKey(vetMasterKey("test_key_1"), canister, utf8ToBytes("context"));
    const secret = 123456789123456789n;
    const transport = bls12_381.G1.Point.BASE.multiply(secret).toBytes(true);
    const encrypted = encryptedVetKey(key, message, transport, new Uint8Array(32).fill(9));
    expect(encrypted).toHaveLength(192);
    const c1 = bls12_381.G1.Point.fromBytes(encrypted.subarray(0, 48));
    const c3 = bls12_381.G1.Point.fromBytes(encrypted.subarray(144));
    const signature = c3.subtract(c1.multiply(secret));
    const hashed = bls12_381.G1.hashToCurve(concatBytes(key.publicKey, message), {
      DST: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_",
    });
    const left = bls12_381.pairing(signature, bls12_381.G2.Point.BASE);
    const right = bls12_381.pairing(
      bls12_381.G1.Point.fromAffine(hashed.toAffine()),
      bls12_381.G2.Point.fromBytes(key.publicKey),
    );
    expect(bls12_381.fields.Fp12.eql(left, right)).toBe(true);
  });

  test("bytes that are no transport key are told apart", () => {
    expect(isTransportPublicKey(bls12_381.G1.Point.BASE.toBytes(true))).toBe(true);
    expect(isTransportPublicKey(bls12_381.G1.Point.BASE.toBytes(true).subarray(1))).toBe(false);
    expect(isTransportPublicKey(new Uint8Array(48))).toBe(false);
    expect(isTransportPublicKey(bls12_381.G2.Point.BASE.toBytes(true))).toBe(false);
  });
});

test("numbers as bytes and back", () => {
  expect(bytesToHex(bigEndianBytes(0x1234n, 4))).toBe("00001234");
  expect(bytesToHex(littleEndianBytes(0x1234n, 4))).toBe("34120000");
  expect(littleEndianNumber(littleEndianBytes(0x123456789abcdefn, 32))).toBe(0x123456789abcdefn);
});
