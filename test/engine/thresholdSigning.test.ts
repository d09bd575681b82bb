/** The methods of the management canister for threshold keys, called by a canister. Section 2.2. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { cyclesText } from "../../server/src/engine/cycles/cyclesText.ts";
import { principalOnWire } from "../../server/src/engine/management/idl.ts";
import { thresholdArguments, thresholdResults } from "../../server/src/engine/management/thresholdShapes.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { embedder, rejectText, replied, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, utf8 } from "../support/universalCanister.ts";

const fee = 10_000_000_000n;
const path = [utf8("one"), utf8("two")];
const key1 = { curve: { secp256k1: null }, name: "key_1" } as const;
const forward = concat(ops.appendArgument(), ops.reply());
const forwardReject = concat(ops.appendRejectMessage(), ops.reply());

/** A network with a canister, and what the canister hears when it calls a method of the management canister. */
function asking() {
  const network = new TestNetwork();
  const canister = network.universal();
  const ask = (method: string, argument: Uint8Array, cycles = 0n) =>
    network.update(
      canister,
      ops.call({
        callee: Principal.management.bytes,
        method,
        data: argument,
        onReply: forward,
        onReject: forwardReject,
        cycles,
      }),
    );
  return { network, canister, ask };
}

describe("sign_with_ecdsa", () => {
  const hash = new Uint8Array(32).fill(5);
  const argument = thresholdArguments.sign_with_ecdsa.encode({
    message_hash: hash,
    derivation_path: path,
    key_id: key1,
  });
  const publicKeyOf = (canister: Principal) =>
    thresholdArguments.ecdsa_public_key.encode({
      canister_id: [principalOnWire(canister)],
      derivation_path: path,
      key_id: key1,
    });

  test("the signature verifies with the public key, costs its fee, and comes in a later round", () => {
    const { network, canister, ask } = asking();
    const { public_key, chain_code } = thresholdResults.publicKey.decode(
      replied(ask("ecdsa_public_key", publicKeyOf(canister))),
    )!;
    expect([public_key.length, chain_code.length]).toEqual([33, 32]);
    const round = network.subnet.round;
    const { signature } = thresholdResults.signature.decode(replied(ask("sign_with_ecdsa", argument, fee + 7n)))!;
    expect(secp256k1.verify(new Uint8Array(signature), hash, new Uint8Array(public_key))).toBe(true);
    expect(network.subnet.round - round).toBeGreaterThan(1);
    expect(
      network.subnet.takeTrace().find((it) => it.kind === "responded" && it.method === "sign_with_ecdsa"),
    ).toMatchObject({ refund: 7n });
  });

  test("two canisters have different keys, and one may ask for the other's", () => {
    const { network, canister, ask } = asking();
    const other = network.universal();
    const own = replied(ask("ecdsa_public_key", publicKeyOf(canister)));
    const others = replied(ask("ecdsa_public_key", publicKeyOf(other)));
    expect(own).not.toEqual(others);
    const absent = thresholdArguments.ecdsa_public_key.encode({ canister_id: [], derivation_path: path, key_id: key1 });
    expect(replied(ask("ecdsa_public_key", absent))).toEqual(own);
  });

  test("the fee at N and at N - 1", () => {
    const { ask } = asking();
    expect(repliedText(ask("sign_with_ecdsa", argument, fee - 1n))).toBe(
      `IC0406: sign_with_ecdsa request sent with ${cyclesText(fee - 1n)} cycles, but ${cyclesText(fee)} cycles are required.`,
    );
    expect(thresholdResults.signature.decode(replied(ask("sign_with_ecdsa", argument, fee)))).toBeDefined();
  });

  test("a hash of another length and a key that nobody holds are refused", () => {
    const { ask } = asking();
    const short = { message_hash: hash.subarray(1), derivation_path: path, key_id: key1 };
    expect(repliedText(ask("sign_with_ecdsa", thresholdArguments.sign_with_ecdsa.encode(short), fee))).toContain(
      'UserError(UserError { code: InvalidManagementPayload, description: "Error decoding candid: ',
    );
    const unknown = { message_hash: hash, derivation_path: path, key_id: { ...key1, name: "key_2" } };
    expect(repliedText(ask("sign_with_ecdsa", thresholdArguments.sign_with_ecdsa.encode(unknown), fee))).toBe(
      'Unable to route management canister request sign_with_ecdsa: ChainKeyError("Requested unknown or disabled threshold key: ecdsa:Secp256k1:key_2, existing enabled keys: [ecdsa:Secp256k1:dfx_test_key, ecdsa:Secp256k1:key_1, ecdsa:Secp256k1:test_key_1]")',
    );
  });

  test("a path of 255 elements is taken, one of 256 is not", () => {
    const { ask } = asking();
    const ofLength = (length: number) =>
      ask(
        "sign_with_ecdsa",
        thresholdArguments.sign_with_ecdsa.encode({
          message_hash: hash,
          derivation_path: Array.from({ length }, () => new Uint8Array(0)),
          key_id: key1,
        }),
        fee,
      );
    expect(thresholdResults.signature.decode(replied(ofLength(255)))).toBeDefined();
    expect(repliedText(ofLength(256))).toBe(
      'Unable to route management canister request sign_with_ecdsa: UserError(UserError { code: InvalidManagementPayload, description: "Error decoding candid: Deserialize error: The number of elements exceeds maximum allowed 255" })',
    );
  });

  test("users are not heard, and rubbish is no argument", () => {
    const { network, ask } = asking();
    expect(rejectText(network.management("sign_with_ecdsa", argument))).toContain(
      "can not be called via ingress messages",
    );
    expect(repliedText(ask("sign_with_ecdsa", utf8("rubbish"), fee))).toContain("code: InvalidManagementPayload");
  });

  test("a request that waits for its signature survives a restart", () => {
    const { network, canister } = asking();
    const sent = network.send(
      canister,
      ops.call({
        callee: Principal.management.bytes,
        method: "sign_with_ecdsa",
        data: argument,
        onReply: forward,
        onReject: forwardReject,
        cycles: fee,
      }),
    );
    network.subnet.executeRound();
    network.subnet.executeRound();
    expect(network.responseOf(sent)).toBeUndefined();
    const restored = new TestNetwork(
      Subnet.restore({ embedder, seed: Uint8Array.of(1), timeNanos: 0n }, network.subnet.state("full")),
    );
    restored.subnet.executeUntilIdle(10);
    expect(thresholdResults.signature.decode(replied(restored.responseOf(sent)!))).toBeDefined();
  });
});

describe("sign_with_schnorr", () => {
  const message = utf8("a message of any length");
  const sign = (algorithm: "ed25519" | "bip340secp256k1", aux?: Uint8Array) =>
    thresholdArguments.sign_with_schnorr.encode({
      message,
      derivation_path: path,
      key_id: { algorithm: { [algorithm]: null }, name: "dfx_test_key" },
      aux: aux === undefined ? [] : [{ bip341: { merkle_root_hash: aux } }],
    });
  const publicKey = (algorithm: "ed25519" | "bip340secp256k1") =>
    thresholdArguments.schnorr_public_key.encode({
      canister_id: [],
      derivation_path: path,
      key_id: { algorithm: { [algorithm]: null }, name: "dfx_test_key" },
    });

  test("Ed25519", () => {
    const { ask } = asking();
    const { public_key } = thresholdResults.publicKey.decode(replied(ask("schnorr_public_key", publicKey("ed25519"))))!;
    const { signature } = thresholdResults.signature.decode(replied(ask("sign_with_schnorr", sign("ed25519"), fee)))!;
    expect(ed25519.verify(new Uint8Array(signature), message, new Uint8Array(public_key))).toBe(true);
  });

  test("BIP340, whose public key is compressed", () => {
    const { ask } = asking();
    const { public_key } = thresholdResults.publicKey.decode(
      replied(ask("schnorr_public_key", publicKey("bip340secp256k1"))),
    )!;
    expect(public_key).toHaveLength(33);
    const { signature } = thresholdResults.signature.decode(
      replied(ask("sign_with_schnorr", sign("bip340secp256k1"), fee)),
    )!;
    expect(schnorr.verify(new Uint8Array(signature), message, new Uint8Array(public_key).subarray(1))).toBe(true);
  });

  test.each([
    ["bip340secp256k1", 8, "Invalid aux field for Bip340Secp256k1"],
    ["bip340secp256k1", 33, "Invalid aux field for Bip340Secp256k1"],
    ["ed25519", 0, "Schnorr algorithm Ed25519 does not support aux input"],
    ["ed25519", 32, "Schnorr algorithm Ed25519 does not support aux input"],
  ] as const)("aux of %s with %i bytes", (algorithm, length, text) => {
    const { ask } = asking();
    const argument = sign(algorithm, new Uint8Array(length));
    expect(repliedText(ask("sign_with_schnorr", argument, fee))).toBe(`IC0406: ${text}`);
  });
});

describe("vetkd_derive_key", () => {
  const argument = (transport: Uint8Array) =>
    thresholdArguments.vetkd_derive_key.encode({
      input: utf8("input"),
      context: utf8("context"),
      transport_public_key: transport,
      key_id: { curve: { bls12_381_g2: null }, name: "key_1" },
    });

  test("gives 192 bytes for a transport key, and refuses what is none", async () => {
    const { bls12_381 } = await import("@noble/curves/bls12-381.js");
    const { ask } = asking();
    const transport = bls12_381.G1.Point.BASE.toBytes(true);
    const reply = replied(ask("vetkd_derive_key", argument(transport), fee));
    expect(thresholdResults.vetkd_derive_key.decode(reply)?.encrypted_key).toHaveLength(192);
    expect(repliedText(ask("vetkd_derive_key", argument(transport.subarray(1)), fee))).toBe(
      "IC0406: The provided transport public key is invalid.",
    );
  });

  test("the public key has 96 bytes", () => {
    const { ask } = asking();
    const asked = thresholdArguments.vetkd_public_key.encode({
      canister_id: [],
      context: new Uint8Array(0),
      key_id: { curve: { bls12_381_g2: null }, name: "key_1" },
    });
    expect(thresholdResults.vetkd_public_key.decode(replied(ask("vetkd_public_key", asked)))?.public_key).toHaveLength(
      96,
    );
  });
});
