import type { CompiledCanister } from "./compiledCanister.ts";
import type {
  CanisterInstance,
  ExecutionInput,
  ExecutionMode,
  ExecutionOutcome,
  ExecutionWatch,
  HasStableMemory,
  MemoryImage,
  Trap,
} from "./contract.ts";
import { ExecutionTrap, functionsOnStack, trapOf } from "./executionTrap.ts";
import { HeapMemory, wasmPageBytes } from "./heapMemory.ts";
import { MessageExecution, noChanges } from "./messageExecution.ts";
import type { ChunkedStableMemory } from "./stableMemory.ts";
import { bindSystemApi, type ImportFunction } from "./systemApi.ts";
import { type GlobalValue, WasmInstance } from "./wasmInstance.ts";

/** Instructions for each 4 KiB heap page that an execution changed. */
const dirtyPageCharge = { wasm32: 1_000n, wasm64: 4_000n } as const;

/** Contexts that are not charged for the heap pages they change. */
const unchargedModes: ReadonlySet<ExecutionMode> = new Set([
  "replicatedQuery",
  "nonReplicatedQuery",
  "transform",
  "inspectMessage",
]);

/** Contexts in which the Wasm memory limit of the settings holds. */
const limitedModes: ReadonlySet<ExecutionMode> = new Set(["init", "start", "postUpgrade", "update"]);

/** Stack frames kept of a trap, and function names shown of them. */
const backtraceFramesMax = 50;

/** Traps after which the counter may lag behind where the code keeps it in a local. */
function isInexact(trap: Trap): boolean {
  return trap.kind === "trapped" && trap.reason !== "stack overflow" && trap.reason !== "unreachable";
}

const noBacktrace: readonly string[] = [];
const noGlobals: readonly GlobalValue[] = [];

/** One canister's code and memories in V8; see `CanisterInstance`. */
export class V8CanisterInstance implements CanisterInstance, HasStableMemory {
  readonly stableMemory: ChunkedStableMemory;
  private readonly compiled: CompiledCanister;
  private readonly heap = new HeapMemory();
  private readonly execution: MessageExecution;
  private readonly ic0: Record<string, ImportFunction>;
  private readonly host: {
    outOfInstructions(): void;
    grow(pages: number | bigint): number | bigint;
  };
  private instance: WasmInstance;
  /** Mutable globals as of the last commit. */
  private committedGlobals: GlobalValue[];

  constructor(compiled: CompiledCanister, stable: ChunkedStableMemory) {
    this.compiled = compiled;
    this.stableMemory = stable;
    this.execution = new MessageExecution(this.heap, stable);
    this.ic0 = bindSystemApi(this.execution, compiled.instrumented.memory64);
    this.host = {
      outOfInstructions: () => this.execution.continueOrEnd(),
      grow: (pages) => this.grow(pages),
    };
    this.instance = this.newInstance(compiled.wasm);
    this.committedGlobals = this.instance.readGlobals();
    this.heap.attach(this.instance.heap, this.instance.dirtyPages);
    this.heap.adopt();
  }

  heapBytes(): number {
    return this.heap.committedBytes;
  }

  stableBytes(): number {
    return this.stableMemory.bytes();
  }

  run(input: ExecutionInput, watch: ExecutionWatch | undefined, discardChanges: boolean): ExecutionOutcome {
    const { execution } = this;
    let trap: Trap | undefined;
    let backtrace = noBacktrace;
    execution.begin(input, watch);
    if (Error.stackTraceLimit < backtraceFramesMax) Error.stackTraceLimit = backtraceFramesMax;
    try {
      this.checkMemoryLimit(input);
      this.instance.enter(input.entryPoint);
    } catch (error) {
      trap = trapOf(error);
      if (trap === undefined) {
        this.rollBack();
        throw error;
      }
      backtrace = this.backtraceOf(error);
    }
    const dirtyHeapPages = this.heap.collectChanges();
    const dirtyStablePages = this.stableMemory.dirtyPages;
    let instructions = execution.instructionsUsed;
    if (dirtyHeapPages > 0 && !unchargedModes.has(input.mode)) {
      const charge = this.compiled.instrumented.memory64 ? dirtyPageCharge.wasm64 : dirtyPageCharge.wasm32;
      const total = instructions + charge * BigInt(dirtyHeapPages);
      instructions = total > input.instructionLimit ? input.instructionLimit : total;
    }
    const changes = trap === undefined ? execution.takeChanges() : noChanges;
    if (trap === undefined && !discardChanges) this.commit();
    else this.rollBack();
    return {
      kind: trap === undefined ? "returned" : "trapped",
      ...(trap === undefined ? {} : { trap }),
      backtrace,
      instructions,
      changes,
      log: execution.log,
      dirtyHeapPages,
      dirtyStablePages,
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

  /** Gives a fresh instance the memories and globals of an image. */
  load(image: MemoryImage): void {
    this.heap.load(image.heapBytes, image.heapPages);
    this.stableMemory.load(image.stableBytes, image.stablePages);
    let at = 0;
    this.committedGlobals = this.committedGlobals.map((value) => {
      const bits = image.globals[at++] ?? 0n;
      if (Array.isArray(value)) return [bits, image.globals[at++] ?? 0n];
      return typeof value === "number" ? Number(BigInt.asIntN(32, bits)) : typeof value === "bigint" ? bits : value;
    });
    this.instance.writeGlobals(this.committedGlobals);
  }

  private newInstance(module: WebAssembly.Module): WasmInstance {
    const instance = new WasmInstance(this.compiled, module, this.ic0, this.host);
    this.execution.attachCounter(instance.counter);
    return instance;
  }

  private commit(): void {
    this.heap.commit();
    this.stableMemory.commit();
    this.instance.readGlobalsInto(this.committedGlobals);
  }

  private rollBack(): void {
    this.stableMemory.rollBack();
    if (this.heap.hasGrown) {
      // A memory cannot shrink: the code goes on in a new instance with a memory of the old size.
      this.instance = this.newInstance(this.compiled.wasm);
      this.heap.restoreInto(this.instance.heap, this.instance.dirtyPages);
    } else this.heap.rollBack();
    this.instance.writeGlobals(this.committedGlobals);
  }

  /** memory.grow of the canister's code: the old size in 64 KiB pages, or -1. */
  private grow(pages: number | bigint): number | bigint {
    const { memory64 } = this.compiled.instrumented;
    const more = typeof pages === "bigint" ? Number(BigInt.asUintN(64, pages)) : pages >>> 0;
    const old = this.heap.bytes.length / wasmPageBytes;
    const grown = this.heap.grow(more) ? old : -1;
    if (grown !== -1) this.checkMemoryLimit(this.execution.input);
    return memory64 ? BigInt(grown) : grown;
  }

  private checkMemoryLimit({ mode, wasmMemoryLimitBytes }: ExecutionInput): void {
    if (wasmMemoryLimitBytes === 0n || !limitedModes.has(mode)) return;
    const peakBytes = BigInt(this.heap.bytes.length);
    if (peakBytes <= wasmMemoryLimitBytes) return;
    throw new ExecutionTrap({ kind: "wasmMemoryLimitExceeded", peakBytes, limitBytes: wasmMemoryLimitBytes });
  }

  private backtraceOf(error: unknown): readonly string[] {
    const { functionNames, instrumented } = this.compiled;
    if (functionNames.size === 0) return noBacktrace;
    return functionsOnStack(error)
      .filter((index) => index < instrumented.functions)
      .map((index) => functionNames.get(index) ?? `<unknown function ${index}>`);
  }
}

function toBits(value: GlobalValue): readonly bigint[] {
  if (typeof value === "bigint") return [value];
  if (typeof value === "number") return [BigInt(value)];
  return Array.isArray(value) ? value : [0n];
}
