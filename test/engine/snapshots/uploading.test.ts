/** Snapshots that tools upload. Sections 2.2 and 3.3. */
import { describe, expect, test } from "vitest";
import type { SnapshotSizes } from "../../../server/src/engine/management/snapshotShapes.ts";
import { epochNanos, rejectText, replied, repliedText } from "../../support/engine.ts";
import { copy, filled, SnapshotNetwork, sizesOf, withGlobals, write } from "../../support/snapshots.ts";
import { concat, ops } from "../../support/universalCanister.ts";

describe("uploading", () => {
  test("a copied snapshot makes a canister like the other one", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, concat(ops.setTimer(epochNanos + 10n ** 15n), write(8n, "second")));
    replied(network.uploadChunk(a, Uint8Array.of(1, 2)));
    const b = network.create();
    const copied = copy(network, a, network.taken(a), b);
    const metadata = network.metadata(b, copied);
    expect(metadata.source).toEqual({ metadata_upload: null });
    expect(metadata.wasm_chunk_store).toHaveLength(1);
    replied(network.load(b, copied));
    expect(network.cell(b, 0)).toBe(8n);
    expect(repliedText(network.query(b, concat(ops.appendStable(0, 6), ops.reply())))).toBe("second");
    expect(new TextDecoder().decode(network.subnet.canister(b)?.certifiedData)).toBe("second");
    expect(network.subnet.canister(b)?.globalTimerNanos).toBe(epochNanos + 10n ** 15n);
    expect(network.status(b).memory_metrics.wasm_chunk_store_size).toBe(1_048_576n);
    replied(network.update(b, write(3n, "third!")));
    expect(network.lastChange(b)).toMatchObject({ details: { load_snapshot: { source: { metadata_upload: null } } } });
  });

  test("one that was taken cannot be written to", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const text = rejectText(network.upload(a, network.taken(a), { wasm_memory: { offset: 0n } }, Uint8Array.of(1)));
    expect(text).toBe("IC0409 4 Only canister snapshots created by metadata upload can be mutated.");
  });

  const plain: SnapshotSizes = {
    wasm_module_size: 10n,
    globals: [],
    wasm_memory_size: 65_536n,
    stable_memory_size: 65_536n,
    certified_data: new Uint8Array(32),
    global_timer: [],
    on_low_wasm_memory_hook_status: [],
  };

  test.each([
    ["WasmModuleEmpty", { wasm_module_size: 1n }, { wasm_module_size: 0n }],
    ["WasmModuleTooLarge", { wasm_module_size: 104_857_600n }, { wasm_module_size: 104_857_601n }],
    ["WasmMemoryNotPageAligned", { wasm_memory_size: 0n }, { wasm_memory_size: 1n }],
    ["WasmMemoryTooLarge", { wasm_memory_size: 2n ** 32n }, { wasm_memory_size: 2n ** 32n + 65_536n }],
    ["StableMemoryNotPageAligned", { stable_memory_size: 0n }, { stable_memory_size: 65_537n }],
    ["StableMemoryTooLarge", { stable_memory_size: 536_870_912_000n }, { stable_memory_size: 536_870_977_536n }],
    [
      "ExportedGlobalsTooLarge",
      { globals: Array.from({ length: 1_000 }, () => ({ i32: 1 })) },
      { globals: Array.from({ length: 1_001 }, () => ({ i32: 1 })) },
    ],
    ["CertifiedDataTooLarge", { certified_data: new Uint8Array(32) }, { certified_data: new Uint8Array(33) }],
  ] as const)("the most that a description may say: %s", (problem, most, more) => {
    const network = new SnapshotNetwork();
    const a = network.create({ cycles: 10n ** 18n });
    network.described(a, { ...plain, ...most });
    expect(rejectText(network.describe(a, { ...plain, ...more }))).toBe(
      `IC0408 4 Snapshot Metadata contains invalid data: ${problem}`,
    );
  });

  test("is paid for from its description on, chunks as they come", () => {
    const network = new SnapshotNetwork();
    const a = network.create();
    const snapshot = network.described(a, { ...plain, globals: [{ i32: 1 }, { f64: 0.5 }] });
    const size = 10n + 2n * 65_536n + 32n + 2n * 32n;
    expect(network.list(a)[0]?.total_size).toBe(size);
    replied(network.upload(a, snapshot, { wasm_chunk: null }, Uint8Array.of(1)));
    replied(network.upload(a, snapshot, { wasm_chunk: null }, Uint8Array.of(1)));
    expect(network.status(a).memory_metrics.snapshots_size).toBe(size + 1_048_576n);
    const large = new Uint8Array(1_048_577);
    expect(rejectText(network.upload(a, snapshot, { wasm_chunk: null }, large))).toContain("maximum chunk size");
    expect(network.metadata(a, snapshot).globals).toEqual([{ i32: 1 }, { f64: 0.5 }]);
  });

  test("only inside of what was described, and only a canister that can be", () => {
    const network = new SnapshotNetwork();
    const a = network.create();
    const snapshot = network.described(a, plain);
    for (const part of ["wasm_memory", "stable_memory"] as const) {
      replied(network.upload(a, snapshot, { [part]: { offset: 65_535n } }, Uint8Array.of(1)));
      expect(rejectText(network.upload(a, snapshot, { [part]: { offset: 65_536n } }, Uint8Array.of(1)))).toBe(
        "IC0408 4 Invalid subslice into wasm module / main memory / stable memory: offset: 65536, size: 1",
      );
    }
    replied(network.upload(a, snapshot, { wasm_module: { offset: 9n } }, Uint8Array.of(1)));
    expect(rejectText(network.upload(a, snapshot, { wasm_module: { offset: 9n } }, Uint8Array.of(1, 2)))).toContain(
      "IC0408 4 Invalid subslice",
    );
    expect(rejectText(network.load(a, snapshot))).toContain("IC0505 5");
    expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
  });

  test("globals, hook and heap must be those of the module", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const b = filled(network);
    replied(network.install(a, withGlobals(), new Uint8Array(0), { reinstall: null }));
    const metadata = network.metadata(a, network.taken(a));
    const loadWith = (change: Partial<SnapshotSizes>) => {
      const snapshot = network.described(b, { ...sizesOf(metadata), ...change });
      replied(network.upload(b, snapshot, { wasm_module: { offset: 0n } }, withGlobals()));
      const answer = network.load(b, snapshot);
      replied(network.about("delete_canister_snapshot", b, snapshot));
      return answer;
    };
    network.update(b, write(5n, "stays"));
    expect(rejectText(loadWith({ globals: [] }))).toBe(
      "IC0408 4 Wasm exported globals of canister module and snapshot metadata do not match.",
    );
    expect(rejectText(loadWith({ globals: metadata.globals.map(() => ({ f32: 1 })) }))).toContain("do not match");
    expect(rejectText(loadWith({ on_low_wasm_memory_hook_status: [{ ready: null }] }))).toBe(
      "IC0408 4 Hook status (Some(Ready)) of uploaded snapshot is inconsistent with the canister's state (hook condition satisfied: false).",
    );
    expect(rejectText(loadWith({ wasm_memory_size: 65_536n }))).toContain("IC0408 4 The Wasm memory of the snapshot");
    expect(network.cell(b, 0)).toBe(5n);
    replied(loadWith({}));
    expect(network.subnet.canister(b)?.updateMethods).toEqual(new Set(["change"]));
  });
});
