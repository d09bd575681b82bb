import type { CallOutcome } from "../../../server/src/protocol/network.ts";
import { Obstacle } from "../obstacle.ts";

/** @throws Obstacle when a request to the management canister was rejected; `problem` says what did not happen. */
export function expectReply(problem: string, outcome: CallOutcome): void {
  if (outcome.kind !== "replied") throw new Obstacle(`${problem}: ${outcome.message}`);
}
