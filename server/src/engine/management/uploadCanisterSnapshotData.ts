import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../base/bytes.ts";
import type { Principal } from "../../base/principal.ts";
import type { Canister } from "../canister.ts";
import type { CanisterSnapshot } from "../canisterSnapshot.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { addHeapDelta, isHeapDeltaLimited } from "../rateLimits.ts";
import { principalOf, resultShapes } from "./idl.ts";
import {
  invalidPayload,
  type ManagementMethod,
  type ManagementOutcome,
  refuse,
  reply,
  targetIn,
} from "./managementMethod.ts";
import { chunkStoreError } from "./refusals.ts";
import { payForSnapshot, withSnapshot } from "./snapshotAccess.ts";
import { invalidSlice, snapshotImmutable } from "./snapshotRefusals.ts";
import { type SnapshotDataOffset, snapshotArguments } from "./snapshotShapes.ts";
import { chunkObstacle } from "./uploadChunk.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-upload_canister_snapshot_data */
export const uploadCanisterSnapshotData: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.uploadData, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.uploadData.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withSnapshot(env, call, argument, (canister, snapshot) => {
      if (snapshot.facts.source !== "metadataUpload") return refuse(snapshotImmutable());
      if (isHeapDeltaLimited(env, canister)) return refuse(uploadRateLimited(canister.heapDeltaDebit));
      const chunk = new Uint8Array(argument.chunk);
      const written = argument.kind.wasm_chunk === undefined ? chunk.length : limits.chunkBytes;
      const failure = payForSnapshot(env, canister, call.caller, { instructions: BigInt(written), moreBytes: 0 });
      if (failure !== undefined) return refuse(failure);
      addHeapDelta(env, canister, written);
      if (argument.kind.wasm_chunk !== undefined) return addChunk(env, canister, call.caller, { snapshot, chunk });
      const offset = offsetOf(argument.kind);
      if (write(snapshot, argument.kind, offset, chunk)) return reply(resultShapes.none.encode());
      return refuse(invalidSlice(offset, BigInt(chunk.length)));
    });
  },
};

function uploadRateLimited(debit: number) {
  const { heapDeltaBytesPerRound: limit } = limits;
  return chunkStoreError(`Canister is heap delta rate limited. Current delta debit: ${debit}, limit: ${limit}`);
}

function offsetOf(kind: SnapshotDataOffset): bigint {
  return (kind.wasm_module ?? kind.wasm_memory ?? kind.stable_memory)?.offset ?? 0n;
}

function write(snapshot: CanisterSnapshot, kind: SnapshotDataOffset, offset: bigint, chunk: Uint8Array): boolean {
  if (kind.wasm_module !== undefined) return snapshot.writeModule(offset, chunk);
  return (kind.wasm_memory === undefined ? snapshot.stable : snapshot.heap).write(offset, chunk);
}

function addChunk(
  env: ExecutionEnvironment,
  canister: Canister,
  caller: Principal,
  it: { readonly snapshot: CanisterSnapshot; readonly chunk: Uint8Array },
): ManagementOutcome {
  const { snapshot, chunk } = it;
  env.roundInstructions += limits.instructionsPerChunk;
  const hash = toHex(sha256(chunk));
  const obstacle = chunkObstacle(snapshot.chunks, hash, chunk.length);
  if (obstacle !== undefined) return refuse(obstacle);
  if (!snapshot.chunks.has(hash)) {
    const failure = payForSnapshot(env, canister, caller, { instructions: 0n, moreBytes: limits.chunkBytes });
    if (failure !== undefined) return refuse(failure);
    snapshot.chunks.set(hash, chunk);
  }
  return reply(resultShapes.none.encode());
}
