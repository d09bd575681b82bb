/**
 * What the two halves of the engine agree on: the embedder runs one message execution on V8, the subnet decides what
 * is executed and what becomes of the outcome. Everything here is plain data, but for the two questions that an
 * execution has to ask while it runs (`OutgoingCalls`).
 */
import type { Fees } from "../cycles/fees.ts";

/**
 * The context that a System API call is made from.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-imports (column letters in reference order).
 */
export type ExecutionMode =
  | "start"
  | "init"
  | "postUpgrade"
  | "preUpgrade"
  | "update"
  | "replicatedQuery"
  | "nonReplicatedQuery"
  | "compositeQuery"
  | "transform"
  | "replyCallback"
  | "rejectCallback"
  | "compositeReplyCallback"
  | "compositeRejectCallback"
  | "cleanup"
  | "compositeCleanup"
  | "inspectMessage"
  | "heartbeat"
  | "globalTimer"
  | "onLowWasmMemory";

/**
 * How memory is charged. `classic`: 1,000 instructions for each 4 KiB page that was changed, those of the heap after the
 * run (until July 2026, PocketIC up to 15). `deterministicMemoryTracker`: 80,000 for each 64 KiB page at its first access
 * in an execution and as many at its first write, within the run (since August 2026, PocketIC 16).
 */
export type MeteringProfile = "classic" | "deterministicMemoryTracker";

/** How the network charges for memory today. */
export const currentMeteringProfile: MeteringProfile = "deterministicMemoryTracker";

/** What V8 is asked to run. */
export type EntryPoint =
  /** An exported function, e.g. `canister_update get`. */
  | { readonly kind: "export"; readonly name: string }
  /** A callback: a function of table 0 and its environment (bigint for 64-bit modules). */
  | { readonly kind: "callback"; readonly functionIndex: bigint; readonly environment: bigint };

/** A call that the canister made and that the subnet sends when the execution commits. */
export interface OutgoingRequest {
  readonly callee: Uint8Array;
  readonly method: string;
  readonly argument: Uint8Array;
  /** Cycles attached, already taken from the balance. */
  readonly cycles: bigint;
  /** Cycles that the subnet took for sending, the response and its execution, already taken from the balance. */
  readonly prepaid: bigint;
  /** Seconds; absent for an unbounded wait (guaranteed response). */
  readonly timeoutSeconds?: number;
  readonly onReply: CallbackFunction;
  readonly onReject: CallbackFunction;
  readonly onCleanup?: CallbackFunction;
}

/** A function of table 0 and the environment that is passed to it; both i32 or i64 in the module. */
export interface CallbackFunction {
  readonly functionIndex: bigint;
  readonly environment: bigint;
}

/** What an execution has asked of its subnet with the calls that it performed, to anybody. */
export interface CallsSoFar {
  readonly requests: number;
  /** Responses to keep room for, this call's among them; 0 if its wait is bounded, for then nothing is kept for it. */
  readonly reservations: number;
}

/** The questions that `call_perform` asks the subnet, synchronously. */
export interface OutgoingCalls {
  /**
   * Whether one more request to `callee` can be enqueued (queue of 500 per pair, callbacks, message memory),
   * `performed` being the number of requests to that callee already performed in this execution.
   */
  canEnqueue(callee: Uint8Array, performed: number, soFar: CallsSoFar): boolean;
  /** Cycles to take for a call with so many payload bytes (method name and argument), beside those attached. */
  costOfCall(payloadBytes: number): bigint;
}

/**
 * Information about a sender, signed by a canister: `sender_info` of an envelope.
 * https://internetcomputer.org/docs/references/ic-interface-spec#authentication
 */
export interface SenderInfo {
  readonly info: Uint8Array;
  /** The canister that signed it. */
  readonly signer: Uint8Array;
}

/** What an execution has taken so far, beyond what its canister had when it began. */
export interface Taken {
  /** Bytes of heap and stable memory. */
  readonly memoryBytes: number;
  /** Bytes of calls, and reserved for their responses. */
  readonly messageBytes: number;
  /** Cycles moved from the balance to the reserve for storage. */
  readonly cyclesReserved: bigint;
}

/** Whether memory may be taken. */
export type Allocation =
  | { readonly kind: "granted"; readonly cyclesReserved: bigint }
  | { readonly kind: "refused"; readonly trap: Trap };

/** The questions that growing memory and sending calls ask the subnet, synchronously. */
export interface ResourceQuestions {
  /** Cycles that must stay in the balance with what was taken. */
  freezingThreshold(taken: Taken): bigint;
  /** Whether so many more bytes may be taken, `balance` being what the canister has now. */
  allocate(bytes: number, mode: ExecutionMode, taken: Taken, balance: bigint): Allocation;
}

/** All that an execution can see of the world. Cycles and counters are as before the execution. */
export interface ExecutionInput {
  readonly mode: ExecutionMode;
  readonly entryPoint: EntryPoint;
  /** Instructions; the counter starts here. */
  readonly instructionLimit: bigint;
  readonly canisterId: Uint8Array;
  readonly subnetId: Uint8Array;
  readonly caller: Uint8Array;
  /** What the ingress message that began the call context says of its sender, where it says anything. */
  readonly senderInfo?: SenderInfo;
  /** The argument of a call, or the reply in a reply callback; empty otherwise. */
  readonly payload: Uint8Array;
  readonly methodName: string;
  /** 0 where there was no reject. */
  readonly rejectCode: number;
  readonly rejectMessage: string;
  /** Nanoseconds since 1970-01-01; 0 for no deadline. */
  readonly deadlineNanos: bigint;
  /** Nanoseconds since 1970-01-01. */
  readonly timeNanos: bigint;
  /** 1 running, 2 stopping, 3 stopped. */
  readonly canisterStatus: 1 | 2 | 3;
  readonly canisterVersion: bigint;
  readonly controllers: readonly Uint8Array[];
  readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
  /** Balance after the prepayment for this execution. */
  readonly cyclesBalance: bigint;
  /** Freezing threshold in cycles: the liquid balance is what lies above. */
  readonly freezingThreshold: bigint;
  /** Cycles still attached to the call being executed. */
  readonly cyclesAvailable: bigint;
  /** Cycles that came back with the response (callbacks). */
  readonly cyclesRefunded: bigint;
  /** Whether the call context has been answered already (then msg_reply and msg_reject trap). */
  readonly responded: boolean;
  /** Instructions of the earlier executions of this call context, for performance_counter(1). */
  readonly callContextInstructions: bigint;
  /** The canister's global timer as it stands, nanoseconds; 0 when inactive. */
  readonly globalTimerNanos: bigint;
  /** Gives the certificate for data_certificate in non-replicated queries, the same at each call. */
  readonly dataCertificate?: () => Uint8Array;
  readonly rootKey: Uint8Array;
  /** Bytes; 0 for none. Enforced at memory.grow in the modes of section 5, rule 17. */
  readonly wasmMemoryLimitBytes: bigint;
  /** Free bytes of the canister log, for the charge of debug_print and trap. */
  readonly logCapacityBytes: number;
  readonly logUsedBytes: number;
  /** Of its subnet, for the costs that a canister can ask for. */
  readonly fees: Fees;
  /** Cycles of a threshold signature. */
  readonly signatureFee: bigint;
  readonly outgoingCalls: OutgoingCalls;
  /** Absent where memory grows without asking. */
  readonly resources?: ResourceQuestions;
  /** An execution of more instructions that returns begins a hold of what it commits; absent where none does. */
  readonly holdAboveInstructions?: bigint;
}

/** Changes to the system state that take effect when, and only when, the execution returned. */
export interface SystemStateChanges {
  readonly reply?:
    | { readonly kind: "reply"; readonly data: Uint8Array }
    | { readonly kind: "reject"; readonly message: string };
  readonly requests: readonly OutgoingRequest[];
  /** Cycles moved from the call to the balance. */
  readonly cyclesAccepted: bigint;
  readonly cyclesBurned: bigint;
  /** Taken from the balance for attached cycles and prepayments of `requests`. */
  readonly cyclesSpentOnRequests: bigint;
  /** Moved from the balance to the reserve for storage. */
  readonly cyclesReserved: bigint;
  readonly certifiedData?: Uint8Array;
  /** Nanoseconds; 0 deactivates. */
  readonly globalTimerNanos?: bigint;
  /** inspect_message only. */
  readonly messageAccepted: boolean;
}

/** What the network advises behind an error text. */
export type Advice =
  /** The compiler or development kit is likely at fault. */
  | { readonly kind: "toolchain" }
  /** What the canister's developer can do; `section` of the network's list of execution errors, if there is one. */
  | { readonly kind: "developer"; readonly suggestion: string; readonly section?: string }
  | { readonly kind: "none" };

/** Why an execution did not return. `message` follows the replica's texts (see reference of error texts). */
export type Trap =
  /** ic0.trap: IC0503. */
  | { readonly kind: "calledTrap"; readonly message: string }
  /** A Wasm trap: IC0502. `reason` is the replica's word: `unreachable`, `heap out of bounds`, `stack overflow` … */
  | { readonly kind: "trapped"; readonly reason: string }
  /** The System API was used against its contract: IC0504. Without advice, the toolchain is suspected. */
  | { readonly kind: "contractViolation"; readonly message: string; readonly advice?: Advice }
  /** The same, in words that stand for themselves: IC0504. */
  | { readonly kind: "invalidArgument"; readonly message: string; readonly advice: Advice }
  /** IC0522. */
  | { readonly kind: "instructionLimitExceeded" }
  /** IC0507. */
  | { readonly kind: "outOfMemory" }
  /** IC0532. `missing` is told to controllers only. */
  | { readonly kind: "insufficientCyclesInMemoryGrow"; readonly bytes: number; readonly missing: bigint | undefined }
  /** IC0534. Cycles. */
  | {
      readonly kind: "reservedCyclesLimitExceeded";
      readonly bytes: number;
      readonly limit: bigint;
      readonly excess: bigint;
    }
  /** IC0539. Bytes. */
  | { readonly kind: "wasmMemoryLimitExceeded"; readonly peakBytes: bigint; readonly limitBytes: bigint }
  /** More pages of stable memory than one execution may read or write: IC0524. */
  | { readonly kind: "memoryAccessLimitExceeded"; readonly message: string }
  /** The function of an export or callback does not exist: IC0513. */
  | { readonly kind: "functionNotFound"; readonly message: string }
  /** A user ended the execution by hand. */
  | { readonly kind: "cancelled" };

/** One record of the canister log (debug_print or trap). */
export interface LogRecord {
  readonly timestampNanos: bigint;
  readonly content: string;
}

/** What came of one message execution. The memories are already committed or rolled back. */
export interface ExecutionOutcome {
  readonly kind: "returned" | "trapped";
  /** Set when kind is `trapped`. */
  readonly trap?: Trap;
  /** Function names of the Wasm name section, innermost first; empty where there is none. */
  readonly backtrace: readonly string[];
  /** Instructions charged, dirty-page charge included; never more than the limit. */
  readonly instructions: bigint;
  /** Empty when the execution trapped. */
  readonly changes: SystemStateChanges;
  /** Kept even after a trap. */
  readonly log: readonly LogRecord[];
  /** 4 KiB heap pages written by the execution (committed or rolled back). */
  readonly dirtyHeapPages: number;
  /** 4 KiB stable pages written by the execution. */
  readonly dirtyStablePages: number;
  /** Whether the execution began a hold, see `holdAboveInstructions`. */
  readonly held?: true;
}

/** Watches over a running execution from outside: called about every 2 billion instructions. */
export interface ExecutionWatch {
  /** `used` instructions so far; returning `cancel` ends the execution with trap kind `cancelled`. */
  slicePassed(used: bigint, limit: bigint): "continue" | "cancel";
}

/** What a module exports and carries, known after validation, before any instance exists. */
export interface ModuleFacts {
  readonly memory64: boolean;
  /** Names after the prefix `canister_update ` and so on. */
  readonly updateMethods: ReadonlySet<string>;
  readonly queryMethods: ReadonlySet<string>;
  readonly compositeQueryMethods: ReadonlySet<string>;
  readonly hasInit: boolean;
  readonly hasPreUpgrade: boolean;
  readonly hasPostUpgrade: boolean;
  readonly hasInspectMessage: boolean;
  readonly hasHeartbeat: boolean;
  readonly hasGlobalTimer: boolean;
  readonly hasOnLowWasmMemory: boolean;
  readonly hasStart: boolean;
  /** Custom sections whose names begin with `icp:public ` or `icp:private `, full name -> content. */
  readonly icpSections: ReadonlyMap<string, Uint8Array>;
  /** Whether the custom section `enhanced-orthogonal-persistence` is there. */
  readonly enhancedOrthogonalPersistence: boolean;
  /** Instructions (operators) of the instrumented module, for the charge of compilation (6 000 each). */
  readonly instrumentedOperators: number;
  /** Bytes of the module as uploaded. */
  readonly moduleBytes: number;
  /** Bytes of globals that are paid for. */
  readonly globalBytes: number;
  /** Globals that the network keeps: exported ones in the order of the exports, then other mutable ones by index. */
  readonly globals: readonly GlobalFact[];
}

/** Types of globals. */
export type GlobalKind = "i32" | "i64" | "f32" | "f64" | "v128";

/** One global of a module, and where its value is. */
export interface GlobalFact {
  readonly kind: GlobalKind;
  /** Position in `MemoryImage.globals` of a mutable one (a vector takes two), or the bits of one that never changes. */
  readonly value: { readonly at: number } | { readonly bits: bigint };
}

/** The error texts follow `Canister's Wasm module is not valid: …` (IC0505). */
export type PreparedModule =
  | { readonly kind: "valid"; readonly facts: ModuleFacts; readonly hash: Uint8Array; readonly module: CompiledModule }
  | { readonly kind: "invalid"; readonly message: string };

/** Opaque to the subnet: the rewritten module, compiled, with what instantiation needs. Shared by canisters of one hash. */
export interface CompiledModule {
  readonly wasm: WebAssembly.Module;
}

/** The memories of a canister, for state on disk and for snapshots. Pages are 4 KiB. */
export interface MemoryImage {
  /** Bytes, a multiple of 64 KiB. */
  readonly heapBytes: number;
  /** Bytes, a multiple of 64 KiB. */
  readonly stableBytes: number;
  /** Non-zero pages only. */
  readonly heapPages: readonly MemoryPage[];
  readonly stablePages: readonly MemoryPage[];
  /** Exported and internal mutable globals in index order: i32/i64 as bigint bits, floats as their bits. */
  readonly globals: readonly bigint[];
}

/** One page of a memory image. */
export interface MemoryPage {
  /** Index in 4 KiB pages. */
  readonly index: number;
  /** 4096 bytes. */
  readonly bytes: Uint8Array;
}

/**
 * One canister's code and memories in V8, long-lived. Between two runs no page is dirty: `run` itself commits when the
 * execution returned (unless `discardChanges`) and rolls memory, globals and tables back when it trapped.
 */
export interface CanisterInstance {
  run(input: ExecutionInput, watch: ExecutionWatch | undefined, discardChanges: boolean): ExecutionOutcome;
  /**
   * From now on executions are committed provisionally, until `release` keeps what they did or undoes it as a whole,
   * each at the cost of the pages written. For what consists of several executions: composite queries, upgrades.
   */
  hold(): void;
  release(end: "keep" | "undo"): void;
  /** Undoes what the hold has, and ends it, but so that `resumeHold` can go on with it: the pages written, sizes, globals. */
  suspendHold(): MemoryImage;
  resumeHold(changes: MemoryImage): void;
  /** Until `takeMemoriesBack`, the instance whose memories this one took over has them again, and this one does not run. */
  lendMemories(): void;
  takeMemoriesBack(): void;
  heapBytes(): number;
  stableBytes(): number;
  /** Pages written since the last call of this function, for the journal on disk; `full` asks for every non-zero page. */
  takeImage(kind: "changed" | "full"): MemoryImage;
  /** A full image for a snapshot; what the journal on disk still has to be told stays so. */
  copyImage(): MemoryImage;
}

/** What the subnet asks of V8; implemented in `v8Embedder.ts`. */
export interface Embedder {
  /**
   * Decompresses (gzip), validates as the replica does, rewrites for metering and rollback, compiles. Without a profile,
   * memory is charged as the network does today.
   */
  prepare(wasm: Uint8Array, meteringProfile?: MeteringProfile): PreparedModule;
  /**
   * A fresh instance; `stable` is the stable memory to take over (upgrade) or absent for an empty one, `main` the heap to
   * take over with all that is in it (upgrade that keeps it) or absent for the module's own initial heap. Whose memories
   * are taken over must not run again, unless its `release` undoes everything. `(start)` is not run: the subnet runs
   * entry point `{kind:"export", name:"(start)"}` in mode `start` when `facts.hasStart`.
   */
  instantiate(
    prepared: PreparedModule & { kind: "valid" },
    stable: StableMemory | undefined,
    main?: MainMemory,
  ): CanisterInstance & HasMemories;
  /** An instance with memories and globals as in an image (state from disk, snapshots). */
  restore(prepared: PreparedModule & { kind: "valid" }, image: MemoryImage): CanisterInstance & HasMemories;
}

/** Stable memory outlives an instance at an upgrade. */
export interface StableMemory {
  bytes(): number;
}

/** A heap that outlives its instance, at an upgrade that keeps it. */
export interface MainMemory {
  /** As of the last commit. */
  readonly committedBytes: number;
}

/** What memories can be taken over from. */
export interface HasMemories {
  readonly stableMemory: StableMemory;
  readonly mainMemory: MainMemory;
}
