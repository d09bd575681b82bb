import { toHex } from "../../base/bytes.ts";
import type { Canister, LowMemoryHook } from "../canister.ts";
import { CanisterSnapshot, type GlobalContent, nextSnapshotId, type SnapshotFacts } from "../canisterSnapshot.ts";
import { globalBits } from "../embedder/globalFacts.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { PagedMemory } from "../pagedMemory.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn, withControlled } from "./managementMethod.ts";
import { payForSnapshot, replacedSnapshot, writingObstacle } from "./snapshotAccess.ts";
import { invalidSnapshotMetadata } from "./snapshotRefusals.ts";
import { type GlobalOnWire, type SnapshotSizes, snapshotArguments, snapshotResults } from "./snapshotShapes.ts";

const wasmPageBytes = 65_536n;

/**
 * Begins a snapshot that is uploaded piece by piece: module and memories are zero until then.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-upload_canister_snapshot_metadata
 */
export const uploadCanisterSnapshotMetadata: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.uploadMetadata, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.uploadMetadata.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const problem = problemOf(argument, canister.code?.prepared.facts.memory64 ?? false);
      if (problem !== undefined) return refuse(invalidSnapshotMetadata(problem));
      const replaced = replacedSnapshot(env, canister, argument.replace_snapshot[0], call.method);
      if (replaced.kind === "missing") return replaced.outcome;
      const limited = writingObstacle(env, canister);
      if (limited !== undefined) return refuse(limited);
      const bytes = contentBytes(argument);
      const goneBytes = replaced.kind === "found" ? replaced.snapshot.sizeBytes : 0;
      const failure = payForSnapshot(env, canister, call.caller, {
        instructions: limits.instructionsPerSnapshot + BigInt(bytes),
        moreBytes: bytes - goneBytes,
      });
      if (failure !== undefined) return refuse(failure);
      if (replaced.kind === "found") canister.snapshots.delete(toHex(replaced.snapshot.id));
      const snapshot = emptySnapshot(env, canister, argument);
      canister.snapshots.set(toHex(snapshot.id), snapshot);
      return reply(snapshotResults.snapshotId.encode({ snapshot_id: snapshot.id }));
    });
  },
};

/** What is wrong with a description, in the network's word for it. */
function problemOf(it: SnapshotSizes, memory64: boolean): string | undefined {
  if (it.wasm_module_size === 0n) return "WasmModuleEmpty";
  if (it.wasm_module_size > limits.moduleBytes) return "WasmModuleTooLarge";
  if (it.wasm_memory_size % wasmPageBytes !== 0n) return "WasmMemoryNotPageAligned";
  if (it.wasm_memory_size > (memory64 ? limits.heapBytesMax64 : limits.heapBytesMax)) return "WasmMemoryTooLarge";
  if (it.stable_memory_size % wasmPageBytes !== 0n) return "StableMemoryNotPageAligned";
  if (it.stable_memory_size > limits.stableBytesMax) return "StableMemoryTooLarge";
  if (it.globals.length > limits.globals) return "ExportedGlobalsTooLarge";
  if (it.certified_data.length > limits.certifiedDataBytes) return "CertifiedDataTooLarge";
  return undefined;
}

function contentBytes(it: SnapshotSizes): number {
  const memories = Number(it.wasm_module_size + it.wasm_memory_size + it.stable_memory_size);
  return memories + it.certified_data.length + it.globals.length * limits.snapshotGlobalBytes;
}

function emptySnapshot(env: ExecutionEnvironment, canister: Canister, it: SnapshotSizes): CanisterSnapshot {
  const [timer] = it.global_timer;
  const facts: SnapshotFacts = {
    source: "metadataUpload",
    takenAtNanos: env.timeNanos,
    canisterVersion: canister.version,
    certifiedData: new Uint8Array(it.certified_data),
    globals: it.globals.map(globalOf),
    globalTimerNanos: timer === undefined ? undefined : (timer.active ?? 0n),
    lowMemoryHook: hookOf(it.on_low_wasm_memory_hook_status[0]),
    contentBytes: contentBytes(it),
  };
  return new CanisterSnapshot({
    id: nextSnapshotId(canister),
    facts,
    module: new Uint8Array(Number(it.wasm_module_size)),
    heap: new PagedMemory(Number(it.wasm_memory_size), []),
    stable: new PagedMemory(Number(it.stable_memory_size), []),
    chunks: new Map(),
  });
}

function hookOf(status: { readonly ready?: null; readonly executed?: null } | undefined): LowMemoryHook | undefined {
  if (status === undefined) return undefined;
  if (status.ready !== undefined) return "ready";
  return status.executed === undefined ? "notSatisfied" : "executed";
}

function globalOf(it: GlobalOnWire): GlobalContent {
  if (it.i64 !== undefined) return { kind: "i64", bits: globalBits("i64", it.i64) };
  if (it.f32 !== undefined) return { kind: "f32", bits: globalBits("f32", it.f32) };
  if (it.f64 !== undefined) return { kind: "f64", bits: globalBits("f64", it.f64) };
  if (it.v128 !== undefined) return { kind: "v128", bits: BigInt.asUintN(128, it.v128) };
  return { kind: "i32", bits: globalBits("i32", it.i32 ?? 0) };
}
