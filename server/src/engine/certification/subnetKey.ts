/**
 * The key that a subnet signs its state with: BLS on BLS12-381, signatures in G1.
 * https://internetcomputer.org/docs/references/ic-interface-spec#certificate
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha224, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type CborMap, toCbor } from "../../base/cbor.ts";
import { Principal } from "../../base/principal.ts";
import { cborOfTree, type HashTree, rootHash } from "./hashTree.ts";

/** What stands before the 96 bytes of a public key in its DER form. */
const derPrefix = hexToBytes("308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100");

const order = bls12_381.fields.Fr.ORDER;

/** The key pair of a subnet, made from its seed. */
export class SubnetKey {
  readonly #secret: bigint;
  /** The public key in DER. */
  readonly publicKeyDer: Uint8Array;

  constructor(seed: Uint8Array) {
    let number = 0n;
    for (const byte of sha512(concatBytes(utf8ToBytes("canister-workbench subnet key"), seed))) {
      number = (number << 8n) | BigInt(byte);
    }
    this.#secret = (number % (order - 1n)) + 1n;
    this.publicKeyDer = concatBytes(derPrefix, bls12_381.G2.Point.BASE.multiply(this.#secret).toBytes(true));
  }

  /** The subnet's id: self-authenticating, from the public key. */
  get subnetId(): Principal {
    return Principal.ofBytes(concatBytes(sha224(this.publicKeyDer), Uint8Array.of(2)));
  }

  /** A certificate of a tree; takes some milliseconds. `delegation` is what the root subnet says of this one. */
  certify(tree: HashTree, delegation?: CborMap): Uint8Array {
    const domain = utf8ToBytes("ic-state-root");
    const message = concatBytes(Uint8Array.of(domain.length), domain, rootHash(tree));
    const hashed = bls12_381.G1.hashToCurve(message, { DST: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_" });
    const point = bls12_381.G1.Point.fromAffine(hashed.toAffine()).multiply(this.#secret);
    return toCbor({
      tree: cborOfTree(tree),
      signature: point.toBytes(true),
      ...(delegation === undefined ? {} : { delegation }),
    });
  }
}
