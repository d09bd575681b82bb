/** HTTPS outcalls that wait for their response: the subnet asks, somebody outside answers. */
import type { Principal } from "../base/principal.ts";
import type { RejectCode } from "./errors.ts";
import type { ManagementCall } from "./executionEnvironment.ts";
import type { HttpHeader, HttpMethod } from "./management/httpShapes.ts";

/** The request that a canister wants to be made. */
export interface HttpOutcallRequest {
  readonly url: string;
  readonly method: HttpMethod;
  readonly headers: readonly HttpHeader[];
  readonly body: Uint8Array;
  /** Bytes of headers and body together; 2 000 000 unless the canister asked for less. */
  readonly maxResponseBytes: number;
  /** Whether all nodes would make it, and have to agree; else one node does. */
  readonly isReplicated: boolean;
  /** The query method that the response goes through first. */
  readonly transform?: { readonly method: string; readonly context: Uint8Array };
}

/** A request that was paid for and has no response yet. */
export interface HttpOutcall {
  /** Counted from 0 in each subnet. */
  readonly id: number;
  readonly canisterId: Principal;
  readonly request: HttpOutcallRequest;
  /** Nanoseconds; without a response until then it is rejected. */
  readonly deadlineNanos: bigint;
}

/** What came of a request. */
export type HttpOutcallAnswer =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: readonly HttpHeader[];
      readonly body: Uint8Array;
    }
  | { readonly kind: "reject"; readonly rejectCode: RejectCode; readonly message: string };

/** An outcall with the call of http_request that waits for it. */
export interface PendingHttpOutcall extends HttpOutcall {
  readonly call: ManagementCall;
  /** Cycles that go back with the response. */
  readonly refund: bigint;
}

/** Requests by id, and answers that the next round will see. */
export class HttpOutcalls {
  readonly #pending = new Map<number, PendingHttpOutcall>();
  #answers: { readonly id: number; readonly answer: HttpOutcallAnswer }[] = [];
  #nextId: number;

  constructor(pending: readonly PendingHttpOutcall[] = [], nextId = 0) {
    for (const outcall of pending) this.#pending.set(outcall.id, outcall);
    this.#nextId = nextId;
  }

  /** Requests without a response, oldest first. */
  get pending(): readonly PendingHttpOutcall[] {
    return [...this.#pending.values()];
  }

  /** Number of requests without a response. */
  get count(): number {
    return this.#pending.size;
  }

  /** The id that the next request gets. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Whether the next round has answers to deliver. */
  get hasAnswers(): boolean {
    return this.#answers.length > 0;
  }

  /** When the first request times out, nanoseconds. */
  get nextDeadlineNanos(): bigint | undefined {
    let first: bigint | undefined;
    for (const { deadlineNanos } of this.#pending.values()) {
      if (first === undefined || deadlineNanos < first) first = deadlineNanos;
    }
    return first;
  }

  add(outcall: Omit<PendingHttpOutcall, "id">): void {
    const id = this.#nextId++;
    this.#pending.set(id, { ...outcall, id });
  }

  /** Keeps an answer for the next round; false when nobody waits for it, or it has one already. */
  answer(id: number, answer: HttpOutcallAnswer): boolean {
    if (!this.#pending.has(id) || this.#answers.some((it) => it.id === id)) return false;
    this.#answers.push({ id, answer });
    return true;
  }

  /** What is answered or timed out at that time, each with its request, which waits no longer. */
  takeDue(timeNanos: bigint): readonly { readonly outcall: PendingHttpOutcall; readonly answer: HttpOutcallAnswer }[] {
    if (this.#pending.size === 0) return [];
    const due: { outcall: PendingHttpOutcall; answer: HttpOutcallAnswer }[] = [];
    const take = (id: number, answer: HttpOutcallAnswer) => {
      const outcall = this.#pending.get(id);
      if (outcall === undefined) return;
      this.#pending.delete(id);
      due.push({ outcall, answer });
    };
    for (const { id, answer } of this.#answers) take(id, answer);
    this.#answers = [];
    for (const { id, deadlineNanos } of [...this.#pending.values()]) {
      if (deadlineNanos <= timeNanos) take(id, timedOut);
    }
    return due;
  }
}

const timedOut: HttpOutcallAnswer = {
  kind: "reject",
  rejectCode: 2,
  message: "Canister http request timed out",
};
