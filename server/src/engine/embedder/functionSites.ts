/** What is injected at a site. */
export const siteKinds = {
  /** Charge the cost of a static point. `value` is the cost. */
  charge: 0,
  /** The same, then test the counter: a function entry or loop head. */
  chargeAndTest: 1,
  /**
   * A load or store, followed by marks. `value` is a local to which their offsets `extra` and `high` are relative, -1 for
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
  /** A place that several paths reach, or that paths part from: the counter must be in its local. */
  meet: 9,
  /** data.drop, kept, with a word to the host behind it. */
  drop: 10,
  /**
   * Behind an operator that may produce a NaN. `value` is 1 where its bits can be seen and must be made canonical, `extra`
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
