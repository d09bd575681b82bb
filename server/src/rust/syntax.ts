/** Turns Rust text into trees, synchronously, once it is loaded. */
export interface RustParser {
  readonly kind: "rustParser";
}

/**
 * Loads the parser from the bytes of its two Wasm files (`web-tree-sitter.wasm`, `tree-sitter-rust.wasm`): once per
 * process, at its edge.
 */
export async function loadRustParser(_runtimeWasm: Uint8Array, _grammarWasm: Uint8Array): Promise<RustParser> {
  throw new Error("not built yet");
}
