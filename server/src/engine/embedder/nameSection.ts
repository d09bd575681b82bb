import { ByteReader } from "../../wasm/byteReader.ts";
import type { WasmModule } from "../../wasm/module.ts";

/** Subsection of the name section that names functions. */
const functionNamesId = 1;

/**
 * Names of functions by index, from the name section; what cannot be read is left out.
 * https://webassembly.github.io/spec/core/appendix/custom.html#name-section
 */
export function readFunctionNames(module: WasmModule): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const section = module.customSections.find(({ name }) => name === "name");
  if (section === undefined) return names;
  const reader = new ByteReader(module.bytes, section.start, section.end);
  while (!reader.done) {
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.at;
    reader.skip(size);
    if (reader.failed || id !== functionNamesId) continue;
    const content = new ByteReader(module.bytes, start, start + size);
    for (let left = content.count(); left > 0; left--) {
      const index = content.u32();
      const name = content.name();
      if (content.failed) break;
      names.set(index, name);
    }
  }
  return names;
}
