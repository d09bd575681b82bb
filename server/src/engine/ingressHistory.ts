import { limits } from "./limits.ts";
import { responseBytes } from "./messages.ts";
import { Fifo } from "./queues.ts";
import type { CallResponse } from "./trace.ts";

/** What is known of an ingress message. https://internetcomputer.org/docs/references/ic-interface-spec#state-tree-request-status */
export type IngressStatus =
  | { readonly kind: "unknown" }
  | { readonly kind: "received" }
  | { readonly kind: "processing" }
  | { readonly kind: "done"; readonly response: CallResponse };

const unknown: IngressStatus = { kind: "unknown" };
const received: IngressStatus = { kind: "received" };
const processing: IngressStatus = { kind: "processing" };

/** By how much clocks may differ: a message may be sent so long after its time is over. Nanoseconds. */
const driftNanos = 30_000_000_000n;

/** One ingress message: its status changes, the entry stays. */
interface Entry {
  readonly ingressId: string;
  status: IngressStatus;
}

/** States of ingress messages; the oldest results are forgotten when there are too many. */
export class IngressHistory {
  readonly #entries = new Map<string, Entry>();
  /** Those with a response, oldest first. */
  readonly #done = new Fifo<Entry>();
  /** Bytes of the responses in `#done`. */
  #doneBytes = 0;
  /** Until when ids that came from outside must not come again, nanoseconds; the first to expire first. */
  readonly #expiry = new Map<string, bigint>();
  /** When the time of those is over that count, nanoseconds; the first to expire first. */
  readonly #counted = new Map<string, bigint>();

  status(ingressId: string): IngressStatus {
    return this.#entries.get(ingressId)?.status ?? unknown;
  }

  /** Whether an ingress message of that id was received and is known, or its result is forgotten but it might come again. */
  has(ingressId: string, timeNanos: bigint): boolean {
    return this.#entries.has(ingressId) || (this.#expiry.get(ingressId) ?? 0n) >= timeNanos;
  }

  /** Remembers an id from outside as long as its message could be sent a second time. */
  remember(ingressId: string, expiryNanos: bigint, timeNanos: bigint): void {
    for (const [id, until] of this.#expiry) {
      if (until >= timeNanos) break;
      this.#expiry.delete(id);
    }
    this.#expiry.set(ingressId, expiryNanos + driftNanos);
  }

  setReceived(ingressId: string, expiryNanos: bigint): void {
    this.#entries.set(ingressId, { ingressId, status: received });
    this.#counted.set(ingressId, expiryNanos);
  }

  /** How many messages there are: those without a response, and those whose time is not over. */
  count(timeNanos: bigint): number {
    for (const [id, expiryNanos] of this.#counted) {
      if (expiryNanos >= timeNanos) break;
      const status = this.status(id).kind;
      if (status === "done" || status === "unknown") this.#counted.delete(id);
    }
    return this.#counted.size;
  }

  setProcessing(ingressId: string): void {
    const entry = this.#entries.get(ingressId);
    if (entry !== undefined) entry.status = processing;
  }

  setDone(ingressId: string, response: CallResponse): void {
    const entry = this.#entries.get(ingressId);
    if (entry === undefined) return;
    entry.status = { kind: "done", response };
    this.#done.push(entry);
    this.#doneBytes += responseBytes(response);
    while (this.#done.length > limits.ingressResults || this.#doneBytes > limits.ingressResultBytes)
      this.#forgetOldest();
  }

  /** What is open, and the newest results, oldest first: for state on disk. */
  entries(): [string, IngressStatus][] {
    const newest: [string, IngressStatus][] = [];
    let bytes = 0;
    for (const { ingressId, status } of this.#done.items().toReversed()) {
      if (status.kind === "done") bytes += responseBytes(status.response);
      if (newest.length >= limits.ingressResultsOnDisk || bytes > limits.ingressResultBytesOnDisk) break;
      newest.push([ingressId, status]);
    }
    const open: [string, IngressStatus][] = [];
    for (const { ingressId, status } of this.#entries.values()) {
      if (status.kind !== "done") open.push([ingressId, status]);
    }
    return [...newest.reverse(), ...open];
  }

  /** Puts back what `entries` gave. */
  restore(entries: readonly (readonly [string, IngressStatus])[]): void {
    for (const [ingressId, status] of entries) {
      const entry = { ingressId, status };
      this.#entries.set(ingressId, entry);
      this.#counted.set(ingressId, 0n);
      if (status.kind !== "done") continue;
      this.#done.push(entry);
      this.#doneBytes += responseBytes(status.response);
    }
  }

  #forgetOldest(): void {
    const oldest = this.#done.shift();
    if (oldest?.status.kind !== "done") return;
    this.#entries.delete(oldest.ingressId);
    this.#doneBytes -= responseBytes(oldest.status.response);
  }
}
