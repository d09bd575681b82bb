/**
 * Names of threshold keys, as canisters write them in arguments and as the network writes them in messages.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-ecdsa_public_key
 */
export type ThresholdKeyId =
  | { readonly kind: "ecdsa"; readonly name: string }
  | { readonly kind: "schnorr"; readonly algorithm: SchnorrAlgorithm; readonly name: string }
  | { readonly kind: "vetkd"; readonly name: string };

/** What a Schnorr key signs with. */
export type SchnorrAlgorithm = "bip340secp256k1" | "ed25519";

/** Keys that every local network holds, by name: those of dfx and PocketIC. */
export const localKeyNames: readonly string[] = ["dfx_test_key", "test_key_1", "key_1"];

/** The key as the network's messages name it, for example `ecdsa:Secp256k1:key_1`. */
export function keyIdText(key: ThresholdKeyId): string {
  switch (key.kind) {
    case "ecdsa":
      return `ecdsa:Secp256k1:${key.name}`;
    case "schnorr":
      return `schnorr:${schnorrAlgorithmText(key.algorithm)}:${key.name}`;
    case "vetkd":
      return `vetkd:Bls12_381_G2:${key.name}`;
  }
}

/** The algorithm as the network's messages name it. */
export function schnorrAlgorithmText(algorithm: SchnorrAlgorithm): string {
  return algorithm === "ed25519" ? "Ed25519" : "Bip340Secp256k1";
}

/** Every key of one kind (and algorithm) that a local network holds, as its messages list them. */
export function heldKeysText(key: ThresholdKeyId): string {
  const held = localKeyNames.map((name) => keyIdText({ ...key, name })).sort();
  return `[${held.join(", ")}]`;
}
