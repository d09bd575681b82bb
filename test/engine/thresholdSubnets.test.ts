/** Threshold keys in a network of several subnets: who holds them, and what a signature costs there. Section 2.2. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { thresholdArguments, thresholdResults } from "../../server/src/engine/management/thresholdShapes.ts";
import { callRejection, replied, TestSubnets } from "../support/engine.ts";

const at13 = 10_000_000_000n;
const at34 = 26_153_846_153n;
const hash = new Uint8Array(32).fill(5);
const key = (name: string) => ({ curve: { secp256k1: null }, name }) as const;
const signing = (name = "key_1") =>
  thresholdArguments.sign_with_ecdsa.encode({ message_hash: hash, derivation_path: [], key_id: key(name) });

describe("sign_with_ecdsa", () => {
  test.each([
    [["application"], at13],
    [["application", "fiduciary"], at34],
    [["application", "ii"], at34],
    [["application", "ii", "fiduciary"], at34],
    [["fiduciary", "application"], at34],
    [["application", "system"], at13],
  ] as const)("on %j costs what it does on the subnet that holds the key", (subnets, fee) => {
    const network = new TestSubnets({ subnets });
    const place = subnets.indexOf("application" as never);
    const a = network.universal({ on: network.id(place) });
    const short = callRejection(network.callManagement(a, "sign_with_ecdsa", signing(), fee - 1n));
    const text = (cycles: bigint) => cycles.toLocaleString("en").replaceAll(",", "_");
    expect(short).toBe(
      `IC0406: sign_with_ecdsa request sent with ${text(fee - 1n)} cycles, but ${text(fee)} cycles are required.`,
    );
    const { signature } = thresholdResults.signature.decode(
      replied(network.callManagement(a, "sign_with_ecdsa", signing(), fee)),
    )!;
    const asked = thresholdArguments.ecdsa_public_key.encode({
      canister_id: [],
      derivation_path: [],
      key_id: key("key_1"),
    });
    const { public_key } = thresholdResults.publicKey.decode(
      replied(network.callManagement(a, "ecdsa_public_key", asked)),
    )!;
    expect(secp256k1.verify(new Uint8Array(signature), hash, new Uint8Array(public_key))).toBe(true);
  });

  test("is executed by the subnet that holds the key", () => {
    const network = new TestSubnets({ subnets: ["application", "fiduciary"] });
    const a = network.universal();
    network.subnet.takeTrace();
    replied(network.callManagement(a, "sign_with_ecdsa", signing(), at34));
    const [executed] = network.subnet.takeTrace().filter((it) => it.kind === "management");
    expect(executed?.subnetId).toBe(network.id(1).text);
  });

  test("is free for canisters of the NNS", () => {
    const network = new TestSubnets({ subnets: ["application", "nns", "fiduciary"] });
    const onNns = network.universal({ on: network.id(1) });
    expect(callRejection(network.callManagement(onNns, "sign_with_ecdsa", signing()))).toBeUndefined();
    const alone = new TestSubnets({ subnets: ["nns"] });
    expect(callRejection(alone.callManagement(alone.universal(), "sign_with_ecdsa", signing()))).toBeUndefined();
  });

  test("of a key that nobody holds ends at home", () => {
    const network = new TestSubnets({ subnets: ["application", "fiduciary"] });
    const a = network.universal();
    network.subnet.takeTrace();
    const text = callRejection(network.callManagement(a, "sign_with_ecdsa", signing("other"), at34));
    expect(text).toContain("Requested unknown or disabled threshold key: ecdsa:Secp256k1:other");
    const [executed] = network.subnet.takeTrace().filter((it) => it.kind === "management");
    expect(executed?.subnetId).toBe(network.id(0).text);
  });
});
