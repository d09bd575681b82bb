/** How many ingress messages a subnet knows of at a time. */
import { describe, expect, test } from "vitest";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { subnetLimits } from "../../server/src/engine/subnetKinds.ts";
import { embedder, epochNanos, rejectText, TestNetwork, user } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

describe("a full ingress history", () => {
  const full = "IC0204 2 Maximum ingress history capacity 5 reached";
  const reply = ops.reply("yes");

  /** Two of the five are for the canister itself. */
  function withRoomForThree() {
    const network = new TestNetwork({ ingressHistoryMessages: 5 });
    return { network, a: network.universal() };
  }

  test("takes the last that fits and no other, and again when the time of the first is over", () => {
    const { network, a } = withRoomForThree();
    for (let count = 0; count < 3; count++) expect(network.update(a, reply).kind).toBe("reply");
    expect(rejectText(network.update(a, reply))).toBe(full);
    expect(rejectText(network.manage("stop_canister", a))).toBe(full);
    network.subnet.advanceTime(299_999_999_000n);
    expect(rejectText(network.update(a, reply))).toBe(full);
    network.subnet.advanceTime(2_000n);
    expect(network.update(a, reply).kind).toBe("reply");
  });

  test("a message without a response counts longer", () => {
    const { network, a } = withRoomForThree();
    const waits = concat(ops.call({ callee: a.bytes, data: ops.spin(2_200_000_000n / 6n), onReply: reply }));
    const sent = network.send(a, waits);
    network.subnet.executeRound();
    network.subnet.advanceTime(400_000_000_000n);
    for (let count = 0; count < 4; count++) network.send(a, reply);
    expect(rejectText(network.ingress(a, "update", reply))).toBe(full);
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(sent)).toBeDefined();
    network.send(a, reply);
  });

  test("what was refused does not count, nor does what is known from the disk and answered", () => {
    const { network, a } = withRoomForThree();
    for (let count = 0; count < 9; count++) {
      expect(rejectText(network.ingress(user(9), "update", reply))).toContain("IC0301");
    }
    for (let count = 0; count < 3; count++) expect(network.update(a, reply).kind).toBe("reply");
    const options = { embedder, seed: Uint8Array.of(1), timeNanos: epochNanos, ingressHistoryMessages: 1 };
    const restored = new TestNetwork(Subnet.restore(options, network.subnet.state("full")));
    expect(restored.update(a, reply).kind).toBe("reply");
  });
});

test("an application subnet knows of 600,000 messages, a system subnet of as many as come", () => {
  expect(subnetLimits("application", "production").ingressHistoryMessages).toBe(600_000);
  for (const kind of ["system", "nns"] as const) {
    expect(subnetLimits(kind, "production").ingressHistoryMessages).toBe(Number.POSITIVE_INFINITY);
  }
});
