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

/** States of ingress messages; the oldest results are forgotten when there are too many. */
export class IngressHistory {
  readonly #open = new Map<string, IngressStatus>();
  readonly #done = new Map<string, IngressStatus & { readonly kind: "done" }>();
  /** Ids of `#done`, oldest first. */
  readonly #doneOrder = new Fifo<string>();
  /** Bytes of the responses in `#done`. */
  #doneBytes = 0;

  status(ingressId: string): IngressStatus {
    return this.#done.get(ingressId) ?? this.#open.get(ingressId) ?? unknown;
  }

  /** Whether an ingress message of that id was ever received (and not forgotten). */
  has(ingressId: string): boolean {
    return this.#open.has(ingressId) || this.#done.has(ingressId);
  }

  /** Messages that wait for their response. */
  get openCount(): number {
    return this.#open.size;
  }

  setReceived(ingressId: string): void {
    this.#open.set(ingressId, received);
  }

  setProcessing(ingressId: string): void {
    this.#open.set(ingressId, processing);
  }

  setDone(ingressId: string, response: CallResponse): void {
    this.#open.delete(ingressId);
    this.#remember(ingressId, { kind: "done", response });
    while (this.#done.size > limits.ingressResults || this.#doneBytes > limits.ingressResultBytes) this.#forgetOldest();
  }

  /** What is open, and the newest results, oldest first: for state on disk. */
  entries(): [string, IngressStatus][] {
    const newest: [string, IngressStatus][] = [];
    let bytes = 0;
    for (const ingressId of this.#doneOrder.items().toReversed()) {
      const status = this.#done.get(ingressId);
      if (status === undefined) continue;
      bytes += responseBytes(status.response);
      if (newest.length >= limits.ingressResultsOnDisk || bytes > limits.ingressResultBytesOnDisk) break;
      newest.push([ingressId, status]);
    }
    return [...newest.reverse(), ...this.#open];
  }

  /** Puts back what `entries` gave. */
  restore(entries: readonly (readonly [string, IngressStatus])[]): void {
    for (const [ingressId, status] of entries) {
      if (status.kind === "done") this.#remember(ingressId, status);
      else this.#open.set(ingressId, status);
    }
  }

  #remember(ingressId: string, status: IngressStatus & { readonly kind: "done" }): void {
    this.#done.set(ingressId, status);
    this.#doneOrder.push(ingressId);
    this.#doneBytes += responseBytes(status.response);
  }

  #forgetOldest(): void {
    const oldest = this.#doneOrder.shift();
    const status = oldest === undefined ? undefined : this.#done.get(oldest);
    if (oldest === undefined || status === undefined) return;
    this.#done.delete(oldest);
    this.#doneBytes -= responseBytes(status.response);
  }
}
