import type { WasmModule } from "../../wasm/module.ts";
import type { CompiledCanister } from "./compiledCanister.ts";
import type { EntryPoint } from "./contract.ts";
import { ExecutionTrap } from "./executionTrap.ts";
import { type HostFunctions, tableFunctions } from "./hostFunctions.ts";
import { exportNames, hookSlots, isReadableGlobal } from "./instrument.ts";
import type { ImportFunction } from "./systemApi.ts";

/** The exports of an instance that the host works with. */
export class WasmInstance {
  readonly counter: WebAssembly.Global;
  readonly heap: WebAssembly.Memory | undefined;
  readonly dirtyPages: WebAssembly.Memory | undefined;
  private readonly exports: WebAssembly.Exports;
  private readonly compiled: CompiledCanister;
  private readonly globals: readonly GlobalAccess[];

  constructor(
    compiled: CompiledCanister,
    module: WebAssembly.Module,
    ic0: Record<string, ImportFunction>,
    host: HostFunctions,
  ) {
    this.compiled = compiled;
    const { prefix, memory64 } = compiled.instrumented;
    const imports = { ic0, env: environmentImports(compiled) };
    this.exports = new WebAssembly.Instance(module, imports).exports;
    this.counter = this.exported(exportNames.counter, WebAssembly.Global);
    const { hasMemory, mutableGlobals } = compiled.instrumented;
    this.heap = hasMemory ? this.exported(exportNames.heap, WebAssembly.Memory) : undefined;
    this.dirtyPages = hasMemory ? this.exported(exportNames.dirtyPages, WebAssembly.Memory) : undefined;
    const hooks = this.exported(exportNames.hooks, WebAssembly.Table);
    const [outOfInstructions, grow] = tableFunctions(host, memory64);
    hooks.set(hookSlots.outOfInstructions, outOfInstructions);
    hooks.set(hookSlots.grow, grow);
    this.globals = mutableGlobals.map(({ index, type }) =>
      isReadableGlobal(type)
        ? plainAccess(this.exported(`global${index}`, WebAssembly.Global))
        : bitsAccess(this.exportedFunction(`${prefix}get${index}`), this.exportedFunction(`${prefix}set${index}`)),
    );
  }

  /** Runs an entry point; ends with an exception where that traps. */
  enter(entryPoint: EntryPoint): void {
    if (entryPoint.kind === "export") {
      const entry = this.exports[entryPoint.name];
      if (typeof entry !== "function") {
        throw functionNotFound(`Canister has no exported function '${entryPoint.name}'.`);
      }
      entry();
      return;
    }
    const { functionIndex, environment } = entryPoint;
    const { prefix, hasTable, memory64 } = this.compiled.instrumented;
    const callback = this.exports[prefix + exportNames.callback];
    if (!hasTable || typeof callback !== "function" || !this.isInTable(functionIndex)) {
      throw functionNotFound(
        `Canister requested to invoke a non-existent Wasm function ${functionIndex} from table 0.`,
      );
    }
    if (memory64) callback(functionIndex, environment);
    else callback(Number(functionIndex) | 0, Number(environment) | 0);
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

/** Memories and tables that the module imports from `env` instead of defining them. */
function environmentImports({
  imports,
}: {
  readonly imports: WasmModule["imports"];
}): Record<string, WebAssembly.ImportValue> {
  const env: Record<string, WebAssembly.ImportValue> = {};
  for (const { name, item } of imports) {
    if (item.kind === "memory") env[name] = new WebAssembly.Memory(bounds(item.memory.minimum, item.memory.maximum));
    if (item.kind === "table") {
      const { minimum, maximum } = item.table.limits;
      env[name] = new WebAssembly.Table({ element: "anyfunc", ...bounds(minimum, maximum) });
    }
  }
  return env;
}

function bounds(initial: number, maximum: number | undefined): { initial: number; maximum?: number } {
  return maximum === undefined ? { initial } : { initial, maximum };
}
