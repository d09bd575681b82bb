import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../base/bytes.ts";
import type { Reject } from "../errors.ts";
import { limits } from "../limits.ts";
import { takeMemory } from "../memoryGrowth.ts";
import { addHeapDelta, isHeapDeltaLimited } from "../rateLimits.ts";
import { chunkStoreObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, refuse, reply, targetIn, withControlled } from "./managementMethod.ts";
import { chunkStoreError, heapDeltaRateLimited } from "./refusals.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-upload_chunk */
export const uploadChunk: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.upload_chunk, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = argumentShapes.upload_chunk.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => {
        if (isHeapDeltaLimited(env, canister)) {
          return refuse(heapDeltaRateLimited(canister.id, canister.heapDeltaDebit, limits.heapDeltaBytesPerRound));
        }
        const chunk = new Uint8Array(argument.chunk);
        const hash = sha256(chunk);
        const name = toHex(hash);
        const obstacle = chunkObstacle(canister.chunks, name, chunk.length);
        if (obstacle !== undefined) return refuse(obstacle);
        if (!canister.chunks.has(name)) {
          const refusal = takeMemory(env, canister, {
            bytes: limits.chunkBytes,
            instructions: limits.instructionsPerChunk,
            revealTopUp: canister.isController(call.caller),
            unpaid: (lack) => chunkStoreError(`Error charging for 'upload_chunk': ${lack}`),
          });
          if (refusal !== undefined) return refuse(refusal);
          addHeapDelta(env, canister, limits.chunkBytes);
        }
        canister.chunks.set(name, chunk);
        return reply(resultShapes.chunk.encode({ hash }));
      },
      chunkStoreObstacle,
    );
  },
};

/** Why a chunk of that hash and so many bytes cannot be put into a chunk store; undefined when it can. */
export function chunkObstacle(
  chunks: ReadonlyMap<string, Uint8Array>,
  hash: string,
  bytes: number,
): Reject | undefined {
  if (bytes > limits.chunkBytes) {
    return chunkStoreError(`Wasm chunk size ${bytes} exceeds the maximum chunk size of ${limits.chunkBytes}`);
  }
  if (!chunks.has(hash) && (chunks.size + 1) * limits.chunkBytes > limits.chunkStoreBytes) {
    return chunkStoreError(`Wasm chunk store has already reached maximum capacity of ${limits.chunkStoreBytes} bytes`);
  }
  return undefined;
}
