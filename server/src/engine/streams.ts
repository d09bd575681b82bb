/**
 * Messages between subnets. Every pair of subnets has a stream each way; order is kept in it. A message needs some rounds
 * to arrive, a subnet takes in so many bytes a round, and what a full stream has no room for waits with its sender.
 */
import { limits } from "./limits.ts";
import type { CanisterMessage, RequestMessage, ResponseMessage } from "./messages.ts";
import { endOfWait, responseBytes } from "./messages.ts";
import { Fifo } from "./queues.ts";

/** A message that can cross from one subnet to another. */
export type StreamMessage = RequestMessage | ResponseMessage;

/** How fast messages cross. */
export interface StreamPace {
  /** Rounds from the one that sends a message to the one that can execute it, at least 1. */
  readonly latencyRounds: number;
  /** Bytes that a subnet takes in each round, at least one message. */
  readonly bytesPerRound: number;
}

/** As on the mainnet: the round after the next, and what a block has room for. */
export const mainnetPace: StreamPace = { latencyRounds: 2, bytesPerRound: 4 * 1024 * 1024 };

/** Bytes of messages in a stream from which on senders keep theirs. */
const streamBytesMax = 10 * 1024 * 1024;

/** Bytes of a message in a stream beside its payload. */
const overheadBytes = 200;

/** A message of which the next subnet can take notice. */
interface SentMessage {
  readonly message: StreamMessage;
  /** The round in which it entered the stream. */
  readonly round: number;
}

/** A message that a full stream keeps waiting. */
interface KeptMessage {
  readonly message: StreamMessage;
  /** Nanoseconds at which it was sent. */
  readonly timeNanos: bigint;
}

/** What a stream holds, for the disk. */
export interface StreamFacts {
  readonly sent: readonly SentMessage[];
  readonly kept: readonly KeptMessage[];
}

/** Messages from one subnet to another one. */
export class Stream {
  readonly #sent = new Fifo<SentMessage>();
  readonly #kept = new Fifo<KeptMessage>();
  #sentBytes = 0;

  /** Messages in the stream and those that wait for room in it. */
  get length(): number {
    return this.#sent.length + this.#kept.length;
  }

  /** Messages that wait for room. */
  get keptLength(): number {
    return this.#kept.length;
  }

  /** Sends a message; it enters the stream with the next `fill`. */
  push(message: StreamMessage, timeNanos: bigint): void {
    this.#kept.push({ message, timeNanos });
  }

  /** Moves what was sent into the stream while there is room: fewer than so many messages, and 10 MiB. */
  fill(round: number, messagesMax: number): void {
    while (this.#kept.length > 0 && this.#sent.length < messagesMax && this.#sentBytes < streamBytesMax) {
      const kept = this.#kept.shift();
      if (kept === undefined) return;
      this.#sent.push({ message: kept.message, round });
      this.#sentBytes += streamBytesOf(kept.message);
    }
  }

  /** Takes the messages that were sent in `round` or before, while they fit into so many bytes; at least one. */
  take(round: number, bytesMax: number): { readonly messages: readonly StreamMessage[]; readonly bytes: number } {
    const taken: StreamMessage[] = [];
    let bytes = 0;
    for (let next = this.#sent.first; next !== undefined && next.round <= round; next = this.#sent.first) {
      const size = streamBytesOf(next.message);
      if (taken.length > 0 && bytes + size > bytesMax) break;
      bytes += size;
      taken.push(next.message);
      this.#sent.shift();
    }
    this.#sentBytes -= bytes;
    return { messages: taken, bytes };
  }

  /** Takes the requests that waited longer than five minutes for room, and those whose deadline passed. */
  takeExpired(timeNanos: bigint): readonly RequestMessage[] {
    const expired: RequestMessage[] = [];
    if (this.#kept.length === 0) return expired;
    this.#kept.filter(({ message, timeNanos: since }) => {
      if (message.kind === "response") return true;
      const end = message.deadlineNanos === 0n ? since + limits.ingressLifetimeNanos : endOfWait(message.deadlineNanos);
      if (end > timeNanos) return true;
      expired.push(message);
      return false;
    });
    return expired;
  }

  /** When the next message that waits for room gives up, in nanoseconds. */
  nextExpiry(): bigint | undefined {
    let next: bigint | undefined;
    for (const { message, timeNanos } of this.#kept.items()) {
      if (message.kind === "response") continue;
      const end =
        message.deadlineNanos === 0n ? timeNanos + limits.ingressLifetimeNanos : endOfWait(message.deadlineNanos);
      if (next === undefined || end < next) next = end;
    }
    return next;
  }

  /** Cycles on their way. */
  cycles(): bigint {
    let sum = 0n;
    for (const { message } of this.#sent.items()) sum += cyclesIn(message);
    for (const { message } of this.#kept.items()) sum += cyclesIn(message);
    return sum;
  }

  /** All messages, for the disk. */
  facts(): StreamFacts {
    return { sent: this.#sent.items(), kept: this.#kept.items() };
  }

  /** Puts back what `facts` gave. */
  restore({ sent, kept }: StreamFacts): void {
    for (const it of sent) {
      this.#sent.push(it);
      this.#sentBytes += streamBytesOf(it.message);
    }
    for (const it of kept) this.#kept.push(it);
  }
}

/** Cycles that a message carries: attached to a request, or on their way back. */
export function cyclesIn(message: CanisterMessage): bigint {
  if (message.kind === "ingress") return 0n;
  return message.kind === "request" ? message.cycles : message.refund;
}

/** Bytes that a message takes in a stream. */
export function streamBytesOf(message: StreamMessage): number {
  return overheadBytes + payloadBytesOf(message);
}

/** Bytes of the payload of a message: method name and argument, or the response. */
export function payloadBytesOf(message: StreamMessage): number {
  return message.kind === "request" ? message.method.length + message.argument.length : responseBytes(message.response);
}
