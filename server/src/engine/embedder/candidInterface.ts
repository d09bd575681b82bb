import { type CompiledCanister, isCompiledCanister } from "./compiledCanister.ts";
import type { PreparedModule } from "./contract.ts";
import { callToNothing, trapOf, trapWith } from "./executionTrap.ts";
import { growMemory, wasmPageBytes } from "./heapMemory.ts";
import { createMemories, type Memories } from "./memories.ts";
import { createStableMemories } from "./stableLayout.ts";
import { type ImportFunction, systemApi } from "./systemApi.ts";
import { WasmInstance } from "./wasmInstance.ts";

const text = new TextDecoder("utf-8", { fatal: true });

const sectionNames = ["icp:public candid:service", "icp:private candid:service"];

/** Instructions that `get_candid_pointer` may take: it returns the address of a constant. */
const instructionLimit = 10_000_000n;

/**
 * The Candid interface that a module carries: its section `candid:service`, else the text that its function
 * `get_candid_pointer` points to; undefined where it has neither.
 * https://internetcomputer.org/docs/references/ic-interface-spec#canister-metadata
 */
export function candidInterface(prepared: PreparedModule & { readonly kind: "valid" }): string | undefined {
  const { facts, module } = prepared;
  const section = sectionNames.map((name) => facts.icpSections.get(name)).find((it) => it !== undefined);
  if (section !== undefined) return decode(section);
  return isCompiledCanister(module) ? exportedInterface(module) : undefined;
}

function exportedInterface(compiled: CompiledCanister): string | undefined {
  try {
    const { instance, memories } = throwawayInstance(compiled);
    const address = Number(instance.callExport("get_candid_pointer") ?? -1);
    if (memories === undefined || !(0 <= address && address < memories.heap.buffer.byteLength)) return undefined;
    const bytes = new Uint8Array(memories.heap.buffer, address);
    const end = bytes.indexOf(0);
    return end === -1 ? undefined : decode(bytes.subarray(0, end));
  } catch (error) {
    if (trapOf(error) === undefined) throw error;
    return undefined;
  }
}

/** 64 KiB pages by which it may grow its memory at a time: 64 MiB. */
const growthPagesMax = 1_024;

/** An instance that belongs to no canister and cannot call the system. */
export function throwawayInstance(compiled: CompiledCanister): {
  readonly instance: WasmInstance;
  readonly memories: Memories | undefined;
} {
  const { heapLimits } = compiled;
  const memories = heapLimits === undefined ? undefined : createMemories(heapLimits);
  const stable = compiled.instrumented.usesStable ? createStableMemories() : undefined;
  const refuse: ImportFunction = () => trapWith("unknown");
  const ic0 = Object.fromEntries([...systemApi.keys()].map((name) => [name, refuse]));
  const host = {
    outOfInstructions: () => trapWith("unknown"),
    grow: (pages: number | bigint) => growBy(memories, pages),
    callToNothing,
    segmentDropped: () => {},
    touched: () => {},
    written: () => {},
  };
  const instance = new WasmInstance(compiled, compiled.wasm, { ic0, host, memories, stable });
  for (const { address, bytes } of compiled.activeData) new Uint8Array(memories?.heap.buffer ?? []).set(bytes, address);
  instance.counter.value = instructionLimit;
  return { instance, memories };
}

/** memory.grow of a throwaway instance. */
function growBy(memories: Memories | undefined, pages: number | bigint): number | bigint {
  const more = Number(BigInt.asUintN(64, BigInt(pages)));
  const old = (memories?.heap.buffer.byteLength ?? 0) / wasmPageBytes;
  const result = more <= growthPagesMax && growMemory(memories?.heap, more) ? old : -1;
  return typeof pages === "bigint" ? BigInt(result) : result;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return text.decode(bytes);
  } catch {
    return undefined;
  }
}
