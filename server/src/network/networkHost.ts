import { mkdirSync } from "node:fs";
import { MessageChannel, Worker } from "node:worker_threads";
import { assertNever } from "../base/assert.ts";
import type { HttpOutcallAnswer } from "../engine/httpOutcalls.ts";
import type { NetworkRequests, Progress } from "../protocol/network.ts";
import { type DirectoryLock, lockDirectory } from "./directoryLock.ts";
import { hasSeveralMemories, hostTooOld } from "./hostRequirements.ts";
import { fetchHttpOutcall } from "./httpFetch.ts";
import type { AnsweredMethod } from "./network.ts";
import type { WantedChoices } from "./networkChoices.ts";
import { NetworkError, stateDirectoryError } from "./networkError.ts";
import { type OutcallOnWire, serveOutcalls } from "./outcallPort.ts";
import { cancelSlots, type Failure, type FromWorker, type ToWorker, type WorkerSettings } from "./workerMessages.ts";

/** What a process needs to have a network. */
export interface NetworkHostOptions {
  /** The workspace's `.canister-workbench` folder. */
  readonly directory: string;
  /** This program in words for users, told to others who want the same folder. */
  readonly program: string;
  /** Kinds of the subnets of a new network; one application subnet when absent. */
  readonly subnets?: readonly string[];
  /** How it executes from now on; where absent, as the state says. */
  readonly choices?: WantedChoices;
  /** The module of the Worker: `networkWorker.ts`, or its bundle. */
  readonly worker: URL;
  /** Versions of the engine, of Node and of V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** The state changed without a request. */
  readonly changed: () => void;
  readonly progress: (progress: Progress) => void;
  /** For the user, who did not ask; several lines are one notice. */
  readonly notice: (message: string) => void;
  /** A mistake of ours, for a log. */
  readonly mistake: (stack: string) => void;
  /**
   * Whether this request of a canister may be made from this machine: the user's consent. A text is what the canister
   * hears instead (SYS_FATAL).
   */
  readonly mayRequest: (outcall: OutcallOnWire) => Promise<true | string>;
  /** How long a cancelled execution may take to react before its Worker is ended by force; milliseconds. */
  readonly reactionMillisMax?: number;
}

/** Room for deep recursion in canisters: the IC's own limit of Wasm frames must be reached first. */
const stackMegabytes = 64;

/** A slice of 2 billion instructions takes a few seconds on a slow machine. */
const reactionMillisMax = 10_000;

/** How long the Worker may take to write its state at the end. */
const closeMillisMax = 4_000;

interface PendingRequest {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: NetworkError) => void;
}

interface RunningWorker {
  readonly worker: Worker;
  readonly pending: Map<number, PendingRequest>;
  readonly cancelFlags: Int32Array;
  readonly ended: Promise<void>;
  /** When the Worker was last heard of, by `performance.now()`. */
  heardMillis: number;
  /** Whether something runs that did not begin with a request: timers, heartbeats. */
  ticking: boolean;
}

/**
 * The network of a workspace as a process sees it: it holds the folder's lock, runs the network in a Worker so that the
 * process keeps answering while a canister computes, and starts the Worker again from the saved state when it ended.
 */
export class NetworkHost {
  readonly #options: NetworkHostOptions;
  #lock: DirectoryLock | undefined;
  #running: RunningWorker | undefined;
  #lastId = 0;

  constructor(options: NetworkHostOptions) {
    this.#options = options;
  }

  /** Answers a request. Rejects with `NetworkError`, in words for the user. */
  async request<M extends AnsweredMethod>(
    method: M,
    params: NetworkRequests[M]["params"],
  ): Promise<NetworkRequests[M]["result"]> {
    const running = this.#start();
    const id = ++this.#lastId;
    const result = new Promise<unknown>((resolve, reject) => running.pending.set(id, { resolve, reject }));
    this.#post(running, { kind: "request", id, method, params });
    // The Worker answers with what `Network.request` gave for this method.
    return (await result) as NetworkRequests[M]["result"];
  }

  /** Ends the message execution that is running now. False when nothing runs. */
  cancel(): boolean {
    const running = this.#running;
    if (running === undefined || (running.pending.size === 0 && !running.ticking)) return false;
    this.#setCancelled(running);
    this.#watchReaction(running, this.#lastId, performance.now());
    return true;
  }

  /** Writes the state and gives the folder back. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running !== undefined) {
      this.#setCancelled(running);
      this.#post(running, { kind: "close" });
      const timer = setTimeout(() => void running.worker.terminate(), closeMillisMax);
      await running.ended;
      clearTimeout(timer);
    }
    this.#lock?.release();
    this.#lock = undefined;
  }

  #start(): RunningWorker {
    if (this.#running !== undefined) return this.#running;
    const { directory, program } = this.#options;
    if (!hasSeveralMemories) throw hostTooOld();
    try {
      mkdirSync(directory, { recursive: true });
    } catch (error) {
      throw stateDirectoryError(`The network's state folder ${directory} cannot be made`, error);
    }
    this.#lock ??= lockDirectory(directory, program);
    this.#running = this.#launch();
    return this.#running;
  }

  #launch(): RunningWorker {
    const { directory, versions, subnets, choices = {}, worker: address } = this.#options;
    const cancelFlags = new SharedArrayBuffer(8);
    const outcallsAnswered = new SharedArrayBuffer(4);
    const { port1: ours, port2: outcallPort } = new MessageChannel();
    const workerData: WorkerSettings = {
      directory,
      versions,
      choices,
      cancelFlags,
      outcallPort,
      outcallsAnswered,
      ...(subnets !== undefined && { subnets }),
    };
    const worker = new Worker(address, {
      workerData,
      transferList: [outcallPort],
      resourceLimits: { stackSizeMb: stackMegabytes },
    });
    serveOutcalls(
      ours,
      outcallsAnswered,
      (outcall) => this.#makeOutcall(outcall),
      () => worker.postMessage({ kind: "outcallAnswered" } satisfies ToWorker),
    );
    const running: RunningWorker = {
      worker,
      pending: new Map(),
      cancelFlags: new Int32Array(cancelFlags),
      ended: new Promise((resolve) => worker.once("exit", () => resolve())),
      heardMillis: performance.now(),
      ticking: false,
    };
    let reason = "The network's Worker ended unexpectedly.";
    worker.on("message", (message: FromWorker) => this.#hear(running, message));
    worker.on("error", (error) => {
      reason = `The network's Worker ended unexpectedly: ${error instanceof Error ? error.message : String(error)}.`;
      this.#options.mistake(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
    worker.once("exit", () => {
      if (this.#running === running) this.#running = undefined;
      ours.close();
      failAll(running, { message: `${reason} The next request starts it again from the state saved last.` });
    });
    return running;
  }

  #hear(running: RunningWorker, message: FromWorker): void {
    running.heardMillis = performance.now();
    switch (message.kind) {
      case "response":
        running.pending.get(message.id)?.resolve(message.result);
        running.pending.delete(message.id);
        return;
      case "failure":
        if (message.failure.stack !== undefined) this.#options.mistake(message.failure.stack);
        running.pending.get(message.id)?.reject(errorOf(message.failure));
        running.pending.delete(message.id);
        return;
      case "changed":
        running.ticking = false;
        this.#options.changed();
        return;
      case "progress":
        running.ticking = running.pending.size === 0;
        this.#options.progress(message.progress);
        return;
      case "notice":
        this.#options.notice(message.message);
        return;
      case "unusable":
        failAll(running, message.failure);
        return;
      default:
        assertNever(message);
    }
  }

  /** Ends the Worker when it does not react to a cancellation, as in a host call that does not come back. */
  #watchReaction(running: RunningWorker, lastId: number, sinceMillis: number): void {
    const millisMax = this.#options.reactionMillisMax ?? reactionMillisMax;
    const timer = setInterval(() => {
      const isOver = this.#running !== running || (running.pending.size === 0 && !running.ticking);
      if (isOver || this.#lastId !== lastId) return clearInterval(timer);
      if (performance.now() - Math.max(sinceMillis, running.heardMillis) < millisMax) return;
      clearInterval(timer);
      const message =
        `The message execution was ended by force: it did not react within ${Math.round(millisMax / 1000)} seconds. ` +
        "The network goes on from the state saved before this request.";
      failAll(running, { message });
      this.#running = undefined;
      void running.worker.terminate();
      this.#options.changed();
    }, 100);
    timer.unref();
  }

  async #makeOutcall(outcall: OutcallOnWire): Promise<HttpOutcallAnswer> {
    try {
      const allowed = await this.#options.mayRequest(outcall);
      if (allowed === true) return await fetchHttpOutcall(outcall.request);
      return { kind: "reject", rejectCode: 1, message: allowed };
    } catch (error) {
      return { kind: "reject", rejectCode: 2, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #setCancelled({ cancelFlags }: RunningWorker): void {
    Atomics.store(cancelFlags, cancelSlots.upToRequest, this.#lastId);
    Atomics.store(cancelFlags, cancelSlots.tick, 1);
  }

  #post({ worker }: RunningWorker, message: ToWorker): void {
    worker.postMessage(message);
  }
}

function failAll({ pending }: RunningWorker, failure: Failure): void {
  for (const { reject } of pending.values()) reject(errorOf(failure));
  pending.clear();
}

function errorOf({ message, code }: Failure): NetworkError {
  return new NetworkError(message, code);
}
