import { enlarged } from "./enlarged.ts";

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

/** In place of an offset: nothing is marked. */
export const noMark = Number.MAX_SAFE_INTEGER;

/** Which bytes are marked where the code has come to. */
export class AccessMarks {
  /** What a site marks, as distances to the root, or `noMark`. */
  low = noMark;
  high = noMark;
  /** Site that now marks something else than before; -1 for none. */
  joined = -1;
  /** Site that need not mark anything any more; -1 for none. */
  replaced = -1;
  /** Number of known places: bytes that are known to be marked, beside a root (see `AddressValues`). */
  length = 0;

  private readonly rule: MarkingRule;
  private roots = new Int32Array(64);
  private stores = new Uint8Array(64);
  /** The first and the last of a place's bytes, as distances to the root. */
  private lows = new Float64Array(64);
  private highs = new Float64Array(64);
  /** The site that marks the place, and what it marks. */
  private sites = new Int32Array(64);
  private siteLows = new Float64Array(64);
  private siteHighs = new Float64Array(64);
  /** Places from this one on were marked in the straight run of code that is being read. */
  private runStart = 0;

  constructor(rule: MarkingRule) {
    this.rule = rule;
  }

  /** Forgets all but the first places. */
  truncate(length: number): void {
    if (this.length > length) this.length = length;
    if (this.runStart > length) this.runStart = length;
  }

  /** Here code may be left or entered, or the marks be looked at: sites before are complete. */
  endRun(): void {
    this.runStart = this.length;
  }

  /**
   * An access to the bytes from `low` to `high` beside a root (negative for a value of which nothing is known), at what
   * would be site `site`. True where `low` and `high` are to be marked there; otherwise `joined` may mark them.
   */
  visit(root: number, low: number, high: number, isStore: boolean, site: number): boolean {
    this.joined = -1;
    this.replaced = -1;
    this.low = low;
    this.high = this.rule === "writes" ? low : high;
    if (root < 0 || this.rule === "every") return true;
    const last = Math.max(0, this.length - lookedAt);
    for (let place = this.length - 1; place >= last; place--) {
      if (this.roots[place] !== root) continue;
      const wasStore = this.stores[place] === 1;
      const isInside = low >= (this.lows[place] ?? 0) && high <= (this.highs[place] ?? 0);
      if (isInside && (wasStore || !isStore)) {
        if (this.rule === "writes") this.siteHighs[place] = Math.max(high, this.siteHighs[place] ?? 0);
        return false;
      }
      if (wasStore === isStore) return this.widen(place, low, high, site);
      this.replace(place, low, high);
    }
    const known = this.rule === "writes" ? low + markSlackBytes - 1 : high;
    this.add(root, isStore, low, known, site, low, high);
    return true;
  }

  /** Takes an access to a known place: by a mark of the site there, or by a new site for the ends that are missing. */
  private widen(place: number, low: number, high: number, site: number): boolean {
    if (this.rule === "writes") return this.widenBack(place, low, high, site);
    const root = this.roots[place] ?? 0;
    const isStore = this.stores[place] === 1;
    const placeLow = this.lows[place] ?? 0;
    const placeHigh = this.highs[place] ?? 0;
    const unionLow = Math.min(low, placeLow);
    const unionHigh = Math.max(high, placeHigh);
    if (unionHigh - unionLow >= (isStore ? exactSpans.store : exactSpans.load)) {
      this.add(root, isStore, low, high, site, low, high);
      return true;
    }
    if (place >= this.runStart) {
      if (low < placeLow) this.siteLows[place] = low;
      if (high > placeHigh) this.siteHighs[place] = high;
      this.lows[place] = unionLow;
      this.highs[place] = unionHigh;
      this.joined = this.sites[place] ?? -1;
      this.low = this.siteLows[place] ?? noMark;
      this.high = this.siteHighs[place] ?? noMark;
      return false;
    }
    this.low = low < placeLow ? low : noMark;
    this.high = high > placeHigh ? high : noMark;
    this.add(root, isStore, unionLow, unionHigh, site, this.low, this.high);
    return true;
  }

  /** One mark serves what lies behind it: that of an open site may move ahead while all it stands for stays in reach. */
  private widenBack(place: number, low: number, high: number, site: number): boolean {
    const reached = Math.max(high, this.siteHighs[place] ?? 0);
    if (place >= this.runStart && low < (this.lows[place] ?? 0) && reached < low + markSlackBytes) {
      this.lows[place] = low;
      this.highs[place] = low + markSlackBytes - 1;
      this.siteLows[place] = low;
      this.siteHighs[place] = reached;
      this.joined = this.sites[place] ?? -1;
      this.high = low;
      return false;
    }
    const isStore = this.stores[place] === 1;
    this.add(this.roots[place] ?? 0, isStore, low, low + markSlackBytes - 1, site, low, high);
    return true;
  }

  /** What is written in the same run need not be marked as read. */
  private replace(read: number, low: number, high: number): void {
    if (read < this.runStart || this.stores[read] === 1) return;
    if (low > (this.lows[read] ?? 0) || high < (this.highs[read] ?? 0)) return;
    this.replaced = this.sites[read] ?? -1;
  }

  private add(
    root: number,
    isStore: boolean,
    low: number,
    high: number,
    site: number,
    siteLow: number,
    siteHigh: number,
  ): void {
    const place = this.length;
    if (place === this.roots.length) this.grow();
    this.roots[place] = root;
    this.stores[place] = isStore ? 1 : 0;
    this.lows[place] = low;
    this.highs[place] = high;
    this.sites[place] = site;
    this.siteLows[place] = siteLow;
    this.siteHighs[place] = siteHigh;
    this.length = place + 1;
  }

  private grow(): void {
    const size = this.length * 2;
    this.roots = enlarged(this.roots, new Int32Array(size));
    this.stores = enlarged(this.stores, new Uint8Array(size));
    this.lows = enlarged(this.lows, new Float64Array(size));
    this.highs = enlarged(this.highs, new Float64Array(size));
    this.sites = enlarged(this.sites, new Int32Array(size));
    this.siteLows = enlarged(this.siteLows, new Float64Array(size));
    this.siteHighs = enlarged(this.siteHighs, new Float64Array(size));
  }
}
