import { growMemory, pageBytes, wasmPageBytes } from "./heapMemory.ts";
import { createStableMemories, type StableMemories, stableLayout, stableLimits } from "./stableLayout.ts";

const chunkBytes = 1_048_576;
const pagesPerChunk = chunkBytes / pageBytes;

/** How far beyond its end the inner memory grows to a byte that is written: 1 GiB. What lies farther goes to a chunk. */
const leapBytesMax = 2 ** 30;

/** What the inner memory grows by at least and at most, where writes come one behind the other: 1 MiB, 256 MiB. */
const growthBytesMin = 1_048_576;
const growthBytesMax = 268_435_456;

/**
 * The bytes of a stable memory, zero where nothing was written. The lower part is a WebAssembly memory where the host has
 * 64-bit ones, everything else are chunks of 1 MiB. Both take room only for what was written.
 */
export class StableStorage {
  /** Bytes, counted from 0, that lie in the inner memory. */
  innerBytes = 0;
  private readonly chunks = new Map<number, Buffer>();
  private readonly inside: boolean;
  private memories: StableMemories | undefined;
  private control = new Int32Array(0);
  private marks = new Int32Array(0);
  private inner: Buffer = Buffer.alloc(0);
  /** A 1 for each page of the inner memory that was ever written. */
  private present = new Uint8Array(0);
  /** Pages that code may touch in this execution. */
  private touches = 0;
  /** Where the inner memory ends for good, because the host gave no more. */
  private innerBytesMax = (stableLimits.maximum ?? 0) * wasmPageBytes;

  constructor(inside: boolean) {
    this.inside = inside;
  }

  /** The memories that code reaches; undefined where the host has none of 64 bits. */
  innerMemories(): StableMemories | undefined {
    if (this.memories === undefined && this.inside) {
      this.memories = createStableMemories();
      this.refresh();
    }
    return this.memories;
  }

  /** Begins an execution: no page counts as touched, and code may touch so many before it must ask. */
  beginExecution(touches: number): void {
    const { control } = this;
    this.touches = touches;
    if (control.length === 0) return;
    let mark = ((control[markField] ?? 0) + 2) | 1;
    if (mark > 0x7fff_fff0) {
      this.marks.fill(0);
      mark = 3;
    }
    control[markField] = mark;
    control[touchesField] = touches;
  }

  /** Pages touched in this execution, of those that have marks. */
  get touched(): number {
    return this.touches - (this.control[touchesField] ?? this.touches);
  }

  /** Tells the code how much of the stable memory it reaches. */
  setSize(bytes: number): void {
    if (this.control.length === 0) return;
    const reachable = Math.min(bytes, this.innerBytes);
    const field = stableLayout.reachableBytes / 4;
    this.control[field] = (reachable % 2 ** 32) | 0;
    this.control[field + 1] = Math.floor(reachable / 2 ** 32);
    this.control[stableLayout.beyond32Bits / 4] = bytes > 2 ** 32 ? 1 : 0;
  }

  /** Whether a page has its mark in the inner memory. */
  hasMark(page: number): boolean {
    return page < this.marks.length;
  }

  /** Whether the page was touched in this execution, by code or host. */
  isTouched(page: number): boolean {
    return ((this.marks[page] ?? 0) | 1) === this.control[markField];
  }

  /** Notes that a page with a mark is touched for the first time. */
  touch(page: number): void {
    this.marks[page] = (this.control[markField] ?? 1) - 1;
    this.control[touchesField] = (this.control[touchesField] ?? 1) - 1;
  }

  /** Notes that a page is written, so that code may go on writing it. */
  markWritten(page: number): void {
    if (page < this.marks.length) this.marks[page] = this.control[markField] ?? 1;
  }

  /** Copies bytes to a target. */
  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = offset + done;
      const left = target.length - done;
      if (at < this.innerBytes) {
        const size = Math.min(left, this.innerBytes - at);
        this.inner.copy(target, done, at, at + size);
        done += size;
      } else {
        const within = at % chunkBytes;
        const size = Math.min(left, chunkBytes - within);
        const chunk = this.chunks.get(Math.floor(at / chunkBytes));
        if (chunk === undefined) target.fill(0, done, done + size);
        else chunk.copy(target, done, within, within + size);
        done += size;
      }
    }
  }

  /** Writes bytes into a memory of so many bytes in all; tells whether the inner memory has grown for it. */
  write(offset: number, source: Uint8Array, memoryBytes: number): boolean {
    const { innerBytes } = this;
    this.reach(offset + source.length, memoryBytes);
    this.put(offset, source);
    return this.innerBytes > innerBytes;
  }

  private put(offset: number, source: Uint8Array): void {
    for (let done = 0; done < source.length; ) {
      const at = offset + done;
      const left = source.length - done;
      if (at < this.innerBytes) {
        const size = Math.min(left, this.innerBytes - at);
        this.inner.set(source.subarray(done, done + size), at);
        this.present.fill(1, Math.floor(at / pageBytes), Math.ceil((at + size) / pageBytes));
        done += size;
      } else {
        const within = at % chunkBytes;
        const size = Math.min(left, chunkBytes - within);
        this.chunkOf(Math.floor(at / chunkBytes)).set(source.subarray(done, done + size), within);
        done += size;
      }
    }
  }

  /** The bytes of a page as they are, valid until something is written; undefined for zeros. */
  page(page: number): Buffer | undefined {
    const start = page * pageBytes;
    if (start < this.innerBytes) {
      return this.present[page] === 1 ? this.inner.subarray(start, start + pageBytes) : undefined;
    }
    const from = (page % pagesPerChunk) * pageBytes;
    return this.chunks.get(Math.floor(page / pagesPerChunk))?.subarray(from, from + pageBytes);
  }

  /** Gives a page other bytes; undefined for zeros. */
  putPage(page: number, bytes: Buffer | undefined): void {
    if (bytes === undefined) this.page(page)?.fill(0);
    else this.put(page * pageBytes, bytes);
  }

  /** Pages that are not all zero, in order. */
  nonZeroPages(): number[] {
    const pages: number[] = [];
    const add = (page: number) => {
      if (this.page(page)?.some((byte) => byte !== 0) === true) pages.push(page);
    };
    for (let page = this.present.indexOf(1); page !== -1; page = this.present.indexOf(1, page + 1)) add(page);
    for (const index of [...this.chunks.keys()].sort((a, b) => a - b)) {
      for (let page = 0; page < pagesPerChunk; page++) add(index * pagesPerChunk + page);
    }
    return pages;
  }

  /** Makes everything zero. */
  clear(): void {
    for (let page = this.present.indexOf(1); page !== -1; page = this.present.indexOf(1, page + 1)) {
      this.putPage(page, undefined);
      this.present[page] = 0;
    }
    this.chunks.clear();
  }

  /** Tries to have everything up to an end in the inner memory. */
  private reach(end: number, memoryBytes: number): void {
    const { innerBytes } = this;
    if (end <= innerBytes || !this.inside || end > this.innerBytesMax || end - innerBytes > leapBytesMax) return;
    const memories = this.innerMemories();
    const more = Math.min(Math.max(innerBytes / 4, growthBytesMin), growthBytesMax);
    const wanted = Math.max(end, Math.min(innerBytes + more, memoryBytes, this.innerBytesMax));
    // It ends where a chunk begins, so that a byte is never in both.
    const missing = Math.ceil(wanted / chunkBytes) * chunkBytes - innerBytes;
    const marksEnd = stableLayout.marks + (4 * (innerBytes + missing)) / pageBytes;
    const missingMarks = Math.max(0, Math.ceil((marksEnd - (memories?.marks.buffer.byteLength ?? 0)) / wasmPageBytes));
    const hasGrown = growMemory(memories?.marks, missingMarks) && growMemory(memories?.stable, missing / wasmPageBytes);
    if (!hasGrown) this.innerBytesMax = innerBytes;
    this.refresh();
    this.setSize(memoryBytes);
    for (const [index, chunk] of [...this.chunks]) {
      if (index * chunkBytes >= this.innerBytes) continue;
      this.chunks.delete(index);
      this.put(index * chunkBytes, chunk);
    }
  }

  /** Must be called when the inner memory is made or has grown. */
  private refresh(): void {
    if (this.memories === undefined) return;
    const { stable, marks } = this.memories;
    const isNew = this.control.length === 0;
    this.innerBytes = stable.buffer.byteLength;
    this.inner = Buffer.from(stable.buffer);
    this.control = new Int32Array(marks.buffer, 0, stableLayout.marks / 4);
    this.marks = new Int32Array(marks.buffer, stableLayout.marks, this.innerBytes / pageBytes);
    if (isNew) this.beginExecution(this.touches);
    const present = new Uint8Array(this.innerBytes / pageBytes);
    present.set(this.present);
    this.present = present;
  }

  private chunkOf(index: number): Buffer {
    const chunk = this.chunks.get(index);
    if (chunk !== undefined) return chunk;
    const own = Buffer.alloc(chunkBytes);
    this.chunks.set(index, own);
    return own;
  }
}

const markField = stableLayout.mark / 4;
const touchesField = stableLayout.touchesLeft / 4;
