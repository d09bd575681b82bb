/** Snapshots of canisters: take, load, list and delete. Sections 2.2 and 3.3. */
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { Principal } from "../../../server/src/base/principal.ts";
import { principalOnWire } from "../../../server/src/engine/management/idl.ts";
import { snapshotArguments } from "../../../server/src/engine/management/snapshotShapes.ts";
import {
  developer,
  epochNanos,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  settingsArgument,
  universal,
  user,
} from "../../support/engine.ts";
import { copy, filled, SnapshotNetwork, sizesOf, write } from "../../support/snapshots.ts";
import { concat, ops } from "../../support/universalCanister.ts";
import { WasmBuilder } from "../../support/wasmBuilder.ts";

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
