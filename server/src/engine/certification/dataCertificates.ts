/**
 * Certificates for ic0.data_certificate_copy: what a canister certified, signed by its subnet, which the root subnet
 * vouches for. Made when a query of a module that asks for one is run, and kept while nothing changes.
 */

import { toHex } from "../../base/bytes.ts";
import type { CborMap } from "../../base/cbor.ts";
import { toCbor } from "../../base/cbor.ts";
import { toUnsignedLeb128 } from "../../base/leb128.ts";
import type { Principal } from "../../base/principal.ts";
import { type CanisterIdRange, canisterIdOf } from "../canisterIdRanges.ts";
import { hashTreeOf } from "./hashTree.ts";
import type { SubnetKey } from "./subnetKey.ts";

/** A subnet that certifies. */
export interface CertifyingSubnet {
  readonly key: SubnetKey;
  readonly subnetId: Principal;
  /** All ids when undefined or empty. */
  readonly canisterRanges: readonly CanisterIdRange[] | undefined;
}

/** All ids, for a subnet that is alone. */
const allIds: CanisterIdRange = { start: 0n, end: (1n << 64n) - 1n };

const certificationIntervalNanos = 1_000_000_000n;

/** The certificates of one network. */
export class DataCertificates {
  readonly #root: CertifyingSubnet;
  readonly #delegations = new Map<CertifyingSubnet, CborMap>();
  /** The last certificate by canister, with what it was made for. */
  readonly #certificates = new Map<string, { readonly of: string; readonly certificate: Uint8Array }>();

  /** `root` vouches for all others. */
  constructor(root: CertifyingSubnet) {
    this.#root = root;
  }

  /**
   * The certificate of a canister's data at a time, nanoseconds. It tells the time in whole seconds, about as often as
   * the network's subnets certify, so that queries in quick succession share a signature.
   */
  certificateOf(subnet: CertifyingSubnet, canisterId: Principal, certifiedData: Uint8Array, now: bigint): Uint8Array {
    const timeNanos = now - (now % certificationIntervalNanos);
    const of = `${timeNanos} ${toHex(certifiedData)}`;
    const known = this.#certificates.get(canisterId.key);
    if (known?.of === of) return known.certificate;
    const tree = hashTreeOf([
      ["canister", [[canisterId.bytes, [["certified_data", certifiedData]]]]],
      ["time", Uint8Array.from(toUnsignedLeb128(timeNanos))],
    ]);
    const delegation = subnet === this.#root ? undefined : this.#delegation(subnet, timeNanos);
    const certificate = subnet.key.certify(tree, delegation);
    this.#certificates.set(canisterId.key, { of, certificate });
    return certificate;
  }

  /** What the root subnet says of another: its key and the ids of its canisters. */
  #delegation(subnet: CertifyingSubnet, timeNanos: bigint): CborMap {
    const known = this.#delegations.get(subnet);
    if (known !== undefined) return known;
    const { canisterRanges = [] } = subnet;
    const ranges = canisterRanges.length === 0 ? [allIds] : canisterRanges;
    const subnetId = subnet.subnetId.bytes;
    const tree = hashTreeOf([
      [
        "subnet",
        [
          [
            subnetId,
            [
              [
                "canister_ranges",
                toCbor(ranges.map(({ start, end }) => [canisterIdOf(start).bytes, canisterIdOf(end).bytes])),
              ],
              ["public_key", subnet.key.publicKeyDer],
            ],
          ],
        ],
      ],
      ["time", Uint8Array.from(toUnsignedLeb128(timeNanos))],
    ]);
    const delegation = { subnet_id: subnetId, certificate: this.#root.key.certify(tree) };
    this.#delegations.set(subnet, delegation);
    return delegation;
  }
}
