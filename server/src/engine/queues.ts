import { bestEffortBytesOf, messageBytesOf } from "./messageMemory.ts";
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

  /** Puts items before all others, in their order. */
  putBack(items: readonly T[]): void {
    this.#items = [...items, ...this.items()];
    this.#head = 0;
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

/** Where the messages of a canister's input come from: users, canisters of its subnet, canisters of others. */
export type InputKind = "local" | "ingress" | "remote";

const turns: readonly InputKind[] = ["local", "ingress", "remote"];

/** A queue of one sender; all users share one. */
export type InputQueue = { readonly kind: "ingress" } | { readonly kind: "canister"; readonly sender: string };

/** The senders of one kind with messages, the next one first. */
type Senders = Fifo<string>;

/**
 * What waits to be executed by one canister. Order is kept for each sender. Canisters of the subnet, users and canisters
 * of other subnets take turns, and so do the canisters among themselves. Responses share the queue of their respondent
 * with its requests.
 */
export class InputQueues {
  readonly #ingress = new Fifo<IngressMessage>();
  readonly #bySender = new Map<string, Fifo<FromCanister>>();
  readonly #local: Senders = new Fifo();
  readonly #remote: Senders = new Fifo();
  readonly #remoteSenders = new Set<string>();
  #next: InputKind = "local";
  #length = 0;
  #bytes = 0;
  #bestEffortBytes = 0;

  /** Bytes of the messages of bounded waits. */
  get bestEffortBytes(): number {
    return this.#bestEffortBytes;
  }

  /** Bytes of the messages of canisters. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whose turn it is. */
  get next(): InputKind {
    return this.#next;
  }

  /** Messages of all kinds. */
  get length(): number {
    return this.#length;
  }

  /** Adds a message; `isRemote` tells whether its sender lives on another subnet. */
  push(message: CanisterMessage, isRemote = false): void {
    this.#length++;
    if (message.kind === "ingress") {
      this.#ingress.push(message);
      return;
    }
    this.#bytes += messageBytesOf(message);
    this.#bestEffortBytes += bestEffortBytesOf(message);
    const sender = message.kind === "request" ? message.sender.key : message.respondent.key;
    let queue = this.#bySender.get(sender);
    if (queue === undefined) {
      queue = new Fifo();
      this.#bySender.set(sender, queue);
    }
    if (queue.length === 0) {
      if (isRemote) this.#remoteSenders.add(sender);
      (isRemote ? this.#remote : this.#local).push(sender);
    }
    queue.push(message);
  }

  /** The next message: local canisters, users and remote canisters in turns. */
  shift(): CanisterMessage | undefined {
    if (this.#length === 0) return undefined;
    for (;;) {
      const kind = this.#next;
      this.#next = turns[(turns.indexOf(kind) + 1) % turns.length] ?? "local";
      if (kind === "ingress" && this.#ingress.length > 0) return this.takeFrom({ kind });
      const sender = kind === "ingress" ? undefined : this.#sendersOf(kind).first;
      if (sender !== undefined) return this.takeFrom({ kind: "canister", sender });
    }
  }

  /** The queues with messages, for schedulers that choose for themselves. */
  waiting(): readonly InputQueue[] {
    const senders = [...this.#local.items(), ...this.#remote.items()];
    const queues: InputQueue[] = senders.map((sender) => ({ kind: "canister", sender }));
    return this.#ingress.length > 0 ? [{ kind: "ingress" }, ...queues] : queues;
  }

  /** The first message of a queue; its sender goes behind the others. */
  takeFrom(it: InputQueue): CanisterMessage | undefined {
    if (it.kind === "ingress") {
      const message = this.#ingress.shift();
      if (message !== undefined) this.#length--;
      return message;
    }
    const queue = this.#bySender.get(it.sender);
    const message = queue?.shift();
    if (queue === undefined || message === undefined) return undefined;
    this.#length--;
    this.#bytes -= messageBytesOf(message);
    this.#bestEffortBytes -= bestEffortBytesOf(message);
    const senders = this.#sendersOf(this.#remoteSenders.has(it.sender) ? "remote" : "local");
    if (senders.first === it.sender) senders.shift();
    else senders.filter((sender) => sender !== it.sender);
    if (queue.length > 0) {
      senders.push(it.sender);
    } else {
      this.#bySender.delete(it.sender);
      this.#remoteSenders.delete(it.sender);
    }
    return message;
  }

  /** Removes and gives the messages that `expired` names. */
  takeExpired(expired: (message: CanisterMessage) => boolean): CanisterMessage[] {
    const taken = this.messages().filter(expired);
    if (taken.length === 0) return taken;
    this.#replace(this.messages().filter((it) => !expired(it)));
    return taken;
  }

  /** Removes the largest message of a bounded wait and gives it; something else takes the place of a response. */
  shedLargest(inPlaceOf: (response: ResponseMessage) => ResponseMessage): FromCanister | undefined {
    let largest: FromCanister | undefined;
    for (const message of this.messages()) {
      if (message.kind === "ingress" || bestEffortBytesOf(message) === 0) continue;
      if (largest === undefined || bestEffortBytesOf(message) >= bestEffortBytesOf(largest)) largest = message;
    }
    if (largest === undefined) return undefined;
    const shed = largest;
    this.#replace(
      this.messages().flatMap((it) => (it !== shed ? [it] : shed.kind === "response" ? [inPlaceOf(shed)] : [])),
    );
    return shed;
  }

  /** Keys of the senders on other subnets that have messages here. */
  get remoteSenders(): ReadonlySet<string> {
    return new Set(this.#remoteSenders);
  }

  /** All messages, those of users first, then sender by sender in their turn. */
  messages(): CanisterMessage[] {
    const senders = [...this.#local.items(), ...this.#remote.items()];
    return [...this.#ingress.items(), ...senders.flatMap((sender) => this.#bySender.get(sender)?.items() ?? [])];
  }

  /** Puts back what was read from `messages`, `next` and `remoteSenders`. */
  restore(messages: readonly CanisterMessage[], next: InputKind, remoteSenders: ReadonlySet<string>): void {
    for (const message of messages) this.push(message, isFrom(remoteSenders, message));
    this.#next = next;
  }

  clear(): void {
    this.#ingress.filter(() => false);
    this.#bySender.clear();
    this.#local.filter(() => false);
    this.#remote.filter(() => false);
    this.#remoteSenders.clear();
    this.#length = 0;
    this.#bytes = 0;
    this.#bestEffortBytes = 0;
  }

  #replace(messages: readonly CanisterMessage[]): void {
    const remote = this.remoteSenders;
    this.clear();
    for (const message of messages) this.push(message, isFrom(remote, message));
  }

  #sendersOf(kind: "local" | "remote"): Senders {
    return kind === "local" ? this.#local : this.#remote;
  }
}

function isFrom(senders: ReadonlySet<string>, message: CanisterMessage): boolean {
  if (message.kind === "ingress") return false;
  return senders.has(message.kind === "request" ? message.sender.key : message.respondent.key);
}
