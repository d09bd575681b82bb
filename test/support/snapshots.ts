import type { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import {
  type SnapshotDataKind,
  type SnapshotDataOffset,
  type SnapshotSizes,
  snapshotArguments,
  snapshotResults,
} from "../../server/src/engine/management/snapshotShapes.ts";
import { developer, replied, TestNetwork } from "./engine.ts";
import { concat, ops } from "./universalCanister.ts";
import { WasmBuilder } from "./wasmBuilder.ts";

/** A subnet with short ways to call the methods about snapshots. */
export class SnapshotNetwork extends TestNetwork {
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

/** An update that changes a cell of the heap, the stable memory and the certified data. */
export const write = (cell: bigint, stable: string) =>
  concat(ops.set(0, cell), ops.stableWrite(0, stable), ops.certify(stable), ops.reply());

/** A canister with something in the heap and in the stable memory. */
export function filled(network: SnapshotNetwork): Principal {
  return network.universal({ init: concat(ops.set(0, 7), ops.stableGrow(1), ops.stableWrite(0, "first")) });
}

/** A module with globals of all types; the method `change` gives them values. */
export function withGlobals(): Uint8Array {
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

/** What an upload tells in advance, for a copy of a snapshot. */
export const sizesOf = (it: ReturnType<SnapshotNetwork["metadata"]>): SnapshotSizes => ({
  wasm_module_size: it.wasm_module_size,
  globals: it.globals,
  wasm_memory_size: it.wasm_memory_size,
  stable_memory_size: it.stable_memory_size,
  certified_data: it.certified_data,
  global_timer: it.global_timer,
  on_low_wasm_memory_hook_status: it.on_low_wasm_memory_hook_status,
});

/** Copies a snapshot to another canister the way tools do. */
export function copy(network: SnapshotNetwork, from: Principal, snapshot: Uint8Array, to: Principal): Uint8Array {
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
