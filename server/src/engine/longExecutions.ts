/**
 * Executions of several slices, one slice a round. They are executed at once; what they send and answer is held back
 * until the round of their last slice, and their canister does nothing else before that. Queries see the state before.
 */
import type { Principal } from "../base/principal.ts";
import type { Canister } from "./canister.ts";
import type { Answered } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";
import type { RequestMessage } from "./messages.ts";
import { forgetStateBefore } from "./stateBefore.ts";
import type { CallResponse } from "./trace.ts";

/** What an execution did that others see. */
export type Effect =
  | { readonly kind: "request"; readonly message: RequestMessage }
  | {
      readonly kind: "response";
      readonly respondent: Principal;
      readonly answered: Answered;
      readonly response: CallResponse;
      readonly refund: bigint;
    };

/** The same, and the round of the execution's last slice. */
export interface HeldEffect {
  readonly round: number;
  readonly effect: Effect;
}

const none: readonly Effect[] = [];

/** Whether an execution of so many instructions takes several rounds. */
export function spansRounds(instructions: bigint): boolean {
  return instructions > limits.instructionsPerSlice;
}

/** The long executions of a subnet. */
export class LongExecutions {
  /** Canisters that have one. */
  readonly busy = new Set<Canister>();
  /** In the order in which they happened. */
  held: HeldEffect[] = [];
  /** The round until which an installation goes on: a subnet does one at a time. */
  installingUntilRound = 0;
  /** The last round of the execution that runs now; undefined where that is the present one. */
  #untilRound: number | undefined;

  /** Notes that the running execution of a canister takes so many instructions: it goes on for a round per slice. */
  begin(canister: Canister, instructions: bigint, round: number): void {
    if (!spansRounds(instructions)) return;
    const slices = Number((instructions + limits.instructionsPerSlice - 1n) / limits.instructionsPerSlice);
    canister.busyUntilRound = Math.max(canister.busyUntilRound, round + slices - 1);
    this.#untilRound = canister.busyUntilRound;
    this.busy.add(canister);
  }

  /** Ends the running execution: what comes next does not wait for its slices. */
  end(): void {
    this.#untilRound = undefined;
  }

  /** Keeps an effect of the running execution if that is long; tells whether it does. */
  hold(effect: Effect): boolean {
    if (this.#untilRound === undefined) return false;
    this.held.push({ round: this.#untilRound, effect });
    return true;
  }

  /** Begins the last round of executions: gives what they did, and frees their canisters. */
  release(round: number): readonly Effect[] {
    if (this.busy.size === 0) return none;
    for (const canister of this.busy) {
      if (canister.busyUntilRound > round) continue;
      this.busy.delete(canister);
      forgetStateBefore(canister);
    }
    const due = this.held.filter((it) => it.round <= round);
    if (due.length > 0) this.held = this.held.filter((it) => it.round > round);
    return due.map(({ effect }) => effect);
  }
}
