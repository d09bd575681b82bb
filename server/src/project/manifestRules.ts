import type { ManifestRule } from "./manifestProblem.ts";

/** What a reader is told about a rule for manifests. */
export interface DocumentedManifestRule {
  readonly id: ManifestRule;
  readonly severity: "error" | "warning";
  readonly docs: {
    /** What is found. */
    readonly what: string;
    /** What comes of it. */
    readonly why: string;
    /** What to write instead. */
    readonly instead: string;
  };
}

/** The rules that the readers of manifests follow, in the order of their ids. */
export const manifestRules: readonly DocumentedManifestRule[] = [
  {
    id: "duplicate-canister-name",
    severity: "error",
    docs: {
      what: "Two canisters of one project have the same name.",
      why: "A name stands for one canister everywhere: in commands, in the environment of a build, and in the list of canister ids. Only one of the two can be meant.",
      instead: "Give each canister a name of its own.",
    },
  },
  {
    id: "manifest-file-missing",
    severity: "warning",
    docs: {
      what: "A manifest names a file or folder that does not exist.",
      why: "The build, the interface or the install argument of the canister depends on it. A member that a Cargo workspace names but lacks stops every build of the workspace.",
      instead:
        "Correct the path, which is relative to the manifest's folder, or create the file. A file that a build makes appears after that build.",
    },
  },
  {
    id: "manifest-shape",
    severity: "error",
    docs: {
      what: "A manifest can be parsed, but does not say what its format asks for: a field is missing, has another type, or has a value that does not exist.",
      why: "The tool that builds and deploys the project refuses the manifest, or passes over the part that it does not understand.",
      instead: "Write what the message names. The canisters that are described well stay usable meanwhile.",
    },
  },
  {
    id: "manifest-syntax",
    severity: "error",
    docs: {
      what: "A manifest is not valid YAML, JSON or TOML.",
      why: "No tool reads a manifest beyond such a mistake. Canister Workbench goes on with the parts that it can still tell apart.",
      instead: "Correct the marked place. Marks of an unfinished merge count as well.",
    },
  },
  {
    id: "missing-cdylib",
    severity: "error",
    docs: {
      what: "A package that a manifest builds as a canister compiles to no Wasm file: it is a library whose `crate-type` lacks `cdylib`, and has no binary.",
      why: "cargo builds such a library for other crates only. The build succeeds and leaves no Wasm to install.",
      instead: 'Add `crate-type = ["cdylib"]` to `[lib]` in the package\'s Cargo.toml.',
    },
  },
  {
    id: "recipe-package-mismatch",
    severity: "error",
    docs: {
      what: "The Cargo package that icp.yaml or dfx.json builds a canister from is not a member of the workspace, or dfx.json names none.",
      why: "cargo refuses `-p` with a package that it does not know, so the canister cannot be built. In a rust recipe without `package`, the canister's name is taken for the package's.",
      instead: "Name a package as its own Cargo.toml does, or add the package to the `members` of the workspace.",
    },
  },
];
