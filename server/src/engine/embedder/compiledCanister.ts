import type { Import, Limits } from "../../wasm/module.ts";
import type { ActiveData } from "./activeData.ts";
import type { CompiledModule } from "./contract.ts";
import type { InstrumentedModule } from "./instrument.ts";

/** A rewritten module, compiled, with what instances and backtraces need. Shared by all canisters with this code. */
export interface CompiledCanister extends CompiledModule {
  readonly instrumented: Omit<InstrumentedModule, "bytes">;
  readonly imports: readonly Import[];
  /** Bounds of the heap; undefined for a module without memory. */
  readonly heapLimits: Limits | undefined;
  /** What a new heap begins with. */
  readonly activeData: readonly ActiveData[];
  /** Names of functions by index, from the name section. */
  readonly functionNames: ReadonlyMap<number, string>;
  /**
   * The same module with its counter always in the global: it counts exactly up to a trap, and
   * can go on when a slice of instructions is used up. Made when needed.
   */
  readonly exactModule: () => WebAssembly.Module;
}

/** Whether a module was made by this embedder. */
export function isCompiledCanister(module: CompiledModule): module is CompiledCanister {
  return "instrumented" in module;
}
