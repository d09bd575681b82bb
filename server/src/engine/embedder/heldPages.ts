/**
 * What pages were before a hold began: old bytes by page, undefined for pages that were zero. While a hold lasts, each
 * commit notes the pages that it overwrites, so that several executions can be taken back as one, page by page.
 */
export class HeldPages {
  /** Size of the memory when the hold began, in bytes. */
  readonly sizeBytes: number;
  readonly #old = new Map<number, Buffer | undefined>();

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  /** Whether the page is noted already. */
  has(page: number): boolean {
    return this.#old.has(page);
  }

  /** Notes a page by bytes that nobody else changes; the first note counts. */
  note(page: number, old: Buffer | undefined): void {
    if (!this.#old.has(page)) this.#old.set(page, old);
  }

  /** Pages with their old bytes. */
  entries(): IterableIterator<[page: number, old: Buffer | undefined]> {
    return this.#old.entries();
  }
}
