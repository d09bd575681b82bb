import type { Import } from "../../wasm/module.ts";
import type { CompiledModule } from "./contract.ts";
import type { InstrumentedModule } from "./instrument.ts";

/** A rewritten module, compiled, with what instances and backtraces need. Shared by all canisters with this code. */
export interface CompiledCanister extends CompiledModule {
  readonly instrumented: Omit<InstrumentedModule, "bytes">;
  readonly imports: readonly Import[];
  /** Names of functions by index, from the name section. */
  readonly functionNames: ReadonlyMap<number, string>;
  /** The same module with its counter always in the global: says exactly where a trap happened. Made when needed. */
  readonly exactModule: () => WebAssembly.Module;
}

/** Whether a module was made by this embedder. */
export function isCompiledCanister(module: CompiledModule): module is CompiledCanister {
  return "instrumented" in module;
}
