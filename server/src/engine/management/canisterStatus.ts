import type { Principal } from "../../base/principal.ts";
import type { Canister, Visibility } from "../canister.ts";
import type { Fees } from "../cycles/fees.ts";
import { canisterNotFound, type Reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { argumentShapes, type CanisterStatusResult, principalOf, resultShapes, settingsOnWire } from "./idl.ts";
import {
  controllerObstacle,
  invalidPayload,
  type ManagementMethod,
  refuse,
  reply,
  targetIn,
} from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_status */
export const canisterStatus: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  obstacle: statusObstacle,
  execute: answerStatus,
};

/** The answer, for calls and for queries. */
export function answerStatus(
  env: ExecutionEnvironment,
  call: { readonly caller: Principal; readonly method: string; readonly argument: Uint8Array },
) {
  const argument = argumentShapes.canister.decode(call.argument);
  if (argument === undefined) return invalidPayload(call.method);
  const id = principalOf(argument.canister_id);
  const canister = env.canister(id);
  const obstacle = canister === undefined ? canisterNotFound(id) : statusObstacle(canister, call.caller);
  if (canister === undefined || obstacle !== undefined) return refuse(obstacle ?? canisterNotFound(id));
  return reply(resultShapes.canister_status.encode(statusOf(canister, env.fees)));
}

function statusObstacle(canister: Canister, caller: Principal): Reject | undefined {
  if (canister.id.key === caller.key || isVisible(canister.settings.statusVisibility, caller)) return undefined;
  return controllerObstacle(canister, caller);
}

/** Whether somebody who is no controller may see it. */
export function isVisible(visibility: Visibility, caller: Principal): boolean {
  if (visibility.kind === "allowedViewers") return visibility.viewers.some((it) => it.key === caller.key);
  return visibility.kind === "public";
}

function statusOf(canister: Canister, fees: Fees): CanisterStatusResult {
  const metrics = canister.memoryMetrics();
  return {
    status: statusOnWire(canister),
    ready_for_migration: canister.state.kind === "stopped" && canister.input.length === 0,
    version: canister.version,
    settings: settingsOnWire(canister.settings),
    module_hash: canister.code === undefined ? [] : [canister.code.prepared.hash],
    memory_size: BigInt(canister.memoryBytes),
    memory_metrics: {
      wasm_memory_size: BigInt(metrics.heap),
      stable_memory_size: BigInt(metrics.stable),
      global_memory_size: BigInt(metrics.globals),
      wasm_binary_size: BigInt(metrics.module),
      custom_sections_size: BigInt(metrics.customSections),
      canister_history_size: BigInt(metrics.history),
      wasm_chunk_store_size: BigInt(metrics.chunkStore),
      snapshots_size: BigInt(metrics.snapshots),
    },
    cycles: canister.account.balance,
    reserved_cycles: canister.account.reserved,
    idle_cycles_burned_per_day: canister.idlePerDay(fees),
    query_stats: {
      num_calls_total: 0n,
      num_instructions_total: 0n,
      request_payload_bytes_total: 0n,
      response_payload_bytes_total: 0n,
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
