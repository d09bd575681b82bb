import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { loadInstalledRustParser } from "../workspace/parserFiles.ts";
import { type CheckPlan, UnitChecker, type UnitResult } from "./checkUnit.ts";

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
 * - V8's last compiler takes a seventh of a check's time by its own measure of what is worth it, which is meant for processes
 *   that live longer than seconds. With another measure it takes on what runs most, and the check takes a tenth less.
 * - Where every processor checks already, nothing is gained by compiling beside: code that is compiled when it is wanted
 *   takes a twentieth less, and counts at once.
 * - A heap may grow to several times what is alive; with this it grows to less than twice, which costs no time that can be
 *   measured.
 */
const threadFlags = [
  "--invocation-count-for-turbofan=25000",
  "--no-concurrent-recompilation",
  "--heap-growing-percent=70",
] as const;

/** The major versions of Node whose V8 is known to have these flags. */
const nodesWithFlags: ReadonlySet<string> = new Set(["22", "24"]);

/** What a thread is told: the plan, and the place from which all threads draw the number of the next unit. */
interface ThreadTask {
  readonly plan: CheckPlan;
  readonly next: SharedArrayBuffer;
}

type DrawnResults = readonly (readonly [unit: number, UnitResult])[];

/**
 * Checks the units of a plan. Where a plan has many files, threads of their own draw units, two where the machine has two
 * processors. Answers in the order of the units. `thread` is the module to start, one that calls `serveCheckThread`; without
 * it everything happens here.
 */
export async function checkUnits(plan: CheckPlan, thread: URL | undefined): Promise<UnitResult[]> {
  const task: ThreadTask = { plan, next: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
  const drawn = thread === undefined ? [] : await Promise.all(startThreads(task, thread));
  const results = new Map(drawn.flat());
  // What no thread drew, or one before it failed, is checked here.
  const isWhole = plan.units.every((_, index) => results.has(index));
  const checker = isWhole ? undefined : new UnitChecker(plan, await loadInstalledRustParser());
  return plan.units.flatMap((unit, index) => results.get(index) ?? checker?.check(unit) ?? []);
}

/** Runs in a thread: checks units until none is left, and answers. */
export async function serveCheckThread(): Promise<void> {
  const task: ThreadTask = workerData;
  const checker = new UnitChecker(task.plan, await loadInstalledRustParser());
  parentPort?.postMessage(drawUnits(task, checker));
}

/** None for a check that is small. */
function startThreads(task: ThreadTask, module: URL): Promise<DrawnResults>[] {
  const count = threadsFor(task.plan);
  if (count > 0 && nodesWithFlags.has(process.versions.node.split(".", 1)[0] ?? "")) {
    for (const it of threadFlags) setFlagsFromString(it);
  }
  return Array.from({ length: count }, () => startThread(task, module));
}

/** How many threads draw units; none for a check that is small. */
function threadsFor({ units }: CheckPlan): number {
  const weight = units.reduce((sum, it) => sum + it.weight, 0);
  return weight < filesForThreads ? 0 : Math.min(threadsMax, availableParallelism(), units.length);
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

/** A thread that fails gives nothing. */
function startThread(task: ThreadTask, module: URL): Promise<DrawnResults> {
  const worker = new Worker(module, { workerData: task, resourceLimits });
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.once("error", () => resolve([]));
    worker.once("exit", () => resolve([]));
  });
}
