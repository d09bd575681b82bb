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
import { SubnetKey } from "./subnetKey.ts";

/** A subnet that certifies. */
export interface CertifyingSubnet {
  readonly seed: Uint8Array;
  readonly subnetId: Principal;
  /** All ids when undefined or empty. */
  readonly canisterRanges: readonly CanisterIdRange[] | undefined;
}

/** All ids, for a subnet that is alone. */
const allIds: CanisterIdRange = { start: 0n, end: (1n << 64n) - 1n };

/** The certificates of one network. */
export class DataCertificates {
  readonly #subnets: readonly CertifyingSubnet[];
  /** Place of the root subnet among them. */
  readonly #root: number;
  readonly #keys = new Map<number, SubnetKey>();
  readonly #delegations = new Map<number, CborMap>();
  /** The last certificate by canister, with what it was made for. */
  readonly #certificates = new Map<string, { readonly of: string; readonly certificate: Uint8Array }>();

  constructor(subnets: readonly CertifyingSubnet[], root: number) {
    this.#subnets = subnets;
    this.#root = root;
  }

  /** The public key of the root subnet in DER. */
  get rootKey(): Uint8Array {
    return this.#key(this.#root).publicKeyDer;
  }

  /** The certificate of a canister's data at a time, nanoseconds. */
  certificateOf(subnet: number, canisterId: Principal, certifiedData: Uint8Array, timeNanos: bigint): Uint8Array {
    const of = `${timeNanos} ${toHex(certifiedData)}`;
    const known = this.#certificates.get(canisterId.key);
    if (known?.of === of) return known.certificate;
    const tree = hashTreeOf([
      ["canister", [[canisterId.bytes, [["certified_data", certifiedData]]]]],
      ["time", Uint8Array.from(toUnsignedLeb128(timeNanos))],
    ]);
    const delegation = subnet === this.#root ? undefined : this.#delegation(subnet, timeNanos);
    const certificate = this.#key(subnet).certify(tree, delegation);
    this.#certificates.set(canisterId.key, { of, certificate });
    return certificate;
  }

  #key(index: number): SubnetKey {
    const known = this.#keys.get(index);
    if (known !== undefined) return known;
    const key = new SubnetKey(this.#subnets[index]?.seed ?? new Uint8Array(0));
    this.#keys.set(index, key);
    return key;
  }

  /** What the root subnet says of another: its key and the ids of its canisters. */
  #delegation(index: number, timeNanos: bigint): CborMap {
    const known = this.#delegations.get(index);
    if (known !== undefined) return known;
    const subnet = this.#subnets[index];
    const { canisterRanges = [] } = subnet ?? {};
    const ranges = canisterRanges.length === 0 ? [allIds] : canisterRanges;
    const subnetId = subnet?.subnetId.bytes ?? new Uint8Array(0);
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
              ["public_key", this.#key(index).publicKeyDer],
            ],
          ],
        ],
      ],
      ["time", Uint8Array.from(toUnsignedLeb128(timeNanos))],
    ]);
    const delegation = { subnet_id: subnetId, certificate: this.#key(this.#root).certify(tree) };
    this.#delegations.set(index, delegation);
    return delegation;
  }
}
