/**
 * Builds the sample canisters under media/samples with cargo, and checks in what comes of it: the modules, their Candid
 * interfaces, and the hashes that tell whether a module still belongs to its sources. Run by `npm run samples`; the
 * names of samples as arguments leave the others as they are.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import {
  exportedInterface,
  hashOfSources,
  type ModuleRecord,
  recordPath,
  type SamplePackage,
  type SampleRecord,
  samplePackages,
  sha256,
} from "../support/samples.ts";

const target = "wasm32-unknown-unknown";

const chosen = process.argv.slice(2);
const packages = samplePackages();
const unknown = chosen.filter((name) => packages.every((it) => it.sample !== name));
if (unknown.length > 0) fail(`There is no sample ${unknown.join(", ")} in media/samples.`);

const compiler = compilerVersion();
const modules = new Map(Object.entries(recordedModules()));
for (const it of packages) {
  if (chosen.length > 0 && !chosen.includes(it.sample)) continue;
  build(it);
  modules.set(`${it.sample}/${it.name}`, checkIn(it));
}
const present = packages.map((it) => `${it.sample}/${it.name}`);
const record: SampleRecord = {
  compiler,
  modules: Object.fromEntries(
    [...modules].filter(([name]) => present.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
};
writeFileSync(recordPath, `${JSON.stringify(record, undefined, 2)}\n`);

function recordedModules(): SampleRecord["modules"] {
  return existsSync(recordPath) ? (JSON.parse(readFileSync(recordPath, "utf8")) as SampleRecord).modules : {};
}

function build({ sample, name, workspace }: SamplePackage): void {
  console.log(`${sample}: building ${name}`);
  const locked = existsSync(join(workspace, "Cargo.lock")) ? ["--locked"] : [];
  const cargo = (...args: readonly string[]) => {
    const { error, status } = spawnSync("cargo", [...args, "--target", target, ...locked], {
      cwd: workspace,
      stdio: "inherit",
      env: {
        ...process.env,
        CARGO_ENCODED_RUSTFLAGS: remappedPaths(workspace).join("\x1f"),
        CARGO_TARGET_DIR: "target",
      },
    });
    if (error !== undefined) fail(`cargo did not start (${error.message}). Install Rust from https://rustup.rs.`);
    if (status !== 0) {
      fail(
        `cargo could not build ${name} of media/samples/${sample}; its checked-in module is as before.\n` +
          `Where it says that it can't find crate for \`core\` or \`std\`: run \`rustup target add ${target}\`.\n` +
          "Where it says that the lock file needs to be updated: run `cargo update --workspace` in that folder.",
      );
    }
  };
  cargo("fetch");
  cargo("build", "--release", "--package", name);
}

/** Panics carry the paths of sources: these flags make them the same on every machine. */
function remappedPaths(workspace: string): string[] {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  const remapped: readonly (readonly [string, string])[] = [
    [workspace, "."],
    [join(sysroot, "lib/rustlib/src/rust"), "rust"],
    ...(existsSync(registries) ? readdirSync(registries) : []).map(
      (registry) => [join(registries, registry), "crates"] as const,
    ),
  ];
  return remapped.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

function checkIn(it: SamplePackage): ModuleRecord {
  const built = join(it.workspace, "target", target, "release", `${it.name.replaceAll("-", "_")}.wasm`);
  mkdirSync(dirname(it.wasmPath), { recursive: true });
  const wasm = readFileSync(built);
  writeFileSync(it.wasmPath, wasm);
  writeFileSync(it.didPath, exportedInterface(wasm));
  return { sources: hashOfSources(it), wasm: sha256(wasm), bytes: wasm.length };
}

function compilerVersion(): string {
  try {
    return execFileSync("rustc", ["--version"], { encoding: "utf8" }).trim();
  } catch {
    return fail("Rust is not installed, or `rustc` is not on the PATH. Install it from https://rustup.rs.");
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
