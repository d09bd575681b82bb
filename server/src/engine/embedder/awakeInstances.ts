/** An instance that can give its memories back to the machine while nobody uses it. */
export interface Sleeper {
  /** Used since the last time it was asked. */
  wasUsed(): boolean;
  /** Gives its memories back; false where it cannot now. */
  sleep(): boolean;
}

/**
 * The instances that have memories in V8. Each reserves address space for the largest memories that it may get, 16 to
 * 32 GiB of the 128 TiB that a process has; so only so many are awake, and those that were not used for long sleep.
 */
export class AwakeInstances {
  readonly #instancesMax: number;
  /** In the order in which they are looked at next; gone where nobody else knows them any more. */
  #queue: WeakRef<Sleeper>[] = [];

  constructor(instancesMax: number) {
    this.#instancesMax = instancesMax;
  }

  /** Notes that an instance is awake from now on; others may have to sleep for it. */
  add(sleeper: Sleeper): void {
    if (this.#queue.length >= this.#instancesMax) this.#makeRoom(Math.ceil(this.#instancesMax / 8));
    this.#queue.push(new WeakRef(sleeper));
  }

  /** Makes room in the address space, where the machine gives less of it than expected; false where nobody can sleep. */
  putAllToSleep(): boolean {
    const count = this.#queue.length;
    this.#queue = this.#queue.filter((it) => it.deref()?.sleep() === false);
    return this.#queue.length < count;
  }

  /** Lets so many sleep that were not used since the last time; then, if need be, others. */
  #makeRoom(count: number): void {
    let left = count;
    const used: WeakRef<Sleeper>[] = [];
    for (const passes of [false, true]) {
      const looked = passes ? used.splice(0) : this.#queue;
      const kept: WeakRef<Sleeper>[] = [];
      for (const it of looked) {
        const sleeper = it.deref();
        if (sleeper === undefined) left--;
        else if (left > 0 && sleeper.wasUsed() && !passes) used.push(it);
        else if (left > 0 && sleeper.sleep()) left--;
        else kept.push(it);
      }
      this.#queue = passes ? [...this.#queue, ...kept] : kept;
    }
  }
}
