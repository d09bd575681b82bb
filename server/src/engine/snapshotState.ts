/** The snapshots of a canister for the disk: facts, images, and modules and chunks by their hashes. */
import { toHex } from "../base/bytes.ts";
import type { Canister } from "./canister.ts";
import { CanisterSnapshot, type SnapshotFacts } from "./canisterSnapshot.ts";
import { PagedMemory } from "./pagedMemory.ts";
import type { CanisterImage, SubnetState } from "./subnetState.ts";

/** A snapshot without its memories, module and chunks. */
export interface SnapshotOnDisk {
  readonly id: Uint8Array;
  readonly facts: SnapshotFacts;
  /** Hex of the SHA-256 of the module. */
  readonly moduleHash: string;
  /** Hex of the SHA-256 of each chunk. */
  readonly chunkHashes: readonly string[];
}

/** The facts of a canister's snapshots, oldest first. */
export function snapshotsOnDisk(canister: Canister): SnapshotOnDisk[] {
  return [...canister.snapshots.values()].map(({ id, facts, moduleHash, chunks }) => ({
    id,
    facts,
    moduleHash,
    chunkHashes: [...chunks.keys()],
  }));
}

/** Under which name the memories of a snapshot are kept. */
export function snapshotImageId(snapshotId: Uint8Array): string {
  return `snapshot ${toHex(snapshotId)}`;
}

/** Modules and chunks of a canister's snapshots, by their hashes. */
export function* snapshotBlobs(canister: Canister): Generator<readonly [string, Uint8Array]> {
  for (const { moduleHash, module, chunks } of canister.snapshots.values()) {
    yield [moduleHash, module];
    yield* chunks;
  }
}

/** Memories of a canister's snapshots, or what was written to them since the last call. */
export function snapshotImages(canister: Canister, images: "changed" | "full"): CanisterImage[] {
  return [...canister.snapshots.values()].flatMap((snapshot): CanisterImage[] => {
    const { id, heap, stable } = snapshot;
    const kind = images === "full" || !snapshot.imageTaken ? "full" : "changed";
    const changed = { heapPages: heap.takeChanges(), stablePages: stable.takeChanges() };
    if (kind === "changed" && changed.heapPages.length === 0 && changed.stablePages.length === 0) return [];
    snapshot.imageTaken = true;
    const pages = kind === "full" ? { heapPages: heap.pages(), stablePages: stable.pages() } : changed;
    const image = { heapBytes: heap.sizeBytes, stableBytes: stable.sizeBytes, globals: [], ...pages };
    return [{ canisterId: snapshotImageId(id), kind, image }];
  });
}

/** Puts the snapshots back that were read. Throws with a message for users where something of them is missing. */
export function restoreSnapshots(
  canister: Canister,
  facts: readonly SnapshotOnDisk[],
  state: SubnetState,
  images: ReadonlyMap<string, CanisterImage>,
): void {
  const blob = (hash: string): Uint8Array => {
    const bytes = state.modules.get(hash);
    if (bytes !== undefined) return bytes;
    throw new Error(`A saved snapshot of canister ${canister.id.text} is incomplete.`);
  };
  for (const it of facts) {
    const image = images.get(snapshotImageId(it.id))?.image;
    if (image === undefined) {
      throw new Error(`A saved snapshot of canister ${canister.id.text} is missing.`);
    }
    const snapshot = new CanisterSnapshot({
      id: it.id,
      facts: it.facts,
      module: blob(it.moduleHash),
      heap: new PagedMemory(image.heapBytes, image.heapPages),
      stable: new PagedMemory(image.stableBytes, image.stablePages),
      chunks: new Map(it.chunkHashes.map((hash) => [hash, blob(hash)])),
    });
    snapshot.imageTaken = true;
    canister.snapshots.set(toHex(it.id), snapshot);
  }
}
