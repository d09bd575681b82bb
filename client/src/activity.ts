import { EventEmitter } from "vscode";
import type { Progress } from "../../server/src/protocol/network.ts";

/** Something long that is going on, for the status bar and the panel. */
export interface RunningActivity {
  /** E.g. `counter: increment`. */
  readonly title: string;
  /** How far the running message execution is; absent until its first slice of instructions is used up. */
  readonly progress?: Progress;
}

/** What the network is asked to do at the moment; of several things the latest is shown. */
export class Activity {
  readonly #changed = new EventEmitter<RunningActivity | undefined>();
  readonly #running = new Map<number, RunningActivity>();
  #count = 0;

  /** Fires with the activity to show, or with undefined when nothing runs. */
  get onChanged() {
    return this.#changed.event;
  }

  /** The activity to show. */
  get current(): RunningActivity | undefined {
    return [...this.#running.values()].at(-1);
  }

  /** Shows `title` while `work` is under way. */
  async during<T>(title: string, work: () => Promise<T>): Promise<T> {
    const id = this.#count++;
    this.#running.set(id, { title });
    this.#changed.fire(this.current);
    try {
      return await work();
    } finally {
      this.#running.delete(id);
      this.#changed.fire(this.current);
    }
  }

  /** Takes a report of the network server about the message execution that runs. */
  report(progress: Progress): void {
    const latest = [...this.#running.entries()].at(-1);
    if (latest === undefined) return;
    this.#running.set(latest[0], { title: latest[1].title, progress });
    this.#changed.fire(this.current);
  }
}
