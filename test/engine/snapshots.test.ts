/** Snapshots of canisters: take, load, list, delete, read and upload. Section 2.2 and 3.3. */
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import {
  type SnapshotDataKind,
  type SnapshotDataOffset,
  type SnapshotSizes,
  snapshotArguments,
  snapshotResults,
} from "../../server/src/engine/management/snapshotShapes.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import {
  developer,
  embedder,
  epochNanos,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  settingsArgument,
  TestNetwork,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";
import { WasmBuilder } from "../support/wasmBuilder.ts";

/** Short ways to call the methods. */
class SnapshotNetwork extends TestNetwork {
  take(id: Principal, it: { replace?: Uint8Array; uninstall?: boolean; caller?: Principal } = {}) {
    const argument = snapshotArguments.take.encode({
      canister_id: principalOnWire(id),
      replace_snapshot: it.replace === undefined ? [] : [it.replace],
      uninstall_code: it.uninstall === undefined ? [] : [it.uninstall],
      sender_canister_version: [],
    });
    return this.management("take_canister_snapshot", argument, it.caller);
  }

  taken(id: Principal, it: { replace?: Uint8Array; uninstall?: boolean } = {}): Uint8Array {
    return new Uint8Array(snapshotResults.snapshot.decode(replied(this.take(id, it)))?.id ?? []);
  }

  load(id: Principal, snapshot: Uint8Array, caller: Principal = developer) {
    const argument = snapshotArguments.load.encode({
      canister_id: principalOnWire(id),
      snapshot_id: snapshot,
      sender_canister_version: [],
    });
    return this.management("load_canister_snapshot", argument, caller);
  }

  list(id: Principal, caller: Principal = developer) {
    return snapshotResults.list.decode(replied(this.manage("list_canister_snapshots", id, caller))) ?? [];
  }

  about(method: string, id: Principal, snapshot: Uint8Array, caller: Principal = developer) {
    const argument = snapshotArguments.snapshot.encode({ canister_id: principalOnWire(id), snapshot_id: snapshot });
    return this.management(method, argument, caller);
  }

  metadata(id: Principal, snapshot: Uint8Array) {
    const data = snapshotResults.metadata.decode(replied(this.about("read_canister_snapshot_metadata", id, snapshot)));
    if (data === undefined) throw new Error("no metadata");
    return data;
  }

  read(id: Principal, snapshot: Uint8Array, kind: SnapshotDataKind) {
    const ids = { canister_id: principalOnWire(id), snapshot_id: snapshot };
    return this.management("read_canister_snapshot_data", snapshotArguments.readData.encode({ ...ids, kind }));
  }

  data(id: Principal, snapshot: Uint8Array, kind: SnapshotDataKind): Uint8Array {
    return new Uint8Array(snapshotResults.data.decode(replied(this.read(id, snapshot, kind)))?.chunk ?? []);
  }

  describe(id: Principal, sizes: SnapshotSizes, replace?: Uint8Array) {
    const argument = snapshotArguments.uploadMetadata.encode({
      canister_id: principalOnWire(id),
      replace_snapshot: replace === undefined ? [] : [replace],
      ...sizes,
    });
    return this.management("upload_canister_snapshot_metadata", argument);
  }

  described(id: Principal, sizes: SnapshotSizes, replace?: Uint8Array): Uint8Array {
    const result = snapshotResults.snapshotId.decode(replied(this.describe(id, sizes, replace)));
    return new Uint8Array(result?.snapshot_id ?? []);
  }

  upload(id: Principal, snapshot: Uint8Array, kind: SnapshotDataOffset, chunk: Uint8Array) {
    const ids = { canister_id: principalOnWire(id), snapshot_id: snapshot };
    return this.management(
      "upload_canister_snapshot_data",
      snapshotArguments.uploadData.encode({ ...ids, kind, chunk }),
    );
  }

  uploadChunk(id: Principal, chunk: Uint8Array) {
    return this.management(
      "upload_chunk",
      argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(id), chunk }),
    );
  }

  status(id: Principal) {
    const status = resultShapes.canister_status.decode(replied(this.manage("canister_status", id)));
    if (status === undefined) throw new Error("no status");
    return status;
  }

  cell(id: Principal, address: number): bigint {
    return repliedNumber(this.query(id, concat(ops.load(address), ops.replyAcc())));
  }

  lastChange(id: Principal): object {
    const asker = this.universal();
    const argument = argumentShapes.canister_info.encode({
      canister_id: principalOnWire(id),
      num_requested_changes: [1n],
    });
    const onReply = concat(ops.appendArgument(), ops.reply());
    const script = ops.call({ callee: new Uint8Array(0), method: "canister_info", data: argument, onReply });
    const info = resultShapes.canister_info.decode(replied(this.update(asker, script)));
    return info?.recent_changes[0] ?? {};
  }
}

const write = (cell: bigint, stable: string) =>
  concat(ops.set(0, cell), ops.stableWrite(0, stable), ops.certify(stable), ops.reply());

function filled(network: SnapshotNetwork): Principal {
  return network.universal({ init: concat(ops.set(0, 7), ops.stableGrow(1), ops.stableWrite(0, "first")) });
}

/** A module with globals of all types; the method `change` gives them values. */
function withGlobals(): Uint8Array {
  const module = new WasmBuilder();
  const hidden = module.global("i64", true, 1);
  const exported = module.global("i32", true, 2);
  const single = module.global("f32", true);
  const constant = module.global("i32", false, 1_048_576);
  module.global("v128", true);
  const double = module.global("f64", true);
  module.global("i64", false, 9);
  module.export("__heap_base", "global", constant);
  module.export("stack", "global", exported);
  module.export("double", "global", double);
  module.function({
    code: [
      ["i64.const", -(2n ** 62n)],
      ["global.set", hidden],
      ["i32.const", -5],
      ["global.set", exported],
      ["f32.const", 1.5],
      ["global.set", single],
      ["f64.const", 0.5],
      ["global.set", double],
    ],
    exports: ["canister_update change"],
  });
  return module.build();
}

const sizesOf = (it: ReturnType<SnapshotNetwork["metadata"]>): SnapshotSizes => ({
  wasm_module_size: it.wasm_module_size,
  globals: it.globals,
  wasm_memory_size: it.wasm_memory_size,
  stable_memory_size: it.stable_memory_size,
  certified_data: it.certified_data,
  global_timer: it.global_timer,
  on_low_wasm_memory_hook_status: it.on_low_wasm_memory_hook_status,
});

/** Copies a snapshot to another canister the way tools do. */
function copy(network: SnapshotNetwork, from: Principal, snapshot: Uint8Array, to: Principal): Uint8Array {
  const metadata = network.metadata(from, snapshot);
  const copied = network.described(to, sizesOf(metadata));
  const parts = [
    ["wasm_module", metadata.wasm_module_size],
    ["wasm_memory", metadata.wasm_memory_size],
    ["stable_memory", metadata.stable_memory_size],
  ] as const;
  for (const [part, size] of parts) {
    const data = network.data(from, snapshot, { [part]: { offset: 0n, size } });
    const half = Math.floor(data.length / 2) + 1;
    for (const offset of [0, half]) {
      const slice = data.slice(offset, offset + half);
      if (slice.length > 0) replied(network.upload(to, copied, { [part]: { offset: BigInt(offset) } }, slice));
    }
  }
  for (const { hash } of metadata.wasm_chunk_store) {
    const chunk = network.data(from, snapshot, { wasm_chunk: { hash: new Uint8Array(hash) } });
    replied(network.upload(to, copied, { wasm_chunk: null }, chunk));
  }
  return copied;
}

describe("taking and loading", () => {
  test("brings heap, stable memory, certified data and chunks back, and leaves the timer as it is", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, write(8n, "second"));
    replied(network.uploadChunk(a, Uint8Array.of(1, 2)));
    const snapshot = network.taken(a);
    network.update(a, concat(ops.setTimer(epochNanos + 10n ** 15n), write(9n, "third!")));
    network.manage("clear_chunk_store", a);
    network.upgrade(a, universal({ variant: 1 }));
    network.update(a, concat(ops.setTimer(epochNanos + 10n ** 15n), ops.memoryGrow(3), ops.reply()));
    const version = network.subnet.canister(a)?.canisterVersion ?? 0n;
    replied(network.load(a, snapshot));
    const view = network.subnet.canister(a);
    expect(network.cell(a, 0)).toBe(8n);
    expect(repliedText(network.query(a, concat(ops.appendStable(0, 6), ops.reply())))).toBe("second");
    expect(new TextDecoder().decode(view?.certifiedData)).toBe("second");
    expect(view?.canisterVersion).toBe(version + 1n);
    expect(view?.globalTimerNanos).toBe(epochNanos + 10n ** 15n);
    expect(view?.moduleHash).toEqual(sha256(universal()));
    expect(view?.heapBytes).toBe(4 * 65_536);
    expect(network.status(a).memory_metrics.wasm_chunk_store_size).toBe(1_048_576n);
  });

  test.each(["classic", "deterministicMemoryTracker"] as const)(
    "keeps the metering profile %s of the subnet",
    (meteringProfile) => {
      const network = new SnapshotNetwork({ meteringProfile });
      const a = filled(network);
      const count = () => {
        network.subnet.takeTrace();
        network.update(a, write(7n, "text"));
        const executed = network.subnet.takeTrace().find((it) => it.kind === "executed");
        return executed?.kind === "executed" ? executed.instructions : 0n;
      };
      const snapshot = network.taken(a);
      const before = count();
      replied(network.load(a, snapshot));
      expect(count()).toBe(before);
    },
  );

  test("a snapshot is told by a number and the canister's id, by when it was taken and how large it is", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, write(1n, "12345"));
    const before = network.status(a);
    const first = network.taken(a);
    const second = network.taken(a);
    expect(first).toEqual(concat(new Uint8Array(8), a.bytes));
    expect(second).toEqual(concat(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1), a.bytes));
    const listed = network.list(a);
    expect(listed.map((it) => new Uint8Array(it.id))).toEqual([first, second]);
    const { wasm_memory_size, stable_memory_size, global_memory_size, wasm_binary_size } = before.memory_metrics;
    const size = [wasm_memory_size, stable_memory_size, global_memory_size, wasm_binary_size].reduce(
      (sum: bigint, it) => sum + (it ?? 0n),
      5n,
    );
    expect(listed.map((it) => it.total_size)).toEqual([size, size]);
    expect(listed[0]?.taken_at_timestamp).toBeLessThan(listed[1]?.taken_at_timestamp ?? 0n);
    const after = network.status(a);
    expect(after.memory_metrics.snapshots_size).toBe(2n * size);
    expect(after.memory_size).toBe(before.memory_size + 2n * size);
    expect(after.idle_cycles_burned_per_day).toBeGreaterThan(before.idle_cycles_burned_per_day);
  });

  test("taking leaves the canister's version, loading is told in its history", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const version = network.subnet.canister(a)?.canisterVersion ?? 0n;
    const snapshot = network.taken(a);
    expect(network.subnet.canister(a)?.canisterVersion).toBe(version);
    replied(network.load(a, snapshot));
    expect(network.lastChange(a)).toMatchObject({
      canister_version: version + 1n,
      origin: { from_user: {} },
      details: {
        load_snapshot: {
          from_canister_id: [],
          snapshot_id: snapshot,
          canister_version: version,
          taken_at_timestamp: network.list(a)[0]?.taken_at_timestamp,
          source: { taken_from_canister: null },
        },
      },
    });
  });

  test("costs 2 billion instructions and one for each byte; loading compiles the module again", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.subnet.executeUntilIdle(10);
    let before = network.cycles(a);
    const ingress = () => {
      const start = network.cycles(a);
      replied(network.manage("list_canister_snapshots", a));
      return start - network.cycles(a);
    };
    const taken = network.taken(a);
    const bytes = network.list(a)[0]?.total_size ?? 0n;
    const spent = before - network.cycles(a) - ingress();
    expect(spent).toBeGreaterThanOrEqual(2_000_000_000n + bytes);
    expect(spent).toBeLessThan(2_000_000_000n + bytes + 3_000_000n);
    before = network.cycles(a);
    replied(network.load(a, taken));
    expect(before - network.cycles(a)).toBeGreaterThan(2_000_000_000n + 20_000_000n + bytes);
  });

  test("can replace a snapshot, and uninstall the code", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const first = network.taken(a);
    const second = network.taken(a, { replace: first, uninstall: true });
    expect(network.list(a).map((it) => new Uint8Array(it.id))).toEqual([second]);
    expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
    expect(network.lastChange(a)).toMatchObject({ details: { code_uninstall: null } });
    expect(rejectText(network.take(a))).toBe(`IC0406 4 Failed to create snapshot for empty canister ${a.text}:`);
    replied(network.load(a, second));
    expect(network.cell(a, 0)).toBe(7n);
  });

  test("a later change of the canister does not reach a snapshot, nor the other way round", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const first = network.taken(a);
    network.update(a, write(8n, "other"));
    const second = network.taken(a);
    replied(network.load(a, first));
    network.update(a, write(9n, "third"));
    replied(network.load(a, second));
    expect(network.cell(a, 0)).toBe(8n);
    replied(network.load(a, first));
    expect(network.cell(a, 0)).toBe(7n);
  });

  test("ten snapshots, not eleven, unless one is replaced", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const taken = Array.from({ length: 10 }, () => network.taken(a));
    const text = rejectText(network.take(a));
    expect(text).toContain(`IC0406 4 Canister ${a.text} has reached the maximum number of snapshots allowed: 10.`);
    network.taken(a, { replace: taken[3] ?? new Uint8Array(0) });
    expect(network.list(a)).toHaveLength(10);
    replied(network.about("delete_canister_snapshot", a, taken[0] ?? new Uint8Array(0)));
    network.taken(a);
    expect(network.list(a)).toHaveLength(10);
  });

  test("a snapshot that is not there, is another canister's, or cannot be one", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const b = filled(network);
    const gone = network.taken(a);
    replied(network.about("delete_canister_snapshot", a, gone));
    const other = network.taken(b);
    const hex = Buffer.from(gone).toString("hex");
    const methods = ["delete_canister_snapshot", "read_canister_snapshot_metadata"];
    for (const method of methods) {
      expect(rejectText(network.about(method, a, gone))).toContain(
        `IC0305 3 Could not find the snapshot ID ${hex} for canister ${a.text}.`,
      );
      expect(rejectText(network.about(method, a, other))).toContain("IC0406 4 The snapshot");
      expect(rejectText(network.about(method, a, Uint8Array.of(1)))).toContain("IC0408 4");
    }
    expect(rejectText(network.load(a, gone))).toContain("IC0305 3");
    expect(rejectText(network.load(a, Uint8Array.of(1)))).toContain("IC0408 4");
    expect(rejectText(network.take(a, { replace: gone }))).toContain("IC0305 3");
    expect(network.list(b)).toHaveLength(1);
  });

  test("one of another canister loads when the caller controls both", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    network.update(a, write(8n, "second"));
    const b = network.create();
    const stranger = network.create({ settings: { controllers: [[user(5), developer].map(principalOnWire)] } });
    const snapshot = network.taken(a);
    replied(network.load(b, snapshot));
    expect(network.cell(b, 0)).toBe(8n);
    expect(network.lastChange(b)).toMatchObject({
      details: { load_snapshot: { from_canister_id: [principalOnWire(a)] } },
    });
    expect(rejectText(network.load(stranger, snapshot, user(5)))).toContain(
      `IC0406 4 Only a controller of the canister that snapshot ${Buffer.from(snapshot).toString("hex")} belongs to can load it on canister ${stranger.text}. Sender: ${user(5).text}.`,
    );
  });

  test("who cannot pay takes none, and nothing changes", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const first = network.taken(a);
    const { idle_cycles_burned_per_day: perDay, cycles } = network.status(a);
    const seconds = ((cycles - 1_000_000_000n) * 86_400n) / perDay;
    replied(network.updateSettings(a, { freezing_threshold: [seconds] }));
    const before = network.status(a);
    expect(rejectText(network.take(a))).toMatch(/^IC0207 2 Canister snapshotting failed with: `Canister .* is out of/);
    expect(rejectText(network.take(a, { replace: first }))).toContain("IC0207 2 Canister snapshotting failed with");
    expect(rejectText(network.load(a, first))).toContain("IC0207 2 Canister snapshotting failed with");
    const after = network.status(a);
    expect(after.memory_metrics).toEqual(before.memory_metrics);
    expect(after.version).toBe(before.version);
    expect(before.cycles - after.cycles).toBeLessThan(30_000_000n);
  });

  test("goes with the canister", () => {
    const network = new SnapshotNetwork();
    const a = filled(network);
    const b = network.create();
    const snapshot = network.taken(a);
    network.manage("stop_canister", a);
    replied(network.manage("delete_canister", a));
    expect(rejectText(network.load(b, snapshot))).toContain("IC0305 3");
    expect(network.subnet.imageIds()).toEqual([]);
  });
});

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

test("a 64-bit canister comes back with its heap", () => {
  const network = new SnapshotNetwork();
  const module = new WasmBuilder();
  const reply = module.import("ic0", "msg_reply");
  const append = module.import("ic0", "msg_reply_data_append", ["i64", "i64"]);
  module.memory(1, undefined, true);
  module.function({
    code: [
      ["i64.const", 8],
      ["i64.const", 8],
      ["i64.load"],
      ["i64.const", 1],
      ["i64.add"],
      ["i64.store"],
      ["call", reply],
    ],
    exports: ["canister_update increase"],
  });
  module.function({
    code: [
      ["i64.const", 8],
      ["i64.const", 8],
      ["call", append],
      ["call", reply],
    ],
    exports: ["canister_query get"],
  });
  const a = network.create();
  replied(network.install(a, module.build()));
  replied(network.ingress(a, "increase", new Uint8Array(0)));
  const get = () => repliedNumber(network.query(a, new Uint8Array(0), "get"));
  const snapshot = network.taken(a);
  replied(network.ingress(a, "increase", new Uint8Array(0)));
  expect(get()).toBe(2n);
  replied(network.load(a, snapshot));
  expect(get()).toBe(1n);
  const b = network.create();
  replied(network.install(b, module.build()));
  replied(network.load(b, copy(network, a, snapshot, b)));
  expect(repliedNumber(network.query(b, new Uint8Array(0), "get"))).toBe(1n);
});

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

test("viewers may list and read, but not take, load, delete or upload", () => {
  const network = new SnapshotNetwork();
  const a = filled(network);
  const viewer = user(7);
  const taken = network.taken(a);
  expect(rejectText(network.manage("list_canister_snapshots", a, viewer))).toBe(
    `IC0406 4 Caller ${viewer.text} is not allowed to call list_canister_snapshots`,
  );
  replied(network.updateSettings(a, { snapshot_visibility: [{ allowed_viewers: [principalOnWire(viewer)] }] }));
  expect(network.list(a, viewer)).toHaveLength(1);
  replied(network.about("read_canister_snapshot_metadata", a, taken, viewer));
  expect(rejectText(network.about("delete_canister_snapshot", a, taken, viewer))).toContain("IC0512 5");
  expect(rejectText(network.take(a, { caller: viewer }))).toContain("IC0512 5");
  expect(rejectText(network.load(a, taken, viewer))).toContain("IC0512 5");
  expect(settingsArgument({}).snapshot_visibility).toEqual([]);
});

test("who wrote too much waits, where the subnet limits that", () => {
  const network = new SnapshotNetwork({ rateLimits: true });
  const a = filled(network);
  network.update(a, concat(ops.stableGrow(40), ops.reply()));
  const first = network.taken(a);
  const metadata = sizesOf(network.metadata(a, first));
  const ids = { canister_id: principalOnWire(a), snapshot_id: network.described(a, metadata) };
  const slice = { ...ids, kind: { stable_memory: { offset: 0n } }, chunk: new Uint8Array(2_000_000) };
  const argument = snapshotArguments.uploadData.encode(slice);
  const send = (method: string, bytes: Uint8Array) => network.send(Principal.management, bytes, method);
  // 75 MiB in one round: 39 slices fit below, the 40th crosses it.
  const uploads = Array.from({ length: 41 }, () => send("upload_canister_snapshot_data", argument));
  const sizes = { canister_id: principalOnWire(a), replace_snapshot: [] as const, ...metadata };
  const others = [
    send(
      "take_canister_snapshot",
      snapshotArguments.take.encode({
        canister_id: principalOnWire(a),
        replace_snapshot: [],
        uninstall_code: [],
        sender_canister_version: [],
      }),
    ),
    send("load_canister_snapshot", snapshotArguments.load.encode({ ...ids, sender_canister_version: [] })),
    send("upload_canister_snapshot_metadata", snapshotArguments.uploadMetadata.encode(sizes)),
  ];
  network.subnet.executeRound();
  const answers = [...uploads.slice(39), ...others].map((it) => network.responseOf(it));
  expect(answers[0]?.kind).toBe("reply");
  expect(answers[1]?.kind === "reject" && answers[1].reject.message).toContain(
    "Error from Wasm chunk store: Canister is heap delta rate limited. Current delta debit: 80000000, limit: 78643200",
  );
  for (const answer of answers.slice(2)) {
    expect(answer?.kind === "reject" && answer.reject.message).toContain("is heap delta rate limited");
  }
  network.subnet.executeRound();
  replied(network.take(a));
}, 60_000);
