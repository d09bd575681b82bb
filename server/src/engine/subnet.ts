import type { Principal } from "../base/principal.ts";
import type { Embedder, ExecutionWatch, LogRecord, MemoryImage } from "./embedder/contract.ts";
import type { Reject } from "./errors.ts";
import type { IngressStatus } from "./ingressHistory.ts";
import type { CallResponse, TraceEvent } from "./trace.ts";

/** What a subnet is made from. The same options and inputs give the same trace, byte for byte. */
export interface SubnetOptions {
  readonly embedder: Embedder;
  /** Where all randomness comes from. */
  readonly seed: Uint8Array;
  /** Nanoseconds since 1970-01-01 at which the subnet begins. */
  readonly timeNanos: bigint;
  /** Nodes; decides the fees. 13 when absent. */
  readonly subnetSize?: number;
  /** Id of the first canister; `lxzze-o7777-77777-aaaaa-cai` when absent. */
  readonly firstCanisterId?: Principal;
  readonly subnetId?: Principal;
  /** DER of the root key, for ic0.root_key_copy. */
  readonly rootKey?: Uint8Array;
  /** Asked every 2 billion instructions whether the running message execution may go on. */
  readonly watch?: ExecutionWatch;
  /** Whether events are collected for `takeTrace`. False when absent. */
  readonly tracing?: boolean;
}

/** A call from a user that changes state. For methods of the management canister, `canisterId` is `aaaaa-aa`. */
export interface IngressCall {
  readonly caller: Principal;
  readonly canisterId: Principal;
  readonly method: string;
  /** Candid, at most 2 MiB. */
  readonly argument: Uint8Array;
  /** Text that identifies the message; made from a counter when absent. A second message of the same id is not executed. */
  readonly ingressId?: string;
  /** Bytes of the signed envelope, for the induction fee; computed as for an Ed25519 identity when absent. */
  readonly envelopeBytes?: number;
}

/** Whether an ingress message will be executed. */
export type IngressSubmission =
  | { readonly kind: "accepted"; readonly ingressId: string }
  /** inspect_message refused it, the canister cannot pay or does not exist: nothing was changed. */
  | { readonly kind: "refused"; readonly reject: Reject };

/** A call from a user that changes nothing (query and composite query methods). */
export interface QueryCall {
  readonly caller: Principal;
  readonly canisterId: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  /** For ic0.data_certificate. */
  readonly dataCertificate?: Uint8Array;
}

/** What came of a query. */
export interface QueryOutcome {
  readonly response: CallResponse;
  /** Of the whole query graph. */
  readonly instructions: bigint;
}

/** What one round did. */
export interface RoundSummary {
  /** Message executions, tasks and management methods. */
  readonly executions: number;
  readonly instructions: bigint;
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

/** State for the disk: facts as opaque bytes of a versioned format, memories apart so that only changes need writing. */
export interface SubnetState {
  /** Everything but modules and memories: canisters, queues, call contexts, callbacks, ingress history, time, seed. */
  readonly facts: Uint8Array;
  readonly images: readonly CanisterImage[];
  /** Modules that canisters use, by the hex of their SHA-256, as uploaded. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
}

/** The memories of one canister. */
export interface CanisterImage {
  /** Textual. */
  readonly canisterId: string;
  /** `full` replaces what was kept of the canister; `changed` is to be put over it (sizes and globals are complete). */
  readonly kind: "full" | "changed";
  readonly image: MemoryImage;
}

/** One subnet: canisters, messages between them, rounds. Pure and synchronous; throws only for mistakes of ours. */
export class Subnet {
  /** A new, empty subnet. */
  static create(_options: SubnetOptions): Subnet {
    throw new Error("The subnet is not built yet.");
  }

  /** The subnet that `state` describes; every image must be full. Throws with a clear message for facts of an unknown format. */
  static restore(_options: SubnetOptions, _state: SubnetState): Subnet {
    throw new Error("The subnet is not built yet.");
  }

  /** State for the disk; call it between rounds. `changed` gives only memories written since the last call, `full` all. */
  state(_images: "changed" | "full"): SubnetState {
    throw new Error("The subnet is not built yet.");
  }

  /** Asks inspect_message, takes the induction fee, queues the message. */
  submitIngress(_call: IngressCall): IngressSubmission {
    throw new Error("The subnet is not built yet.");
  }

  /** What is known of an ingress message. */
  ingressStatus(_ingressId: string): IngressStatus {
    throw new Error("The subnet is not built yet.");
  }

  /** Runs a query on the committed state and discards all changes. */
  query(_call: QueryCall): QueryOutcome {
    throw new Error("The subnet is not built yet.");
  }

  /** One pass of the scheduler: management calls, timers and heartbeats that are due, messages. Time moves by 1 ns. */
  executeRound(): RoundSummary {
    throw new Error("The subnet is not built yet.");
  }

  /**
   * Runs rounds until the message has its response or nothing is left to run (then it waits for something that only
   * time brings: see `nextTimer`). At most `roundsMax` rounds.
   */
  awaitIngress(_ingressId: string, _roundsMax: number): IngressStatus {
    throw new Error("The subnet is not built yet.");
  }

  /** Runs rounds until no message waits and no timer is due; gives the number of rounds. Heartbeats alone are idle. */
  executeUntilIdle(_roundsMax: number): number {
    throw new Error("The subnet is not built yet.");
  }

  /** Whether a message waits or a timer is due. */
  isIdle(): boolean {
    throw new Error("The subnet is not built yet.");
  }

  /** Whether any running canister has a heartbeat, which wants rounds as time passes. */
  hasHeartbeats(): boolean {
    throw new Error("The subnet is not built yet.");
  }

  /** Moves the clock; what falls due runs in the next round. Nanoseconds, not negative. */
  advanceTime(_nanos: bigint): void {
    throw new Error("The subnet is not built yet.");
  }

  /** When the next timer, deadline or time-out falls due, in nanoseconds since 1970-01-01. */
  nextTimer(): bigint | undefined {
    throw new Error("The subnet is not built yet.");
  }

  /** Nanoseconds since 1970-01-01. */
  get timeNanos(): bigint {
    throw new Error("The subnet is not built yet.");
  }

  get round(): number {
    throw new Error("The subnet is not built yet.");
  }

  /** All canisters, in order of their ids. */
  canisters(): readonly CanisterView[] {
    throw new Error("The subnet is not built yet.");
  }

  canister(_canisterId: Principal): CanisterView | undefined {
    throw new Error("The subnet is not built yet.");
  }

  /** The canister's log, oldest record first; empty for an unknown canister. */
  logs(_canisterId: Principal): readonly LogRecord[] {
    throw new Error("The subnet is not built yet.");
  }

  /** Gives cycles out of nothing; false for an unknown canister. */
  addCycles(_canisterId: Principal, _amount: bigint): boolean {
    throw new Error("The subnet is not built yet.");
  }

  /** Who may call what of the management canister is not asked here: the module that is installed, as uploaded. */
  module(_canisterId: Principal): Uint8Array | undefined {
    throw new Error("The subnet is not built yet.");
  }

  /** Turns the collection of events on or off. */
  setTracing(_on: boolean): void {
    throw new Error("The subnet is not built yet.");
  }

  /** The events since the last call. */
  takeTrace(): readonly TraceEvent[] {
    throw new Error("The subnet is not built yet.");
  }
}
