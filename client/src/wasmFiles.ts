import { readdir, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { ProjectCanister } from "../../server/src/protocol/language.ts";

/** A Wasm file that can be installed. */
export interface WasmFile {
  readonly path: string;
  /** Milliseconds since 1970-01-01. */
  readonly modifiedMillis: number;
}

/** Folders that hold no sources of the canister. */
const ignoredFolders: ReadonlySet<string> = new Set(["target", "node_modules", "out", "dist"]);
const sourceExtensions: ReadonlySet<string> = new Set([".rs", ".toml", ".lock"]);
const sourceDepthMax = 8;

/** The newest Wasm of a canister: what cargo left behind, what the manifest points to, or what the project keeps built. */
export async function newestWasm(canister: ProjectCanister): Promise<WasmFile | undefined> {
  const kept = join(keptDirectory(canister), `${canister.name}.wasm`);
  const paths = new Set([canister.wasmPath, canister.build?.wasmPath, kept].filter((it) => it !== undefined));
  const files = await Promise.all([...paths].map(wasmFile));
  return files.filter((it) => it !== undefined).sort((a, b) => b.modifiedMillis - a.modifiedMillis)[0];
}

/** The Wasm files that the project keeps built, of this canister and of others; what else an upgrade could install. */
export async function keptWasmFiles(canister: ProjectCanister): Promise<readonly string[]> {
  const directories = new Set([
    keptDirectory(canister),
    ...(canister.source.kind === "prebuilt" && canister.wasmPath !== undefined ? [dirname(canister.wasmPath)] : []),
  ]);
  const lists = await Promise.all(
    [...directories].map(async (directory) => {
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => /\.wasm(\.gz)?$/.test(name)).map((name) => join(directory, name));
    }),
  );
  return lists.flat().sort();
}

/** A project that keeps built modules under version control keeps them in `wasm/`, named after the canister. */
function keptDirectory(canister: ProjectCanister): string {
  return join(canister.projectDirectory, "wasm");
}

/** The first source below the build's folder that is newer than the Wasm, so that the Wasm is not what was written. */
export async function sourceNewerThan(canister: ProjectCanister, wasm: WasmFile): Promise<string | undefined> {
  if (canister.source.kind !== "rust") return undefined;
  return await newerSource(canister.build?.workingDirectory ?? canister.source.crateDirectory, wasm.modifiedMillis, 0);
}

async function newerSource(directory: string, sinceMillis: number, depth: number): Promise<string | undefined> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile() && sourceExtensions.has(extname(entry.name))) {
      const { mtimeMs } = await stat(path);
      if (mtimeMs > sinceMillis) return path;
    }
    if (
      entry.isDirectory() &&
      depth < sourceDepthMax &&
      !ignoredFolders.has(entry.name) &&
      !entry.name.startsWith(".")
    ) {
      const newer = await newerSource(path, sinceMillis, depth + 1);
      if (newer !== undefined) return newer;
    }
  }
  return undefined;
}

async function wasmFile(path: string): Promise<WasmFile | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { path, modifiedMillis: mtimeMs };
  } catch {
    return undefined;
  }
}
