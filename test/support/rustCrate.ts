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

/** What every case of a fixture may use without saying so; one line, so that the case's lines keep their order. */
export const fixturePrelude =
  "use candid::Principal; use ic_cdk::api::{canister_self, msg_caller}; use ic_cdk::call::Call; " +
  "use ic_cdk::{init, inspect_message, post_upgrade, pre_upgrade, query, update, heartbeat}; " +
  "use std::cell::{Cell, RefCell}; use std::collections::BTreeMap;\n";

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
