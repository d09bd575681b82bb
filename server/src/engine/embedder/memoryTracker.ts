import type { ExecutionMode } from "./contract.ts";
import { type HeapMemory, wasmPageBytes } from "./heapMemory.ts";

/**
 * Instructions for the first access to a page of 64 KiB, and as many for the first write: 5,000 for each of its 16 pages of
 * 4 KiB. Source: dfinity/ic rs/embedders/src/wasmtime_embedder.rs, as of 2026-11-21.
 */
const chargePerPage = 80_000;

/** Contexts that are charged for access only, even where they write. */
export const accessOnlyModes: ReadonlySet<ExecutionMode> = new Set([
  "replicatedQuery",
  "nonReplicatedQuery",
  "transform",
  "inspectMessage",
]);

/**
 * When the heap's pages are charged. `never`: by the classic profile. `whenSettled`: the code marks what it touches, and
 * `settle` charges for it whenever the count can be seen. `atOnce`: the code asks at each page that is not marked yet.
 */
export type ChargingMoment = "never" | "whenSettled" | "atOnce";

/**
 * The deterministic memory tracker: what an execution pays for the 64 KiB pages of heap and stable memory that it touches
 * and writes. Each execution begins with nothing touched.
 */
export class MemoryTracker {
  private readonly heap: HeapMemory;
  private moment: ChargingMoment = "never";
  private chargesWrites = false;
  /** Pages of the heap charged so far, those written twice. */
  private charged = 0;
  /** Whether the last execution was settled after its code had ended. */
  private isSettled = false;
  private readonly stableTouched = new Set<number>();
  private readonly stableWritten = new Set<number>();

  constructor(heap: HeapMemory) {
    this.heap = heap;
  }

  /** Whether memory is charged here and not by the classic profile. */
  get isOn(): boolean {
    return this.moment !== "never";
  }

  /** Whether `settle`, called last when the code ended, has just looked at all marks. */
  get countsWhenSettled(): boolean {
    return this.moment === "whenSettled";
  }

  /** Begins an execution. */
  begin(moment: ChargingMoment, mode: ExecutionMode): void {
    const extent = this.isSettled ? "counted" : "everything";
    this.isSettled = false;
    this.moment = moment;
    if (moment === "never") return;
    this.chargesWrites = !accessOnlyModes.has(mode);
    this.charged = 0;
    this.heap.clearTouched(extent);
    if (this.stableTouched.size > 0) this.stableTouched.clear();
    if (this.stableWritten.size > 0) this.stableWritten.clear();
  }

  /** The most that `settle` can charge, in instructions; 0 where nothing is left to settle. */
  get unsettledMax(): number {
    if (this.moment !== "whenSettled") return 0;
    return (2 * (this.heap.size / wasmPageBytes) - this.charged) * chargePerPage;
  }

  /** Instructions for what the code has touched and was not charged for yet. */
  settle(at: "end" | "hostCall"): number {
    if (this.moment !== "whenSettled") return 0;
    this.isSettled = at === "end";
    const { touched, written } = this.heap.countTouched();
    return this.chargeUpTo(touched + (this.chargesWrites ? written : 0));
  }

  /** Instructions for an access to bytes of the heap; 0 where it is settled later. */
  reachHeap(address: number, size: number, access: "read" | "write"): number {
    if (this.moment === "never" || size === 0) return 0;
    const { touched, written } = this.heap.touch(address, size, access);
    if (this.moment === "whenSettled") return 0;
    return this.chargeUpTo(this.charged + touched + (this.chargesWrites ? written : 0));
  }

  /** Instructions for an access to bytes of the stable memory. */
  reachStable(offset: number, size: number, access: "read" | "write"): number {
    if (this.moment === "never" || size === 0) return 0;
    let pages = 0;
    const last = Math.floor((offset + size - 1) / wasmPageBytes);
    for (let page = Math.floor(offset / wasmPageBytes); page <= last; page++) {
      if (!this.stableTouched.has(page)) {
        this.stableTouched.add(page);
        pages += 1;
      }
      if (access === "write" && this.chargesWrites && !this.stableWritten.has(page)) {
        this.stableWritten.add(page);
        pages += 1;
      }
    }
    return pages * chargePerPage;
  }

  private chargeUpTo(pages: number): number {
    const instructions = (pages - this.charged) * chargePerPage;
    this.charged = pages;
    return instructions;
  }
}
