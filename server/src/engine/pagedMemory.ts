import type { MemoryPage } from "./embedder/contract.ts";

/** Bytes of a page. */
const pageBytes = 4096;

const noPage: Uint8Array = new Uint8Array(pageBytes);

/**
 * A memory that does not run: the heap or the stable memory in a snapshot. Pages that are zero take no room, and pages
 * are never written in place, so that several memories can share them.
 */
export class PagedMemory {
  /** A multiple of 64 KiB. */
  readonly sizeBytes: number;
  readonly #pages: Map<number, Uint8Array>;
  readonly #changed = new Set<number>();

  constructor(sizeBytes: number, pages: readonly MemoryPage[]) {
    this.sizeBytes = sizeBytes;
    this.#pages = new Map(pages.map(({ index, bytes }) => [index, bytes]));
  }

  /** Pages of 4 KiB that are not zero, in order. */
  pages(): MemoryPage[] {
    return [...this.#pages].map(([index, bytes]) => ({ index, bytes })).sort((a, b) => a.index - b.index);
  }

  /** Pages written since the last call. */
  takeChanges(): MemoryPage[] {
    const indexes = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    return indexes.map((index) => ({ index, bytes: this.#pages.get(index) ?? noPage }));
  }

  /** A slice, or undefined where it does not lie inside of the memory. Bytes. */
  read(offset: bigint, size: bigint): Uint8Array | undefined {
    if (offset + size > BigInt(this.sizeBytes)) return undefined;
    const bytes = new Uint8Array(Number(size));
    for (const { page, from, to, at } of pieces(Number(offset), bytes.length)) {
      const content = this.#pages.get(page);
      if (content !== undefined) bytes.set(content.subarray(from, to), at);
    }
    return bytes;
  }

  /** Writes a slice; false where it does not lie inside of the memory. */
  write(offset: bigint, bytes: Uint8Array): boolean {
    if (offset + BigInt(bytes.length) > BigInt(this.sizeBytes)) return false;
    for (const { page, from, to, at } of pieces(Number(offset), bytes.length)) {
      const content = (this.#pages.get(page) ?? noPage).slice();
      content.set(bytes.subarray(at, at + to - from), from);
      this.#pages.set(page, content);
      this.#changed.add(page);
    }
    return true;
  }

  /** Takes the pages of another memory in place of its own equal ones, so that they are kept once. */
  share(other: PagedMemory): void {
    for (const [index, bytes] of this.#pages) {
      const theirs = other.#pages.get(index);
      if (theirs !== undefined && Buffer.compare(theirs, bytes) === 0) this.#pages.set(index, theirs);
    }
  }
}

/** The parts of a slice by page: `from` and `to` in the page, `at` in the slice. */
function* pieces(offset: number, size: number) {
  for (let at = 0; at < size; ) {
    const page = Math.floor((offset + at) / pageBytes);
    const from = (offset + at) % pageBytes;
    const to = Math.min(pageBytes, from + size - at);
    yield { page, from, to, at };
    at += to - from;
  }
}
