/**
 * Arguments and results of the methods for threshold keys.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-ecdsa_public_key
 */
import { IDL } from "@dfinity/candid";
import type { Principal as WirePrincipal } from "@dfinity/principal";
import { blob, type Opt, shape } from "./idl.ts";

const ecdsaKeyId = IDL.Record({ curve: IDL.Variant({ secp256k1: IDL.Null }), name: IDL.Text });
const schnorrKeyId = IDL.Record({
  algorithm: IDL.Variant({ bip340secp256k1: IDL.Null, ed25519: IDL.Null }),
  name: IDL.Text,
});
const vetkdKeyId = IDL.Record({ curve: IDL.Variant({ bls12_381_g2: IDL.Null }), name: IDL.Text });
const canisterId = IDL.Opt(IDL.Principal);
const path = IDL.Vec(blob);

/** An ECDSA key in an argument. */
export interface EcdsaKeyIdArgument {
  readonly curve: { readonly secp256k1: null };
  readonly name: string;
}

/** A Schnorr key in an argument. */
export interface SchnorrKeyIdArgument {
  readonly algorithm: { readonly bip340secp256k1?: null; readonly ed25519?: null };
  readonly name: string;
}

/** A vetKD key in an argument. */
export interface VetkdKeyIdArgument {
  readonly curve: { readonly bls12_381_g2: null };
  readonly name: string;
}

interface DerivedKeyArgument {
  /** The caller when absent. */
  readonly canister_id: Opt<WirePrincipal>;
  readonly derivation_path: readonly Uint8Array[];
}

/** Arguments by method. */
export const thresholdArguments = {
  ecdsa_public_key: shape<DerivedKeyArgument & { readonly key_id: EcdsaKeyIdArgument }>(
    IDL.Record({ canister_id: canisterId, derivation_path: path, key_id: ecdsaKeyId }),
  ),
  sign_with_ecdsa: shape<{
    readonly message_hash: Uint8Array;
    readonly derivation_path: readonly Uint8Array[];
    readonly key_id: EcdsaKeyIdArgument;
  }>(IDL.Record({ message_hash: blob, derivation_path: path, key_id: ecdsaKeyId })),
  schnorr_public_key: shape<DerivedKeyArgument & { readonly key_id: SchnorrKeyIdArgument }>(
    IDL.Record({ canister_id: canisterId, derivation_path: path, key_id: schnorrKeyId }),
  ),
  sign_with_schnorr: shape<{
    readonly message: Uint8Array;
    readonly derivation_path: readonly Uint8Array[];
    readonly key_id: SchnorrKeyIdArgument;
    readonly aux: Opt<{ readonly bip341: { readonly merkle_root_hash: Uint8Array } }>;
  }>(
    IDL.Record({
      message: blob,
      derivation_path: path,
      key_id: schnorrKeyId,
      aux: IDL.Opt(IDL.Variant({ bip341: IDL.Record({ merkle_root_hash: blob }) })),
    }),
  ),
  vetkd_public_key: shape<{
    readonly canister_id: Opt<WirePrincipal>;
    readonly context: Uint8Array;
    readonly key_id: VetkdKeyIdArgument;
  }>(IDL.Record({ canister_id: canisterId, context: blob, key_id: vetkdKeyId })),
  vetkd_derive_key: shape<{
    readonly input: Uint8Array;
    readonly context: Uint8Array;
    readonly transport_public_key: Uint8Array;
    readonly key_id: VetkdKeyIdArgument;
  }>(IDL.Record({ input: blob, context: blob, transport_public_key: blob, key_id: vetkdKeyId })),
} as const;

/** Results by method. */
export const thresholdResults = {
  publicKey: shape<{ readonly public_key: Uint8Array; readonly chain_code: Uint8Array }>(
    IDL.Record({ public_key: blob, chain_code: blob }),
  ),
  signature: shape<{ readonly signature: Uint8Array }>(IDL.Record({ signature: blob })),
  vetkd_public_key: shape<{ readonly public_key: Uint8Array }>(IDL.Record({ public_key: blob })),
  vetkd_derive_key: shape<{ readonly encrypted_key: Uint8Array }>(IDL.Record({ encrypted_key: blob })),
} as const;
