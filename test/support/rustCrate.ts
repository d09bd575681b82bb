import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import type { CrateSources } from "../../server/src/analysis/crateSources.ts";
import { loadRustParser, type RustParser } from "../../server/src/rust/syntax.ts";

const require = createRequire(import.meta.url);

/** The parser from its packages. */
export function loadParser(): Promise<RustParser> {
  return loadRustParser(
    readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
    readFileSync(require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm")),
  );
}

/** A crate in memory; `files` are named from its `src` folder on. */
export function crateOf(files: Readonly<Record<string, string>>, cdkVersion = "0.20.1"): CrateSources {
  return {
    packageName: "fixture",
    rootFile: "/fixture/src/lib.rs",
    files: { readText: (path) => files[path.slice("/fixture/src/".length)] },
    path: posix,
    versions: new Map([["ic-cdk", cdkVersion]]),
    features: [],
  };
}
