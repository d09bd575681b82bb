/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-vetkd_public_key and #ic-vetkd_derive_key */
import { reject } from "../errors.ts";
import { deriveVetKey, encryptedVetKey, isTransportPublicKey, vetMasterKey } from "../thresholdKeys/vetKeys.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";
import { giveSignature, keyObstacle, keyOwner } from "./thresholdRequests.ts";
import { thresholdArguments, thresholdResults } from "./thresholdShapes.ts";

/** The public key of a canister and a context, 96 bytes. */
export const vetkdPublicKey: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(_env, call) {
    const argument = thresholdArguments.vetkd_public_key.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { canister_id, context, key_id } = argument;
    const obstacle = keyObstacle(call.method, "publicKey", { kind: "vetkd", name: key_id.name }, []);
    if (obstacle !== undefined) return obstacle;
    const owner = keyOwner(call, canister_id.length === 0 ? [] : [principalOf(canister_id[0])]);
    const { publicKey } = deriveVetKey(vetMasterKey(key_id.name), owner.bytes, context);
    return reply(thresholdResults.vetkd_public_key.encode({ public_key: publicKey }));
  },
};

/** The caller's key for a context and an input, encrypted to a transport key, 192 bytes. */
export const vetkdDeriveKey: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = thresholdArguments.vetkd_derive_key.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const { input, context, transport_public_key, key_id } = argument;
    const obstacle = keyObstacle(call.method, "signature", { kind: "vetkd", name: key_id.name }, []);
    if (obstacle !== undefined) return obstacle;
    if (!isTransportPublicKey(transport_public_key)) {
      return refuse(reject("CanisterRejectedMessage", "The provided transport public key is invalid."));
    }
    return giveSignature(env, call, () => {
      const key = deriveVetKey(vetMasterKey(key_id.name), call.caller.bytes, context);
      const encrypted_key = encryptedVetKey(key, input, transport_public_key, env.randomness.nextBlock());
      return thresholdResults.vetkd_derive_key.encode({ encrypted_key });
    });
  },
};
