import type { ExecutionMode, MemoryPage, StableMemory } from "./contract.ts";
import { ExecutionTrap } from "./executionTrap.ts";
import { pageBytes, wasmPageBytes } from "./heapMemory.ts";
import { HeldPages } from "./heldPages.ts";
import { hasStableInside, type StableMemories } from "./stableLayout.ts";
import { StableStorage } from "./stableStorage.ts";

/** 64 KiB pages: 500 GiB. */
export const stableMemoryPagesMax = 8_192_000;

/** 4 KiB buffers kept for later executions: 1 MiB. */
const sparePagesMax = 256;

/** How many 4 KiB pages of stable memory one execution may read, and as many write, by kind of message. */
export interface StableAccessLimits {
  readonly message: number;
  /** Install and upgrade. */
  readonly upgrade: number;
  readonly query: number;
}

/** 2, 8 and 1 GiB. Source: dfinity/ic rs/config/src/embedders.rs, as of 2026-11-21. */
export const stableAccessLimits: StableAccessLimits = { message: 524_288, upgrade: 2_097_152, query: 262_144 };

/** What a host and its tests decide about stable memories. */
export interface StableMemoryOptions {
  /** Whether the lower part lies where the canister's code reaches it; only on hosts with 64-bit memories. */
  readonly inside?: boolean;
  readonly accessLimits?: StableAccessLimits;
}

/** A canister's stable memory. Writes of an execution can be undone, page by page, until it commits. */
export class PagedStableMemory implements StableMemory {
  private readonly storage: StableStorage;
  private readonly accessLimits: StableAccessLimits;
  private pages = 0;
  private committedPages = 0;
  /** Old bytes of each 4 KiB page written in this execution; undefined for zeros. */
  private readonly undo = new Map<number, Buffer | undefined>();
  /** Pages touched in this execution that have no mark in the storage. */
  private readonly touchedOutside = new Set<number>();
  /** Pages that this execution may read, and as many write. */
  private accessLimit = Infinity;
  /** Buffers of `undo` that are free again. */
  private readonly spare: Buffer[] = [];
  private journal = new Set<number>();
  private held: HeldPages | undefined;

  constructor(options: StableMemoryOptions = {}) {
    this.storage = new StableStorage((options.inside ?? true) && hasStableInside);
    this.accessLimits = options.accessLimits ?? stableAccessLimits;
  }

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

  /** What code imports to reach the lower part; undefined where the host cannot give it that. */
  innerMemories(): StableMemories | undefined {
    const memories = this.storage.innerMemories();
    this.storage.setSize(this.bytes());
    return memories;
  }

  /** Begins an execution in which nothing was touched. */
  beginExecution(mode: ExecutionMode): void {
    this.accessLimit = this.accessLimits[messageKinds[mode]];
    this.storage.beginExecution(this.accessLimit);
    if (this.touchedOutside.size > 0) this.touchedOutside.clear();
  }

  /** Grows by 64 KiB pages and says the old size; -1 where that is too much. */
  grow(wasmPages: number): number {
    const old = this.pages;
    if (wasmPages > stableMemoryPagesMax - old) return -1;
    this.setPages(old + wasmPages);
    return old;
  }

  /** Copies bytes within bounds to a target. Ends the execution where it reads more pages than it may. */
  read(offset: number, target: Uint8Array): void {
    this.touch(offset, target.length);
    this.storage.read(offset, target);
  }

  /**
   * Pages of a range that this execution has not written yet. Ends the execution where these are more than it may write.
   */
  countNewDirtyPages(offset: number, size: number): number {
    if (size === 0) return 0;
    let count = 0;
    const last = Math.floor((offset + size - 1) / pageBytes);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) if (!this.undo.has(page)) count += 1;
    if (this.undo.size + count > this.accessLimit) throw this.limitExceeded("modified");
    this.touch(offset, size);
    return count;
  }

  /** Writes bytes within bounds. */
  write(offset: number, source: Uint8Array): void {
    if (source.length === 0) return;
    const last = Math.floor((offset + source.length - 1) / pageBytes);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) {
      if (!this.undo.has(page)) this.undo.set(page, this.keepPage(page));
    }
    const hasGrown = this.storage.write(offset, source, this.bytes());
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) this.storage.markWritten(page);
    if (hasGrown && this.touchedOutside.size > 0) this.moveMarksInside();
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
    if (this.pages !== this.committedPages) this.setPages(this.committedPages);
    if (this.undo.size === 0) return;
    for (const [page, old] of this.undo) this.storage.putPage(page, old);
    this.clearUndo();
  }

  /** From now on everything that is committed can be taken back by `release`. */
  hold(): void {
    this.held = new HeldPages(this.committedPages * wasmPageBytes);
  }

  /** Ends the hold; to undo it is to bring contents and size back to what they were. */
  release(end: "keep" | "undo"): void {
    const { held } = this;
    this.held = undefined;
    if (held === undefined || end === "keep") return;
    this.setPages(held.sizeBytes / wasmPageBytes);
    this.committedPages = this.pages;
    for (const [page, old] of held.entries()) {
      this.storage.putPage(page, old);
      if (page * pageBytes >= held.sizeBytes) this.journal.delete(page);
    }
  }

  /** Replaces everything by the pages of an image. */
  load(stableBytes: number, pages: readonly MemoryPage[]): void {
    this.storage.clear();
    this.apply(stableBytes, pages);
    this.journal.clear();
  }

  /** Writes pages over the committed state, at a size. */
  apply(stableBytes: number, pages: readonly MemoryPage[]): void {
    this.setPages(stableBytes / wasmPageBytes);
    this.beginExecution("update");
    for (const { index, bytes } of pages) this.write(index * pageBytes, bytes);
    this.commit();
  }

  /** Copies of the pages that were written since the hold began. */
  heldPages(): MemoryPage[] {
    const pages = [...(this.held?.entries() ?? [])].map(([page]) => page);
    return pages.map((index) => this.copyOfPage(index));
  }

  /** Copies of the pages changed since the last call, or of all that are not zero; both begin the journal anew. */
  takePages(kind: "changed" | "full"): MemoryPage[] {
    const pages = kind === "full" ? this.storage.nonZeroPages() : [...this.journal].sort((a, b) => a - b);
    this.journal.clear();
    return pages.map((index) => this.copyOfPage(index));
  }

  /** Copies of the committed pages that are not zero. */
  copyPages(): MemoryPage[] {
    return this.storage.nonZeroPages().map((index) => this.copyOfPage(index));
  }

  private setPages(pages: number): void {
    this.pages = pages;
    this.storage.setSize(this.bytes());
  }

  private touch(offset: number, size: number): void {
    const { storage, touchedOutside } = this;
    const last = Math.floor((offset + size - 1) / pageBytes);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) {
      if (!storage.hasMark(page)) touchedOutside.add(page);
      else if (!storage.isTouched(page)) storage.touch(page);
    }
    if (touchedOutside.size + storage.touched > this.accessLimit) throw this.limitExceeded("accessed");
  }

  /** Pages that were touched before their part of the memory came inside count on there. */
  private moveMarksInside(): void {
    for (const page of this.touchedOutside) {
      if (!this.storage.hasMark(page)) continue;
      this.touchedOutside.delete(page);
      this.storage.touch(page);
      if (this.undo.has(page)) this.storage.markWritten(page);
    }
  }

  private limitExceeded(access: "accessed" | "modified"): ExecutionTrap {
    const { message, upgrade, query } = this.accessLimits;
    const kilobytes = (pages: number) => `${pages * (pageBytes / 1_024)} KB`;
    const limits =
      access === "modified"
        ? `execution: limit ${kilobytes(message)} for regular messages, ${kilobytes(upgrade)} for upgrade messages and ${kilobytes(query)} for queries.`
        : `message execution: limit ${kilobytes(message)} for regular messages and ${kilobytes(query)} for queries.`;
    return new ExecutionTrap({
      kind: "memoryAccessLimitExceeded",
      message: `Exceeded the limit for the number of ${access} pages in the stable memory in a single ${limits}`,
    });
  }

  private copyOfPage(index: number): MemoryPage {
    const bytes = this.storage.page(index);
    return { index, bytes: bytes === undefined ? new Uint8Array(pageBytes) : new Uint8Array(bytes) };
  }

  /** A copy of a page's bytes for `undo`; undefined for zeros. */
  private keepPage(page: number): Buffer | undefined {
    const bytes = this.storage.page(page);
    if (bytes === undefined) return undefined;
    const copy = this.spare.pop() ?? Buffer.allocUnsafeSlow(pageBytes);
    bytes.copy(copy);
    return copy;
  }

  private clearUndo(): void {
    for (const old of this.undo.values()) {
      if (old !== undefined && this.spare.length < sparePagesMax) this.spare.push(old);
    }
    this.undo.clear();
  }
}

/** Which of the limits holds in a context. */
const messageKinds: Readonly<Record<ExecutionMode, keyof StableAccessLimits>> = {
  start: "message",
  init: "upgrade",
  postUpgrade: "upgrade",
  preUpgrade: "upgrade",
  update: "message",
  replicatedQuery: "query",
  nonReplicatedQuery: "query",
  compositeQuery: "query",
  transform: "query",
  replyCallback: "message",
  rejectCallback: "message",
  compositeReplyCallback: "query",
  compositeRejectCallback: "query",
  cleanup: "message",
  compositeCleanup: "query",
  inspectMessage: "query",
  heartbeat: "message",
  globalTimer: "message",
  onLowWasmMemory: "message",
};
