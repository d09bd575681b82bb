import { enlarged } from "./enlarged.ts";
import type { FunctionSites } from "./functionSites.ts";

/**
 * Follows NaNs from the operators that produce them over operands and locals to where their bits can be seen: the `value`
 * of a NaN site becomes 1 there. Only operands that may hold such a NaN are kept, so that code without floats costs nothing.
 */
export class NanFlow {
  /** Height of the topmost operand kept here; -1 for none. */
  top = -1;
  private readonly sites: FunctionSites;
  private count = 0;
  private heights = new Int32Array(32);
  /** The NaN site behind which the operand came; -1 - n for what local n holds. */
  private origins = new Int32Array(32);
  /** Shape of the NaNs of each local; undefined where no local is a float. */
  private localShapes: Uint8Array | undefined;
  /** A 1 for each local of floats whose bits can be seen somewhere. */
  private seenLocals = new Uint8Array(64);
  /** NaN sites whose values go to a local, in pairs. */
  private readonly keptSites: number[] = [];
  private readonly keptLocals: number[] = [];

  constructor(sites: FunctionSites) {
    this.sites = sites;
  }

  /** Begins a function body. */
  begin(localShapes: Uint8Array | undefined): void {
    this.localShapes = localShapes;
    this.count = 0;
    this.top = -1;
    this.keptSites.length = 0;
    this.keptLocals.length = 0;
    if (localShapes === undefined) return;
    if (this.seenLocals.length < localShapes.length) this.seenLocals = new Uint8Array(localShapes.length * 2);
    else this.seenLocals.fill(0);
  }

  /** The operand at a height comes from a NaN site. */
  pushSite(height: number, site: number): void {
    this.push(height, site);
  }

  /** The operand at a height is what a local holds. */
  pushLocal(height: number, local: number): void {
    if (this.localShapes !== undefined && this.localShapes[local] !== 0) this.push(height, -1 - local);
  }

  /** The bits of the operands from a height on can be seen, but for those of a shape. */
  show(from: number, absorbed: number): void {
    for (let at = this.count - 1; at >= 0 && (this.heights[at] ?? -1) >= from; at--) {
      const origin = this.origins[at] ?? 0;
      if (origin >= 0) {
        if (this.sites.slots[origin] !== absorbed) this.sites.values[origin] = 1;
      } else if (this.localShapes?.[-1 - origin] !== absorbed) this.seenLocals[-1 - origin] = 1;
    }
  }

  /** Forgets the operands from a height on. */
  cut(height: number): void {
    while (this.top >= height) {
      this.count -= 1;
      this.top = this.count === 0 ? -1 : (this.heights[this.count - 1] ?? -1);
    }
  }

  /** The top operand goes into a local. Whether its bits can be seen is known when all uses of the local are. */
  keep(height: number, local: number): void {
    const site = this.origins[this.count - 1] ?? -1;
    if (this.top !== height || site < 0 || this.sites.slots[site] !== this.localShapes?.[local]) return;
    this.keptSites.push(site);
    this.keptLocals.push(local);
    this.cut(height);
  }

  /** At the end of the body it is known of all locals. */
  end(): void {
    for (let at = 0; at < this.keptSites.length; at++) {
      if (this.seenLocals[this.keptLocals[at] ?? 0] === 1) this.sites.values[this.keptSites[at] ?? 0] = 1;
    }
  }

  private push(height: number, origin: number): void {
    if (this.count === this.heights.length) {
      this.heights = enlarged(this.heights, new Int32Array(this.count * 2));
      this.origins = enlarged(this.origins, new Int32Array(this.count * 2));
    }
    this.heights[this.count] = height;
    this.origins[this.count] = origin;
    this.count += 1;
    this.top = height;
  }
}
