/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-schnorr_public_key and #ic-sign_with_schnorr */
import { reject } from "../errors.ts";
import { deriveEd25519Key, ed25519MasterKey, signEd25519 } from "../thresholdKeys/ed25519Keys.ts";
import { type SchnorrAlgorithm, schnorrAlgorithmText, type ThresholdKeyId } from "../thresholdKeys/keyId.ts";
import { deriveSecp256k1Key, secp256k1MasterKey, signBip340 } from "../thresholdKeys/secp256k1Keys.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";
import { giveSignature, keyObstacle, keyOwner } from "./thresholdRequests.ts";
import { type SchnorrKeyIdArgument, thresholdArguments, thresholdResults } from "./thresholdShapes.ts";

/** The public key that a canister signs with: compressed SEC1 for BIP340, 32 bytes for Ed25519. */
export const schnorrPublicKey: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(_env, call) {
    const argument = thresholdArguments.schnorr_public_key.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { canister_id, derivation_path, key_id } = argument;
    const obstacle = keyObstacle(call.method, "publicKey", schnorrKeyId(key_id), derivation_path);
    if (obstacle !== undefined) return obstacle;
    const owner = keyOwner(call, canister_id.length === 0 ? [] : [principalOf(canister_id[0])]);
    const path = [owner.bytes, ...derivation_path];
    const key =
      algorithmOf(key_id) === "ed25519"
        ? deriveEd25519Key(ed25519MasterKey(key_id.name), path)
        : deriveSecp256k1Key(secp256k1MasterKey(key_id.name), path);
    return reply(thresholdResults.publicKey.encode({ public_key: key.publicKey, chain_code: key.chainCode }));
  },
};

/** Signs a message of any length with the caller's key; `aux` tweaks a BIP340 key as Taproot does. */
export const signWithSchnorr: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = thresholdArguments.sign_with_schnorr.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { message, derivation_path, key_id, aux } = argument;
    const obstacle = keyObstacle(call.method, "signature", schnorrKeyId(key_id), derivation_path);
    if (obstacle !== undefined) return obstacle;
    const algorithm = algorithmOf(key_id);
    const merkleRoot = aux[0]?.bip341.merkle_root_hash;
    const auxProblem = merkleRoot === undefined ? undefined : auxObstacle(algorithm, merkleRoot);
    if (auxProblem !== undefined) return refuse(reject("CanisterRejectedMessage", auxProblem));
    return giveSignature(env, call, () => {
      const path = [call.caller.bytes, ...derivation_path];
      const signature =
        algorithm === "ed25519"
          ? signEd25519(deriveEd25519Key(ed25519MasterKey(key_id.name), path), message)
          : signBip340(deriveSecp256k1Key(secp256k1MasterKey(key_id.name), path), message, merkleRoot);
      return thresholdResults.signature.encode({ signature });
    });
  },
};

function auxObstacle(algorithm: SchnorrAlgorithm, merkleRoot: Uint8Array): string | undefined {
  if (algorithm === "ed25519") return `Schnorr algorithm ${schnorrAlgorithmText(algorithm)} does not support aux input`;
  return merkleRoot.length === 0 || merkleRoot.length === 32
    ? undefined
    : `Invalid aux field for ${schnorrAlgorithmText(algorithm)}`;
}

function algorithmOf(it: SchnorrKeyIdArgument): SchnorrAlgorithm {
  return it.algorithm.ed25519 === undefined ? "bip340secp256k1" : "ed25519";
}

function schnorrKeyId(it: SchnorrKeyIdArgument): ThresholdKeyId {
  return { kind: "schnorr", algorithm: algorithmOf(it), name: it.name };
}
