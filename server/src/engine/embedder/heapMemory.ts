import { markSlackBytes } from "./accessMarks.ts";
import type { MainMemory, MemoryPage } from "./contract.ts";
import { HeldPages } from "./heldPages.ts";
import type { Memories } from "./memories.ts";
import { pageMaps } from "./pageMaps.ts";

/** Bytes of the pages that are counted, committed and rolled back. */
export const pageBytes = 4096;

/** Bytes of a page of WebAssembly. */
export const wasmPageBytes = 65_536;

const chunkBytes = 262_144;
const pagesPerChunk = chunkBytes / pageBytes;
/** The last 4 KiB page that a 32-bit address reaches. */
const lastPage32 = 2 ** 20 - 1;

const zeroChunk = Buffer.alloc(chunkBytes);
const zeroPage = zeroChunk.subarray(0, pageBytes);

/**
 * The Wasm memory of a canister beside a copy of its last committed state. The canister's code marks the pages that it
 * writes in a map; after an execution only those are compared, and either copied over to the committed state or back.
 * The committed state takes room only for parts that were ever written.
 */
export class HeapMemory implements MainMemory {
  private attached: Memories | undefined;
  private map: Buffer = Buffer.alloc(0);
  /** The part of the map for the memory's present size. */
  private boundedMap: Buffer = Buffer.alloc(0);
  /** The tracker's maps of 64 KiB pages, for the memory's present size and the page behind. */
  private touchedMap: Buffer = Buffer.alloc(0);
  private writtenMap: Buffer = Buffer.alloc(0);
  private view: Buffer = Buffer.alloc(0);
  /** Whether the memory has grown since `view` was made. */
  private isStale = false;
  /** Bytes of the memory as it is now. */
  size = 0;
  private readonly committed: (Buffer | undefined)[] = [];
  private committedSize = 0;
  private readonly dirty: number[] = [];
  /** A 1 for each page committed since the journal was last taken. */
  private journal = new Uint8Array(0);
  /** A 1 for each page that was ever committed: all others are zero. */
  private present = new Uint8Array(0);
  private held: HeldPages | undefined;
  /** Pages of 64 KiB in which `countTouched` found marks of writes, lowest first. */
  private readonly markedRegions: number[] = [];
  /** Pages of 64 KiB that `countTouched` found touched; all that were written are among them. */
  private readonly countedPages: number[] = [];

  /** Where the contents are, for the code that works on them. */
  get memories(): Memories | undefined {
    return this.attached;
  }

  /** All bytes of the memory as they are now; valid until the memory grows. */
  get bytes(): Buffer {
    if (this.isStale) this.refresh();
    return this.view;
  }

  /** Bytes as of the last commit. */
  get committedBytes(): number {
    return this.committedSize;
  }

  /** Whether the memory has grown since the last commit, which only a new instance can undo. */
  get hasGrown(): boolean {
    return this.size !== this.committedSize;
  }

  /** Takes the memories of a new instance. */
  attach(memories: Memories | undefined): void {
    this.attached = memories;
    this.map = memories === undefined ? Buffer.alloc(0) : Buffer.from(memories.dirtyPages.buffer);
    this.refresh();
  }

  private refresh(): void {
    this.isStale = false;
    this.view = this.attached === undefined ? Buffer.alloc(0) : Buffer.from(this.attached.heap.buffer);
    this.size = this.view.length;
    this.boundMaps();
  }

  private boundMaps(): void {
    this.boundedMap = this.map.subarray(0, this.size / pageBytes);
    const maps = pageMaps(this.attached?.limits.is64 ?? false);
    const mapBytes = this.size / wasmPageBytes + 1;
    this.touchedMap = this.map.subarray(maps.touched, maps.touched + mapBytes);
    this.writtenMap = this.map.subarray(maps.written, maps.written + mapBytes);
  }

  /** Grows by 64 KiB pages; false where that is more than the memory may have. */
  grow(wasmPages: number): boolean {
    if (!growMemory(this.attached?.heap, wasmPages)) return false;
    // A view of a memory that has grown is dear, so it waits until it is needed.
    this.isStale = true;
    this.size += wasmPages * wasmPageBytes;
    this.boundMaps();
    return true;
  }

  /** Marks the pages of a range that a host function is about to write. */
  mark(address: number, size: number): void {
    if (size === 0) return;
    const last = Math.floor((address + size - 1) / pageBytes);
    for (let page = Math.floor(address / pageBytes); page <= last; page++) this.map[page] = 1;
  }

  /**
   * Forgets which pages of 64 KiB were touched, and what was marked behind the end by code that then trapped. `counted`
   * says that nothing was touched since `countTouched`, which knows where the marks are.
   */
  clearTouched(extent: "counted" | "everything"): void {
    if (extent === "everything") {
      this.touchedMap.fill(0);
      this.writtenMap.fill(0);
    } else {
      for (const page of this.countedPages) {
        this.touchedMap[page] = 0;
        this.writtenMap[page] = 0;
      }
      const behind = this.size / wasmPageBytes;
      this.touchedMap[behind] = 0;
      this.writtenMap[behind] = 0;
    }
    this.countedPages.length = 0;
    const end = this.boundedMap.length;
    this.map.fill(0, end, Math.min(this.map.length, end + wasmPageBytes / pageBytes));
  }

  /** Pages of 64 KiB that were touched, and that were written, by the marks of the code and by `touch`. */
  countTouched(): { readonly touched: number; readonly written: number } {
    const { boundedMap, touchedMap, writtenMap } = this;
    const each = wasmPageBytes / pageBytes;
    let written = 0;
    this.markedRegions.length = 0;
    for (let mark = boundedMap.indexOf(1); mark !== -1; ) {
      const page = Math.floor(mark / each);
      this.markedRegions.push(page);
      writtenMap[page] = 1;
      const next = (page + 1) * each;
      mark = boundedMap[next] === 1 ? next : boundedMap.indexOf(1, next);
    }
    const pages = this.size / wasmPageBytes;
    for (let page = writtenMap.indexOf(1); page !== -1 && page < pages; page = nextMark(writtenMap, page + 1)) {
      touchedMap[page] = 1;
      written += 1;
    }
    const { countedPages } = this;
    countedPages.length = 0;
    for (let page = touchedMap.indexOf(1); page !== -1 && page < pages; page = nextMark(touchedMap, page + 1)) {
      countedPages.push(page);
    }
    return { touched: countedPages.length, written };
  }

  /** Marks the 64 KiB pages of a range; says how many were not touched, and not written, before. */
  touch(
    address: number,
    size: number,
    access: "read" | "write",
  ): { readonly touched: number; readonly written: number } {
    let touched = 0;
    let written = 0;
    const last = Math.floor((address + size - 1) / wasmPageBytes);
    for (let page = Math.floor(address / wasmPageBytes); page <= last; page++) {
      if (this.touchedMap[page] !== 1) touched += 1;
      this.touchedMap[page] = 1;
      if (access === "read") continue;
      if (this.writtenMap[page] !== 1) written += 1;
      this.writtenMap[page] = 1;
    }
    return { touched, written };
  }

  /**
   * Pages whose bytes differ from the committed state; clears all marks. `justCounted` says that nothing was marked since
   * `countTouched`, which then need not be looked for again.
   */
  collectChanges(justCounted = false): number {
    const { boundedMap, dirty } = this;
    dirty.length = 0;
    // A store beside a mark at the end of the 32-bit address space may lie at its beginning.
    const wraps = this.map[lastPage32] === 1;
    if (wraps) this.map[lastPage32] = boundedMap.length > lastPage32 ? 1 : 0;
    if (justCounted) this.collectRegions();
    else {
      let page = boundedMap.indexOf(1);
      while (page !== -1) {
        const end = this.collectRunAt(page);
        page = end < boundedMap.length ? boundedMap.indexOf(1, end) : -1;
      }
    }
    if (wraps && boundedMap.length > 0 && !dirty.includes(0) && this.differs(0, pageBytes)) dirty.push(0);
    return dirty.length;
  }

  /** The same within the regions that have marks. */
  private collectRegions(): void {
    const { boundedMap } = this;
    const each = wasmPageBytes / pageBytes;
    let page = 0;
    for (const region of this.markedRegions) {
      const end = (region + 1) * each;
      page = Math.max(page, region * each);
      while (page < end) page = boundedMap[page] === 1 ? this.collectRunAt(page) : page + 1;
    }
  }

  /** Collects and clears the run of marks that begins at a page; gives the page behind it. */
  private collectRunAt(page: number): number {
    const { boundedMap } = this;
    let end = page + 1;
    while (boundedMap[end] === 1) end += 1;
    boundedMap.fill(0, page, end);
    this.collectRun(page, end);
    return end;
  }

  /** Adds the changed ones of marked pages that follow each other, and of the page behind. */
  private collectRun(first: number, end: number): void {
    const isLong = end - first > 1 && Math.floor(first / pagesPerChunk) === Math.floor((end - 1) / pagesPerChunk);
    if (!isLong || this.differs(first, (end - first) * pageBytes)) {
      for (let page = first; page < end; page++) if (this.differs(page, pageBytes)) this.dirty.push(page);
    }
    // A store may have begun in the last page and ended in the next.
    if (end < this.boundedMap.length && this.differs(end, markSlackBytes)) this.dirty.push(end);
  }

  /** Makes the collected changes the committed state. */
  commit(): void {
    this.committedSize = this.size;
    const pages = this.committedSize / pageBytes;
    if (this.journal.length < pages) {
      this.journal = resized(this.journal, pages);
      this.present = resized(this.present, pages);
    }
    for (const page of this.dirty) {
      if (this.held?.has(page) === false) this.held.note(page, this.copyOfPage(page));
      const start = page * pageBytes;
      this.bytes.copy(this.chunkOf(page), (page % pagesPerChunk) * pageBytes, start, start + pageBytes);
      this.journal[page] = 1;
      this.present[page] = 1;
    }
    this.dirty.length = 0;
  }

  /** Takes the collected changes back. A memory that has grown keeps its size; see `restoreInto`. */
  rollBack(): void {
    for (const page of this.dirty) {
      const chunk = this.committed[Math.floor(page / pagesPerChunk)];
      const start = page * pageBytes;
      const from = (page % pagesPerChunk) * pageBytes;
      if (chunk === undefined) this.bytes.fill(0, start, start + pageBytes);
      else chunk.copy(this.bytes, start, from, from + pageBytes);
    }
    this.dirty.length = 0;
  }

  /** From now on everything that is committed can be taken back by `release`. */
  hold(): void {
    this.held = new HeldPages(this.committedSize);
  }

  /**
   * Ends the hold. To undo it is to bring the committed state and the memory back to what they were; a memory that has
   * grown since keeps its size, see `restoreInto`.
   */
  release(end: "keep" | "undo"): void {
    const { held } = this;
    this.held = undefined;
    if (held === undefined || end === "keep") return;
    this.committedSize = held.sizeBytes;
    for (const [page, old] of held.entries()) {
      const start = page * pageBytes;
      (old ?? zeroPage).copy(this.chunkOf(page), (page % pagesPerChunk) * pageBytes);
      (old ?? zeroPage).copy(this.bytes, start);
      if (old === undefined) this.present[page] = 0;
      if (start >= held.sizeBytes) this.journal[page] = 0;
    }
  }

  /** Writes bytes from outside of any execution; they are part of the committed state at once. */
  write(pieces: readonly { readonly address: number; readonly bytes: Uint8Array }[]): void {
    for (const { address, bytes } of pieces) {
      this.bytes.set(bytes, address);
      this.mark(address, bytes.length);
    }
    this.collectChanges();
    this.commit();
  }

  /** Attaches new memories, all zero, and gives them the committed state. */
  restoreInto(memories: Memories | undefined): void {
    this.attach(memories);
    const missing = (this.committedSize - this.size) / wasmPageBytes;
    if (missing > 0) this.grow(missing);
    for (const page of markedPages(this.present)) this.committedPage(page).copy(this.bytes, page * pageBytes);
  }

  /** Replaces the committed state by pages of an image; the attached memory follows. */
  load(heapBytes: number, pages: readonly MemoryPage[]): void {
    for (const page of markedPages(this.present)) this.bytes.fill(0, page * pageBytes, (page + 1) * pageBytes);
    this.committed.length = 0;
    this.present.fill(0);
    this.apply(heapBytes, pages);
    this.journal.fill(0);
  }

  /** Writes pages over the committed state, which grows to a size. */
  apply(heapBytes: number, pages: readonly MemoryPage[]): void {
    const missing = (heapBytes - this.size) / wasmPageBytes;
    if (missing > 0) this.grow(missing);
    this.write(pages.map(({ index, bytes }) => ({ address: index * pageBytes, bytes })));
  }

  /** Copies of the pages that were written since the hold began. */
  heldPages(): MemoryPage[] {
    const pages = [...(this.held?.entries() ?? [])].map(([page]) => page);
    return pages.map((index) => ({ index, bytes: new Uint8Array(this.committedPage(index)) }));
  }

  /** Copies of the committed pages changed since the last call, or of all that are not zero; both begin the journal anew. */
  takePages(kind: "changed" | "full"): MemoryPage[] {
    const pages = kind === "full" ? this.nonZeroPages() : markedPages(this.journal);
    this.journal.fill(0);
    return this.copiesOf(pages);
  }

  /** Copies of the committed pages that are not zero. */
  copyPages(): MemoryPage[] {
    return this.copiesOf(this.nonZeroPages());
  }

  private copiesOf(pages: readonly number[]): MemoryPage[] {
    return pages.map((index) => ({ index, bytes: new Uint8Array(this.committedPage(index)) }));
  }

  private nonZeroPages(): number[] {
    return markedPages(this.present).filter((page) => this.committedPage(page).compare(zeroPage) !== 0);
  }

  private committedPage(page: number): Buffer {
    const start = (page % pagesPerChunk) * pageBytes;
    return this.committed[Math.floor(page / pagesPerChunk)]?.subarray(start, start + pageBytes) ?? zeroPage;
  }

  /** The committed bytes; undefined where they are zero because nothing was ever written. */
  private copyOfPage(page: number): Buffer | undefined {
    return this.present[page] === 1 ? Buffer.from(this.committedPage(page)) : undefined;
  }

  private chunkOf(page: number): Buffer {
    const index = Math.floor(page / pagesPerChunk);
    let chunk = this.committed[index];
    if (chunk === undefined) {
      chunk = Buffer.alloc(chunkBytes);
      while (this.committed.length < index) this.committed.push(undefined);
      this.committed[index] = chunk;
    }
    return chunk;
  }

  private differs(page: number, size: number): boolean {
    const start = page * pageBytes;
    const chunk = this.committed[Math.floor(page / pagesPerChunk)];
    if (chunk === undefined) return this.bytes.compare(zeroChunk, 0, size, start, start + size) !== 0;
    const from = (page % pagesPerChunk) * pageBytes;
    return this.bytes.compare(chunk, from, from + size, start, start + size) !== 0;
  }
}

function nextMark(map: Buffer, from: number): number {
  return map[from] === 1 ? from : map.indexOf(1, from);
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
}

function markedPages(marks: Uint8Array): number[] {
  const pages: number[] = [];
  for (let page = marks.indexOf(1); page !== -1; page = marks.indexOf(1, page + 1)) pages.push(page);
  return pages;
}

/** Grows a memory by 64 KiB pages; false where it may not have so many. 64-bit memories take a bigint. */
export function growMemory(memory: WebAssembly.Memory | undefined, wasmPages: number): boolean {
  for (const amount of [wasmPages, BigInt(wasmPages) as never]) {
    try {
      memory?.grow(amount);
      return memory !== undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) return false;
    }
  }
  return false;
}
