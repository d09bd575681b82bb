import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { parentPort, Worker } from "node:worker_threads";
import type { FileView } from "../project/fileView.ts";
import { loadInstalledRustParser } from "../workspace/parserFiles.ts";
import { type CheckPlan, UnitChecker, type UnitResult } from "./checkUnit.ts";
import { hasSources } from "./checkUnits.ts";

/** Below so many source files, a thread starts up longer than it helps. */
const filesForThreads = 300;

/** Each thread has a heap and a parser of its own: more of them would take more memory than a check is worth. */
const threadsMax = 2;

/**
 * A process that may use gigabytes lets its heap grow to several times what is alive; a thread that may not collects what a
 * unit left behind. The largest projects that are known need a fifth of this.
 */
const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 };

/**
 * What threads are started with, so that the main one only plans:
 * - Where every processor checks already, nothing is gained by compiling beside: code that is compiled when it is wanted
 *   takes a twentieth less, and counts at once.
 * - A heap may grow to several times what is alive; with this it grows to less than twice, which costs no time that can be
 *   measured.
 */
const threadFlags = ["--no-concurrent-recompilation", "--heap-growing-percent=60"] as const;

/**
 * V8's last compiler, by its own measure of what is worth it, takes a seventh of a check's time: it is meant for processes
 * that live longer than seconds. By major version of Node, whose V8 is known to have these flags, what gives the shortest
 * check of 17 MB as of 25 MB: the compiler before the last got so much better that nothing is left for the last.
 */
const compilerFlags: ReadonlyMap<string, string> = new Map([
  ["22", "--invocation-count-for-turbofan=25000"],
  ["24", "--no-turbofan"],
]);

/** What a thread is told: the plan, and the place from which all threads draw the number of the next unit. */
interface ThreadTask {
  readonly plan: CheckPlan;
  readonly next: SharedArrayBuffer;
}

type DrawnResults = readonly (readonly [unit: number, UnitResult])[];

/** Threads that have been started for a large check, two where the machine has two processors. */
export class CheckThreads {
  private readonly workers: readonly Worker[];

  /** `module` is one that calls `serveCheckThread`. */
  constructor(module: URL) {
    const compilerFlag = compilerFlags.get(process.versions.node.split(".", 1)[0] ?? "");
    if (compilerFlag !== undefined) for (const it of [compilerFlag, ...threadFlags]) setFlagsFromString(it);
    const count = Math.min(threadsMax, availableParallelism());
    this.workers = Array.from({ length: count }, () => new Worker(module, { resourceLimits }));
    for (const it of this.workers) {
      // A thread that fails gives nothing, and one that waits keeps no process alive.
      it.on("error", () => undefined);
      it.unref();
    }
  }

  /** Lets the threads draw the units of a plan, and end. Units that a thread drew before it failed are missing. */
  async check(plan: CheckPlan): Promise<ReadonlyMap<number, UnitResult>> {
    const task: ThreadTask = { plan, next: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
    return new Map((await Promise.all(this.workers.map((it) => drawnBy(it, task)))).flat());
  }
}

/**
 * Starts threads for the check of a folder with many sources, before anything of it is read: they get ready while the check
 * is planned. None for a check that is small.
 */
export function startCheckThreads(view: FileView, folder: string, module: URL): CheckThreads | undefined {
  return hasSources(view, folder, filesForThreads) ? new CheckThreads(module) : undefined;
}

/** Checks the units of a plan, in the threads if there are any. Answers in the order of the units. */
export async function checkUnits(plan: CheckPlan, threads: CheckThreads | undefined): Promise<UnitResult[]> {
  const results = (await threads?.check(plan)) ?? new Map<number, UnitResult>();
  // What no thread drew, or one before it failed, is checked here.
  const isWhole = plan.units.every((_, index) => results.has(index));
  const checker = isWhole ? undefined : new UnitChecker(plan, await loadInstalledRustParser());
  return plan.units.flatMap((unit, index) => results.get(index) ?? checker?.check(unit) ?? []);
}

/** Runs in a thread: checks units of the plan that comes until none is left, and answers. */
export async function serveCheckThread(): Promise<void> {
  const [parser, task] = await Promise.all([loadInstalledRustParser(), nextTask()]);
  parentPort?.postMessage(drawUnits(task, new UnitChecker(task.plan, parser)));
}

function nextTask(): Promise<ThreadTask> {
  return new Promise((resolve) => parentPort?.once("message", resolve));
}

function drawUnits({ plan, next }: ThreadTask, checker: UnitChecker): DrawnResults {
  const counter = new Int32Array(next);
  const results: [number, UnitResult][] = [];
  for (;;) {
    const index = Atomics.add(counter, 0, 1);
    const unit = plan.units[index];
    if (unit === undefined) return results;
    results.push([index, checker.check(unit)]);
  }
}

/** What a thread answers; nothing if it fails, or has failed already. */
function drawnBy(worker: Worker, task: ThreadTask): Promise<DrawnResults> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.once("error", () => resolve([]));
    worker.once("exit", () => resolve([]));
    worker.ref();
    // The number of a thread that has ended is negative: it says nothing any more.
    if (worker.threadId < 0) resolve([]);
    else worker.postMessage(task);
  });
}
