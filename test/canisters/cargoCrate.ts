import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../support/sourceFiles.ts";

const cache = join(process.env["CANISTER_WORKBENCH_CACHE"] ?? join(projectRoot, ".cache"), "cargo");

/** Builds a crate of `test/canisters/crates` outside the source tree and gives the path of its module. */
export function builtCrate(name: string): string {
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(projectRoot, "test/canisters/crates", name), folder, { recursive: true });
  const words = ["build", "--release", "--locked", "--target", "wasm32-unknown-unknown"];
  const { status, stderr } = spawnSync("cargo", words, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`cargo build of ${name} failed:\n${stderr.slice(-4000)}`);
  return join(folder, "target/wasm32-unknown-unknown/release", `${name}.wasm`);
}
