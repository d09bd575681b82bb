import type { IngressStatus } from "./ingressHistory.ts";

/** What executes rounds: one subnet, or all of a network in lockstep. */
export interface RoundMachine {
  ingressStatus(ingressId: string): IngressStatus;
  /** Whether nothing is left to run before time moves. */
  isIdle(): boolean;
  executeRound(): unknown;
}

/** Runs rounds until the message has its response or nothing is left to run. At most `roundsMax` rounds. */
export function awaitIngress(machine: RoundMachine, ingressId: string, roundsMax: number): IngressStatus {
  for (let round = 0; round < roundsMax; round++) {
    const status = machine.ingressStatus(ingressId);
    if (status.kind === "done" || status.kind === "unknown" || machine.isIdle()) return status;
    machine.executeRound();
  }
  return machine.ingressStatus(ingressId);
}

/** Runs rounds until nothing is left to run, at most `roundsMax`; gives their number. */
export function executeUntilIdle(machine: RoundMachine, roundsMax: number): number {
  let rounds = 0;
  while (rounds < roundsMax && !machine.isIdle()) {
    machine.executeRound();
    rounds++;
  }
  return rounds;
}
