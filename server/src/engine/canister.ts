import { toHex } from "../base/bytes.ts";
import type { Principal } from "../base/principal.ts";
import type { Callback, CallContext } from "./callContexts.ts";
import type { CanisterLog } from "./canisterLog.ts";
import type { CanisterSnapshot, SnapshotSource } from "./canisterSnapshot.ts";
import { type ConsumedCycles, nothingConsumed } from "./cycles/consumedCycles.ts";
import type { CyclesAccount } from "./cycles/cyclesAccount.ts";
import type { Fees, Holdings, IdleRates } from "./cycles/fees.ts";
import type { CanisterInstance, EntryPoint, HasMemories, PreparedModule } from "./embedder/contract.ts";
import { limits } from "./limits.ts";
import type { CallOrigin } from "./messages.ts";
import { InputQueues } from "./queues.ts";
import type { CanisterQuestions } from "./resources.ts";
import type { StateBefore } from "./stateBefore.ts";
import type { TracePlace } from "./trace.ts";

/** Who may see something of a canister. */
export type Visibility =
  | { readonly kind: "controllers" }
  | { readonly kind: "public" }
  | { readonly kind: "allowedViewers"; readonly viewers: readonly Principal[] };

/** What controllers decide. https://internetcomputer.org/docs/references/ic-interface-spec#ic-create_canister */
export interface CanisterSettings {
  readonly controllers: readonly Principal[];
  /** Percent of a core. */
  readonly computeAllocation: bigint;
  /** Bytes; 0 for best effort. */
  readonly memoryAllocationBytes: bigint;
  readonly freezingThresholdSeconds: bigint;
  readonly reservedCyclesLimit: bigint;
  /** Cycles that a call from another canister must carry. */
  readonly minimumIncomingCallCycles: bigint;
  readonly logVisibility: Visibility;
  readonly snapshotVisibility: Visibility;
  readonly statusVisibility: Visibility;
  /** Bytes; 0 for none. */
  readonly wasmMemoryLimitBytes: bigint;
  /** Bytes; on_low_wasm_memory runs when less than this is left. */
  readonly wasmMemoryThresholdBytes: bigint;
  readonly environmentVariables: readonly EnvironmentVariable[];
  /** Bytes of the canister log; 0 for none. */
  readonly logMemoryLimitBytes: bigint;
}

/** A name and a value that the canister can read. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** Settings of a canister for which nothing else was said. */
export function defaultSettings(controllers: readonly Principal[]): CanisterSettings {
  return {
    controllers,
    computeAllocation: 0n,
    memoryAllocationBytes: 0n,
    freezingThresholdSeconds: limits.freezingThresholdSeconds,
    reservedCyclesLimit: limits.reservedCyclesLimit,
    minimumIncomingCallCycles: 0n,
    logVisibility: { kind: "controllers" },
    snapshotVisibility: { kind: "controllers" },
    statusVisibility: { kind: "controllers" },
    wasmMemoryLimitBytes: limits.wasmMemoryLimitBytes,
    wasmMemoryThresholdBytes: 0n,
    environmentVariables: [],
    logMemoryLimitBytes: limits.logBytes,
  };
}

/** What non-replicated queries took: their number, instructions, and bytes of arguments and of replies. */
export interface QueryStats {
  readonly calls: bigint;
  readonly instructions: bigint;
  readonly requestBytes: bigint;
  readonly responseBytes: bigint;
}

/** Whether a canister accepts calls, finishes its open ones, or does neither. */
export type RunningState =
  | { readonly kind: "running" }
  | { readonly kind: "stopping"; readonly requests: readonly StopRequest[] }
  | { readonly kind: "stopped" };

/** A stop_canister call that waits for its answer. */
export interface StopRequest {
  readonly origin: CallOrigin;
  readonly place: TracePlace;
  /** Cycles to give back with the answer. */
  readonly cycles: bigint;
  /** Nanoseconds at which it gives up. */
  readonly deadlineNanos: bigint;
}

/** Who made a change of the canister history. */
export type ChangeOrigin =
  | { readonly kind: "user"; readonly user: Principal }
  | { readonly kind: "canister"; readonly canister: Principal; readonly version: bigint | undefined };

/** What was changed. */
export type ChangeDetails =
  | {
      readonly kind: "creation";
      readonly controllers: readonly Principal[];
      /** Absent where the creator said nothing of environment variables. */
      readonly environmentVariablesHash?: Uint8Array;
    }
  | { readonly kind: "codeUninstall" }
  | {
      readonly kind: "codeDeployment";
      readonly mode: "install" | "reinstall" | "upgrade";
      readonly moduleHash: Uint8Array;
    }
  | { readonly kind: "controllersChange"; readonly controllers: readonly Principal[] }
  | {
      readonly kind: "loadSnapshot";
      /** The canister that the snapshot is one of, where it is another one. */
      readonly fromCanister: Principal | undefined;
      readonly snapshotId: Uint8Array;
      /** Of the canister when the snapshot was taken. */
      readonly canisterVersion: bigint;
      readonly takenAtNanos: bigint;
      readonly source: SnapshotSource;
    };

/** Whether on_low_wasm_memory is to run: its condition does not hold, it waits, or it ran since the condition holds. */
export type LowMemoryHook = "notSatisfied" | "ready" | "executed";

/** One entry of the canister history. */
export interface CanisterChange {
  readonly timestampNanos: bigint;
  readonly canisterVersion: bigint;
  readonly origin: ChangeOrigin;
  readonly details: ChangeDetails;
}

/** A module that passed validation. */
export type ValidModule = PreparedModule & { readonly kind: "valid" };

/** How a method is executed by a replicated call. */
export type ReplicatedMethod =
  | { readonly kind: "update" | "query"; readonly entryPoint: EntryPoint }
  | { readonly kind: "compositeQuery" };

/** The code of a canister with its memories. */
export class InstalledCode {
  readonly prepared: ValidModule;
  /** The module as uploaded. */
  readonly wasm: Uint8Array;
  readonly hashHex: string;
  readonly instance: CanisterInstance & HasMemories;
  /** Bytes of the custom sections that are kept. */
  readonly sectionBytes: number;
  /** Whether the disk has a full image, so that changes are enough. */
  imageTaken = false;
  /** Whether an execution wrote since the last image. */
  changed = true;
  readonly #methods = new Map<string, ReplicatedMethod>();

  constructor(prepared: ValidModule, wasm: Uint8Array, instance: CanisterInstance & HasMemories) {
    this.prepared = prepared;
    this.wasm = wasm;
    this.instance = instance;
    this.hashHex = toHex(prepared.hash);
    this.sectionBytes = bytesOfSections(prepared.facts.icpSections);
    const { updateMethods, queryMethods, compositeQueryMethods } = prepared.facts;
    for (const name of updateMethods) {
      this.#methods.set(name, { kind: "update", entryPoint: { kind: "export", name: `canister_update ${name}` } });
    }
    for (const name of queryMethods) {
      this.#methods.set(name, { kind: "query", entryPoint: { kind: "export", name: `canister_query ${name}` } });
    }
    for (const name of compositeQueryMethods) this.#methods.set(name, { kind: "compositeQuery" });
  }

  /** The exported method of that name. */
  method(name: string): ReplicatedMethod | undefined {
    return this.#methods.get(name);
  }
}

/** One canister: settings, cycles, messages, code. https://internetcomputer.org/docs/references/ic-interface-spec#canisters */
export class Canister {
  readonly id: Principal;
  readonly account: CyclesAccount;
  readonly input = new InputQueues();
  readonly callContexts = new Map<number, CallContext>();
  readonly callbacks = new Map<number, Callback>();
  /** Calls without an executed response, by the callee's key. */
  readonly outstandingCalls = new Map<string, number>();
  readonly chunks = new Map<string, Uint8Array>();
  readonly log: CanisterLog;
  state: RunningState = { kind: "running" };
  version = 0n;
  code: InstalledCode | undefined;
  /** Nanoseconds; 0 when inactive. */
  globalTimerNanos = 0n;
  certifiedData: Uint8Array = new Uint8Array(0);
  history: readonly CanisterChange[] = [];
  historyTotal = 0n;
  /** Unbounded waits whose response is still to come, its own and those of others for it: each keeps room for one. */
  responseReservations = 0;
  lowMemoryHook: LowMemoryHook = "notSatisfied";
  consumed: ConsumedCycles = nothingConsumed();
  queryStats: QueryStats = { calls: 0n, instructions: 0n, requestBytes: 0n, responseBytes: 0n };
  /** By the hex of their ids, oldest first. */
  readonly snapshots = new Map<string, CanisterSnapshot>();
  nextSnapshotNumber = 0;
  nextCallContextId = 1;
  nextCallbackId = 1;
  /** Nanoseconds up to which storage and compute allocation are paid. */
  chargedUntilNanos: bigint;
  /** The round in which it was scheduled last, and its place in that. */
  lastRound = 0;
  turn = 0;
  /** What the scheduler owes it: who has most goes first. */
  priority = 0;
  /** The last round of an execution of several slices; nothing else is executed before it has ended. */
  busyUntilRound = 0;
  /** While that goes on: what queries still see. Its instance holds what the execution wrote. */
  stateBefore: StateBefore | undefined;
  /** Bytes written that rounds have not paid off. */
  heapDeltaDebit = 0;
  /** Instructions of installations that rounds have not paid off. */
  installDebit = 0n;
  /** Which of timer, heartbeat and messages comes first in the next round. */
  nextTask: 0 | 1 | 2 = 0;
  #settings: CanisterSettings;
  #controllerBytes: readonly Uint8Array[];
  #idle:
    | {
        readonly memoryBytes: number;
        readonly messageBytes: number;
        readonly settings: CanisterSettings;
        readonly rates: IdleRates;
        readonly perDay: bigint;
      }
    | undefined;
  #threshold: { readonly perDay: bigint; readonly reserved: bigint; readonly cycles: bigint } | undefined;
  /** What its executions ask the subnet; made when first needed. */
  questions: CanisterQuestions | undefined;
  #historySize: { readonly history: readonly CanisterChange[]; readonly bytes: number } = { history: [], bytes: 0 };

  constructor(facts: {
    readonly id: Principal;
    readonly settings: CanisterSettings;
    readonly account: CyclesAccount;
    readonly log: CanisterLog;
    readonly timeNanos: bigint;
  }) {
    this.id = facts.id;
    this.account = facts.account;
    this.log = facts.log;
    this.chargedUntilNanos = facts.timeNanos;
    this.#settings = facts.settings;
    this.log.capacityBytes = Number(facts.settings.logMemoryLimitBytes);
    this.#controllerBytes = facts.settings.controllers.map((it) => it.bytes);
  }

  get settings(): CanisterSettings {
    return this.#settings;
  }

  set settings(settings: CanisterSettings) {
    this.#settings = settings;
    this.log.capacityBytes = Number(settings.logMemoryLimitBytes);
    this.#controllerBytes = settings.controllers.map((it) => it.bytes);
    this.#idle = undefined;
  }

  get controllerBytes(): readonly Uint8Array[] {
    return this.#controllerBytes;
  }

  isController(principal: Principal): boolean {
    return this.#settings.controllers.some((it) => it.key === principal.key);
  }

  /** 1 running, 2 stopping, 3 stopped. */
  get statusNumber(): 1 | 2 | 3 {
    return this.state.kind === "running" ? 1 : this.state.kind === "stopping" ? 2 : 3;
  }

  /** Bytes that are paid for. */
  get memoryBytes(): number {
    return bytesOfCode(this.code) + this.#historyBytes() + this.chunks.size * limits.chunkBytes + this.#snapshotBytes();
  }

  /** The same if it had other code, before the change is in its history. */
  memoryBytesWith(code: InstalledCode | undefined): number {
    return this.memoryBytes - bytesOfCode(this.code) + bytesOfCode(code);
  }

  /** Bytes that the subnet keeps for it: what it uses, or its memory allocation where that is more. */
  get allocatedBytes(): number {
    return Math.max(this.memoryBytes, Number(this.#settings.memoryAllocationBytes));
  }

  /** Bytes of messages in its queues, and reserved for responses. */
  get messageBytes(): number {
    return this.input.bytes + this.responseReservations * limits.responseReservationBytes;
  }

  /** Bytes by what they are for. */
  memoryMetrics(code = this.code) {
    return {
      heap: code?.instance.heapBytes() ?? 0,
      stable: code?.instance.stableBytes() ?? 0,
      globals: code?.prepared.facts.globalBytes ?? 0,
      module: code?.prepared.facts.moduleBytes ?? 0,
      customSections: code?.sectionBytes ?? 0,
      history: this.#historyBytes(),
      chunkStore: this.chunks.size * limits.chunkBytes,
      snapshots: this.#snapshotBytes(),
    };
  }

  #snapshotBytes(): number {
    let bytes = 0;
    for (const snapshot of this.snapshots.values()) bytes += snapshot.sizeBytes;
    return bytes;
  }

  /** Cycles that being there costs in a day, by what is charged apart. */
  idleRates(fees: Fees): IdleRates {
    return this.#idleCost(fees).rates;
  }

  /** Cycles that being there costs in a day. */
  idlePerDay(fees: Fees): bigint {
    return this.#idleCost(fees).perDay;
  }

  #idleCost(fees: Fees) {
    const memoryBytes = this.memoryBytes;
    const messageBytes = this.messageBytes;
    const known = this.#idle;
    if (
      known !== undefined &&
      known.memoryBytes === memoryBytes &&
      known.messageBytes === messageBytes &&
      known.settings === this.#settings
    ) {
      return known;
    }
    const rates = fees.idleRates(this.holdings(memoryBytes, messageBytes));
    const perDay = rates.memory + rates.messages + rates.compute;
    this.#idle = { memoryBytes, messageBytes, settings: this.#settings, rates, perDay };
    this.#threshold = undefined;
    return this.#idle;
  }

  /** What it would be charged for by time with so many bytes of memory and of messages. */
  holdings(memoryBytes: number, messageBytes: number): Holdings {
    return {
      memoryBytes: BigInt(memoryBytes),
      messageBytes: BigInt(messageBytes),
      memoryAllocationBytes: this.#settings.memoryAllocationBytes,
      computeAllocation: this.#settings.computeAllocation,
    };
  }

  /** Cycles that must remain for new messages to be executed. */
  freezingThreshold(fees: Fees): bigint {
    const perDay = this.idlePerDay(fees);
    const reserved = this.account.reserved;
    const known = this.#threshold;
    if (known !== undefined && known.perDay === perDay && known.reserved === reserved) return known.cycles;
    const cycles = fees.freezingThreshold(perDay, this.#settings.freezingThresholdSeconds, reserved);
    this.#threshold = { perDay, reserved, cycles };
    return cycles;
  }

  #historyBytes(): number {
    if (this.#historySize.history !== this.history) {
      let bytes = 0;
      for (const { details } of this.history) {
        const controllers = "controllers" in details ? details.controllers.length : 0;
        bytes += limits.historyChangeBytes + controllers * limits.historyControllerBytes;
      }
      this.#historySize = { history: this.history, bytes };
    }
    return this.#historySize.bytes;
  }

  /** Adds an entry to the history; the oldest goes when there are more than 20. */
  recordChange(timestampNanos: bigint, origin: ChangeOrigin, details: ChangeDetails): void {
    this.history = [
      ...this.history.slice(-(limits.historyChanges - 1)),
      { timestampNanos, canisterVersion: this.version, origin, details },
    ];
    this.historyTotal++;
  }
}

/** Heap, stable memory, globals, the module as uploaded and the sections that are kept of it. */
function bytesOfCode(code: InstalledCode | undefined): number {
  if (code === undefined) return 0;
  const { globalBytes, moduleBytes } = code.prepared.facts;
  return code.instance.heapBytes() + code.instance.stableBytes() + globalBytes + moduleBytes + code.sectionBytes;
}

/** Each counts with its content, its name behind `icp:public ` or `icp:private `, and a byte for which of them it is. */
function bytesOfSections(sections: ReadonlyMap<string, Uint8Array>): number {
  let bytes = 0;
  for (const [name, content] of sections) {
    bytes += new TextEncoder().encode(name.slice(name.indexOf(" ") + 1)).length + content.length + 1;
  }
  return bytes;
}
