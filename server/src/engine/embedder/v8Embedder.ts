import { sha256 } from "@noble/hashes/sha2.js";
import { assert } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import { sectionIds, type WasmModule } from "../../wasm/module.ts";
import { readModule } from "../../wasm/reader.ts";
import { activeData, dataOutOfBounds } from "./activeData.ts";
import { AwakeInstances } from "./awakeInstances.ts";
import { throwawayInstance } from "./candidInterface.ts";
import { V8CanisterInstance } from "./canisterInstance.ts";
import { type CompiledCanister, isCompiledCanister } from "./compiledCanister.ts";
import {
  type CanisterInstance,
  currentMeteringProfile,
  type Embedder,
  type HasMemories,
  type MainMemory,
  type MemoryImage,
  type MeteringProfile,
  type PreparedModule,
  type StableMemory,
} from "./contract.ts";
import type { RewriteForm } from "./functionRewriter.ts";
import { globalFacts } from "./globalFacts.ts";
import { HeapMemory } from "./heapMemory.ts";
import { instrument } from "./instrument.ts";
import { moduleFacts } from "./moduleFacts.ts";
import { moduleLimits } from "./moduleLimits.ts";
import { codeSizeProblem, declarationProblem, problemBehindCode } from "./moduleValidation.ts";
import { readFunctionNames } from "./nameSection.ts";
import { isPacked, unpackedBytes } from "./packedModule.ts";
import { RestingInstance } from "./restingInstance.ts";
import { hasStableInside } from "./stableLayout.ts";
import { PagedStableMemory, type StableMemoryOptions } from "./stableMemory.ts";
import type { WasmInstance } from "./wasmInstance.ts";

/** What the host of the engine provides. */
export interface V8EmbedderOptions {
  /** Unpacks gzip; undefined where the bytes are none or are larger than so many bytes. */
  readonly gunzip: (packed: Uint8Array, bytesMax: number) => Uint8Array | undefined;
  /** SHA-256 in machine code, where the host has it; a module of 3 MB takes the engine's own 60 ms. */
  readonly sha256?: (bytes: Uint8Array) => Uint8Array;
  readonly stableMemory?: StableMemoryOptions;
  /** Instances that keep their memories in V8 at the same time; 2,000 when absent. */
  readonly awakeInstancesMax?: number;
}

type ValidModule = PreparedModule & { readonly kind: "valid" };

/** Half of the address space that a process has on the systems of today, at up to 32 GiB each. */
const awakeInstancesMax = 2_000;

/** Modules that are remembered, whether canisters use them or not. */
const preparedModulesMax = 100;

/** The embedder on V8. Modules are prepared once for each hash. */
export function createV8Embedder(options: V8EmbedderOptions): Embedder {
  const prepared = new Map<string, PreparedModule>();
  const awake = new AwakeInstances(options.awakeInstancesMax ?? awakeInstancesMax);
  return {
    prepare(wasm, meteringProfile = currentMeteringProfile) {
      const hash = (options.sha256 ?? sha256)(wasm);
      const key = `${meteringProfile} ${toHex(hash)}`;
      const known = prepared.get(key) ?? prepareModule(wasm, hash, meteringProfile, options);
      // The one asked for last goes to the end, the one not asked for longest is forgotten.
      prepared.delete(key);
      prepared.set(key, known);
      const [oldest] = prepared.keys();
      if (prepared.size > preparedModulesMax && oldest !== undefined) prepared.delete(oldest);
      return known;
    },
    instantiate(module, stable, main) {
      const make = () => new V8CanisterInstance(compiledOf(module), stableOf(stable, options), heapOf(main));
      return resting(awake, module, options, withRoom(awake, make));
    },
    restore(module: ValidModule, image: MemoryImage): CanisterInstance & HasMemories {
      return resting(
        awake,
        module,
        options,
        withRoom(awake, () => restored(module, image, options)),
      );
    },
  };
}

function resting(
  awake: AwakeInstances,
  module: ValidModule,
  options: V8EmbedderOptions,
  instance: V8CanisterInstance,
): RestingInstance {
  return new RestingInstance(awake, instance, (image) => withRoom(awake, () => restored(module, image, options)));
}

function restored(module: ValidModule, image: MemoryImage, options: V8EmbedderOptions): V8CanisterInstance {
  const instance = new V8CanisterInstance(compiledOf(module), new PagedStableMemory(options.stableMemory));
  instance.load(image);
  return instance;
}

/** Makes an instance; where the machine has no room for its memories, once more after all others gave theirs back. */
function withRoom(awake: AwakeInstances, make: () => V8CanisterInstance): V8CanisterInstance {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError && awake.putAllToSleep())) throw error;
    return make();
  }
}

function prepareModule(
  wasm: Uint8Array,
  hash: Uint8Array,
  meteringProfile: MeteringProfile,
  { gunzip, stableMemory }: V8EmbedderOptions,
): PreparedModule {
  const bytes = isPacked(wasm) ? gunzip(wasm, moduleLimits.moduleBytes) : wasm;
  const size = bytes?.length ?? unpackedBytes(wasm);
  if (size > moduleLimits.moduleBytes) {
    return invalid(`Wasm module size of ${size} exceeds the maximum allowed size of ${moduleLimits.moduleBytes}.`);
  }
  if (bytes === undefined) return invalid("Failed to decode wasm module: the gzip data is broken.");
  const { module, problems } = readModule(bytes);
  const problem = problems[0] ?? codeSizeProblem(module);
  if (problem !== undefined)
    return invalid(problems.length === 0 ? problem : `Failed to decode wasm module: ${problem}`);
  const fault = hostProblem(module) ?? compilationFault(new Uint8Array(bytes)) ?? declarationProblem(module);
  if (fault !== undefined) return invalid(fault);
  const form = { meteringProfile, stableInside: (stableMemory?.inside ?? true) && hasStableInside };
  const instrumented = instrument(module, { ...form, counterPlace: "local" });
  if ("problem" in instrumented) return invalid(instrumented.problem);
  const data = activeData(module);
  const misfit = problemBehindCode(module) ?? dataProblem(module, data);
  if (misfit !== undefined) return invalid(misfit);
  const { bytes: rewritten, ...layout } = instrumented;
  // The rewritten code is a little larger, and V8 has limits of its own: 50,000 locals, 7 MB for a function.
  const code = compile(rewritten);
  if (typeof code === "string") return invalid(code);
  let exact: WebAssembly.Module | undefined;
  const compiled: CompiledCanister = {
    wasm: code,
    instrumented: layout,
    imports: module.imports,
    heapLimits: module.memories[0],
    activeData: data,
    functionNames: readFunctionNames(module),
    exactModule: () => {
      exact ??= compileExact(module, form);
      return exact;
    },
  };
  const probe = probeInstance(compiled);
  if (typeof probe === "string") return invalid(probe);
  const counted = { instrumentedOperators: layout.operators, moduleBytes: wasm.length };
  const globals = globalFacts(module, (name) => probe.exportedGlobal(name));
  return { kind: "valid", facts: moduleFacts(module, counted, globals), hash, module: compiled };
}

function dataProblem(module: WasmModule, data: ReturnType<typeof activeData>): string | undefined {
  const outside = dataOutOfBounds(module, data);
  if (outside === undefined) return undefined;
  return `Wasm module has invalid data segment of ${outside.bytes.length} bytes at ${outside.address}`;
}

function compileExact(module: WasmModule, form: Omit<RewriteForm, "counterPlace">): WebAssembly.Module {
  const instrumented = instrument(module, { ...form, counterPlace: "global" });
  assert(!("problem" in instrumented), "a module that was rewritten once can be rewritten again");
  return new WebAssembly.Module(instrumented.bytes);
}

function invalid(message: string): PreparedModule {
  return { kind: "invalid", message };
}

/** What V8 has against the module as it came, before anything is changed. */
function compilationFault(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  if (WebAssembly.validate(bytes)) return undefined;
  const code = compile(bytes);
  return typeof code === "string" ? code : undefined;
}

/** The module, or what V8 has against it. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | string {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^WebAssembly\.Module\(\): /, "") : "";
    return `Wasmtime failed to validate wasm module wasmtime::Module::validate() failed with ${text}`;
  }
}

/** An instance, or why the module cannot be put into memories and tables: its segments must lie inside of them. */
function probeInstance(compiled: CompiledCanister): WasmInstance | string {
  try {
    return throwawayInstance(compiled).instance;
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^WebAssembly\.Instance\(\): /, "") : "";
    return `The module cannot be instantiated: ${text}`;
  }
}

/** What the network's runtime says of a module whose features it does not have. */
function refusal(reason: string, offset: number): string {
  const place = `(at offset 0x${offset.toString(16)})`;
  return `Wasmtime failed to validate wasm module wasmtime::Module::validate() failed with ${reason} ${place}`;
}

/** Whether this V8 has 64-bit memories: a module with one of no pages. */
const hasMemory64 = WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 0));

/** Whether this V8 has tables with 64-bit indices: a module with one of no places. */
const hasTable64 = WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 4, 4, 1, 0x70, 4, 0));

/** What V8 accepts and the network does not, and the other way round. */
function hostProblem(module: WasmModule): string | undefined {
  if (module.memories.some(({ is64 }) => is64) && !hasMemory64) {
    return "The module has a 64-bit memory, which the Node of this engine cannot run: use Node 24 or newer.";
  }
  if (module.tables.some(({ limits }) => limits.is64) && !hasTable64) {
    return "The module has a table with 64-bit indices, as Motoko's compiler makes them, which the Node of this engine cannot run: use Node 24 or newer.";
  }
  const at = module.sections.find(({ id }) => id === sectionIds.memory)?.start ?? 0;
  if (module.memories.length > 1) return refusal("multiple memories", at);
  if (module.memories.some(({ shared }) => shared)) {
    return refusal("threads must be enabled for shared memories", at + 1);
  }
  return undefined;
}

function compiledOf({ module }: ValidModule): CompiledCanister {
  assert(isCompiledCanister(module), "modules come from this embedder");
  return module;
}

function stableOf(stable: StableMemory | undefined, { stableMemory }: V8EmbedderOptions): PagedStableMemory {
  if (stable === undefined) return new PagedStableMemory(stableMemory);
  assert(stable instanceof PagedStableMemory, "stable memories come from this embedder");
  return stable;
}

function heapOf(main: MainMemory | undefined): HeapMemory | undefined {
  assert(main === undefined || main instanceof HeapMemory, "heaps come from this embedder");
  return main;
}
