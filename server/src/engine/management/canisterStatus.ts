import type { Canister } from "../canister.ts";
import type { Fees } from "../cycles/fees.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { codeSeen, onStateBefore } from "../stateBefore.ts";
import { statusObstacle } from "./access.ts";
import { argumentShapes, type CanisterStatusResult, principalOf, resultShapes, settingsOnWire } from "./idl.ts";
import { type ManagementMethod, type ManagementQuery, reply, targetIn, withReceiver } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_status */
export const canisterStatus: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  obstacle: statusObstacle,
  execute: answerStatus,
};

/** The answer, for calls and for queries. */
export function answerStatus(env: ExecutionEnvironment, call: ManagementQuery) {
  return withReceiver(
    env,
    call,
    argumentShapes.canister,
    (canister) =>
      reply(onStateBefore(canister, () => resultShapes.canister_status.encode(statusOf(canister, env.fees)))),
    statusObstacle,
  );
}

function statusOf(canister: Canister, fees: Fees): CanisterStatusResult {
  const { queryStats, stateBefore } = canister;
  const code = codeSeen(canister);
  const metrics = canister.memoryMetrics(code);
  return {
    status: statusOnWire(canister),
    ready_for_migration: canister.state.kind === "stopped" && canister.input.length === 0,
    version: (stateBefore ?? canister).version,
    settings: settingsOnWire(canister.settings),
    module_hash: code === undefined ? [] : [code.prepared.hash],
    memory_size: BigInt(canister.memoryBytesWith(code)),
    memory_metrics: {
      wasm_memory_size: BigInt(metrics.heap),
      stable_memory_size: BigInt(metrics.stable),
      global_memory_size: BigInt(metrics.globals),
      wasm_binary_size: BigInt(metrics.module),
      custom_sections_size: BigInt(metrics.customSections),
      canister_history_size: BigInt(metrics.history),
      wasm_chunk_store_size: BigInt(metrics.chunkStore),
      snapshots_size: BigInt(metrics.snapshots),
      // The canister log is not charged for here.
      log_memory_store_size: 0n,
    },
    cycles: (stateBefore ?? canister.account).balance,
    reserved_cycles: canister.account.reserved,
    idle_cycles_burned_per_day: canister.idlePerDay(fees),
    query_stats: {
      num_calls_total: queryStats.calls,
      num_instructions_total: queryStats.instructions,
      request_payload_bytes_total: queryStats.requestBytes,
      response_payload_bytes_total: queryStats.responseBytes,
    },
  };
}

function statusOnWire(canister: Canister): CanisterStatusResult["status"] {
  switch (canister.state.kind) {
    case "running":
      return { running: null };
    case "stopping":
      return { stopping: null };
    case "stopped":
      return { stopped: null };
  }
}
