import type { HttpOutcall, HttpOutcallAnswer } from "../engine/httpOutcalls.ts";
import type { OutcallDoor } from "./outcallPort.ts";

/** What outcalls are looked for in and answered to. */
export interface OutcallSource {
  httpOutcalls(): readonly HttpOutcall[];
  answerHttpOutcall(id: number, answer: HttpOutcallAnswer): boolean;
}

/** Longest wait for an answer until cancellation is looked at again, in milliseconds. */
const waitMillis = 100;

/** Sends each outcall of a network through the door once, and brings the answers back. */
export class Outcalls {
  readonly #door: OutcallDoor | undefined;
  readonly #nameOf: (canisterId: string) => string | undefined;
  readonly #sent = new Map<string, number>();
  readonly #generation: number;

  /** `generation` tells answers for this network from those for one that was reset. */
  constructor(door: OutcallDoor | undefined, generation: number, nameOf: (canisterId: string) => string | undefined) {
    this.#door = door;
    this.#generation = generation;
    this.#nameOf = nameOf;
  }

  /** Sends what is new and takes what has come. Answers whether a canister has something to do now. */
  exchange(source: OutcallSource, wait: "wait" | "noWait" = "noWait"): boolean {
    if (this.#door === undefined) return false;
    const pending = source.httpOutcalls();
    for (const outcall of pending) this.#send(this.#door, outcall);
    if (this.#sent.size === 0) return false;
    let answered = false;
    for (const { key, answer } of this.#door.receive(wait === "wait" ? waitMillis : 0)) {
      const id = this.#sent.get(key);
      this.#sent.delete(key);
      if (id !== undefined && source.answerHttpOutcall(id, answer)) answered = true;
    }
    return answered;
  }

  /** Whether an answer can come that a call may wait for. */
  isWaiting(source: OutcallSource): boolean {
    return this.#door !== undefined && source.httpOutcalls().length > 0;
  }

  #send(door: OutcallDoor, { id, canisterId, request }: HttpOutcall): void {
    const key = `${this.#generation}:${id}`;
    if (this.#sent.has(key)) return;
    const name = this.#nameOf(canisterId.text);
    this.#sent.set(key, id);
    door.send({ key, canister: canisterId.text, ...(name === undefined ? {} : { name }), request });
  }
}
