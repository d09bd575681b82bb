import { messageBytesOf } from "./messageMemory.ts";
import type { CanisterMessage, IngressMessage, RequestMessage, ResponseMessage } from "./messages.ts";

/** A first-in first-out queue without copying at each take. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The item that comes next. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Items from first to last. */
  items(): readonly T[] {
    return this.#items.slice(this.#head);
  }

  /** Keeps only some items. */
  filter(keep: (item: T) => boolean): void {
    this.#items = this.items().filter(keep);
    this.#head = 0;
  }
}

/** The messages of one sender for one canister, in the order they were sent. */
type FromCanister = RequestMessage | ResponseMessage;

/**
 * What waits to be executed by one canister. Order is kept for each sender; senders take turns, and canisters as a
 * whole with users. Responses share the queue of their respondent, as requests do.
 */
export class InputQueues {
  readonly #ingress = new Fifo<IngressMessage>();
  readonly #bySender = new Map<string, Fifo<FromCanister>>();
  /** Senders with messages, the next one first. */
  readonly #senders = new Fifo<string>();
  #ingressNext = true;
  #length = 0;
  #bytes = 0;

  /** Bytes of the messages of canisters. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a user's message comes before the next one of a canister. */
  get ingressNext(): boolean {
    return this.#ingressNext;
  }

  /** Messages of all kinds. */
  get length(): number {
    return this.#length;
  }

  push(message: CanisterMessage): void {
    this.#length++;
    if (message.kind === "ingress") {
      this.#ingress.push(message);
      return;
    }
    this.#bytes += messageBytesOf(message);
    const sender = message.kind === "request" ? message.sender.key : message.respondent.key;
    let queue = this.#bySender.get(sender);
    if (queue === undefined) {
      queue = new Fifo();
      this.#bySender.set(sender, queue);
    }
    if (queue.length === 0) this.#senders.push(sender);
    queue.push(message);
  }

  /** The next message: users and canisters in turns, one canister after the other. */
  shift(): CanisterMessage | undefined {
    if (this.#length === 0) return undefined;
    const fromIngress = this.#senders.length === 0 || (this.#ingressNext && this.#ingress.length > 0);
    this.#ingressNext = !fromIngress;
    this.#length--;
    return fromIngress ? this.#ingress.shift() : this.#shiftFromCanister();
  }

  /** Removes and gives the messages that `expired` names. */
  takeExpired(expired: (message: CanisterMessage) => boolean): CanisterMessage[] {
    const taken = this.messages().filter(expired);
    if (taken.length === 0) return taken;
    const rest = this.messages().filter((it) => !expired(it));
    this.clear();
    for (const message of rest) this.push(message);
    return taken;
  }

  /** All messages, those of users first, then sender by sender in their turn. */
  messages(): CanisterMessage[] {
    const fromCanisters = this.#senders.items().flatMap((sender) => this.#bySender.get(sender)?.items() ?? []);
    return [...this.#ingress.items(), ...fromCanisters];
  }

  /** Puts back what was read from `messages` and `ingressNext`. */
  restore(messages: readonly CanisterMessage[], ingressNext: boolean): void {
    for (const message of messages) this.push(message);
    this.#ingressNext = ingressNext;
  }

  clear(): void {
    this.#ingress.filter(() => false);
    this.#bySender.clear();
    this.#senders.filter(() => false);
    this.#length = 0;
    this.#bytes = 0;
  }

  #shiftFromCanister(): FromCanister | undefined {
    const sender = this.#senders.shift();
    const queue = sender === undefined ? undefined : this.#bySender.get(sender);
    const message = queue?.shift();
    if (message !== undefined) this.#bytes -= messageBytesOf(message);
    if (sender !== undefined && queue !== undefined) {
      if (queue.length > 0) this.#senders.push(sender);
      else this.#bySender.delete(sender);
    }
    return message;
  }
}
