import type { DocumentedRule } from "../base/documentedRule.ts";
import type { ManifestRule } from "./manifestProblem.ts";

/** The rules that the readers of manifests follow, in the order of their ids. */
export const manifestRules: readonly DocumentedRule<ManifestRule>[] = [
  {
    id: "async-runtime-dep",
    severity: "warning",
    docs: {
      what: "A canister's package depends on an asynchronous runtime or an HTTP client: `tokio` with features that need an operating system, `async-std`, `reqwest`, `hyper`.",
      why: "A canister has no threads, sockets or clock that a runtime could wait for. Such a package does not compile for wasm32-unknown-unknown, imports functions of a browser, or panics when it is used.",
      instead:
        "Let ic-cdk run the futures, and reach the web by HTTPS outcalls. Where only tests need the package, move it to `[dev-dependencies]`; where only a tool for hosts does, to `[target.'cfg(not(target_family = \"wasm\"))'.dependencies]`.",
    },
  },
  {
    id: "cdk-version-conflict",
    severity: "warning",
    docs: {
      what: "A canister is linked from versions of ic-cdk that do not share an executor.",
      why: "Each executor drives only the futures that were started with it. Linking fails with a duplicate symbol, or a call never goes on after its reply. Up to 0.17 each version has an executor of its own; later ones share the crate `ic-cdk-executor`, where they agree on its version.",
      instead: "Bring all dependencies to one version of ic-cdk: `cargo tree -i ic-cdk` shows who asks for which.",
    },
  },
  {
    id: "did-not-embedded",
    severity: "hint",
    docs: {
      what: "A canister of dfx.json names no Candid file, or keeps its interface for its controllers.",
      why: "Wallets, explorers and other developers read the interface from the canister itself. Without it they cannot make calls.",
      instead: "Name the `candid` file, and leave the metadata `candid:service` public.",
    },
  },
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
    id: "getrandom-js-feature",
    severity: "error",
    docs: {
      what: "`getrandom` is asked for with the feature `js` or `wasm_js`, or by `rand` without a source of randomness.",
      why: "It then takes its randomness from a browser. The Wasm imports functions that no canister has, and installing it fails.",
      instead:
        "Use the feature `custom` and register a function that answers from a generator seeded by `raw_rand` of the management canister.",
    },
  },
  {
    id: "lockfile-missing",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "A workspace with canisters has no Cargo.lock.",
      why: "Every build may take other versions of the dependencies. Nobody can build the same Wasm again and compare its hash with that of the canister.",
      instead: "Run a build and commit Cargo.lock.",
    },
  },
  {
    id: "manifest-file-missing",
    severity: "warning",
    docs: {
      what: "A manifest names a file or folder that does not exist, and that no build makes: what git ignores, or lies in a folder of outputs such as `target`, is left out.",
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
  {
    id: "release-profile",
    severity: "hint",
    docs: {
      what: "The release profile leaves out `lto` and `opt-level`, keeps debug information, or strips the names of functions.",
      why: "A canister pays for every instruction and every page, and its code is limited to 10 MiB. The names of functions make the backtrace of a trap readable.",
      instead:
        'Set `lto = true` and `opt-level = 3` (or `"z"` for size), leave out `debug`, and strip at most `"debuginfo"`.',
    },
  },
  {
    id: "toolchain-missing",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "A workspace with canisters has no rust-toolchain.toml.",
      why: "The compiler is then whichever is installed, and another one makes another Wasm. Nobody can verify the canister's code.",
      instead: 'Add rust-toolchain.toml with a `channel` and `targets = ["wasm32-unknown-unknown"]`.',
    },
  },
  {
    id: "unchecked-arithmetic",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "The release profile does not turn on `overflow-checks`.",
      why: "A canister is built in release mode, where `+`, `-` and `*` wrap around without a word: a balance of 5 less 6 becomes eighteen quintillion. In a test build the same code panics.",
      instead:
        "Set `overflow-checks = true` in `[profile.release]`: the message traps, and nothing of it is kept. Where money is counted, `checked_sub` with an error of your own is better still.",
    },
  },
  {
    id: "unpinned-git-dependency",
    severity: "information",
    docs: {
      what: "A dependency comes from a git repository, and no commit or tag is named.",
      why: "The code behind a branch changes. A later build takes other code, and nobody can build the same Wasm again.",
      instead: 'Name the commit: `rev = "…"`.',
    },
  },
  {
    id: "wasm-bindgen-dep",
    severity: "error",
    docs: {
      what: "A canister's package depends on `wasm-bindgen`, `js-sys`, `web-sys`, or on features of `uuid` and `chrono` that bring them.",
      why: "These packages import functions of a browser. Installing a Wasm with such imports fails: `Wasm module has an invalid import section`.",
      instead: "Remove the dependency or the feature: `uuid` without `js`, `chrono` with `default-features = false`.",
    },
  },
  {
    id: "wrong-target",
    severity: "error",
    docs: {
      what: "A canister is compiled for WASI, or with threads.",
      why: "Such a Wasm imports functions of an operating system or shares its memory. The Internet Computer refuses to install it.",
      instead:
        "Compile for `wasm32-unknown-unknown`, without `+atomics`. A program that needs WASI can be converted with wasi2ic.",
    },
  },
];
