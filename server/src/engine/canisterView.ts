import type { Principal } from "../base/principal.ts";
import type { Canister } from "./canister.ts";
import type { CanisterSnapshot } from "./canisterSnapshot.ts";

/** What is seen of a snapshot from outside. */
export interface SnapshotView {
  readonly id: Uint8Array;
  readonly takenAtNanos: bigint;
  /** Bytes that it counts for in the canister's memory. */
  readonly bytes: number;
}

/** What is seen of a canister from outside. */
export interface CanisterView {
  readonly canisterId: Principal;
  readonly status: "running" | "stopping" | "stopped";
  /** Cycles, without those reserved. */
  readonly cycles: bigint;
  readonly controllers: readonly Principal[];
  /** SHA-256 of the module as uploaded; absent while no code is installed. */
  readonly moduleHash?: Uint8Array;
  /** Bytes. */
  readonly heapBytes: number;
  readonly stableBytes: number;
  readonly canisterVersion: bigint;
  /** Nanoseconds; 0 when inactive. */
  readonly globalTimerNanos: bigint;
  readonly certifiedData: Uint8Array;
  /** Contents of the sections `icp:public …` and `icp:private …`, by full name. */
  readonly icpSections: ReadonlyMap<string, Uint8Array>;
  readonly updateMethods: ReadonlySet<string>;
  readonly queryMethods: ReadonlySet<string>;
  readonly compositeQueryMethods: ReadonlySet<string>;
  readonly hasHeartbeat: boolean;
}

const noNames: ReadonlySet<string> = new Set();

/** A snapshot from outside. */
export function snapshotView({ id, facts, sizeBytes }: CanisterSnapshot): SnapshotView {
  return { id, takenAtNanos: facts.takenAtNanos, bytes: sizeBytes };
}

/** What a canister certifies, as queries see it. */
export function certifiedDataSeen(canister: Canister): Uint8Array {
  return (canister.stateBefore ?? canister).certifiedData;
}

/** A canister from outside. */
export function canisterView(canister: Canister): CanisterView {
  const { code } = canister;
  const facts = code?.prepared.facts;
  return {
    canisterId: canister.id,
    status: canister.state.kind,
    cycles: canister.account.balance,
    controllers: canister.settings.controllers,
    ...(code === undefined ? {} : { moduleHash: code.prepared.hash }),
    heapBytes: code?.instance.heapBytes() ?? 0,
    stableBytes: code?.instance.stableBytes() ?? 0,
    canisterVersion: canister.version,
    globalTimerNanos: canister.globalTimerNanos,
    certifiedData: certifiedDataSeen(canister),
    icpSections: facts?.icpSections ?? new Map(),
    updateMethods: facts?.updateMethods ?? noNames,
    queryMethods: facts?.queryMethods ?? noNames,
    compositeQueryMethods: facts?.compositeQueryMethods ?? noNames,
    hasHeartbeat: facts?.hasHeartbeat ?? false,
  };
}
