/**
 * The key that a subnet signs its state with: BLS on BLS12-381, signatures in G1.
 * https://internetcomputer.org/docs/references/ic-interface-spec#certificate
 */
import { sha224, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type CborMap, toCbor } from "../../base/cbor.ts";
import { Principal } from "../../base/principal.ts";
import { blsOrder, g2Multiple, hashToG1 } from "../thresholdKeys/bls.ts";
import { bigEndianNumber } from "../thresholdKeys/scalars.ts";
import { cborOfTree, type HashTree, rootHash } from "./hashTree.ts";

/** What stands before the 96 bytes of a public key in its DER form. */
const derPrefix = hexToBytes("308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100");

/** The key pair of a subnet, made from its seed. */
export class SubnetKey {
  readonly #secret: bigint;
  #publicKeyDer: Uint8Array | undefined;

  constructor(seed: Uint8Array) {
    const number = bigEndianNumber(sha512(concatBytes(utf8ToBytes("canister-workbench subnet key"), seed)));
    this.#secret = (number % (blsOrder - 1n)) + 1n;
  }

  /** The public key in DER; takes some milliseconds when it is first asked for. */
  get publicKeyDer(): Uint8Array {
    this.#publicKeyDer ??= concatBytes(derPrefix, g2Multiple(this.#secret));
    return this.#publicKeyDer;
  }

  /** The subnet's id: self-authenticating, from the public key. */
  get subnetId(): Principal {
    return Principal.ofBytes(concatBytes(sha224(this.publicKeyDer), Uint8Array.of(2)));
  }

  /** A certificate of a tree; takes some milliseconds. `delegation` is what the root subnet says of this one. */
  certify(tree: HashTree, delegation?: CborMap): Uint8Array {
    const domain = utf8ToBytes("ic-state-root");
    const message = concatBytes(Uint8Array.of(domain.length), domain, rootHash(tree));
    const point = hashToG1(message, "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_").multiply(this.#secret);
    return toCbor({
      tree: cborOfTree(tree),
      signature: point.toBytes(true),
      ...(delegation === undefined ? {} : { delegation }),
    });
  }
}
