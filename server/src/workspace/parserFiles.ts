import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { loadRustParser, type RustParser } from "../rust/syntax.ts";

/** The parser's Wasm files and the modules of the packages that they come from. */
const files = {
  "web-tree-sitter.wasm": "web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-rust.wasm": "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm",
} as const;

/**
 * Loads the Rust parser from the files beside the bundle, or from the installed packages when the source itself runs.
 * Rejects where they are missing or broken.
 */
export async function loadInstalledRustParser(): Promise<RustParser> {
  const [runtime, grammar] = await Promise.all([
    readFile(locate("web-tree-sitter.wasm")),
    readFile(locate("tree-sitter-rust.wasm")),
  ]);
  return loadRustParser(runtime, grammar);
}

function locate(name: keyof typeof files): string {
  const besideBundle = fileURLToPath(new URL(name, import.meta.url));
  return existsSync(besideBundle) ? besideBundle : createRequire(import.meta.url).resolve(files[name]);
}
