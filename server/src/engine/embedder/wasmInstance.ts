import type { WasmModule } from "../../wasm/module.ts";
import type { CompiledCanister } from "./compiledCanister.ts";
import type { EntryPoint } from "./contract.ts";
import { ExecutionTrap } from "./executionTrap.ts";
import { callbackExport, isReadableGlobal } from "./helperFunctions.ts";
import { type HostFunctions, tableFunctions } from "./hostFunctions.ts";
import type { Memories } from "./memories.ts";
import { exportNames, memoryImports } from "./sectionRewriter.ts";
import type { StableMemories } from "./stableLayout.ts";
import type { ImportFunction } from "./systemApi.ts";

/** What an instance is put into. */
export interface InstanceSurroundings {
  readonly ic0: Record<string, ImportFunction>;
  readonly host: HostFunctions;
  readonly memories: Memories | undefined;
  /** Of the stable memory, for modules that import it. */
  readonly stable: StableMemories | undefined;
}

/** The exports of an instance that the host works with. */
export class WasmInstance {
  readonly counter: WebAssembly.Global;
  private readonly exports: WebAssembly.Exports;
  private readonly compiled: CompiledCanister;
  private readonly globals: readonly GlobalAccess[];

  constructor(compiled: CompiledCanister, module: WebAssembly.Module, surroundings: InstanceSurroundings) {
    const { ic0, host, memories } = surroundings;
    this.compiled = compiled;
    const { prefix, memory64 } = compiled.instrumented;
    const imports = {
      ic0,
      env: environmentImports(compiled, memories),
      [memoryImports.module]: workbenchImports(surroundings),
    };
    this.exports = new WebAssembly.Instance(module, imports).exports;
    this.counter = this.exported(exportNames.counter, WebAssembly.Global);
    const { mutableGlobals } = compiled.instrumented;
    const hooks = this.exported(exportNames.hooks, WebAssembly.Table);
    for (const [slot, hook] of tableFunctions(host, memory64)) hooks.set(slot, hook);
    this.globals = mutableGlobals.map(({ index, type }) =>
      isReadableGlobal(type)
        ? plainAccess(this.exported(`global${index}`, WebAssembly.Global))
        : bitsAccess(this.exportedFunction(`${prefix}get${index}`), this.exportedFunction(`${prefix}set${index}`)),
    );
  }

  /** Runs an entry point; ends with an exception where that traps. */
  enter(entryPoint: EntryPoint): void {
    if (entryPoint.kind === "export") {
      const { name } = entryPoint;
      const entry = this.exports[name === "(start)" ? this.compiled.instrumented.prefix + exportNames.start : name];
      if (typeof entry !== "function") {
        throw functionNotFound(`Canister has no exported function '${entryPoint.name}'.`);
      }
      entry();
      return;
    }
    const { functionIndex, environment } = entryPoint;
    const { prefix, hasTable, memory64 } = this.compiled.instrumented;
    const callback = this.exports[prefix + callbackExport];
    if (!hasTable || typeof callback !== "function" || !this.isInTable(functionIndex)) {
      throw functionNotFound(`Canister requested to invoke a non-existent Wasm function ${functionIndex} from table 0`);
    }
    if (memory64) callback(functionIndex, environment);
    else callback(Number(functionIndex) | 0, Number(environment) | 0);
  }

  /** Calls an exported function without arguments; undefined where there is none. */
  callExport(name: string): unknown {
    const exported = this.exports[name];
    return typeof exported === "function" ? exported() : undefined;
  }

  /** Value of an exported global; 0 for a vector, which JavaScript cannot see. */
  exportedGlobal(name: string): number | bigint {
    const item: unknown = this.exports[name];
    if (!(item instanceof WebAssembly.Global)) return 0;
    try {
      return item.value;
    } catch {
      return 0;
    }
  }

  /** Values of the mutable globals, in index order. */
  readGlobals(): GlobalValue[] {
    return this.globals.map((global) => global.read());
  }

  writeGlobals(values: readonly GlobalValue[]): void {
    for (const [index, global] of this.globals.entries()) global.write(values[index] ?? 0n);
  }

  /** Reads the globals into an array of the right length. */
  readGlobalsInto(values: GlobalValue[]): void {
    for (let index = 0; index < this.globals.length; index++) {
      const global = this.globals[index];
      if (global !== undefined) values[index] = global.read();
    }
  }

  private isInTable(index: bigint): boolean {
    const table = this.exported(exportNames.table, WebAssembly.Table);
    const length: unknown = table.length;
    if (index >= BigInt(typeof length === "bigint" || typeof length === "number" ? length : 0)) return false;
    const entry: unknown = typeof length === "bigint" ? table.get(index as never) : table.get(Number(index));
    return typeof entry === "function" && entry.length === 1;
  }

  private exported<T>(name: string, kind: abstract new (...args: never[]) => T): T {
    const item: unknown = this.exports[this.compiled.instrumented.prefix + name];
    if (!(item instanceof kind)) throw new Error(`The rewritten module does not export ${name}.`);
    return item;
  }

  private exportedFunction(name: string): CallableFunction {
    const item = this.exports[name];
    if (typeof item !== "function") throw new Error(`The rewritten module does not export ${name}.`);
    return item;
  }
}

/** i32 as number, i64 and bits as bigint, two of them for a vector. */
export type GlobalValue = number | bigint | readonly bigint[];

interface GlobalAccess {
  read(): GlobalValue;
  write(value: GlobalValue): void;
}

function plainAccess(global: WebAssembly.Global): GlobalAccess {
  return {
    read: () => global.value,
    write: (value) => {
      global.value = value;
    },
  };
}

function bitsAccess(get: CallableFunction, set: CallableFunction): GlobalAccess {
  return {
    read: () => get(),
    write: (value) => {
      if (Array.isArray(value)) set(...value);
      else set(value);
    },
  };
}

function functionNotFound(message: string): ExecutionTrap {
  return new ExecutionTrap({ kind: "functionNotFound", message });
}

function workbenchImports({ memories, stable }: InstanceSurroundings): Record<string, WebAssembly.ImportValue> {
  return {
    ...(memories === undefined ? {} : { heap: memories.heap, dirtyPages: memories.dirtyPages }),
    ...stable,
  };
}

/** Memories and tables that the module imports from `env` instead of defining them. */
function environmentImports(
  { imports }: { readonly imports: WasmModule["imports"] },
  memories: Memories | undefined,
): Record<string, WebAssembly.ImportValue> {
  const env: Record<string, WebAssembly.ImportValue> = {};
  for (const { name, item } of imports) {
    if (item.kind === "memory" && memories !== undefined) env[name] = memories.heap;
    if (item.kind === "table") {
      const { minimum: initial, maximum } = item.table.limits;
      env[name] = new WebAssembly.Table({ element: "anyfunc", initial, ...(maximum === undefined ? {} : { maximum }) });
    }
  }
  return env;
}
