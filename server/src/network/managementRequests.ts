/** Requests about a canister that the management canister answers, in the name of who controls it. */
import { toHex } from "../base/bytes.ts";
import { Principal } from "../base/principal.ts";
import type { CanisterView, SnapshotView } from "../engine/canisterView.ts";
import { principalOnWire } from "../engine/management/idl.ts";
import { snapshotArguments } from "../engine/management/snapshotShapes.ts";
import type { CallOutcome, SnapshotSummary, TakeSnapshotResult } from "../protocol/network.ts";
import { NetworkError } from "./networkError.ts";
import type { NetworkState } from "./networkState.ts";

/** Calls a method of the management canister about a canister. */
export function manage(state: NetworkState, canister: CanisterView, method: string, argument: Uint8Array): CallOutcome {
  const { canisterId } = canister;
  const sender = state.manager(canister, undefined);
  const run = state.run({ sender, canisterId: Principal.management, method, argument }, "update");
  const left = state.subnet.canister(canisterId)?.cycles ?? 0n;
  const outcome = state.outcome(run, canister.cycles - left, () => "()");
  state.forgetDeleted();
  return outcome;
}

/** Takes a snapshot of a canister as it is. */
export function takeSnapshot(state: NetworkState, canister: CanisterView): TakeSnapshotResult {
  const argument = snapshotArguments.take.encode({
    canister_id: principalOnWire(canister.canisterId),
    replace_snapshot: [],
    uninstall_code: [],
    sender_canister_version: [],
  });
  const outcome = manage(state, canister, "take_canister_snapshot", argument);
  const taken = outcome.kind === "replied" ? state.subnet.snapshots(canister.canisterId).at(-1) : undefined;
  return { outcome, ...(taken === undefined ? {} : { snapshot: summaryOf(taken) }) };
}

/** The snapshots of a canister, oldest first. */
export function snapshotsOf(state: NetworkState, { canisterId }: CanisterView): readonly SnapshotSummary[] {
  return state.subnet.snapshots(canisterId).map(summaryOf);
}

/** Gives a canister the code and the state of one of its snapshots. Throws where it has no such one. */
export function loadSnapshot(state: NetworkState, canister: CanisterView, snapshot: string): CallOutcome {
  const id = { canister_id: principalOnWire(canister.canisterId), snapshot_id: idOf(state, canister, snapshot) };
  const argument = snapshotArguments.load.encode({ ...id, sender_canister_version: [] });
  return manage(state, canister, "load_canister_snapshot", argument);
}

/** Deletes a snapshot of a canister. Throws where it has no such one. */
export function deleteSnapshot(state: NetworkState, canister: CanisterView, snapshot: string): CallOutcome {
  const id = { canister_id: principalOnWire(canister.canisterId), snapshot_id: idOf(state, canister, snapshot) };
  return manage(state, canister, "delete_canister_snapshot", snapshotArguments.snapshot.encode(id));
}

function idOf(state: NetworkState, { canisterId }: CanisterView, wanted: string): Uint8Array {
  const snapshots = state.subnet.snapshots(canisterId);
  const found = snapshots.find(({ id }) => toHex(id) === wanted.toLowerCase() || String(numberOf(id)) === wanted);
  if (found !== undefined) return found.id;
  const name = state.displayName(canisterId.text);
  const numbers = snapshots.map(({ id }) => numberOf(id)).join(", ");
  throw new NetworkError(
    snapshots.length === 0
      ? `${name} has no snapshots. Take one first.`
      : `${name} has no snapshot \`${wanted}\`. It has: ${numbers}.`,
  );
}

function summaryOf({ id, takenAtNanos, bytes }: SnapshotView): SnapshotSummary {
  const takenAt = new Date(Number(takenAtNanos / 1_000_000n)).toISOString();
  return { id: toHex(id), number: numberOf(id), takenAt, bytes };
}

/** The number that an id begins with. */
function numberOf(id: Uint8Array): number {
  return Number(new DataView(id.buffer, id.byteOffset).getBigUint64(0));
}
