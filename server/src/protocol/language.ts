/**
 * The contract between the extension and the language server (process 1), beside LSP itself.
 * Types and names only; nothing here imports anything of ours. Paths are absolute file system paths.
 */

/** How a canister's Wasm comes to be. */
export type CanisterSource =
  /** A Rust package that `cargo build` compiles. */
  | { readonly kind: "rust"; readonly packageName: string; readonly crateDirectory: string }
  /** A Wasm file that lies in the project already; `crateDirectory` where a package of the project was compiled to it. */
  | { readonly kind: "prebuilt"; readonly crateDirectory?: string }
  /** Steps of the manifest that only the manifest's own tool can run; `crateDirectory` where they compile a package. */
  | { readonly kind: "custom"; readonly explanation: string; readonly crateDirectory?: string };

/** One process to start, without a shell, so that it works on every system. */
export interface BuildCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The Wasm file that the build leaves behind. */
  readonly wasmPath: string;
}

/** A canister that the workspace's manifests declare. */
export interface ProjectCanister {
  /** Unique in its project; the name in icp.yaml or dfx.json, else the package's name. */
  readonly name: string;
  /** The folder of the manifest that declares it. */
  readonly projectDirectory: string;
  /** The file that declares it: icp.yaml, canister.yaml, dfx.json or Cargo.toml. */
  readonly manifestPath: string;
  readonly source: CanisterSource;
  /** Absent where the canister cannot be built by us (kind `custom`) or needs no build. */
  readonly build?: BuildCommand;
  /** Where the Wasm lies after a build, or where the prebuilt one lies; absent when nobody can tell. */
  readonly wasmPath?: string;
  /** The `.did` file of the canister's interface, if the manifest or a convention names one. */
  readonly candidPath?: string;
  /** Textual Candid of the install argument, e.g. `(record { owner = null })`. */
  readonly initArgument?: string;
}

/** What the manifests of the open folders declare. */
export interface ProjectCanistersResult {
  readonly canisters: readonly ProjectCanister[];
}

/** Request: the canisters of all open folders. No parameters. */
export const projectCanistersRequest = "canisterWorkbench/projectCanisters";

/** Notification, server to client: a manifest changed; ask `projectCanistersRequest` again. No parameters. */
export const projectChangedNotification = "canisterWorkbench/projectChanged";

/** What a code lens above an endpoint or above a canister asks the client to do; the lens's only argument. */
export interface LensTarget {
  /** The canister's name in `ProjectCanister`. */
  readonly canister: string;
  readonly projectDirectory: string;
  /** The method, for lenses above an endpoint. */
  readonly method?: string;
}

/** Commands that code lenses and code actions of the language server refer to; the client registers them. */
export const lensCommands = {
  call: "canisterWorkbench.callMethod",
  install: "canisterWorkbench.installCanister",
  upgrade: "canisterWorkbench.upgradeCanister",
  build: "canisterWorkbench.buildCanister",
  explainRule: "canisterWorkbench.explainRule",
} as const;
