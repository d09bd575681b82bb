import type { Limits } from "../../wasm/module.ts";
import { memoryModule } from "./memoryModule.ts";
import { mapLimits } from "./sectionRewriter.ts";

/** The memories that the instances of a canister share. */
export interface Memories {
  readonly heap: WebAssembly.Memory;
  readonly dirtyPages: WebAssembly.Memory;
  /** Bounds that the heap was made with. */
  readonly limits: Limits;
}

/** Whether code that declares a heap of these bounds can work on memories as they are, once they are large enough. */
export function fitDeclaration(memories: Memories | undefined, declared: Limits | undefined): boolean {
  const limits = memories?.limits;
  return limits?.is64 === declared?.is64 && limits?.maximum === declared?.maximum;
}

/**
 * Makes the heap that a module declares and its map of dirty pages; by way of a module without code, because hosts
 * differ in how JavaScript asks for 64-bit memories.
 */
export function createMemories(heapLimits: Limits): Memories {
  const key = JSON.stringify(heapLimits);
  const module = modules.get(key) ?? memoryModule({ heap: heapLimits, dirtyPages: mapLimits(heapLimits.is64) });
  modules.set(key, module);
  const { heap, dirtyPages } = new WebAssembly.Instance(module).exports;
  if (!(heap instanceof WebAssembly.Memory && dirtyPages instanceof WebAssembly.Memory)) {
    throw new Error("The memories are none.");
  }
  return { heap, dirtyPages, limits: heapLimits };
}

/** Compiled modules, by the bounds of the heap. */
const modules = new Map<string, WebAssembly.Module>();
