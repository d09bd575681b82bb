import { limits } from "./limits.ts";
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
  readonly #done = new Map<string, IngressStatus>();

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
    this.#done.set(ingressId, { kind: "done", response });
    if (this.#done.size <= limits.ingressResults) return;
    for (const oldest of this.#done.keys()) {
      this.#done.delete(oldest);
      return;
    }
  }

  /** All entries, for state on disk. */
  entries(): [string, IngressStatus][] {
    return [...this.#done, ...this.#open];
  }

  /** Puts back what `entries` gave. */
  restore(entries: readonly (readonly [string, IngressStatus])[]): void {
    for (const [ingressId, status] of entries)
      (status.kind === "done" ? this.#done : this.#open).set(ingressId, status);
  }
}
