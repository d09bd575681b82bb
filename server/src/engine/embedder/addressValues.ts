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
  private readonly holders: number[] = [];
  private epoch = 1;
  /** Locals in the order of their assignments; in each block once. */
  private readonly assigned: number[] = [];
  private assignedAt = new Int32Array(64);
  private blockStart = 0;

  /** Begins a function with so many locals. */
  reset(locals: number): void {
    this.height = 0;
    this.holders.length = 1;
    this.assigned.length = 0;
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
    while (this.height < height) this.push(unknownRoot, 0);
    this.height = height;
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
      this.roots = doubled(this.roots);
      this.distances = doubled(this.distances);
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
    if (at >= this.blockStart && this.assigned[at] === local) return;
    this.assignedAt[local] = this.assigned.length;
    this.assigned.push(local);
  }

  /** The sum (`sign` 1) or difference (-1) of the two top operands, which stay on the stack: root and distance. */
  sum(sign: 1 | -1): readonly [root: number, distance: number] {
    const top = this.height - 1;
    const distance = (this.distanceAt(top - 1) + sign * this.distanceAt(top)) | 0;
    if (this.rootAt(top) === constantRoot) return [this.rootAt(top - 1), distance];
    if (sign === 1 && this.rootAt(top - 1) === constantRoot) return [this.rootAt(top), distance];
    return [unknownRoot, 0];
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
    this.blockStart = this.assigned.length;
    return outer;
  }

  /** Here paths meet: what was assigned since the block began is not known any more. */
  meet(): void {
    if (this.assigned.length - this.blockStart > assignedMax) this.forgetLocals();
    else for (let at = this.blockStart; at < this.assigned.length; at++) this.forget(this.assigned[at] ?? 0);
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
    return this.holders.push(-1) - 1;
  }

  private note(local: number, root: number, distance: number): void {
    this.localRoots[local] = root;
    this.localDistances[local] = distance;
    this.localEpochs[local] = this.epoch;
    this.holders[root] = local;
  }
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(list.length * 2);
  copy.set(list);
  return copy;
}
