import type { CallOutcome } from "../../../server/src/protocol/network.ts";
import type { CallRecord } from "./messages.ts";

/** How many calls of a session are kept; the oldest go first. */
const callsMax = 200;

/** The calls of this session, for the panel's history. */
export class CallHistory {
  #calls: readonly CallRecord[] = [];
  #lastId = 0;

  /** The calls to a canister, oldest first. */
  of(canister: string): readonly CallRecord[] {
    return this.#calls.filter((it) => it.canister === canister);
  }

  /** Notes a call that begins now; the id names it when it ends. */
  begin(call: Omit<CallRecord, "id" | "outcome">): number {
    this.#lastId += 1;
    this.#calls = [...this.#calls, { ...call, id: this.#lastId }].slice(-callsMax);
    return this.#lastId;
  }

  /** Notes how a call ended. */
  end(id: number, outcome: CallOutcome): void {
    this.#calls = this.#calls.map((it) => (it.id === id ? { ...it, outcome } : it));
  }

  /** Forgets the calls to a canister that is gone. */
  forget(canister: string): void {
    this.#calls = this.#calls.filter((it) => it.canister !== canister);
  }
}
