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

/** Bytes that are known to be marked, beside a root (see `AddressValues`). */
interface Place {
  readonly root: number;
  readonly isStore: boolean;
  /** The first and the last of them, as distances to the root. */
  low: number;
  high: number;
  /** The site that marks them, and what it marks. */
  readonly site: number;
  siteLow: number;
  siteHigh: number;
}

/** Which bytes are marked where the code has come to. */
export class AccessMarks {
  /** What a site marks, as distances to the root, or `noMark`. */
  low = noMark;
  high = noMark;
  /** Site that now marks something else than before; -1 for none. */
  joined = -1;
  /** Site that need not mark anything any more; -1 for none. */
  replaced = -1;

  private readonly rule: MarkingRule;
  private readonly places: Place[] = [];
  /** Places from this one on were marked in the straight run of code that is being read. */
  private runStart = 0;

  constructor(rule: MarkingRule) {
    this.rule = rule;
  }

  get length(): number {
    return this.places.length;
  }

  /** Forgets all but the first places. */
  truncate(length: number): void {
    if (this.places.length > length) this.places.length = length;
    this.runStart = Math.min(this.runStart, length);
  }

  /** Here code may be left or entered, or the marks be looked at: sites before are complete. */
  endRun(): void {
    this.runStart = this.places.length;
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
    const { places } = this;
    const last = Math.max(0, places.length - lookedAt);
    for (let index = places.length - 1; index >= last; index--) {
      const place = places[index];
      if (place?.root !== root) continue;
      if (low >= place.low && high <= place.high && (place.isStore || !isStore)) {
        if (this.rule === "writes") place.siteHigh = Math.max(high, place.siteHigh);
        return false;
      }
      if (place.isStore === isStore) return this.widen(place, index, low, high, site);
      this.replace(place, index, low, high);
    }
    const known = this.rule === "writes" ? low + markSlackBytes - 1 : high;
    places.push({ root, isStore, low, high: known, site, siteLow: low, siteHigh: high });
    return true;
  }

  /** Takes an access to a known place: by a mark of the site there, or by a new site for the ends that are missing. */
  private widen(place: Place, index: number, low: number, high: number, site: number): boolean {
    if (this.rule === "writes") return this.widenBack(place, index, low, high, site);
    const unionLow = Math.min(low, place.low);
    const unionHigh = Math.max(high, place.high);
    const { isStore } = place;
    if (unionHigh - unionLow >= (isStore ? exactSpans.store : exactSpans.load)) {
      this.places.push({ ...place, low, high, site, siteLow: low, siteHigh: high });
      return true;
    }
    if (index >= this.runStart) {
      if (low < place.low) place.siteLow = low;
      if (high > place.high) place.siteHigh = high;
      place.low = unionLow;
      place.high = unionHigh;
      this.joined = place.site;
      this.low = place.siteLow;
      this.high = place.siteHigh;
      return false;
    }
    this.low = low < place.low ? low : noMark;
    this.high = high > place.high ? high : noMark;
    this.places.push({ ...place, low: unionLow, high: unionHigh, site, siteLow: this.low, siteHigh: this.high });
    return true;
  }

  /** One mark serves what lies behind it: that of an open site may move ahead while all it stands for stays in reach. */
  private widenBack(place: Place, index: number, low: number, high: number, site: number): boolean {
    const reached = Math.max(high, place.siteHigh);
    if (index >= this.runStart && low < place.low && reached < low + markSlackBytes) {
      place.low = low;
      place.high = low + markSlackBytes - 1;
      place.siteLow = low;
      place.siteHigh = reached;
      this.joined = place.site;
      this.high = low;
      return false;
    }
    this.places.push({ ...place, low, high: low + markSlackBytes - 1, site, siteLow: low, siteHigh: high });
    return true;
  }

  /** What is written in the same run need not be marked as read. */
  private replace(read: Place, index: number, low: number, high: number): void {
    if (index < this.runStart || read.isStore || low > read.low || high < read.high) return;
    this.replaced = read.site;
  }
}
