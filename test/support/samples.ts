/** The sample canisters under media/samples: their packages, the hashes of their sources, the interfaces of their modules. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parse } from "smol-toml";
import { projectRoot } from "./sourceFiles.ts";

/** A package of a sample that compiles to a canister. */
export interface SamplePackage {
  /** Folder of the sample under media/samples. */
  readonly sample: string;
  readonly name: string;
  /** Absolute folder of the workspace. */
  readonly workspace: string;
  /** Absolute folder of the package; the workspace itself where it has only one. */
  readonly directory: string;
  /** Absolute path of the checked-in module. */
  readonly wasmPath: string;
  /** Absolute path of the checked-in Candid interface. */
  readonly didPath: string;
}

/** What media/samples/wasm.json records of the checked-in modules. */
export interface SampleRecord {
  /** Version of the compiler that built them, as `rustc --version` prints it. */
  readonly compiler: string;
  /** By `sample/package`. */
  readonly modules: Readonly<Record<string, ModuleRecord>>;
}

/** One module and the sources that it was built from. */
export interface ModuleRecord {
  /** SHA-256 of the sources, see `hashOfSources`. */
  readonly sources: string;
  /** SHA-256 of the module. */
  readonly wasm: string;
  /** Size of the module. */
  readonly bytes: number;
}

const samplesFolder = join(projectRoot, "media/samples");

/** Where the hashes are recorded. */
export const recordPath = join(samplesFolder, "wasm.json");

/** All packages of all samples, in the order in which they are built. */
export function samplePackages(): SamplePackage[] {
  return readdirSync(samplesFolder)
    .sort()
    .filter((sample) => existsSync(join(samplesFolder, sample, "Cargo.toml")))
    .flatMap((sample) => packagesOf(sample));
}

function packagesOf(sample: string): SamplePackage[] {
  const workspace = join(samplesFolder, sample);
  const manifest = readManifest(workspace);
  const directories = manifest.workspace?.members.map((member) => join(workspace, member)) ?? [workspace];
  return directories.map((directory) => {
    const name = readManifest(directory).package?.name;
    if (name === undefined) throw new Error(`${directory}/Cargo.toml declares no package.`);
    const wasmPath = join(workspace, "wasm", `${name}.wasm`);
    return { sample, name, workspace, directory, wasmPath, didPath: join(directory, `${name}.did`) };
  });
}

interface Manifest {
  readonly package?: { readonly name: string };
  readonly workspace?: { readonly members: readonly string[] };
}

function readManifest(folder: string): Manifest {
  return parse(readFileSync(join(folder, "Cargo.toml"), "utf8")) as Manifest;
}

/**
 * SHA-256 over the sources of a package: both Cargo.toml, Cargo.lock, all of src, and what these include as bytes.
 * Texts are taken with LF, so that a checkout on Windows has the same hash.
 */
export function hashOfSources({ workspace, directory }: SamplePackage): string {
  const sources = [...new Set([workspace, directory].map((folder) => join(folder, "Cargo.toml")))];
  sources.push(join(workspace, "Cargo.lock"), ...filesUnder(join(directory, "src")));
  const hash = createHash("sha256");
  for (const path of sources) {
    const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
    addFile(hash, path.slice(workspace.length).replaceAll("\\", "/"), Buffer.from(text));
    for (const [, included = ""] of text.matchAll(/include_bytes!\("([^"]+)"\)/g)) {
      addFile(hash, included, readFileSync(normalize(join(dirname(path), included))));
    }
  }
  return hash.digest("hex");
}

function addFile(hash: ReturnType<typeof createHash>, name: string, content: Uint8Array): void {
  hash.update(`${name}\0${content.length}\0`).update(content);
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}

/** SHA-256 of bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The Candid interface that a module exports through `ic_cdk::export_candid!()`: what its `get_candid_pointer` points to. */
export function exportedInterface(wasm: Uint8Array<ArrayBuffer>): string {
  const module = new WebAssembly.Module(wasm);
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`${from}.${name} was called while the interface was read.`);
    };
  }
  const { get_candid_pointer: pointer, memory } = new WebAssembly.Instance(module, imports).exports;
  if (typeof pointer !== "function" || !(memory instanceof WebAssembly.Memory)) {
    throw new Error("The module exports no get_candid_pointer: its crate lacks ic_cdk::export_candid!().");
  }
  const address: unknown = pointer();
  if (typeof address !== "number") throw new Error("get_candid_pointer did not return an address.");
  const bytes = new Uint8Array(memory.buffer, address);
  return `${new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))).trimEnd()}\n`;
}
