/**
 * The Candid text behind a module's exported `get_candid_pointer`, as ic_cdk::export_candid!() adds it: a pointer to a
 * C string. The function only returns a constant; every import stops it.
 */
export function candidOfModule(wasm: Uint8Array): string | undefined {
  try {
    const module = new WebAssembly.Module(new Uint8Array(wasm));
    const names = new Set(WebAssembly.Module.exports(module).map((it) => it.name));
    if (!names.has("get_candid_pointer") || !names.has("memory")) return undefined;
    const imports: Record<string, Record<string, () => never>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {};
      imports[from][name] = () => {
        throw new Error(`${from}.${name} cannot be called here`);
      };
    }
    const { get_candid_pointer: pointer, memory } = new WebAssembly.Instance(module, imports).exports;
    if (typeof pointer !== "function" || !(memory instanceof WebAssembly.Memory)) return undefined;
    const address: unknown = pointer();
    if (typeof address !== "number" && typeof address !== "bigint") return undefined;
    const bytes = new Uint8Array(memory.buffer, Number(address) >>> 0);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytes.indexOf(0)));
  } catch {
    // A module without a readable interface is one without an interface.
    return undefined;
  }
}
