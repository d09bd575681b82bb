import { readSignedLeb128 } from "../../base/leb128.ts";
import type { WasmModule } from "../../wasm/module.ts";
import { wasmPageBytes } from "./heapMemory.ts";

/** Bytes that a new memory begins with. */
export interface ActiveData {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** The active data of a module whose data lies at constant addresses. */
export function activeData(module: WasmModule): ActiveData[] {
  const is64 = module.memories[0]?.is64 ?? false;
  return module.data.flatMap(({ offset, start, end }) => {
    if (offset === undefined) return [];
    const value = readSignedLeb128(module.bytes, offset.start + 1)?.value ?? 0n;
    const address = Number(BigInt.asUintN(is64 ? 64 : 32, value));
    return [{ address, bytes: module.bytes.slice(start, end) }];
  });
}

/** Data that does not fit into the memory as it is at first. */
export function dataOutOfBounds(module: WasmModule, data: readonly ActiveData[]): ActiveData | undefined {
  const size = (module.memories[0]?.minimum ?? 0) * wasmPageBytes;
  return data.find(({ address, bytes }) => address + bytes.length > size);
}
