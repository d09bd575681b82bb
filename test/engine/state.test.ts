/** State for the disk and back; the same inputs give the same trace. */
import { describe, expect, test } from "vitest";
import type { MemoryImage, MemoryPage } from "../../server/src/engine/embedder/contract.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import type { CanisterImage, SubnetState } from "../../server/src/engine/subnetState.ts";
import { embedder, epochNanos, repliedNumber, repliedText, TestNetwork, universal } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const options = { embedder, seed: Uint8Array.of(9), timeNanos: epochNanos, tracing: true };

const endless = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.runKept("globalTimer") });

/** Two canisters with heap, stable memory, a timer, a stop that waits, and calls under way. */
function busy() {
  const network = new TestNetwork({ seed: Uint8Array.of(9) });
  const a = network.universal({ init: concat(ops.set(0, 7), ops.stableGrow(1), ops.stableWrite(0, "stable")) });
  const b = network.universal({
    init: ops.keep("globalTimer", concat(ops.increase(8, 1), ops.setTimer(epochNanos + 10n ** 13n))),
  });
  network.update(b, concat(ops.setTimer(epochNanos + 10n ** 12n), ops.reply()));
  const random = ops.call({
    callee: new Uint8Array(0),
    method: "raw_rand",
    onReply: concat(ops.appendArgument(), ops.reply()),
  });
  const sent = network.send(
    a,
    ops.call({
      callee: b.bytes,
      cycles: 500n,
      data: random,
      onReply: concat(ops.increase(0, 1), ops.appendArgument(), ops.reply()),
      timeoutSeconds: 60,
    }),
  );
  network.subnet.executeRound();
  network.send(b, concat(ops.load(8), ops.replyAcc()));
  network.trace();
  return { network, a, b, sent };
}

test("a subnet goes on from the disk as if nothing had happened", () => {
  const { network, a, sent } = busy();
  const restored = new TestNetwork(Subnet.restore(options, network.subnet.state("full")));
  for (const [id, name] of network.names) restored.names.set(id, name);
  for (const it of [network, restored]) {
    it.subnet.executeUntilIdle(20);
    it.subnet.advanceTime(2n * 10n ** 12n);
    it.subnet.executeUntilIdle(20);
  }
  expect(restored.responseOf(sent)?.kind).toBe("reply");
  expect(restored.responseOf(sent)).toEqual(network.responseOf(sent));
  expect(restored.subnet.takeTrace()).toEqual(network.subnet.takeTrace());
  expect(restored.subnet.canisters().map(({ canisterId: _, ...it }) => it)).toEqual(
    network.subnet.canisters().map(({ canisterId: _, ...it }) => it),
  );
  for (const it of [network, restored]) {
    expect(repliedText(it.query(a, concat(ops.appendStable(0, 6), ops.reply())))).toBe("stable");
  }
  expect(restored.subnet.state("full").facts).toEqual(network.subnet.state("full").facts);
});

test("images of changes laid over the full one give the same state as a full one", () => {
  const { network, a, b } = busy();
  const images = new Map<string, MemoryImage>();
  const take = (state: SubnetState) => {
    for (const it of state.images)
      images.set(it.canisterId, it.kind === "full" ? it.image : laidOver(images.get(it.canisterId), it));
    return state;
  };
  take(network.subnet.state("changed"));
  expect(images.size).toBe(2);
  network.subnet.executeUntilIdle(20);
  network.update(a, concat(ops.set(16, 3), ops.memoryGrow(2), ops.stableWrite(5000, "more"), ops.reply()));
  const second = take(network.subnet.state("changed"));
  expect(second.images.every((it) => it.kind === "changed")).toBe(true);
  expect(take(network.subnet.state("changed")).images).toEqual([]);
  network.upgrade(b, universal({ variant: 1 }), ops.set(0, 4));
  const last = take(network.subnet.state("changed"));
  expect(last.images.map((it) => it.kind)).toEqual(["full"]);
  const restored = new TestNetwork(
    Subnet.restore(options, {
      ...last,
      images: [...images].map(([canisterId, image]) => ({ canisterId, kind: "full", image })),
    }),
  );
  for (const it of [network, restored]) {
    expect(repliedNumber(it.query(a, concat(ops.load(16), ops.replyAcc())))).toBe(3n);
    expect(repliedNumber(it.query(a, concat(ops.load(0), ops.replyAcc())))).toBe(8n);
    expect(repliedNumber(it.query(b, concat(ops.load(0), ops.replyAcc())))).toBe(4n);
    expect(repliedText(it.query(a, concat(ops.appendStable(5000, 4), ops.reply())))).toBe("more");
  }
});

test("a stop that waits, a queue and an open call context survive", () => {
  const network = new TestNetwork({ seed: Uint8Array.of(9) });
  const a = network.universal({ init: ops.keep("globalTimer", endless) });
  network.send(a, ops.runKept("globalTimer"));
  network.subnet.executeRound();
  const stopping = new TestNetwork(Subnet.restore(options, network.subnet.state("full")));
  for (const it of [network, stopping]) {
    it.subnet.submitIngress({
      caller: it.subnet.canisters()[0]!.controllers[0]!,
      canisterId: it.subnet.canisters()[0]!.canisterId,
      method: "update",
      argument: ops.reply(),
    });
    it.subnet.executeRound();
    it.subnet.executeRound();
  }
  expect(stopping.subnet.takeTrace().length).toBeGreaterThan(0);
  expect(stopping.subnet.state("full").facts).toEqual(network.subnet.state("full").facts);
});

describe("what cannot be restored says why", () => {
  test.each([
    ["foreign bytes", (state: SubnetState) => ({ ...state, facts: Uint8Array.of(200, 1) }), /unknown tag/],
    ["other data", (state: SubnetState) => ({ ...state, facts: Uint8Array.of(1) }), /not of this format/],
    ["missing images", (state: SubnetState) => ({ ...state, images: [] }), /incomplete/],
    ["missing modules", (state: SubnetState) => ({ ...state, modules: new Map() }), /incomplete/],
  ] as const)("%s", (_name, damage, message) => {
    const { network } = busy();
    expect(() => Subnet.restore(options, damage(network.subnet.state("full")))).toThrow(message);
  });
});

test("the same inputs give the same trace, byte for byte", () => {
  const run = () => {
    const { network } = busy();
    network.subnet.executeUntilIdle(50);
    return { trace: network.subnet.takeTrace(), facts: network.subnet.state("full").facts };
  };
  expect(run()).toEqual(run());
});

function laidOver(base: MemoryImage | undefined, change: CanisterImage): MemoryImage {
  if (base === undefined) throw new Error("changes without a full image before them");
  const over = (pages: readonly MemoryPage[], changed: readonly MemoryPage[]) => [
    ...new Map([...pages, ...changed].map((it) => [it.index, it])).values(),
  ];
  const { image } = change;
  return {
    ...image,
    heapPages: over(base.heapPages, image.heapPages),
    stablePages: over(base.stablePages, image.stablePages),
  };
}
