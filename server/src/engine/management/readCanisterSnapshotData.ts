import { toHex } from "../../base/bytes.ts";
import type { CanisterSnapshot } from "../canisterSnapshot.ts";
import { limits } from "../limits.ts";
import { snapshotObstacle } from "./access.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn } from "./managementMethod.ts";
import { chunkStoreError } from "./refusals.ts";
import { payForSnapshot, withSnapshot } from "./snapshotAccess.ts";
import { invalidSlice, sliceTooLarge } from "./snapshotRefusals.ts";
import { type SliceArgument, type SnapshotDataKind, snapshotArguments, snapshotResults } from "./snapshotShapes.ts";

const mayNotSee = snapshotObstacle("read_canister_snapshot_data");

/**
 * A slice that does not lie inside of what is read is paid for all the same.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-read_canister_snapshot_data
 */
export const readCanisterSnapshotData: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.readData, (it) => principalOf(it.canister_id)),
  obstacle: mayNotSee,
  execute(env, call) {
    const argument = snapshotArguments.readData.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withSnapshot(
      env,
      call,
      argument,
      (canister, snapshot) => {
        const { kind } = argument;
        const slice = sliceOf(kind);
        const size = slice?.size ?? BigInt(limits.chunkBytes);
        if (slice !== undefined && size > limits.snapshotSliceBytes) return refuse(sliceTooLarge(size));
        const instructions = limits.instructionsPerSnapshotRead + size;
        const failure = payForSnapshot(env, canister, call.caller, { instructions, moreBytes: 0 });
        if (failure !== undefined) return refuse(failure);
        if (kind.wasm_chunk !== undefined) return chunkOf(snapshot, new Uint8Array(kind.wasm_chunk.hash));
        const data = readSlice(snapshot, kind);
        if (data !== undefined) return reply(snapshotResults.data.encode({ chunk: data }));
        return refuse(invalidSlice(slice?.offset ?? 0n, size));
      },
      mayNotSee,
    );
  },
};

function sliceOf(kind: SnapshotDataKind): SliceArgument | undefined {
  return kind.wasm_module ?? kind.wasm_memory ?? kind.stable_memory;
}

function readSlice(snapshot: CanisterSnapshot, kind: SnapshotDataKind): Uint8Array | undefined {
  if (kind.wasm_module !== undefined) return snapshot.readModule(kind.wasm_module.offset, kind.wasm_module.size);
  if (kind.wasm_memory !== undefined) return snapshot.heap.read(kind.wasm_memory.offset, kind.wasm_memory.size);
  if (kind.stable_memory !== undefined) return snapshot.stable.read(kind.stable_memory.offset, kind.stable_memory.size);
  return undefined;
}

function chunkOf({ chunks }: CanisterSnapshot, hash: Uint8Array) {
  const bytes = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(", ");
  if (hash.length !== 32) return refuse(chunkStoreError(`Bytes [${bytes}] are not a valid WasmChunkHash.`));
  const chunk = chunks.get(toHex(hash));
  if (chunk === undefined) return refuse(chunkStoreError(`WasmChunkHash [${bytes}] not found.`));
  return reply(snapshotResults.data.encode({ chunk }));
}
