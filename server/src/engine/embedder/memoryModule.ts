import { ByteWriter } from "../../wasm/byteWriter.ts";
import { type Limits, sectionIds } from "../../wasm/module.ts";
import { writeLimits } from "./sectionRewriter.ts";

/** A module that has nothing but memories, exported by their names. */
export function memoryModule(memories: Readonly<Record<string, Limits>>): WebAssembly.Module {
  const named = Object.entries(memories);
  const declared = new ByteWriter(16);
  declared.byte(named.length);
  const exports = new ByteWriter(32);
  exports.byte(named.length);
  for (const [index, [name, limits]] of named.entries()) {
    writeLimits(declared, limits);
    exports.name(name);
    exports.bytes([2, index]);
  }
  const out = new ByteWriter(64);
  out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sectionIds.memory]);
  out.sized(declared);
  out.byte(sectionIds.export);
  out.sized(exports);
  return new WebAssembly.Module(out.toBytes());
}
