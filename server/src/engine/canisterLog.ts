import type { LogRecord } from "./embedder/contract.ts";
import { limits } from "./limits.ts";

const textEncoder = new TextEncoder();

/** A canister's log: the newest records that fit into its limit, numbered from the first ever written. */
export class CanisterLog {
  #records: LogRecord[] = [];
  #sizes: number[] = [];
  #usedBytes = 0;
  #nextIndex = 0n;
  #capacityBytes = Number(limits.logBytes);

  /** Bytes that records may take; with 0 none is kept. */
  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  set capacityBytes(bytes: number) {
    this.#capacityBytes = bytes;
    this.#evict();
  }

  /** Bytes taken by the records that are kept. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Index that the next record will have. */
  get nextIndex(): bigint {
    return this.#nextIndex;
  }

  /** Oldest first; the last one has index `nextIndex - 1`. */
  get records(): readonly LogRecord[] {
    return this.#records;
  }

  push(record: LogRecord): void {
    const size = limits.logRecordBytes + textEncoder.encode(record.content).length;
    this.#records.push(record);
    this.#sizes.push(size);
    this.#usedBytes += size;
    this.#nextIndex++;
    this.#evict();
  }

  /** The newest record stays, however large it is. */
  #evict(): void {
    const least = this.#capacityBytes === 0 ? 0 : 1;
    while (this.#usedBytes > this.#capacityBytes && this.#records.length > least) {
      this.#records.shift();
      this.#usedBytes -= this.#sizes.shift() ?? 0;
    }
  }

  /** Puts back records from the disk. */
  restore(records: readonly LogRecord[], nextIndex: bigint): void {
    for (const record of records) this.push(record);
    this.#nextIndex = nextIndex;
  }

  /** Forgets the records with smaller indexes (the code that wrote them was replaced); numbering goes on. */
  clearBefore(index: bigint): void {
    const oldest = this.#nextIndex - BigInt(this.#records.length);
    if (index <= oldest) return;
    const count = Number(index - oldest);
    this.#records.splice(0, count);
    for (const size of this.#sizes.splice(0, count)) this.#usedBytes -= size;
  }

  /** Forgets all records (the code was uninstalled); numbering goes on. */
  clear(): void {
    this.#records = [];
    this.#sizes = [];
    this.#usedBytes = 0;
  }
}
