import { enlarged } from "./enlarged.ts";

/** Root of constants. */
export const constantRoot = 0;

/** Root of values of which nothing is known. */
const unknownRoot = -1;

/** Locals assigned in a block beyond which all locals are forgotten at its end. */
const assignedMax = 256;

/**
 * What is known of operands and locals as addresses: a value is a root and a distance to it. Two values of one root differ
 * by the difference of their distances, modulo 2^32, wherever both can be seen. A root is any value that was once in a
 * local, or zero for constants.
 */
export class AddressValues {
  /** Operands on the stack. */
  height = 0;
  private roots = new Int32Array(256);
  private distances = new Int32Array(256);
  private localRoots = new Int32Array(64);
  private localDistances = new Int32Array(64);
  /** What a local holds is known only if it was noted in the present epoch. */
  private localEpochs = new Int32Array(64);
  /** The local that last held a value of each root. */
  private holders = new Int32Array(256);
  private rootCount = 1;
  private epoch = 1;
  /** Locals in the order of their assignments; in each block once. */
  private assigned = new Int32Array(256);
  private assignedCount = 0;
  private assignedAt = new Int32Array(64);
  private blockStart = 0;

  /** Begins a function with so many locals. */
  reset(locals: number): void {
    this.height = 0;
    this.rootCount = 1;
    this.assignedCount = 0;
    this.blockStart = 0;
    if (this.localRoots.length < locals) {
      this.localRoots = new Int32Array(locals * 2);
      this.localDistances = new Int32Array(locals * 2);
      this.localEpochs = new Int32Array(locals * 2);
      this.assignedAt = new Int32Array(locals * 2);
    }
    this.forgetLocals();
  }

  /** Cuts the stack, or fills it with values of which nothing is known. */
  setHeight(height: number): void {
    while (this.height < height) this.pushUnknown();
    this.height = height;
  }

  /** Pushes a value of which nothing is known. */
  pushUnknown(): void {
    this.push(unknownRoot, 0);
  }

  /** Root of the operand at a height. */
  rootAt(height: number): number {
    return this.roots[height] ?? unknownRoot;
  }

  /** Distance of that operand to its root. */
  distanceAt(height: number): number {
    return this.distances[height] ?? 0;
  }

  push(root: number, distance: number): void {
    if (this.height === this.roots.length) {
      this.roots = enlarged(this.roots, new Int32Array(this.height * 2));
      this.distances = enlarged(this.distances, new Int32Array(this.height * 2));
    }
    this.roots[this.height] = root;
    this.distances[this.height] = distance;
    this.height += 1;
  }

  pushLocal(local: number): void {
    this.push(this.rootOf(local), this.localDistances[local] ?? 0);
  }

  /** Takes the top operand into a local; it stays on the stack. */
  assign(local: number): void {
    const top = this.height - 1;
    const root = this.rootAt(top);
    this.note(local, root === unknownRoot ? this.newRoot() : root, this.distanceAt(top));
    const at = this.assignedAt[local] ?? 0;
    if (at >= this.blockStart && at < this.assignedCount && this.assigned[at] === local) return;
    if (this.assignedCount === this.assigned.length) {
      this.assigned = enlarged(this.assigned, new Int32Array(this.assignedCount * 2));
    }
    this.assignedAt[local] = this.assignedCount;
    this.assigned[this.assignedCount++] = local;
  }

  /** Replaces the two top operands by their sum (`sign` 1) or difference (-1). */
  add(sign: 1 | -1): void {
    const right = this.height - 1;
    const left = right - 1;
    this.height = right;
    const leftRoot = this.rootAt(left);
    const rightRoot = this.rootAt(right);
    const isKnown = rightRoot === constantRoot || (sign === 1 && leftRoot === constantRoot);
    this.roots[left] = rightRoot === constantRoot ? leftRoot : isKnown ? rightRoot : unknownRoot;
    this.distances[left] = isKnown ? this.distanceAt(left) + sign * this.distanceAt(right) : 0;
  }

  /** A local that holds a value of a root now; -1 where none is known. */
  holderOf(root: number): number {
    const local = this.holders[root] ?? -1;
    return local >= 0 && this.localEpochs[local] === this.epoch && this.localRoots[local] === root ? local : -1;
  }

  /** Distance of what a local holds to its root. */
  distanceOf(local: number): number {
    return this.localDistances[local] ?? 0;
  }

  /** Begins a block; the answer is for `endBlock`. */
  beginBlock(): number {
    const outer = this.blockStart;
    this.blockStart = this.assignedCount;
    return outer;
  }

  /** Here paths meet: what was assigned since the block began is not known any more. */
  meet(): void {
    if (this.assignedCount - this.blockStart > assignedMax) this.forgetLocals();
    else for (let at = this.blockStart; at < this.assignedCount; at++) this.forget(this.assigned[at] ?? 0);
  }

  endBlock(outer: number): void {
    this.blockStart = outer;
  }

  /** At a loop's head any local may hold what it was given in the loop. */
  forgetLocals(): void {
    this.epoch += 1;
  }

  private forget(local: number): void {
    this.localEpochs[local] = 0;
  }

  private rootOf(local: number): number {
    if (this.localEpochs[local] !== this.epoch) this.note(local, this.newRoot(), 0);
    return this.localRoots[local] ?? unknownRoot;
  }

  private newRoot(): number {
    if (this.rootCount === this.holders.length) {
      this.holders = enlarged(this.holders, new Int32Array(this.rootCount * 2));
    }
    this.holders[this.rootCount] = -1;
    return this.rootCount++;
  }

  private note(local: number, root: number, distance: number): void {
    this.localRoots[local] = root;
    this.localDistances[local] = distance;
    this.localEpochs[local] = this.epoch;
    this.holders[root] = local;
  }
}
