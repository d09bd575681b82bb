import { fromHex } from "../../base/bytes.ts";
import type { LowMemoryHook } from "../canister.ts";
import type { CanisterSnapshot, GlobalContent } from "../canisterSnapshot.ts";
import { snapshotObstacle } from "./access.ts";
import { principalOf, snapshotSourceOnWire } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn } from "./managementMethod.ts";
import { withSnapshot } from "./snapshotAccess.ts";
import { type GlobalOnWire, snapshotArguments, snapshotResults } from "./snapshotShapes.ts";

const mayNotSee = snapshotObstacle("read_canister_snapshot_metadata");

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-read_canister_snapshot_metadata */
export const readCanisterSnapshotMetadata: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.snapshot, (it) => principalOf(it.canister_id)),
  obstacle: mayNotSee,
  execute(env, call) {
    const argument = snapshotArguments.snapshot.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withSnapshot(
      env,
      call,
      argument,
      (_canister, snapshot) => reply(snapshotResults.metadata.encode(metadataOf(snapshot))),
      mayNotSee,
    );
  },
};

function metadataOf({ facts, heap, stable, module, chunks }: CanisterSnapshot) {
  const { globalTimerNanos: timer, lowMemoryHook } = facts;
  return {
    source: snapshotSourceOnWire(facts.source),
    taken_at_timestamp: facts.takenAtNanos,
    wasm_module_size: BigInt(module.length),
    globals: facts.globals.map(globalOnWire),
    wasm_memory_size: BigInt(heap.sizeBytes),
    stable_memory_size: BigInt(stable.sizeBytes),
    wasm_chunk_store: [...chunks.keys()].sort().map((it) => ({ hash: fromHex(it) ?? new Uint8Array(0) })),
    canister_version: facts.canisterVersion,
    certified_data: facts.certifiedData,
    global_timer:
      timer === undefined ? ([] as const) : ([timer === 0n ? { inactive: null } : { active: timer }] as const),
    on_low_wasm_memory_hook_status:
      lowMemoryHook === undefined ? ([] as const) : ([hookOnWire(lowMemoryHook)] as const),
  };
}

function hookOnWire(hook: LowMemoryHook) {
  switch (hook) {
    case "notSatisfied":
      return { condition_not_satisfied: null };
    case "ready":
      return { ready: null };
    case "executed":
      return { executed: null };
  }
}

function globalOnWire({ kind, bits }: GlobalContent): GlobalOnWire {
  const view = new DataView(new ArrayBuffer(8));
  switch (kind) {
    case "i32":
      return { i32: Number(BigInt.asIntN(32, bits)) };
    case "i64":
      return { i64: BigInt.asIntN(64, bits) };
    case "f32":
      view.setUint32(0, Number(bits));
      return { f32: view.getFloat32(0) };
    case "f64":
      view.setBigUint64(0, bits);
      return { f64: view.getFloat64(0) };
    case "v128":
      return { v128: bits };
  }
}
