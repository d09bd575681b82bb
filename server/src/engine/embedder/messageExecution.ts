import { equalBytes } from "../../base/bytes.ts";
import type {
  ExecutionInput,
  ExecutionMode,
  ExecutionWatch,
  LogRecord,
  OutgoingRequest,
  SystemStateChanges,
  Trap,
} from "./contract.ts";
import { ExecutionTrap, trapWith, violateContract, violateContractByUser } from "./executionTrap.ts";
import type { HeapMemory } from "./heapMemory.ts";
import { type ChargingMoment, MemoryTracker } from "./memoryTracker.ts";
import type { OutgoingCall } from "./outgoingCall.ts";
import type { PagedStableMemory } from "./stableMemory.ts";

/** Instructions that are put on the counter at a time; between two slices the watch is asked. */
const instructionsPerSlice = 2_000_000_000n;

/** The text that the replica has for each context. */
export const modeNames: Readonly<Record<ExecutionMode, string>> = {
  start: "start",
  init: "init",
  postUpgrade: "init",
  preUpgrade: "pre upgrade",
  update: "update",
  replicatedQuery: "replicated query",
  nonReplicatedQuery: "non replicated query",
  compositeQuery: "composite query",
  transform: "non replicated query",
  replyCallback: "reply callback",
  rejectCallback: "reject callback",
  compositeReplyCallback: "composite reply callback",
  compositeRejectCallback: "composite reject callback",
  cleanup: "cleanup",
  compositeCleanup: "composite cleanup",
  inspectMessage: "inspect message",
  heartbeat: "heartbeat",
  globalTimer: "global timer",
  onLowWasmMemory: "on low Wasm memory",
};

/** Ends the execution because a function was called from a context that it is not for. */
export function refuseMode(functionName: string, mode: ExecutionMode): never {
  violateContractByUser(
    `"${functionName}" cannot be executed in ${modeNames[mode]} mode`,
    "Check the ICP documentation to make sure APIs are being called in the correct message types.",
    "calling-a-system-api-from-the-wrong-mode",
  );
}

/** Changes of an execution that did nothing, and of one that trapped. */
export const noChanges: SystemStateChanges = {
  requests: [],
  cyclesAccepted: 0n,
  cyclesBurned: 0n,
  cyclesSpentOnRequests: 0n,
  cyclesReserved: 0n,
  messageAccepted: false,
};

/**
 * The state of one message execution while the canister's code runs: what it may see, what it has done so far, and its
 * instruction counter. One object serves all executions of an instance; `begin` starts a new one.
 */
export class MessageExecution {
  readonly heap: HeapMemory;
  readonly stable: PagedStableMemory;
  readonly tracker: MemoryTracker;
  /** Parts of the reply, in order. */
  readonly replyData: Uint8Array[] = [];
  replyBytes = 0;
  reply: SystemStateChanges["reply"];
  /** The call under construction. */
  outgoing: OutgoingCall | undefined;
  requests: OutgoingRequest[] = [];
  /** Requests performed to each callee, by the hex of its id. */
  readonly performedCalls = new Map<string, number>();
  /** Requests performed whose responses have room kept for them. */
  unboundedCalls = 0;
  balance = 0n;
  cyclesAvailable = 0n;
  cyclesAccepted = 0n;
  cyclesBurned = 0n;
  cyclesSpentOnRequests = 0n;
  /** Bytes of heap and stable memory that this execution grew by. */
  memoryBytes = 0;
  /** Bytes of the calls performed, and reserved for their responses. */
  messageBytes = 0;
  cyclesReserved = 0n;
  certifiedData: Uint8Array | undefined;
  globalTimerNanos: bigint | undefined;
  messageAccepted = false;
  log: LogRecord[] = [];
  /** Bytes that `log` takes in the canister log. */
  logBytes = 0;
  /** Bytes that records of earlier executions still take. */
  earlierLogBytes = 0;

  private current: ExecutionInput | undefined;
  private counter: WebAssembly.Global | undefined;
  /** Instructions of the limit that are not on the counter yet. */
  private pending = 0n;
  private watch: ExecutionWatch | undefined;

  constructor(heap: HeapMemory, stable: PagedStableMemory) {
    this.heap = heap;
    this.stable = stable;
    this.tracker = new MemoryTracker(heap);
  }

  /** What the execution was started with. */
  get input(): ExecutionInput {
    if (this.current === undefined) throw new Error("Canister code ran outside of an execution.");
    return this.current;
  }

  /** Forgets the last execution and puts the first slice on the counter of the instance that is to run. */
  begin(
    input: ExecutionInput,
    watch: ExecutionWatch | undefined,
    counter: WebAssembly.Global,
    moment: ChargingMoment,
  ): void {
    this.counter = counter;
    this.tracker.begin(moment, input.mode);
    this.current = input;
    this.stable.beginExecution(input.mode);
    this.watch = watch;
    this.replyData.length = 0;
    this.replyBytes = 0;
    this.reply = undefined;
    this.outgoing = undefined;
    if (this.requests.length > 0) this.requests = [];
    if (this.performedCalls.size > 0) this.performedCalls.clear();
    this.unboundedCalls = 0;
    this.balance = input.cyclesBalance;
    this.cyclesAvailable = input.cyclesAvailable;
    this.cyclesAccepted = 0n;
    this.cyclesBurned = 0n;
    this.cyclesSpentOnRequests = 0n;
    this.memoryBytes = 0;
    this.messageBytes = 0;
    this.cyclesReserved = 0n;
    this.certifiedData = undefined;
    this.globalTimerNanos = undefined;
    this.messageAccepted = false;
    if (this.log.length > 0) this.log = [];
    this.logBytes = 0;
    this.earlierLogBytes = input.logUsedBytes;
    const first = input.instructionLimit < instructionsPerSlice ? input.instructionLimit : instructionsPerSlice;
    this.pending = input.instructionLimit - first;
    this.setCounter(first);
  }

  /** Instructions left, below zero where more were used. */
  get instructionsLeft(): bigint {
    return this.pending + this.readCounter();
  }

  /** Whether the counter of the present slice is below zero. */
  get isSliceUsedUp(): boolean {
    return this.readCounter() < 0n;
  }

  /** Takes off the counter what the code has touched so far and was not charged for yet; at its end for the last time. */
  settleMemory(at: "end" | "hostCall"): void {
    this.takeOff(this.tracker.settle(at));
  }

  /** Instructions used so far, as far as memory is settled; never more than the limit. */
  get instructionsUsed(): bigint {
    const { instructionLimit } = this.input;
    const left = this.instructionsLeft;
    return left < 0n ? instructionLimit : instructionLimit - left;
  }

  /** Takes instructions off the counter for work that the host does. */
  charge(instructions: bigint): void {
    const { unsettledMax } = this.tracker;
    // What can be seen of memory that is not settled yet is only whether the limit is exceeded.
    if (unsettledMax > 0 && this.instructionsLeft - instructions < unsettledMax) this.settleMemory("hostCall");
    let left = this.readCounter();
    if (left < 0n) left = this.refill(left);
    left -= instructions;
    if (left < 0n) left = this.refill(left);
    this.setCounter(left);
  }

  /** Called by the canister's code when it finds the counter below zero. */
  continueOrEnd(): void {
    this.setCounter(this.refill(this.readCounter()));
  }

  /** Puts further slices on the counter until it is not below zero any more; ends the execution at the limit. */
  private refill(counter: bigint): bigint {
    let left = counter;
    while (left < 0n) {
      if (this.pending === 0n) {
        this.setCounter(left);
        throw new ExecutionTrap({ kind: "instructionLimitExceeded" });
      }
      const { instructionLimit } = this.input;
      const used = instructionLimit - this.pending - left;
      if (this.watch?.slicePassed(used < instructionLimit ? used : instructionLimit, instructionLimit) === "cancel") {
        this.setCounter(left);
        throw new ExecutionTrap({ kind: "cancelled" });
      }
      const slice = this.pending < instructionsPerSlice ? this.pending : instructionsPerSlice;
      this.pending -= slice;
      left += slice;
    }
    return left;
  }

  /** Charges for memory, which is not tested before the next other charge. */
  private takeOff(instructions: number): void {
    if (instructions > 0) this.setCounter(this.readCounter() - BigInt(instructions));
  }

  private readCounter(): bigint {
    const value: unknown = this.counter?.value;
    return typeof value === "bigint" ? value : 0n;
  }

  private setCounter(value: bigint): void {
    if (this.counter !== undefined) this.counter.value = value;
  }

  /** Must be called before a host function reads or writes bytes within the heap. */
  reachHeap(address: number, size: number, access: "read" | "write"): void {
    if (access === "write") this.heap.mark(address, size);
    this.takeOff(this.tracker.reachHeap(address, size, access));
  }

  /** The same for the stable memory. */
  reachStable(offset: number, size: number, access: "read" | "write"): void {
    this.takeOff(this.tracker.reachStable(offset, size, access));
  }

  /** Bytes of the heap to read from. `what` names them in the replica's error text. */
  readHeap(what: string, source: number, size: number): Uint8Array {
    const { bytes } = this.heap;
    if (source + size > bytes.length) this.outOfBounds(what, source, size, bytes.length);
    this.reachHeap(source, size, "read");
    return bytes.subarray(source, source + size);
  }

  /** Copies a part of a value to the heap, both checked. */
  copyToHeap(what: string, value: Uint8Array, part: string, target: number, offset: number, size: number): void {
    const { bytes } = this.heap;
    if (target + size > bytes.length) this.outOfBounds(`${what} heap`, target, size, bytes.length);
    if (offset + size > value.length) this.outOfBounds(`${what} ${part}`, offset, size, value.length);
    this.reachHeap(target, size, "write");
    if (size < 64) for (let index = 0; index < size; index++) bytes[target + index] = value[offset + index] ?? 0;
    else bytes.set(value.subarray(offset, offset + size), target);
  }

  /** Writes an amount of cycles as 16 bytes, little endian. */
  writeCycles(what: string, target: number, amount: bigint): void {
    const { bytes } = this.heap;
    if (target + 16 > bytes.length) {
      const found = `Found dst = ${target} and size = 16 while must be <= ${bytes.length}`;
      violateContract(`${what} failed because dst + size is out of bounds.${found}`);
    }
    this.reachHeap(target, 16, "write");
    bytes.writeBigUInt64LE(BigInt.asUintN(64, amount), target);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, amount >> 64n), target + 8);
  }

  private outOfBounds(what: string, source: number, size: number, available: number): never {
    violateContract(`${what}: src=${source} + length=${size} exceeds the slice size=${available}`);
  }

  /** Balance above the freezing threshold, which rises with what was taken. */
  get liquidBalance(): bigint {
    const { resources, freezingThreshold } = this.input;
    const hasTaken = this.memoryBytes > 0 || this.messageBytes > 0;
    const threshold = resources !== undefined && hasTaken ? resources.freezingThreshold(this) : freezingThreshold;
    const liquid = this.balance - threshold;
    return liquid > 0n ? liquid : 0n;
  }

  /** Takes so many more bytes of memory, or tells why they may not be had. */
  allocate(bytes: number): Trap | undefined {
    const { resources, mode } = this.input;
    if (resources === undefined || bytes === 0) return undefined;
    const answer = resources.allocate(bytes, mode, this, this.balance);
    if (answer.kind === "refused") return this.discreet(answer.trap);
    this.memoryBytes += bytes;
    this.cyclesReserved += answer.cyclesReserved;
    this.balance -= answer.cyclesReserved;
    return undefined;
  }

  /** Only controllers learn how many cycles are missing. */
  private discreet(trap: Trap): Trap {
    if (trap.kind !== "insufficientCyclesInMemoryGrow") return trap;
    const { caller, controllers } = this.input;
    return controllers.some((it) => equalBytes(it, caller)) ? trap : { ...trap, missing: undefined };
  }

  /** An amount for the functions that know 64 bits only. */
  as64Bits(amount: bigint): bigint {
    return amount >> 64n === 0n ? amount : trapWith("cycles amount exceeds 64-bit representation");
  }

  /** Forgets the call under construction and gives back the cycles attached to it. */
  giveCyclesBack(): void {
    if (this.outgoing === undefined) return;
    const { cycles } = this.outgoing;
    this.balance += cycles;
    this.cyclesSpentOnRequests -= cycles;
    this.outgoing = undefined;
  }

  /** What takes effect if the execution returns now. A call that was not performed gives its cycles back. */
  takeChanges(): SystemStateChanges {
    this.giveCyclesBack();
    const { reply, requests, certifiedData, globalTimerNanos } = this;
    if (
      reply === undefined &&
      requests.length === 0 &&
      certifiedData === undefined &&
      globalTimerNanos === undefined &&
      this.cyclesAccepted === 0n &&
      this.cyclesBurned === 0n &&
      this.cyclesReserved === 0n &&
      !this.messageAccepted
    ) {
      return noChanges;
    }
    return {
      ...(reply === undefined ? {} : { reply }),
      requests,
      cyclesAccepted: this.cyclesAccepted,
      cyclesBurned: this.cyclesBurned,
      cyclesSpentOnRequests: this.cyclesSpentOnRequests,
      cyclesReserved: this.cyclesReserved,
      ...(certifiedData === undefined ? {} : { certifiedData }),
      ...(globalTimerNanos === undefined ? {} : { globalTimerNanos }),
      messageAccepted: this.messageAccepted,
    };
  }
}
