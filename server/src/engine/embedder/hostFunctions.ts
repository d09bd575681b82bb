import { ByteWriter } from "../../wasm/byteWriter.ts";
import { valueTypes } from "../../wasm/module.ts";

/** Host functions that canister code calls through its table of hooks. */
export interface HostFunctions {
  outOfInstructions(): void;
  /** Takes and gives i32, or i64 in 64-bit modules. */
  grow(pages: number | bigint): number | bigint;
  /** An indirect call finds no function; does not return. */
  callToNothing(): void;
  /** A data segment was dropped, which lasts until the execution ends. */
  segmentDropped(): void;
  /** Bytes of the heap are read whose 64 KiB pages may not be charged yet. Addresses and sizes are i32, or i64 in 64-bit modules. */
  touched(address: number | bigint, size: number | bigint): void;
  /** The same for bytes that are written. */
  written(address: number | bigint, size: number | bigint): void;
}

/** Slots of the table of host functions. */
export const hookSlots = {
  outOfInstructions: 0,
  grow: 1,
  callToNothing: 2,
  segmentDropped: 3,
  touched: 4,
  written: 5,
} as const;

/** Types of the hooks in `passThroughModule`: () -> (), (address) -> (address), (address, size) -> (). */
const hookTypes: Readonly<Record<string, number>> = { grow: 1, touched: 2, written: 2 };

const hookNames = Object.keys(hookSlots) as readonly (keyof typeof hookSlots)[];

const modules = new Map<boolean, WebAssembly.Module>();

/**
 * Makes JavaScript functions into functions that a WebAssembly table can hold: a tiny module imports and exports them.
 */
export function tableFunctions(host: HostFunctions, memory64: boolean): ReadonlyMap<number, CallableFunction> {
  let module = modules.get(memory64);
  if (module === undefined) {
    module = new WebAssembly.Module(passThroughModule(memory64));
    modules.set(memory64, module);
  }
  const { exports } = new WebAssembly.Instance(module, {
    host: {
      outOfInstructions: () => host.outOfInstructions(),
      grow: (pages: number | bigint) => host.grow(pages),
      callToNothing: () => host.callToNothing(),
      segmentDropped: () => host.segmentDropped(),
      touched: (address: number | bigint, size: number | bigint) => host.touched(address, size),
      written: (address: number | bigint, size: number | bigint) => host.written(address, size),
    },
  });
  return new Map(
    hookNames.map((name) => {
      const hook = exports[name];
      if (typeof hook !== "function") throw new Error("The hooks are no functions.");
      return [hookSlots[name], hook];
    }),
  );
}

function passThroughModule(memory64: boolean): Uint8Array<ArrayBuffer> {
  const address = memory64 ? valueTypes.i64 : valueTypes.i32;
  const out = new ByteWriter(128);
  out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  out.bytes([1, 14, 3, 0x60, 0, 0, 0x60, 1, address, 1, address, 0x60, 2, address, address, 0]);
  const imports = new ByteWriter(64);
  const exports = new ByteWriter(64);
  imports.byte(hookNames.length);
  exports.byte(hookNames.length);
  for (const [index, name] of hookNames.entries()) {
    imports.name("host");
    imports.name(name);
    imports.bytes([0, hookTypes[name] ?? 0]);
    exports.name(name);
    exports.bytes([0, index]);
  }
  out.byte(2);
  out.sized(imports);
  out.byte(7);
  out.sized(exports);
  return out.toBytes();
}
