/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-ecdsa_public_key and #ic-sign_with_ecdsa */
import type { ThresholdKeyId } from "../thresholdKeys/keyId.ts";
import {
  deriveSecp256k1Key,
  type Secp256k1Key,
  secp256k1MasterKey,
  signEcdsa,
} from "../thresholdKeys/secp256k1Keys.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, noTarget, reply } from "./managementMethod.ts";
import { giveSignature, keyObstacle, keyOwner } from "./thresholdRequests.ts";
import { type EcdsaKeyIdArgument, thresholdArguments, thresholdResults } from "./thresholdShapes.ts";

/** The public key that a canister signs with; canisters may ask for each other's. */
export const ecdsaPublicKey: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(_env, call) {
    const argument = thresholdArguments.ecdsa_public_key.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { canister_id, derivation_path, key_id } = argument;
    const obstacle = keyObstacle(call.method, "publicKey", ecdsaKeyId(key_id), derivation_path);
    if (obstacle !== undefined) return obstacle;
    const owner = keyOwner(call, canister_id.length === 0 ? [] : [principalOf(canister_id[0])]);
    return reply(
      publicKeyResult(deriveSecp256k1Key(secp256k1MasterKey(key_id.name), [owner.bytes, ...derivation_path])),
    );
  },
};

/** Signs a hash with the caller's key. */
export const signWithEcdsa: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = thresholdArguments.sign_with_ecdsa.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { message_hash, derivation_path, key_id } = argument;
    if (message_hash.length !== 32) return invalidPayload(call.method);
    const obstacle = keyObstacle(call.method, "signature", ecdsaKeyId(key_id), derivation_path);
    if (obstacle !== undefined) return obstacle;
    return giveSignature(env, call, () => {
      const key = deriveSecp256k1Key(secp256k1MasterKey(key_id.name), [call.caller.bytes, ...derivation_path]);
      return thresholdResults.signature.encode({ signature: signEcdsa(key, message_hash) });
    });
  },
};

function ecdsaKeyId(it: EcdsaKeyIdArgument): ThresholdKeyId {
  return { kind: "ecdsa", name: it.name };
}

function publicKeyResult(key: Secp256k1Key): Uint8Array {
  return thresholdResults.publicKey.encode({ public_key: key.publicKey, chain_code: key.chainCode });
}
