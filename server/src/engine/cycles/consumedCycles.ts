/** What a canister's cycles were consumed for, as canister_metrics tells it. */
export const cyclesUses = [
  "memory",
  "compute_allocation",
  "ingress_induction",
  "instructions",
  "request_and_response_transmission",
  "uninstall",
  "canister_creation",
  "http_outcalls",
  "burned_cycles",
] as const;

/** One of the uses; cycles for threshold signatures have none. */
export type CyclesUse = (typeof cyclesUses)[number];

/** Cycles by use, since the canister was created. */
export type ConsumedCycles = Record<CyclesUse, bigint>;

/** Nothing was consumed yet. */
export function nothingConsumed(): ConsumedCycles {
  return {
    memory: 0n,
    compute_allocation: 0n,
    ingress_induction: 0n,
    instructions: 0n,
    request_and_response_transmission: 0n,
    uninstall: 0n,
    canister_creation: 0n,
    http_outcalls: 0n,
    burned_cycles: 0n,
  };
}
