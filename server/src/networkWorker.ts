/** The Worker with the network: answers the process's requests one after the other, and lets time pass in between. */
import { createHash } from "node:crypto";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { assert } from "./base/assert.ts";
import { createV8Embedder } from "./engine/embedder/v8Embedder.ts";
import { type AnsweredMethod, Network } from "./network/network.ts";
import { NetworkError } from "./network/networkError.ts";
import { OutcallPort } from "./network/outcallPort.ts";
import {
  cancelSlots,
  type Failure,
  type FromWorker,
  type ToWorker,
  type WorkerSettings,
} from "./network/workerMessages.ts";
import type { NetworkRequests } from "./protocol/network.ts";

assert(!isMainThread && parentPort !== null, "networkWorker is started as a Worker");
const port = parentPort;
const settings: WorkerSettings = workerData;
const cancelFlags = new Int32Array(settings.cancelFlags);
/** The request that is being answered; undefined while timers and heartbeats run. */
let requestId: number | undefined;
let timer: NodeJS.Timeout | undefined;

const network = openNetwork();
if (network !== undefined) serve(network);

function openNetwork(): Network | undefined {
  try {
    return Network.open({
      directory: settings.directory,
      embedder: createV8Embedder({ gunzip, sha256 }),
      ...(settings.subnets !== undefined && { subnets: settings.subnets }),
      ...settings.choices,
      clock: () => BigInt(Date.now()) * 1_000_000n,
      isCancelled,
      progress: (progress) => send({ kind: "progress", progress }),
      notice: (message) => send({ kind: "notice", message }),
      versions: settings.versions,
      outcalls: new OutcallPort(settings.outcallPort, settings.outcallsAnswered),
    });
  } catch (error) {
    send({ kind: "unusable", failure: failureOf(error) });
    return undefined;
  }
}

function serve(network: Network): void {
  port.on("message", (message: ToWorker) => {
    clearTimeout(timer);
    if (message.kind === "close") {
      close(network);
      return;
    }
    if (message.kind === "outcallAnswered") tick(network);
    else send(answer(network, message));
    schedule(network);
  });
  schedule(network);
}

/** The one place where a request can fail. */
function answer(network: Network, { id, method, params }: ToWorker & { kind: "request" }): FromWorker {
  requestId = id;
  try {
    if (isCancelled()) throw new NetworkError("The request was cancelled before it began.");
    // The process passes on what its client sent; the handlers look at what they read.
    const request = method as AnsweredMethod;
    const result = network.request(request, params as NetworkRequests[typeof request]["params"]);
    return { kind: "response", id, result };
  } catch (error) {
    return { kind: "failure", id, failure: failureOf(error) };
  }
}

/** Timers and heartbeats run while nobody asks for anything. */
function schedule(network: Network): void {
  const millis = network.millisToNextTick();
  if (millis === undefined) return;
  timer = setTimeout(() => {
    tick(network);
    schedule(network);
  }, millis);
}

function tick(network: Network): void {
  requestId = undefined;
  Atomics.store(cancelFlags, cancelSlots.tick, 0);
  try {
    if (network.tick()) send({ kind: "changed" });
  } catch (error) {
    send({ kind: "notice", message: failureOf(error).message });
  }
}

function close(network: Network): void {
  try {
    network.close();
  } catch (error) {
    send({ kind: "notice", message: failureOf(error).message });
  }
  port.close();
}

function isCancelled(): boolean {
  if (requestId === undefined) return Atomics.load(cancelFlags, cancelSlots.tick) !== 0;
  return Atomics.load(cancelFlags, cancelSlots.upToRequest) >= requestId;
}

function send(message: FromWorker): void {
  port.postMessage(message);
}

function failureOf(error: unknown): Failure {
  if (error instanceof NetworkError) {
    return { message: error.message, ...(error.code !== undefined && { code: error.code }) };
  }
  const reason = error instanceof Error ? error : new Error(String(error));
  const message = `This is a mistake of Canister Workbench, not of the canister: ${reason.message}`;
  return { message, ...(reason.stack !== undefined && { stack: reason.stack }) };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

function gunzip(packed: Uint8Array, bytesMax: number): Uint8Array | undefined {
  try {
    return gunzipSync(packed, { maxOutputLength: bytesMax });
  } catch {
    return undefined;
  }
}
