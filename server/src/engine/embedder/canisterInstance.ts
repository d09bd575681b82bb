import type { CompiledCanister } from "./compiledCanister.ts";
import type {
  CanisterInstance,
  ExecutionInput,
  ExecutionMode,
  ExecutionOutcome,
  ExecutionWatch,
  HasMemories,
  MemoryImage,
  Trap,
} from "./contract.ts";
import { callToNothing, ExecutionTrap, functionsOnStack, trapOf } from "./executionTrap.ts";
import { HeapMemory, wasmPageBytes } from "./heapMemory.ts";
import type { HostFunctions } from "./hostFunctions.ts";
import { logTrap } from "./ic0/debug.ts";
import { createMemories, fitDeclaration, type Memories } from "./memories.ts";
import { accessOnlyModes, type ChargingMoment } from "./memoryTracker.ts";
import { MessageExecution, noChanges } from "./messageExecution.ts";
import { readableName } from "./rustNames.ts";
import type { PagedStableMemory } from "./stableMemory.ts";
import { bindSystemApi, type ImportFunction } from "./systemApi.ts";
import { type GlobalValue, type InstanceSurroundings, WasmInstance } from "./wasmInstance.ts";

/** Instructions for each 4 KiB heap page that an execution changed. */
const dirtyPageCharge = { wasm32: 1_000n, wasm64: 4_000n } as const;

/** Contexts in which the Wasm memory limit of the settings holds. */
const limitedModes: ReadonlySet<ExecutionMode> = new Set(["init", "start", "postUpgrade", "update"]);

/** Stack frames kept of a trap, and function names shown of them. */
const backtraceFramesMax = 50;

const noBacktrace: readonly string[] = [];

/** How an execution ended that did not return. */
interface Ending {
  readonly trap: Trap;
  readonly error: unknown;
}

/**
 * One canister's code and memories in V8; see `CanisterInstance`. The code is there twice: a fast form, and one that
 * counts exactly up to a trap and that can be watched. An execution that the fast form cannot finish is rolled back and
 * runs again in the exact one, which shares its memories.
 */
export class V8CanisterInstance implements CanisterInstance, HasMemories {
  readonly stableMemory: PagedStableMemory;
  private readonly compiled: CompiledCanister;
  private readonly heap: HeapMemory;
  private readonly execution: MessageExecution;
  private readonly ic0: Record<string, ImportFunction>;
  private readonly host: HostFunctions;
  private surroundings: InstanceSurroundings;
  private fast: WasmInstance;
  /** Shares the memories of the fast one; made when first needed. */
  private exact: WasmInstance | undefined;
  /** Whether code dropped data segments, which all executions but this one still have. */
  private hasDroppedSegments = false;
  /** Mutable globals as of the last commit. */
  private committedGlobals: GlobalValue[];
  /** The same as of the beginning of a hold. */
  private heldGlobals: GlobalValue[] | undefined;

  constructor(compiled: CompiledCanister, stable: PagedStableMemory, main?: HeapMemory) {
    this.compiled = compiled;
    this.heap = main ?? new HeapMemory();
    this.stableMemory = stable;
    this.execution = new MessageExecution(this.heap, stable);
    this.ic0 = bindSystemApi(this.execution, compiled.instrumented.memory64);
    this.host = {
      outOfInstructions: () => this.execution.continueOrEnd(),
      grow: (pages) => this.grow(pages),
      callToNothing,
      segmentDropped: () => {
        this.hasDroppedSegments = true;
      },
      touched: (address, size) => this.execution.reachHeap(withoutSign(address), withoutSign(size), "read"),
      written: (address, size) => this.execution.reachHeap(withoutSign(address), withoutSign(size), "write"),
    };
    if (main === undefined) {
      this.surroundings = this.newSurroundings();
      this.heap.attach(this.surroundings.memories);
      this.heap.write(compiled.activeData);
    } else this.surroundings = this.takeOver(main);
    this.fast = new WasmInstance(compiled, compiled.wasm, this.surroundings);
    this.committedGlobals = this.fast.readGlobals();
  }

  get mainMemory(): HeapMemory {
    return this.heap;
  }

  heapBytes(): number {
    return this.heap.committedBytes;
  }

  stableBytes(): number {
    return this.stableMemory.bytes();
  }

  run(input: ExecutionInput, watch: ExecutionWatch | undefined, discardChanges: boolean): ExecutionOutcome {
    let instance = this.fast;
    let ending = this.execute(instance, input, watch);
    if (!this.isExact(ending)) {
      this.heap.collectChanges();
      this.rollBack();
      if (this.hasDroppedSegments) this.restoreSegments();
      instance = this.exactInstance();
      ending = this.execute(instance, input, watch);
    }
    return this.settle(instance, ending, discardChanges);
  }

  /** Runs the entry point; what it wrote is neither committed nor rolled back yet. */
  private execute(
    instance: WasmInstance,
    input: ExecutionInput,
    watch: ExecutionWatch | undefined,
  ): Ending | undefined {
    const { execution } = this;
    execution.begin(input, watch, instance.counter, this.momentFor(instance));
    if (Error.stackTraceLimit < backtraceFramesMax) Error.stackTraceLimit = backtraceFramesMax;
    try {
      this.checkMemoryLimit(input);
      instance.enter(input.entryPoint);
      execution.settleMemory("end");
      return undefined;
    } catch (error) {
      const trap = trapOf(error);
      if (trap !== undefined) {
        execution.settleMemory("end");
        return { trap, error };
      }
      this.heap.collectChanges();
      this.rollBack();
      throw error;
    }
  }

  /**
   * Whether the fast code ended as the exact code would. A trap in the middle of a function may come before the counter
   * reached its global, and an `unreachable` may be the end of a slice. The fast code also tests the counter less often:
   * it may return with one below zero, or write something more before the host finds the limit exceeded. Where a stack
   * overflows depends on the form, so that the exact one has to say how much was executed until then.
   */
  private isExact(ending: Ending | undefined): boolean {
    if (this.execution.instructionsLeft < 0n) return false;
    if (ending === undefined || ending.error instanceof ExecutionTrap) return true;
    const { trap } = ending;
    return trap.kind === "trapped" && trap.reason === "unreachable" && !this.execution.isSliceUsedUp;
  }

  private momentFor(instance: WasmInstance): ChargingMoment {
    const { meteringProfile, counterPlace } = this.compiled.instrumented.form;
    if (meteringProfile === "classic") return "never";
    return instance === this.exact || counterPlace === "global" ? "atOnce" : "whenSettled";
  }

  private settle(instance: WasmInstance, ending: Ending | undefined, discardChanges: boolean): ExecutionOutcome {
    const { execution } = this;
    const { input } = execution;
    let instructions = execution.instructionsUsed;
    const dirtyHeapPages = this.heap.collectChanges(execution.tracker.countsWhenSettled);
    const dirtyStablePages = this.stableMemory.dirtyPages;
    if (!execution.tracker.isOn && dirtyHeapPages > 0 && !accessOnlyModes.has(input.mode)) {
      const charge = this.compiled.instrumented.memory64 ? dirtyPageCharge.wasm64 : dirtyPageCharge.wasm32;
      const total = instructions + charge * BigInt(dirtyHeapPages);
      instructions = total > input.instructionLimit ? input.instructionLimit : total;
    }
    const changes = ending === undefined ? execution.takeChanges() : noChanges;
    const backtrace = ending === undefined ? noBacktrace : this.backtraceOf(ending);
    if (ending !== undefined) logTrap(execution, ending.trap, backtrace);
    const isCommitted = ending === undefined && !discardChanges;
    const { holdAboveInstructions } = input;
    const held = isCommitted && holdAboveInstructions !== undefined && instructions > holdAboveInstructions;
    if (held) this.hold();
    if (isCommitted) this.commit(instance);
    else this.rollBack();
    if (this.hasDroppedSegments) this.restoreSegments();
    return {
      kind: ending === undefined ? "returned" : "trapped",
      ...(ending === undefined ? {} : { trap: ending.trap }),
      backtrace,
      instructions,
      changes,
      log: execution.log,
      dirtyHeapPages,
      dirtyStablePages,
      ...(held ? { held } : {}),
    };
  }

  takeImage(kind: "changed" | "full"): MemoryImage {
    return {
      heapBytes: this.heap.committedBytes,
      stableBytes: this.stableMemory.bytes(),
      heapPages: this.heap.takePages(kind),
      stablePages: this.stableMemory.takePages(kind),
      globals: this.committedGlobals.flatMap(toBits),
    };
  }

  copyImage(): MemoryImage {
    return {
      heapBytes: this.heap.committedBytes,
      stableBytes: this.stableMemory.bytes(),
      heapPages: this.heap.copyPages(),
      stablePages: this.stableMemory.copyPages(),
      globals: this.committedGlobals.flatMap(toBits),
    };
  }

  /** Gives a fresh instance the memories and globals of an image. */
  load(image: MemoryImage): void {
    this.heap.load(image.heapBytes, image.heapPages);
    this.stableMemory.load(image.stableBytes, image.stablePages);
    this.setGlobals(image.globals);
  }

  private setGlobals(globals: readonly bigint[]): void {
    let at = 0;
    this.committedGlobals = this.committedGlobals.map((value) => {
      const bits = globals[at++] ?? 0n;
      if (Array.isArray(value)) return [bits, globals[at++] ?? 0n];
      return typeof value === "number" ? Number(BigInt.asIntN(32, bits)) : typeof value === "bigint" ? bits : value;
    });
    this.fast.writeGlobals(this.committedGlobals);
  }

  hold(): void {
    this.heap.hold();
    this.stableMemory.hold();
    this.heldGlobals = [...this.committedGlobals];
  }

  release(end: "keep" | "undo"): void {
    this.heap.release(end);
    this.stableMemory.release(end);
    if (end === "undo" && this.heldGlobals !== undefined) {
      this.committedGlobals = this.heldGlobals;
      if (this.heap.memories !== this.surroundings.memories || this.heap.hasGrown) this.moveToNewMemories();
      this.fast.writeGlobals(this.committedGlobals);
    }
    this.heldGlobals = undefined;
  }

  suspendHold(): MemoryImage {
    const changes = {
      heapBytes: this.heap.committedBytes,
      stableBytes: this.stableMemory.bytes(),
      heapPages: this.heap.heldPages(),
      stablePages: this.stableMemory.heldPages(),
      globals: this.committedGlobals.flatMap(toBits),
    };
    this.release("undo");
    return changes;
  }

  resumeHold(changes: MemoryImage): void {
    this.hold();
    this.heap.apply(changes.heapBytes, changes.heapPages);
    this.stableMemory.apply(changes.stableBytes, changes.stablePages);
    this.setGlobals(changes.globals);
  }

  lendMemories(): void {
    // Nothing is kept from the others.
  }

  takeMemoriesBack(): void {
    if (this.heap.memories === this.surroundings.memories) return;
    this.surroundings = this.takeOver(this.heap);
    this.fast = new WasmInstance(this.compiled, this.compiled.wasm, this.surroundings);
    this.exact = undefined;
    this.fast.writeGlobals(this.committedGlobals);
  }

  /** The memories of the code before, or new ones with the same contents where this code declares others. */
  private takeOver(main: HeapMemory): InstanceSurroundings {
    const { heapLimits } = this.compiled;
    const surroundings = fitDeclaration(main.memories, heapLimits)
      ? this.surroundingsWith(main.memories)
      : this.newSurroundings();
    if (surroundings.memories !== main.memories) main.restoreInto(surroundings.memories);
    const missing = (heapLimits?.minimum ?? 0) - main.size / wasmPageBytes;
    if (missing > 0) main.grow(missing);
    main.commit();
    return surroundings;
  }

  private newSurroundings(): InstanceSurroundings {
    const { heapLimits } = this.compiled;
    return this.surroundingsWith(heapLimits === undefined ? undefined : createMemories(heapLimits));
  }

  private surroundingsWith(memories: Memories | undefined): InstanceSurroundings {
    const stable = this.compiled.instrumented.usesStable ? this.stableMemory.innerMemories() : undefined;
    return { ic0: this.ic0, host: this.host, memories, stable };
  }

  private exactInstance(): WasmInstance {
    this.exact ??= new WasmInstance(this.compiled, this.compiled.exactModule(), this.surroundings);
    this.exact.writeGlobals(this.committedGlobals);
    return this.exact;
  }

  private commit(instance: WasmInstance): void {
    this.heap.commit();
    this.stableMemory.commit();
    instance.readGlobalsInto(this.committedGlobals);
    if (instance !== this.fast) this.fast.writeGlobals(this.committedGlobals);
  }

  private rollBack(): void {
    this.stableMemory.rollBack();
    if (this.heap.hasGrown) this.moveToNewMemories();
    else this.heap.rollBack();
    this.fast.writeGlobals(this.committedGlobals);
  }

  /** Segments come back only with new instances; these share the memories of the old ones. */
  private restoreSegments(): void {
    this.hasDroppedSegments = false;
    this.exact = undefined;
    this.fast = new WasmInstance(this.compiled, this.compiled.wasm, this.surroundings);
    this.fast.writeGlobals(this.committedGlobals);
  }

  /** A memory cannot shrink: the code goes on in a new instance with memories of the committed size. */
  private moveToNewMemories(): void {
    this.surroundings = this.newSurroundings();
    this.fast = new WasmInstance(this.compiled, this.compiled.wasm, this.surroundings);
    this.exact = undefined;
    this.heap.restoreInto(this.surroundings.memories);
  }

  /** memory.grow of the canister's code: the old size in 64 KiB pages, or -1. */
  private grow(pages: number | bigint): number | bigint {
    const { memory64 } = this.compiled.instrumented;
    const more = withoutSign(pages);
    const old = this.heap.size / wasmPageBytes;
    const grown = this.heap.grow(more) ? old : -1;
    if (grown !== -1) {
      this.checkMemoryLimit(this.execution.input);
      const refusal = this.execution.allocate(more * wasmPageBytes);
      if (refusal !== undefined) throw new ExecutionTrap(refusal);
    }
    return memory64 ? BigInt(grown) : grown;
  }

  private checkMemoryLimit({ mode, wasmMemoryLimitBytes }: ExecutionInput): void {
    if (wasmMemoryLimitBytes === 0n || !limitedModes.has(mode)) return;
    const peakBytes = BigInt(this.heap.size);
    if (peakBytes <= wasmMemoryLimitBytes) return;
    throw new ExecutionTrap({ kind: "wasmMemoryLimitExceeded", peakBytes, limitBytes: wasmMemoryLimitBytes });
  }

  /** Traps have one where the module has names for at least one of its functions. */
  private backtraceOf({ trap, error }: Ending): readonly string[] {
    const { functionNames, instrumented } = this.compiled;
    if (functionNames.size === 0 || (trap.kind !== "trapped" && trap.kind !== "calledTrap")) return noBacktrace;
    const functions = functionsOnStack(error).filter((index) => index < instrumented.functions);
    if (!functions.some((index) => functionNames.has(index))) return noBacktrace;
    return functions.map((index) => {
      const name = functionNames.get(index);
      return name === undefined ? `unknown function at index ${index}` : readableName(name);
    });
  }
}

function withoutSign(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asUintN(64, value)) : value >>> 0;
}

function toBits(value: GlobalValue): readonly bigint[] {
  if (typeof value === "bigint") return [value];
  if (typeof value === "number") return [BigInt(value)];
  return Array.isArray(value) ? value : [0n];
}
