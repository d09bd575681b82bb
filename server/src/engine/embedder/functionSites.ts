import { enlarged } from "./enlarged.ts";

/** What is injected at a site. */
export const siteKinds = {
  /** Charge the cost of a static point. `value` is the cost. */
  charge: 0,
  /** The same, then test the counter: a function entry or loop head. */
  chargeAndTest: 1,
  /**
   * A load or store, followed by marks. `value` is a local to which their offsets `low` and `high` are relative, -1 for
   * the address itself, or `constantAddress`; an offset may be `noMark`. An access to pages that are marked already is no site.
   */
  access: 2,
  /** memory.grow, replaced by a call of a helper. */
  grow: 3,
  fill: 4,
  copy: 5,
  /** memory.init, kept, with charge and mark around it. */
  init: 6,
  /** A call: the counter must be in its global before and is read again behind. `value` is the function, or -1. */
  call: 7,
  /** Leaves the function: the counter must be in its global. */
  leave: 8,
  /** A place that several paths reach, or that paths part from: the counter, not in its local yet, must be. */
  meet: 9,
  /** data.drop, kept, with a word to the host behind it. */
  drop: 10,
  /**
   * Behind an operator that may produce a NaN. `value` is 1 where its bits can be seen and must be made canonical, `slot`
   * the number of its shape.
   */
  nan: 11,
} as const;

/** In place of a local: offsets are addresses themselves. */
export const constantAddress = -2;

/** Operators that the network's instrumentation adds at a plain and at a testing point, for the cost of compilation. */
export const operatorsPerCharge = 4;

/** The same at a point that tests the counter. */
export const operatorsPerTest = 6;

/**
 * Where code that keeps the counter in a local has it up to date. Before the first call and the first meeting of paths it
 * depends on the entry, which loads the counter into its local only for functions that call outside of their loops.
 */
export const counterPlaces = { global: 0, local: 1, both: 2, asAtEntry: 3 } as const;

/** Sites of one function body in order of their offsets, in columns, which the next body overwrites. */
export class FunctionSites {
  length = 0;
  /** Of `siteKinds`. */
  kinds = new Uint8Array(256);
  /** Offset of the first byte that the site stands before or replaces. */
  starts = new Int32Array(256);
  /** Offset where copying goes on. */
  ends = new Int32Array(256);
  values = new Int32Array(256);
  /** Dense operator number of the access, or the shape of the NaN. */
  slots = new Int16Array(256);
  /** Where the counter is, of `counterPlaces`. */
  counters = new Uint8Array(256);
  /** Of sites that need the counter as it is, the instructions that they pay for. */
  costs = new Int32Array(256);
  /** Offsets of the first and the second mark of an access. */
  lows = new Float64Array(256);
  highs = new Float64Array(256);
  /** Distance of the address that these offsets are relative to; see `AddressValues`. */
  bases = new Int32Array(256);

  /** Adds a site and says its number. */
  add(kind: number, start: number, end: number, value: number, slot: number, counter: number): number {
    const site = this.length;
    if (site === this.kinds.length) this.grow();
    this.kinds[site] = kind;
    this.starts[site] = start;
    this.ends[site] = end;
    this.values[site] = value;
    this.slots[site] = slot;
    this.counters[site] = counter;
    this.costs[site] = 0;
    this.length = site + 1;
    return site;
  }

  private grow(): void {
    const size = this.length * 2;
    this.kinds = enlarged(this.kinds, new Uint8Array(size));
    this.starts = enlarged(this.starts, new Int32Array(size));
    this.ends = enlarged(this.ends, new Int32Array(size));
    this.values = enlarged(this.values, new Int32Array(size));
    this.slots = enlarged(this.slots, new Int16Array(size));
    this.counters = enlarged(this.counters, new Uint8Array(size));
    this.costs = enlarged(this.costs, new Int32Array(size));
    this.lows = enlarged(this.lows, new Float64Array(size));
    this.highs = enlarged(this.highs, new Float64Array(size));
    this.bases = enlarged(this.bases, new Int32Array(size));
  }
}
