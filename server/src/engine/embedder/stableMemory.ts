import type { MemoryPage, StableMemory } from "./contract.ts";
import { pageBytes, wasmPageBytes } from "./heapMemory.ts";
import { HeldPages } from "./heldPages.ts";

/** 64 KiB pages: 500 GiB. */
export const stableMemoryPagesMax = 8_192_000;

const chunkBytes = 1_048_576;
/** 4 KiB buffers kept for later executions: 1 MiB. */
const sparePagesMax = 256;
const pagesPerChunk = chunkBytes / pageBytes;

/**
 * A canister's stable memory in chunks of 1 MiB, of which only those exist that were written. Writes of an execution
 * can be undone, page by page, until it commits.
 */
export class ChunkedStableMemory implements StableMemory {
  private chunks: (Buffer | undefined)[] = [];
  private pages = 0;
  private committedPages = 0;
  /** Old bytes of each 4 KiB page written in this execution; undefined for zeros. */
  private readonly undo = new Map<number, Buffer | undefined>();
  /** Buffers of `undo` that are free again. */
  private readonly spare: Buffer[] = [];
  private journal = new Set<number>();
  private held: HeldPages | undefined;

  /** Size in 64 KiB pages. */
  get wasmPages(): number {
    return this.pages;
  }

  /** 4 KiB pages written in this execution. */
  get dirtyPages(): number {
    return this.undo.size;
  }

  bytes(): number {
    return this.pages * wasmPageBytes;
  }

  /** Grows by 64 KiB pages and says the old size; -1 where that is too much. */
  grow(wasmPages: number): number {
    const old = this.pages;
    if (wasmPages > stableMemoryPagesMax - old) return -1;
    this.pages += wasmPages;
    return old;
  }

  /** Copies bytes within bounds to a target. */
  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = offset + done;
      const within = at % chunkBytes;
      const size = Math.min(target.length - done, chunkBytes - within);
      const chunk = this.chunks[Math.floor(at / chunkBytes)];
      if (chunk === undefined) target.fill(0, done, done + size);
      else target.set(chunk.subarray(within, within + size), done);
      done += size;
    }
  }

  /** Pages of a range that this execution has not written yet. */
  countNewDirtyPages(offset: number, size: number): number {
    if (size === 0) return 0;
    let count = 0;
    const last = Math.floor((offset + size - 1) / pageBytes);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) if (!this.undo.has(page)) count += 1;
    return count;
  }

  /** Writes bytes within bounds. */
  write(offset: number, source: Uint8Array): void {
    if (source.length === 0) return;
    const last = Math.floor((offset + source.length - 1) / pageBytes);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) {
      if (!this.undo.has(page)) this.undo.set(page, this.keepPage(page));
    }
    for (let done = 0; done < source.length; ) {
      const at = offset + done;
      const within = at % chunkBytes;
      const size = Math.min(source.length - done, chunkBytes - within);
      this.writableChunk(Math.floor(at / chunkBytes)).set(source.subarray(done, done + size), within);
      done += size;
    }
  }

  commit(): void {
    this.committedPages = this.pages;
    if (this.undo.size === 0) return;
    for (const page of this.undo.keys()) this.journal.add(page);
    if (this.held === undefined) {
      this.clearUndo();
      return;
    }
    for (const [page, old] of this.undo) this.held.note(page, old);
    this.undo.clear();
  }

  rollBack(): void {
    this.pages = this.committedPages;
    if (this.undo.size === 0) return;
    for (const [page, old] of this.undo) this.putPage(page, old);
    this.clearUndo();
  }

  /** From now on everything that is committed can be taken back by `release`. */
  hold(): void {
    this.held = new HeldPages(this.bytes());
  }

  /** Ends the hold; to undo it is to bring contents and size back to what they were. */
  release(end: "keep" | "undo"): void {
    const { held } = this;
    this.held = undefined;
    if (held === undefined || end === "keep") return;
    this.pages = held.sizeBytes / wasmPageBytes;
    this.committedPages = this.pages;
    for (const [page, old] of held.entries()) {
      this.putPage(page, old);
      if (page * pageBytes >= held.sizeBytes) this.journal.delete(page);
    }
  }

  /** Replaces everything by the pages of an image. */
  load(stableBytes: number, pages: readonly MemoryPage[]): void {
    this.chunks = [];
    this.apply(stableBytes, pages);
    this.journal.clear();
  }

  /** Writes pages over the committed state, at a size. */
  apply(stableBytes: number, pages: readonly MemoryPage[]): void {
    this.pages = stableBytes / wasmPageBytes;
    for (const { index, bytes } of pages) this.write(index * pageBytes, bytes);
    this.commit();
  }

  /** Copies of the pages that were written since the hold began. */
  heldPages(): MemoryPage[] {
    const pages = [...(this.held?.entries() ?? [])].map(([page]) => page);
    return pages.map((index) => ({ index, bytes: this.copyOfPage(index) ?? new Uint8Array(pageBytes) }));
  }

  /** Copies of the pages changed since the last call, or of all that are not zero; both begin the journal anew. */
  takePages(kind: "changed" | "full"): MemoryPage[] {
    const pages = kind === "full" ? this.nonZeroPages() : [...this.journal].sort((a, b) => a - b);
    this.journal.clear();
    return pages.map((index) => ({ index, bytes: this.copyOfPage(index) ?? new Uint8Array(pageBytes) }));
  }

  private nonZeroPages(): number[] {
    return this.chunks.flatMap((chunk, index) => {
      if (chunk === undefined) return [];
      const pages: number[] = [];
      for (let page = 0; page < pagesPerChunk; page++) {
        const start = page * pageBytes;
        if (chunk.subarray(start, start + pageBytes).some((byte) => byte !== 0))
          pages.push(index * pagesPerChunk + page);
      }
      return pages;
    });
  }

  /** A copy of a page's bytes for `undo`; undefined for zeros. */
  private keepPage(page: number): Buffer | undefined {
    const chunk = this.chunks[Math.floor(page / pagesPerChunk)];
    if (chunk === undefined) return undefined;
    const copy = this.spare.pop() ?? Buffer.allocUnsafeSlow(pageBytes);
    const start = (page % pagesPerChunk) * pageBytes;
    chunk.copy(copy, 0, start, start + pageBytes);
    return copy;
  }

  private putPage(page: number, bytes: Buffer | undefined): void {
    const chunk = this.writableChunk(Math.floor(page / pagesPerChunk));
    const start = (page % pagesPerChunk) * pageBytes;
    if (bytes === undefined) chunk.fill(0, start, start + pageBytes);
    else bytes.copy(chunk, start);
  }

  private clearUndo(): void {
    for (const old of this.undo.values()) {
      if (old !== undefined && this.spare.length < sparePagesMax) this.spare.push(old);
    }
    this.undo.clear();
  }

  private copyOfPage(page: number): Buffer | undefined {
    const start = (page % pagesPerChunk) * pageBytes;
    const chunk = this.chunks[Math.floor(page / pagesPerChunk)];
    return chunk === undefined ? undefined : Buffer.from(chunk.subarray(start, start + pageBytes));
  }

  private writableChunk(index: number): Buffer {
    const chunk = this.chunks[index];
    if (chunk !== undefined) return chunk;
    const own = Buffer.alloc(chunkBytes);
    while (this.chunks.length < index) this.chunks.push(undefined);
    this.chunks[index] = own;
    return own;
  }
}
