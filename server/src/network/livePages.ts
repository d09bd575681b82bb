import type { CanisterImage } from "../engine/subnetState.ts";
import { pageBytes } from "./stateRecords.ts";

/**
 * Which pages a state file holds, whatever the number of times that each was written: what a checkpoint of the same state
 * would have to write.
 */
export class LivePages {
  readonly #canisters = new Map<string, { readonly heap: PageSet; readonly stable: PageSet }>();

  /** Counts the pages of an image; a full one replaces what was counted of its canister. */
  add({ canisterId, kind, image }: CanisterImage): void {
    let pages = this.#canisters.get(canisterId);
    if (pages === undefined || kind === "full") {
      pages = { heap: new PageSet(), stable: new PageSet() };
      this.#canisters.set(canisterId, pages);
    }
    for (const { index } of image.heapPages) pages.heap.add(index);
    for (const { index } of image.stablePages) pages.stable.add(index);
  }

  /** Forgets canisters that are gone. */
  keep(canisterIds: readonly string[]): void {
    const kept = new Set(canisterIds);
    for (const id of this.#canisters.keys()) if (!kept.has(id)) this.#canisters.delete(id);
  }

  get bytes(): number {
    let pages = 0;
    for (const { heap, stable } of this.#canisters.values()) pages += heap.size + stable.size;
    return pages * pageBytes;
  }
}

/** A set of page numbers, one bit each. */
class PageSet {
  size = 0;
  #bits = new Uint8Array(64);

  add(index: number): void {
    const at = index >>> 3;
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(this.#bits.length * 2, at + 1));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const before = this.#bits[at] ?? 0;
    const bit = 1 << (index & 7);
    if ((before & bit) !== 0) return;
    this.#bits[at] = before | bit;
    this.size++;
  }
}
