/**
 * HTTPS outcalls on their way between the Worker, where the network waits for them, and the process, where they are
 * allowed and made. The network is synchronous: it can wait here for an answer, which a shared counter announces.
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { HttpOutcallAnswer, HttpOutcallRequest } from "../engine/httpOutcalls.ts";

/** From the Worker to the process: please make this request. */
export interface OutcallOnWire {
  /** Unique in the life of the Worker. */
  readonly key: string;
  /** The canister's principal, and the project's name for it where there is one. */
  readonly canister: string;
  readonly name?: string;
  readonly request: HttpOutcallRequest;
}

/** From the process to the Worker: what came of it. */
export interface OutcallAnswerOnWire {
  readonly key: string;
  readonly answer: HttpOutcallAnswer;
}

/** What a network needs to have its outcalls made. */
export interface OutcallDoor {
  send(outcall: OutcallOnWire): void;
  /** Answers that have come, waiting up to so many milliseconds for the first. */
  receive(waitMillis: number): readonly OutcallAnswerOnWire[];
}

/** The Worker's end. */
export class OutcallPort implements OutcallDoor {
  readonly #port: MessagePort;
  readonly #answers: Int32Array;
  #seen = 0;

  /** `answered` is the counter that the process raises and notifies with each answer. */
  constructor(port: MessagePort, answered: SharedArrayBuffer) {
    this.#port = port;
    this.#answers = new Int32Array(answered);
    port.unref();
  }

  send(outcall: OutcallOnWire): void {
    this.#port.postMessage(outcall);
  }

  receive(waitMillis: number): readonly OutcallAnswerOnWire[] {
    if (waitMillis > 0) Atomics.wait(this.#answers, 0, this.#seen, waitMillis);
    const received: OutcallAnswerOnWire[] = [];
    for (;;) {
      const next = receiveMessageOnPort(this.#port);
      if (next === undefined) return received;
      this.#seen++;
      received.push(next.message);
    }
  }
}

/** The process's end: makes each request that the Worker sends by `make`, which never rejects. */
export function serveOutcalls(
  port: MessagePort,
  answered: SharedArrayBuffer,
  make: (outcall: OutcallOnWire) => Promise<HttpOutcallAnswer>,
  afterwards: () => void,
): void {
  const answers = new Int32Array(answered);
  port.on("message", (outcall: OutcallOnWire) => {
    void make(outcall).then((answer) => {
      const message: OutcallAnswerOnWire = { key: outcall.key, answer };
      port.postMessage(message);
      Atomics.add(answers, 0, 1);
      Atomics.notify(answers, 0);
      afterwards();
    });
  });
  port.unref();
}
