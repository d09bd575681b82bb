/** What tools read of a snapshot. Sections 2.2 and 3.3. */
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { epochNanos, rejectText, replied, universal } from "../../support/engine.ts";
import { filled, SnapshotNetwork, sizesOf, withGlobals, write } from "../../support/snapshots.ts";
import { concat, ops } from "../../support/universalCanister.ts";

describe("reading", () => {
  test("tells sizes, globals, certified data, timer and chunks", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, concat(ops.setTimer(epochNanos + 10n ** 15n), write(1n, "12345")));
    replied(network.uploadChunk(a, Uint8Array.of(9)));
    const version = network.subnet.canister(a)?.canisterVersion;
    const metadata = network.metadata(a, network.taken(a));
    expect(metadata).toMatchObject({
      source: { taken_from_canister: null },
      canister_version: version,
      wasm_module_size: BigInt(universal().length),
      wasm_memory_size: 262_144n,
      stable_memory_size: 65_536n,
      global_timer: [{ active: epochNanos + 10n ** 15n }],
      on_low_wasm_memory_hook_status: [{ condition_not_satisfied: null }],
    });
    expect(new TextDecoder().decode(new Uint8Array(metadata.certified_data))).toBe("12345");
    expect(metadata.wasm_chunk_store.map((it) => new Uint8Array(it.hash))).toEqual([sha256(Uint8Array.of(9))]);
  });

  test("globals: exported ones, then hidden ones that can change, with their bits", () => {
    const network = new SnapshotNetwork();
    const a = network.create();
    replied(network.install(a, withGlobals()));
    network.ingress(a, "change", new Uint8Array(0));
    const globals = [{ i32: 1_048_576 }, { i32: -5 }, { f64: 0.5 }, { i64: -(2n ** 62n) }, { f32: 1.5 }, { v128: 0n }];
    const first = network.taken(a);
    expect(network.metadata(a, first).globals).toEqual(globals);
    replied(network.install(a, universal(), new Uint8Array(0), { reinstall: null }));
    replied(network.load(a, first));
    expect(network.metadata(a, network.taken(a)).globals).toEqual(globals);
    const b = network.create();
    const vector = globals.with(5, { v128: 2n ** 127n + 3n });
    const copied = network.described(b, { ...sizesOf(network.metadata(a, first)), globals: vector });
    replied(network.upload(b, copied, { wasm_module: { offset: 0n } }, withGlobals()));
    replied(network.load(b, copied));
    expect(network.metadata(b, network.taken(b)).globals).toEqual(vector);
  });

  test("slices of the module, the heap and the stable memory, up to 2,000,000 bytes", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, concat(ops.stableGrow(40), ops.stableWrite(4090, "over the page"), ops.reply()));
    const snapshot = network.taken(a);
    expect(network.data(a, snapshot, { wasm_module: { offset: 0n, size: 8n } })).toEqual(universal().slice(0, 8));
    expect(network.data(a, snapshot, { wasm_memory: { offset: 0n, size: 8n } })[0]).toBe(7);
    const text = network.data(a, snapshot, { stable_memory: { offset: 4090n, size: 13n } });
    expect(new TextDecoder().decode(text)).toBe("over the page");
    expect(network.data(a, snapshot, { stable_memory: { offset: 0n, size: 2_000_000n } })).toHaveLength(2_000_000);
    expect(rejectText(network.read(a, snapshot, { stable_memory: { offset: 0n, size: 2_000_001n } }))).toBe(
      "IC0408 4 Requested slice too large: 2000001 > 2000000",
    );
  });

  test.each(["wasm_module", "wasm_memory", "stable_memory"] as const)("not behind the end of the %s", (part) => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const snapshot = network.taken(a);
    const sizes = network.metadata(a, snapshot);
    const end = sizes[`${part}_size`];
    expect(network.data(a, snapshot, { [part]: { offset: end - 1n, size: 1n } })).toHaveLength(1);
    expect(network.data(a, snapshot, { [part]: { offset: end, size: 0n } })).toHaveLength(0);
    expect(rejectText(network.read(a, snapshot, { [part]: { offset: end, size: 1n } }))).toBe(
      `IC0408 4 Invalid subslice into wasm module / main memory / stable memory: offset: ${end}, size: 1`,
    );
    const far = 2n ** 64n - 1n;
    expect(rejectText(network.read(a, snapshot, { [part]: { offset: far, size: 1n } }))).toContain("IC0408 4");
  });

  test("a chunk by its hash", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    replied(network.uploadChunk(a, Uint8Array.of(4, 5)));
    const snapshot = network.taken(a);
    const hash = sha256(Uint8Array.of(4, 5));
    expect(network.data(a, snapshot, { wasm_chunk: { hash } })).toEqual(Uint8Array.of(4, 5));
    expect(rejectText(network.read(a, snapshot, { wasm_chunk: { hash: new Uint8Array(32) } }))).toContain("not found");
    expect(rejectText(network.read(a, snapshot, { wasm_chunk: { hash: new Uint8Array(3) } }))).toContain(
      "are not a valid WasmChunkHash",
    );
  });
});
