/**
 * What the network answers when a call about snapshots cannot be executed, in its words.
 * Texts: dfinity/ic rs/execution_environment/src/canister_manager/types.rs, as of 2026-11-21.
 */
import { toHex } from "../../base/bytes.ts";
import type { Principal } from "../../base/principal.ts";
import { type Reject, reject } from "../errors.ts";
import { limits } from "../limits.ts";
import { advised, section } from "./refusals.ts";

const listSnapshots = "Use the `list_canister_snapshot` API to see which snapshots are present.";

/** There is no snapshot of that id. */
export function snapshotNotFound(canisterId: Principal, snapshotId: Uint8Array): Reject {
  const message = `Could not find the snapshot ID ${toHex(snapshotId)} for canister ${canisterId.text}.`;
  return advised("CanisterSnapshotNotFound", message, listSnapshots, section("canister-snapshot-not-found"));
}

/** The snapshot is one of another canister. */
export function snapshotOfOther(canisterId: Principal, snapshotId: Uint8Array): Reject {
  const message = `The snapshot ${toHex(snapshotId)} does not belong to canister ${canisterId.text}.`;
  const link = section("canister-snapshot-invalid-ownership");
  return advised("CanisterRejectedMessage", message, listSnapshots, link);
}

/** The snapshot is one of another canister, which the caller does not control. */
export function snapshotNotControlled(canisterId: Principal, snapshotId: Uint8Array, caller: Principal): Reject {
  return advised(
    "CanisterRejectedMessage",
    `Only a controller of the canister that snapshot ${toHex(snapshotId)} belongs to can load it on canister ${canisterId.text}. Sender: ${caller.text}.`,
    "Make sure you are a controller of the canister that the snapshot belongs to.",
    "canister-snapshot-not-controller",
  );
}

/** The canister has as many snapshots as it may. */
export function tooManySnapshots(canisterId: Principal): Reject {
  return advised(
    "CanisterRejectedMessage",
    `Canister ${canisterId.text} has reached the maximum number of snapshots allowed: ${limits.snapshots}.`,
    "Consider deleting an unnecessary snapshot of the specified canister before creating a new one.",
    "canister-snapshot-limit-exceeded",
  );
}

/** A canister without code cannot be kept. */
export function snapshotOfNothing(canisterId: Principal): Reject {
  return reject("CanisterRejectedMessage", `Failed to create snapshot for empty canister ${canisterId.text}:`);
}

/** Only uploaded snapshots can be written to. */
export function snapshotImmutable(): Reject {
  return reject("CanisterSnapshotImmutable", "Only canister snapshots created by metadata upload can be mutated.");
}

/** The slice does not lie inside of the module or memory. Bytes. */
export function invalidSlice(offset: bigint, size: bigint): Reject {
  return reject(
    "InvalidManagementPayload",
    `Invalid subslice into wasm module / main memory / stable memory: offset: ${offset}, size: ${size}`,
  );
}

/** More is to be read at once than allowed. Bytes. */
export function sliceTooLarge(size: bigint): Reject {
  return reject("InvalidManagementPayload", `Requested slice too large: ${size} > ${limits.snapshotSliceBytes}`);
}

/** The parts of an uploaded snapshot contradict each other. */
export function snapshotInconsistent(message: string): Reject {
  return reject("InvalidManagementPayload", message);
}

/** The description of a snapshot is not one of a canister; `problem` is the network's word for what is wrong. */
export function invalidSnapshotMetadata(problem: string): Reject {
  return reject("InvalidManagementPayload", `Snapshot Metadata contains invalid data: ${problem}`);
}

/** The canister cannot pay; `lack` is the text of the reason. */
export function insufficientSnapshotCycles(lack: string): Reject {
  return advised(
    "CanisterOutOfCycles",
    `Canister snapshotting failed with: \`${lack}\``,
    "Try sending more cycles with the request.",
    "canister-snapshot-not-enough-cycles",
  );
}
