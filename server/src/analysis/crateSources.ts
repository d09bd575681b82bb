import type { PlatformPath } from "node:path";
import type { TypeCrate } from "./candidTypes.ts";

/** What the analysis needs to know of one package: where its source begins, and the manifest facts that rules read. */
export interface CrateSources {
  readonly packageName: string;
  /** The manifest makes no Wasm file of it: other packages use it. */
  readonly isLibrary?: boolean;
  /** Absolute path of `lib.rs` or `main.rs`; every other file is found from there through `mod` declarations. */
  readonly rootFile: string;
  /** Binaries of the same package, which use the library by its name. Only those with entry points are read. */
  readonly binaryFiles?: readonly string[];
  /** The files at one moment. A `FileView` of the project fits. */
  readonly files: SourceFiles;
  /** `posix` or `win32` of node:path: how paths of `files` are spelled. */
  readonly path: PlatformPath;
  /** Versions of dependencies by package name (`ic-cdk` → `0.20.1`), as Cargo.lock or else Cargo.toml tells. */
  readonly versions: ReadonlyMap<string, string>;
  /** Features that are on by default: code behind another feature is not analysed. */
  readonly features: readonly string[];
  /** Another package of the workspace, by the name that this one's source has for it. */
  readonly siblings?: (name: string) => TypeCrate | undefined;
}

/** Read access to source texts. */
export interface SourceFiles {
  /** The text of a file, or `undefined` where there is no readable file. */
  readText(path: string): string | undefined;
  /** Bytes of a file of any kind, where that can be told. */
  size?(path: string): number | undefined;
}
