/** What the methods about snapshots have in common: who may, which snapshot, and what it costs. */
import { toHex } from "../../base/bytes.ts";
import type { Principal } from "../../base/principal.ts";
import type { Canister } from "../canister.ts";
import { type CanisterSnapshot, isSnapshotId, isSnapshotOf } from "../canisterSnapshot.ts";
import type { Reject } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { takeMemory } from "../memoryGrowth.ts";
import { isHeapDeltaLimited } from "../rateLimits.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementOutcome, type Obstacle, refuse, withControlled } from "./managementMethod.ts";
import { heapDeltaRateLimited } from "./refusals.ts";
import { insufficientSnapshotCycles, snapshotNotFound, snapshotOfOther, tooManySnapshots } from "./snapshotRefusals.ts";
import type { SnapshotIdArgument } from "./snapshotShapes.ts";

/** The canister's snapshot of that id, or why it has none. */
export type FoundSnapshot =
  | { readonly kind: "found"; readonly snapshot: CanisterSnapshot }
  | { readonly kind: "missing"; readonly outcome: ManagementOutcome };

/**
 * Answers with a canister's snapshot that the caller may act upon: by default its controllers may. Refuses where the
 * canister or the snapshot is missing.
 */
export function withSnapshot(
  env: ExecutionEnvironment,
  call: ManagementCall,
  { canister_id: canisterId, snapshot_id: snapshotId }: SnapshotIdArgument,
  action: (canister: Canister, snapshot: CanisterSnapshot) => ManagementOutcome,
  obstacleOf?: Obstacle,
): ManagementOutcome {
  return withControlled(
    env,
    call,
    principalOf(canisterId),
    (canister) => {
      const found = findSnapshot(env, canister, new Uint8Array(snapshotId), call.method);
      return found.kind === "missing" ? found.outcome : action(canister, found.snapshot);
    },
    obstacleOf,
  );
}

/** Looks a snapshot of the canister up. */
function findSnapshot(env: ExecutionEnvironment, canister: Canister, id: Uint8Array, method: string): FoundSnapshot {
  if (!isSnapshotId(id)) return { kind: "missing", outcome: invalidPayload(method) };
  const snapshot = canister.snapshots.get(toHex(id));
  if (snapshot !== undefined) return { kind: "found", snapshot };
  const isOther = !isSnapshotOf(canister.id, id) && snapshotAnywhere(env, id) !== undefined;
  const refusal = isOther ? snapshotOfOther(canister.id, id) : snapshotNotFound(canister.id, id);
  return { kind: "missing", outcome: refuse(refusal) };
}

/** A snapshot with the canister that it is one of. */
export function snapshotAnywhere(
  env: ExecutionEnvironment,
  id: Uint8Array,
): { readonly owner: Canister; readonly snapshot: CanisterSnapshot } | undefined {
  const key = toHex(id);
  for (const owner of env.canisters.values()) {
    const snapshot = owner.snapshots.get(key);
    if (snapshot !== undefined) return { owner, snapshot };
  }
  return undefined;
}

/** Why the canister may not write more now; undefined when it may. */
export function writingObstacle(env: ExecutionEnvironment, canister: Canister): Reject | undefined {
  if (!isHeapDeltaLimited(env, canister)) return undefined;
  return heapDeltaRateLimited(canister.id, canister.heapDeltaDebit, limits.heapDeltaBytesPerRound);
}

/** The snapshot that a new one takes the place of; none when there is room for one more. */
export function replacedSnapshot(
  env: ExecutionEnvironment,
  canister: Canister,
  replaced: Uint8Array | undefined,
  method: string,
): FoundSnapshot | { readonly kind: "none" } {
  if (replaced !== undefined) return findSnapshot(env, canister, new Uint8Array(replaced), method);
  if (canister.snapshots.size >= limits.snapshots) {
    return { kind: "missing", outcome: refuse(tooManySnapshots(canister.id)) };
  }
  return { kind: "none" };
}

/** What an operation on snapshots takes. */
export interface SnapshotCost {
  readonly instructions: bigint;
  /** Bytes of memory that the canister uses afterwards, less those before. */
  readonly moreBytes: number;
}

/** Takes cycles and memory, or tells why they cannot be had; then nothing was changed. */
export function payForSnapshot(
  env: ExecutionEnvironment,
  canister: Canister,
  caller: Principal,
  cost: SnapshotCost,
): Reject | undefined {
  return takeMemory(env, canister, {
    bytes: cost.moreBytes,
    instructions: cost.instructions,
    revealTopUp: canister.isController(caller),
    unpaid: insufficientSnapshotCycles,
  });
}
