import { sha256 } from "@noble/hashes/sha2.js";
import { equalBytes, toHex } from "../../base/bytes.ts";
import { limits } from "../limits.ts";
import { executeInstall } from "./codeInstallation.ts";
import { argumentShapes, principalOf } from "./idl.ts";
import { controllerObstacle, invalidPayload, type ManagementMethod, refuse, targetIn } from "./managementMethod.ts";
import { chunkStoreError, storeNotFound } from "./refusals.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_chunked_code */
export const installChunkedCode: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.install_chunked_code, (it) => principalOf(it.target_canister)),
  execute(env, call) {
    const argument = argumentShapes.install_chunked_code.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const target = principalOf(argument.target_canister);
    const storeId = principalOf(argument.store_canister[0] ?? argument.target_canister);
    const store = env.canister(storeId);
    if (store === undefined) return refuse(storeNotFound(storeId, env.subnetId, target));
    const obstacle = store.id.key === call.caller.key ? undefined : controllerObstacle(store, call.caller);
    if (obstacle !== undefined) return refuse(obstacle);
    const chunks = argument.chunk_hashes_list.map(({ hash }) => store.chunks.get(toHex(new Uint8Array(hash))));
    const missing = chunks.indexOf(undefined);
    if (missing !== -1) {
      const hash = [...new Uint8Array(argument.chunk_hashes_list[missing]?.hash ?? [])];
      if (hash.length !== 32) return refuse(chunkStoreError("Chunk hash is invalid. The length is not 32"));
      return refuse(chunkStoreError(`Chunk hash [${hash.join(", ")}] was not found`));
    }
    const wasm = joined(chunks.filter((it) => it !== undefined));
    const hash = sha256(wasm);
    const given = new Uint8Array(argument.wasm_module_hash);
    if (!equalBytes(hash, given)) {
      const text = `Wasm module hash [${hash.join(", ")}] does not match given hash WasmHash([${given.join(", ")}])`;
      return refuse(chunkStoreError(text));
    }
    return executeInstall(env, call, {
      canisterId: target,
      mode: argument.mode,
      wasm,
      // Each chunk counts as a whole one, with an instruction for each byte.
      assemblyInstructions: BigInt(chunks.length * limits.chunkBytes),
      argument: argument.arg,
      senderVersion: argument.sender_canister_version,
    });
  },
};

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, it) => sum + it.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
