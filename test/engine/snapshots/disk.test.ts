/** Snapshots on the way to the disk and back. */
import { describe, expect, test } from "vitest";
import { Subnet } from "../../../server/src/engine/subnet.ts";
import { embedder, epochNanos, replied, universal } from "../../support/engine.ts";
import { filled, SnapshotNetwork, sizesOf, write } from "../../support/snapshots.ts";
import { ops } from "../../support/universalCanister.ts";

describe("on the disk", () => {
  const options = { embedder, seed: Uint8Array.of(9), timeNanos: epochNanos, tracing: true };

  test("snapshots taken and half uploaded survive", () => {
    const network = new SnapshotNetwork({ seed: Uint8Array.of(9) });
    const a = filled(network);
    replied(network.uploadChunk(a, Uint8Array.of(1, 2)));
    const taken = network.taken(a);
    network.update(a, write(9n, "later"));
    const b = network.create();
    const half = network.described(b, { ...sizesOf(network.metadata(a, taken)) });
    replied(network.upload(b, half, { wasm_memory: { offset: 8n } }, Uint8Array.of(5)));
    const restored = new SnapshotNetwork(Subnet.restore(options, network.subnet.state("full")));
    expect(restored.list(a)).toEqual(network.list(a));
    expect(restored.metadata(b, half)).toEqual(network.metadata(b, half));
    replied(restored.upload(b, half, { wasm_module: { offset: 0n } }, universal()));
    replied(restored.load(b, half));
    expect(restored.cell(b, 8)).toBe(5n);
    replied(restored.load(a, taken));
    expect(restored.cell(a, 0)).toBe(7n);
    expect(new TextDecoder().decode(restored.taken(a).slice(0, 8))).not.toBe("");
    expect(restored.list(a).map((it) => new Uint8Array(it.id)[7])).toEqual([0, 1]);
  });

  test("only what changed is written: a snapshot once, uploads by their pages", () => {
    const network = new SnapshotNetwork({ seed: Uint8Array.of(9) });
    const a = filled(network);
    network.subnet.state("changed");
    network.update(a, ops.reply());
    const taken = network.taken(a);
    const first = network.subnet.state("changed");
    expect(first.images.map((it) => it.kind)).toEqual(["changed", "full"]);
    const upload = network.described(a, sizesOf(network.metadata(a, taken)));
    expect(network.subnet.state("changed").images.map((it) => it.kind)).toEqual(["full"]);
    replied(network.upload(a, upload, { stable_memory: { offset: 5_000n } }, Uint8Array.of(1)));
    const [change] = network.subnet.state("changed").images;
    expect(change).toMatchObject({ kind: "changed", image: { heapPages: [], stablePages: [{ index: 1 }] } });
    expect(network.subnet.state("changed").images).toEqual([]);
    expect(network.subnet.imageIds()).toHaveLength(3);
    replied(network.about("delete_canister_snapshot", a, taken));
    expect(network.subnet.imageIds()).toHaveLength(2);
  });
});
