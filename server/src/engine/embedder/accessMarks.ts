/**
 * How accesses are marked. `none`: not at all. `writes`: only stores, one mark for all that lie within some bytes behind it, so that the next
 * page may have been written too. `exactPages`: loads and stores, at both ends of what is reached, so that exactly the
 * pages are marked that were touched. `every`: the same for each access by itself, nothing taken for known.
 */
export type MarkingRule = "none" | "writes" | "exactPages" | "every";

/** Bytes behind a mark that stores may reach without a mark of their own, under the rule `writes`. */
export const markSlackBytes = 1024;

/** Bytes whose two ends lie in at most two pages: those of the map of writes and those of 64 KiB. */
const exactSpans = { store: 4096, load: 65_536 } as const;

/** Known places looked at before an access is marked again. */
const lookedAt = 16;

/**
 * Which bytes around the value of a local variable are marked where the code has come to. A place is known by the local,
 * by the version of its value, and by the offsets of its first and last byte.
 */
export class AccessMarks {
  /** Offset that a site marks, or -1; `low` the first byte of what it stands for, `high` the last. */
  low = -1;
  high = -1;
  /** Site that now marks more than before; -1 for none. */
  joined = -1;

  private readonly rule: MarkingRule;
  private readonly locals: number[] = [];
  private readonly versions: number[] = [];
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];
  private readonly stores: boolean[] = [];
  private readonly sites: number[] = [];
  private readonly siteLows: number[] = [];
  private readonly siteHighs: number[] = [];
  /** Places from this one on were marked in the straight run of code that is being read. */
  private runStart = 0;

  constructor(rule: MarkingRule) {
    this.rule = rule;
  }

  get length(): number {
    return this.locals.length;
  }

  /** Forgets all but the first places. */
  truncate(length: number): void {
    if (this.locals.length > length) {
      const lists = [this.locals, this.versions, this.lows, this.highs, this.sites, this.siteLows, this.siteHighs];
      for (const list of lists) list.length = length;
      this.stores.length = length;
    }
    this.runStart = Math.min(this.runStart, length);
  }

  /** Here code may be left or entered, or the marks be looked at: sites before are complete. */
  endRun(): void {
    this.runStart = this.locals.length;
  }

  /**
   * An access to the bytes from `low` to `high` beside the value of a local (-1 for a value that is in none), at what
   * would be site `site`. False where nothing is to be marked here; `joined` then says which site marks more. `floor` is
   * the number of the first place that may be relied on.
   */
  visit(
    local: number,
    version: number,
    low: number,
    high: number,
    isStore: boolean,
    site: number,
    floor: number,
  ): boolean {
    this.joined = -1;
    this.low = low;
    this.high = this.rule === "writes" ? low : high;
    if (local < 0 || this.rule === "every") return true;
    const last = Math.max(floor, this.locals.length - lookedAt);
    for (let index = this.locals.length - 1; index >= last; index--) {
      if (this.locals[index] !== local || this.versions[index] !== version) continue;
      const isOfStore = this.stores[index] === true;
      if (low >= (this.lows[index] ?? 0) && high <= (this.highs[index] ?? 0) && (isOfStore || !isStore)) {
        this.siteHighs[index] =
          this.rule === "writes" ? Math.max(high, this.siteHighs[index] ?? 0) : (this.siteHighs[index] ?? -1);
        return false;
      }
      if (isOfStore === isStore) return this.widen(index, low, high, site);
    }
    const known = this.rule === "writes" ? low + markSlackBytes - 1 : high;
    this.add(local, version, low, known, isStore, site, low, high);
    return true;
  }

  /** Takes an access to a known place: by a mark of the site there, or by a new site for the ends that are missing. */
  private widen(index: number, low: number, high: number, site: number): boolean {
    const oldLow = this.lows[index] ?? 0;
    const oldHigh = this.highs[index] ?? 0;
    const isStore = this.stores[index] === true;
    const local = this.locals[index] ?? 0;
    const version = this.versions[index] ?? 0;
    const isOpen = index >= this.runStart;
    if (this.rule === "writes") return this.widenBack(index, low, high, site);
    const unionLow = Math.min(low, oldLow);
    const unionHigh = Math.max(high, oldHigh);
    if (unionHigh - unionLow >= (isStore ? exactSpans.store : exactSpans.load)) {
      this.add(local, version, low, high, isStore, site, low, high);
      return true;
    }
    if (isOpen) {
      this.lows[index] = unionLow;
      this.highs[index] = unionHigh;
      if (low < oldLow) this.siteLows[index] = low;
      if (high > oldHigh) this.siteHighs[index] = high;
      return this.join(index);
    }
    this.low = low < oldLow ? low : -1;
    this.high = high > oldHigh ? high : -1;
    this.add(local, version, unionLow, unionHigh, isStore, site, this.low, this.high);
    return true;
  }

  /** One mark serves what lies behind it: that of an open site may move ahead while all it stands for stays in reach. */
  private widenBack(index: number, low: number, high: number, site: number): boolean {
    const reached = Math.max(high, this.siteHighs[index] ?? 0);
    if (index >= this.runStart && low < (this.lows[index] ?? 0) && reached < low + markSlackBytes) {
      this.lows[index] = low;
      this.highs[index] = low + markSlackBytes - 1;
      this.siteLows[index] = low;
      this.siteHighs[index] = reached;
      this.join(index);
      this.high = low;
      return false;
    }
    this.add(this.locals[index] ?? 0, this.versions[index] ?? 0, low, low + markSlackBytes - 1, true, site, low, high);
    return true;
  }

  private join(index: number): boolean {
    this.joined = this.sites[index] ?? -1;
    this.low = this.siteLows[index] ?? -1;
    this.high = this.siteHighs[index] ?? -1;
    return false;
  }

  private add(
    local: number,
    version: number,
    low: number,
    high: number,
    isStore: boolean,
    site: number,
    siteLow: number,
    siteHigh: number,
  ): void {
    this.locals.push(local);
    this.versions.push(version);
    this.lows.push(low);
    this.highs.push(high);
    this.stores.push(isStore);
    this.sites.push(site);
    this.siteLows.push(siteLow);
    this.siteHighs.push(siteHigh);
  }
}
