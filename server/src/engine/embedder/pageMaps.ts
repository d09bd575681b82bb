/**
 * Layout of the memory in which code marks the pages of its heap, a byte each: first a map of writes by 4 KiB pages, then,
 * for the deterministic memory tracker, two maps by 64 KiB pages.
 */
export interface PageMaps {
  /** Offset of the map of pages of 64 KiB that were read or written. */
  readonly touched: number;
  /** Offset of the map of pages of 64 KiB that were written, as far as they are not told by the map of writes. */
  readonly written: number;
  /** Size of all maps in 64 KiB pages. */
  readonly wasmPages: number;
}

const maps32: PageMaps = { touched: 16 * 65_536, written: 17 * 65_536, wasmPages: 18 };
const maps64: PageMaps = { touched: 32 * 65_536, written: 34 * 65_536, wasmPages: 36 };

/** The maps for the largest heap: 4 GiB, in 64-bit modules 8 GiB. */
export function pageMaps(memory64: boolean): PageMaps {
  return memory64 ? maps64 : maps32;
}
