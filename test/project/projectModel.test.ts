import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import type { ProblemFix } from "../../server/src/base/problem.ts";
import { type ProjectModel, readProject } from "../../server/src/project/projectModel.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

const cdylib = (name: string, dependencies = 'ic-cdk = "0.20"') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\n${dependencies}\n`;

/** Hints on reproducible builds have tests of their own. */
function read(files: Record<string, string>, environment: Record<string, string> = {}): ProjectModel {
  const absolute = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]));
  return withoutHints(readProject({ view: memoryFiles(absolute), path: posix, environment }, ["/p"]));
}

function withoutHints(model: ProjectModel): ProjectModel {
  return { ...model, problems: model.problems.filter((it) => it.severity !== "hint") };
}

/** Problems as `file: rule «text at the range»`. */
function problems(files: Record<string, string>): string[] {
  return read(files).problems.map(
    (it) => `${it.path.slice(3)}: ${it.rule} «${files[it.path.slice(3)]?.slice(it.range.start, it.range.end)}»`,
  );
}

function applied(text: string, fix: ProblemFix | undefined): string | undefined {
  return fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end);
}

describe("icp.yaml", () => {
  const workspace = {
    "Cargo.toml": '[workspace]\nmembers = ["canisters/*"]\n[workspace.dependencies]\nic-cdk = "0.20"\n',
    "Cargo.lock": '[[package]]\nname = "ic-cdk"\nversion = "0.20.1"\n',
    "canisters/backend/Cargo.toml": cdylib("my-backend", "ic-cdk.workspace = true"),
    "canisters/backend/src/lib.rs": "",
    "canisters/backend/backend.did": "service : {}",
  };

  test("a rust recipe becomes a cargo build of its package", () => {
    const { canisters, problems, crates } = read({
      ...workspace,
      "icp.yaml": [
        "canisters:",
        "  - name: backend",
        "    recipe:",
        '      type: "@dfinity/rust@v3.3.0"',
        "      configuration:",
        "        package: my-backend",
        "        candid: canisters/backend/backend.did",
        '    init_args: "(record { owner = null })"',
      ].join("\n"),
    });
    expect(problems).toEqual([]);
    expect(canisters).toEqual([
      {
        name: "backend",
        projectDirectory: "/p",
        manifestPath: "/p/icp.yaml",
        source: { kind: "rust", packageName: "my-backend", crateDirectory: "/p/canisters/backend" },
        build: {
          program: "cargo",
          args: ["build", "--release", "--target", "wasm32-unknown-unknown", "-p", "my-backend", "--locked"],
          workingDirectory: "/p",
          environment: {},
          wasmPath: "/p/target/wasm32-unknown-unknown/release/my_backend.wasm",
        },
        wasmPath: "/p/target/wasm32-unknown-unknown/release/my_backend.wasm",
        candidPath: "/p/canisters/backend/backend.did",
        initArgument: "(record { owner = null })",
      },
    ]);
    expect(crates.map((it) => [it.cargoPackage.rootFile, it.versions.get("ic-cdk")])).toEqual([
      ["/p/canisters/backend/src/lib.rs", "0.20.1"],
    ]);
  });

  test("binaries beside a library are named, those that do not exist are not", () => {
    const { crates } = read({
      "Cargo.toml": `${cdylib("counter")}\n[[bin]]\nname = "tool"\npath = "tools/main.rs"\n[[bin]]\nname = "gone"\npath = "gone.rs"\n`,
      "src/lib.rs": "",
      "src/main.rs": "",
      "tools/main.rs": "",
    });
    expect(crates.map((it) => it.cargoPackage.binaryFiles)).toEqual([["/p/src/main.rs", "/p/tools/main.rs"]]);
  });

  test("the package of a rust recipe is the canister's name unless it says otherwise", () => {
    const { canisters } = read({
      "Cargo.toml": cdylib("counter"),
      "icp.yaml": 'canisters: [{ name: counter, recipe: { type: "@dfinity/rust@v3.0.0" } }]',
    });
    expect(canisters[0]?.source).toEqual({ kind: "rust", packageName: "counter", crateDirectory: "/p" });
  });

  test("items that are paths or globs lead to canister.yaml files", () => {
    const { canisters } = read({
      ...workspace,
      "icp.yaml": "canisters:\n  - canisters/*\n",
      "canisters/backend/canister.yaml":
        'name: backend\nrecipe: { type: "@dfinity/rust@v3.3.0", configuration: { package: my-backend, candid: backend.did } }',
      "canisters/other/readme.txt": "",
    });
    expect(canisters.map((it) => [it.name, it.manifestPath, it.candidPath])).toEqual([
      ["backend", "/p/canisters/backend/canister.yaml", "/p/canisters/backend/backend.did"],
    ]);
  });

  test("a pre-built step and a prebuilt recipe name a Wasm file", () => {
    const { canisters } = read({
      "icp.yaml": [
        "canisters:",
        "  - name: a",
        "    build: { steps: [{ type: pre-built, path: a.wasm }] }",
        '  - { name: b, recipe: { type: "@dfinity/prebuilt@v1", configuration: { path: b.wasm } } }',
      ].join("\n"),
      "a.wasm": "",
      "b.wasm": "",
    });
    expect(canisters.map((it) => [it.source.kind, it.wasmPath])).toEqual([
      ["prebuilt", "/p/a.wasm"],
      ["prebuilt", "/p/b.wasm"],
    ]);
  });

  test("a script that is a plain cargo build is run by us, any other only explained", () => {
    const { canisters } = read({
      ...workspace,
      "icp.yaml": `canisters:
  - name: backend
    build:
      steps:
        - type: script
          commands:
            - cargo build --package my-backend --target wasm32-unknown-unknown --release --features dev
            - mv target/wasm32-unknown-unknown/release/my_backend.wasm "$ICP_WASM_OUTPUT_PATH"
  - name: odd
    build: { steps: [{ type: script, command: bash build.sh }] }
`,
    });
    expect(canisters[0]?.build?.args).toEqual([
      ...["build", "--release", "--target", "wasm32-unknown-unknown", "-p", "my-backend"],
      ...["--features", "dev", "--locked"],
    ]);
    expect(canisters[1]?.source).toMatchObject({ kind: "custom" });
    expect(canisters[1]?.wasmPath).toBe("/p/.icp/cache/artifacts/odd");
  });

  test("the target directory follows the environment, then the nearest cargo configuration", () => {
    const files = {
      "Cargo.toml": cdylib("counter"),
      "icp.yaml": 'canisters: [{ name: counter, recipe: { type: "@dfinity/rust" } }]',
      ".cargo/config.toml": '[build]\ntarget-dir = "out"\n',
    };
    const wasm = "wasm32-unknown-unknown/release/counter.wasm";
    expect(read(files).canisters[0]?.wasmPath).toBe(`/p/out/${wasm}`);
    expect(read(files, { CARGO_TARGET_DIR: "/elsewhere" }).canisters[0]?.wasmPath).toBe(`/elsewhere/${wasm}`);
  });

  test("an install argument may lie in a file", () => {
    const { canisters } = read({
      "Cargo.toml": cdylib("counter"),
      "icp.yaml":
        'canisters: [{ name: counter, recipe: { type: "@dfinity/rust" }, init_args: { path: args.txt, format: candid } }]',
      "args.txt": "(5 : nat)\n",
    });
    expect(canisters[0]?.initArgument).toBe("(5 : nat)");
  });

  test("a manifest that is a link, checked out as a text, says nothing", () => {
    expect(problems({ ...workspace, "examples/Cargo.toml": "../Cargo.toml" })).toEqual([]);
  });

  test("says nothing of files that builds make, and little of a Wasm file that is not there", () => {
    const candid = (it: string) =>
      `canisters:\n  - name: backend\n    recipe: { type: "@dfinity/rust", configuration: { package: my-backend, candid: ${it} } }\n`;
    expect(problems({ ...workspace, "icp.yaml": candid("target/no.did") })).toEqual([]);
    expect(problems({ ...workspace, ".gitignore": "no.did\n", "icp.yaml": candid("no.did") })).toEqual([]);
    const prebuilt = "canisters:\n  - name: backend\n    build: { steps: [{ type: pre-built, path: no.wasm }] }\n";
    expect(read({ "icp.yaml": prebuilt }).problems).toMatchObject([
      { rule: "manifest-file-missing", severity: "information" },
    ]);
  });

  test.each([
    [
      "a package that does not exist",
      'recipe: { type: "@dfinity/rust", configuration: { package: bakend } }',
      "recipe-package-mismatch «bakend»",
    ],
    [
      "an interface that does not exist",
      'recipe: { type: "@dfinity/rust", configuration: { package: my-backend, candid: no.did } }',
      "manifest-file-missing «no.did»",
    ],
    [
      "a recipe and a build",
      'recipe: { type: "@dfinity/rust", configuration: { package: my-backend } }\n    build: { steps: [] }',
      "manifest-shape «{ steps: [] }»",
    ],
    ["an unknown step", "build: { steps: [{ type: assets }] }", "manifest-shape «assets»"],
    ["neither recipe nor build", "settings: {}", "manifest-shape «backend»"],
    ["a recipe without type", "recipe: { configuration: {} }", "manifest-shape «{ configuration: {} }»"],
    ["a list where a map stands", "recipe: [1]", "manifest-shape «[1]»"],
    [
      "init_args without value",
      'recipe: { type: "@dfinity/rust", configuration: { package: my-backend } }\n    init_args: { format: hex }',
      "manifest-shape «{ format: hex }»",
    ],
  ])("%s is reported where it stands", (_, body, expected) => {
    expect(problems({ ...workspace, "icp.yaml": `canisters:\n  - name: backend\n    ${body}\n` })).toEqual([
      `icp.yaml: ${expected}`,
    ]);
  });

  test("two canisters of one name: the second is reported, with the first beside it", () => {
    const text = 'canisters:\n  - { name: a, recipe: { type: "@x/y" } }\n  - { name: a, recipe: { type: "@x/y" } }\n';
    const model = read({ "icp.yaml": text });
    expect(model.canisters).toHaveLength(1);
    expect(model.problems).toMatchObject([
      {
        rule: "duplicate-canister-name",
        range: { start: text.lastIndexOf("name: a") + 6 },
        related: [{ path: "/p/icp.yaml", range: { start: text.indexOf("name: a") + 6 } }],
      },
    ]);
  });

  test("a missing folder and a library without cdylib are reported", () => {
    expect(problems({ "icp.yaml": "canisters: [nowhere]" })).toEqual(["icp.yaml: manifest-file-missing «nowhere»"]);
    expect(
      problems({
        "icp.yaml": 'canisters: [{ name: lib, recipe: { type: "@dfinity/rust" } }]',
        "Cargo.toml": '[package]\nname = "lib"\n[dependencies]\nic-cdk = "0.18"\n',
      }),
    ).toEqual(['Cargo.toml: missing-cdylib «"lib"»']);
  });

  test.each([
    ["[lib]", '[lib]\ncrate-type = ["cdylib"]'],
    ['[lib]\ncrate-type = ["rlib"]', '[lib]\ncrate-type = ["cdylib", "rlib"]'],
    ["[lib]\ncrate-type = []", '[lib]\ncrate-type = ["cdylib"]'],
    ["# a comment", '# a comment\n\n[lib]\ncrate-type = ["cdylib"]\n'],
  ])("a fix makes the library %j a cdylib", (before, after) => {
    const text = `[package]\nname = "lib"\n${before}`;
    const [problem] = read({
      "icp.yaml": 'canisters: [{ name: lib, recipe: { type: "@dfinity/rust" } }]',
      "Cargo.toml": text,
    }).problems;
    expect(problem?.rule).toBe("missing-cdylib");
    expect(applied(text, problem?.fixes?.[0])).toBe(`[package]\nname = "lib"\n${after}`);
  });

  test.each([["backend_canister"], ["back-end-canister"], ["backnd-canister"]])(
    "a fix mends the mistyped package %s",
    (name) => {
      const text = `canisters: [{ name: a, recipe: { type: "@dfinity/rust", configuration: { package: "${name}" } } }]`;
      const [problem] = read({ "icp.yaml": text, "Cargo.toml": cdylib("backend-canister") }).problems;
      expect(applied(text, problem?.fixes?.[0])).toBe(text.replace(name, "backend-canister"));
    },
  );

  test.each([
    ["", []],
    ["canisters:", []],
    ["- a\n- b", ["icp.yaml: manifest-shape «- a\n- b»"]],
    ["canisters: 5", ["icp.yaml: manifest-shape «5»"]],
    ["canisters:\n  - 5", ["icp.yaml: manifest-shape «5»"]],
    ["canisters:\n  - name: [a]", ["icp.yaml: manifest-shape «[a]»", "icp.yaml: manifest-shape «name: [a]»"]],
  ])("the broken manifest %j is no more than a report", (text, expected) => {
    expect(problems({ "icp.yaml": text })).toEqual(expected);
  });

  test("a syntax error leaves the canisters before it", () => {
    const model = read({ "icp.yaml": 'canisters:\n  - name: a\n    recipe: { type: "@x/y" }\n  - name: "b\n' });
    expect(model.canisters.map((it) => it.name)).toContain("a");
    expect(model.problems.map((it) => it.rule)).toContain("manifest-syntax");
  });
});

describe("dfx.json", () => {
  test("rust, custom and other canisters", () => {
    const { canisters, problems } = read({
      "dfx.json": JSON.stringify({
        canisters: {
          backend: { type: "rust", package: "backend", candid: "backend.did", init_arg: "(1)" },
          ledger: { type: "custom", wasm: "ledger.wasm", candid: "https://example.org/ledger.did" },
          scripted: {
            type: "custom",
            wasm: "target/wasm32-unknown-unknown/release/backend.wasm",
            candid: "backend.did",
            build: ["cargo build --target wasm32-unknown-unknown --release -p backend", "candid-extractor x"],
          },
          site: { type: "assets", source: ["dist"], dependencies: ["backend"] },
        },
      }),
      "Cargo.toml": cdylib("backend"),
      "backend.did": "service : {}",
      "ledger.wasm": "",
    });
    expect(problems).toEqual([]);
    expect(canisters.map((it) => [it.name, it.source.kind, it.wasmPath, it.candidPath, it.initArgument])).toEqual([
      ["backend", "rust", "/p/target/wasm32-unknown-unknown/release/backend.wasm", "/p/backend.did", "(1)"],
      ["ledger", "prebuilt", "/p/ledger.wasm", undefined, undefined],
      ["scripted", "rust", "/p/target/wasm32-unknown-unknown/release/backend.wasm", "/p/backend.did", undefined],
      ["site", "custom", undefined, undefined, undefined],
    ]);
  });

  describe("the package that scripts compile", () => {
    const packageOf = (canister: object, files: Record<string, string> = {}) => {
      const { canisters, problems } = read({
        "dfx.json": JSON.stringify({ canisters: { vault: { type: "custom", candid: "vault.did", ...canister } } }),
        "Cargo.toml": '[workspace]\nmembers = ["vault", "other", "user", "tool"]\n',
        "Cargo.lock": "",
        "vault.did": "service : {}",
        "vault/Cargo.toml": cdylib("my-vault"),
        "other/Cargo.toml": cdylib("other"),
        "user/Cargo.toml": cdylib("user_canister_impl"),
        "tool/Cargo.toml": '[package]\nname = "tool"\n[lib]\ncrate-type = ["cdylib"]\n',
        ...files,
      });
      expect(problems.map((it) => it.rule).filter((it) => it === "recipe-package-mismatch")).toEqual([]);
      const [vault] = canisters;
      expect(vault?.build).toBeUndefined();
      return vault?.source.crateDirectory;
    };
    const wasm = "vault.wasm";

    test.each([
      ["a package that the manifest names", { package: "my-vault", wasm }],
      ["what a script is called with", { build: "./build.sh my-vault", wasm }],
      ["the Wasm's name", { build: "make", wasm: "target/wasm32-unknown-unknown/release/my_vault-opt.wasm.gz" }],
      ["a Wasm that cargo left behind", { wasm: "target/wasm32-unknown-unknown/release/my_vault.wasm" }],
    ])("%s", (_, canister) => {
      expect(packageOf(canister)).toBe("/p/vault");
    });

    test.each([
      ["with a name", "cargo build --release --target wasm32-unknown-unknown --package my-vault"],
      ["with its argument", "cargo build --target wasm32-unknown-unknown -p $1"],
      ["with a variable", `NAME=\${2:-x}\nPACKAGE="my-$1"\ncargo build \\\n  --package=\${PACKAGE}`],
    ])("a script that compiles it, %s", (_, script) => {
      const argument = script.includes("NAME") ? "vault" : "my-vault";
      const build = [`bash scripts/build.sh ${argument}`, "echo other"];
      expect(packageOf({ build, wasm }, { "scripts/build.sh": script })).toBe("/p/vault");
    });

    test("a name that says what the package is", () => {
      expect(packageOf({ build: "./generate.sh user", wasm: "wasms/user.wasm.gz" })).toBe("/p/user");
    });

    test.each([
      ["a Wasm that somebody else built", { wasm: "wasm/other.wasm" }],
      ["a Wasm from the network", { wasm: "https://example.org/other.wasm" }],
      ["nothing of that name", { build: "make", wasm }],
      ["a package without ic-cdk", { package: "tool", wasm }],
    ])("trap: %s", (_, canister) => {
      expect(packageOf(canister)).toBeUndefined();
    });

    test("trap: a script that compiles several is no sign, unless names tell", () => {
      const files = {
        "build.sh": "cargo build -p my-vault\n# cargo build -p user_canister_impl\ncargo build -p other",
      };
      expect(packageOf({ build: "./build.sh", wasm }, files)).toBeUndefined();
      expect(packageOf({ build: "./build.sh", wasm: "my_vault.wasm" }, files)).toBe("/p/vault");
    });

    test("steps of an icp.yaml", () => {
      const { canisters } = read({
        "icp.yaml": "canisters: [{ name: a, build: { steps: [{ type: script, commands: [./build.sh] }] } }]",
        "build.sh": "cargo build -p a && cp a.wasm $ICP_WASM_OUTPUT_PATH",
        "Cargo.toml": cdylib("a"),
      });
      expect(canisters[0]?.source).toMatchObject({ kind: "custom", crateDirectory: "/p" });
    });
  });

  test("an icp.yaml beside it wins", () => {
    const { canisters } = read({
      "icp.yaml": 'canisters: [{ name: a, recipe: { type: "@dfinity/rust", configuration: { package: backend } } }]',
      "dfx.json": '{"canisters":{"b":{"type":"rust","package":"backend","candid":"x.did"}}}',
      "Cargo.toml": cdylib("backend"),
    });
    expect(canisters.map((it) => it.name)).toEqual(["a"]);
  });

  test.each([
    ['{"canisters":{"a":{"type":"rust"}}}', ['dfx.json: recipe-package-mismatch «"a"»']],
    ['{"canisters":{"a":{"type":"rust","package":"x"}}}', ['dfx.json: recipe-package-mismatch «"x"»']],
    ['{"canisters":{"a":{"type":"rusty"}}}', ['dfx.json: manifest-shape «"rusty"»']],
    ['{"canisters":{"a":{"type":"assets","dependencies":["b"]}}}', ['dfx.json: manifest-shape «"b"»']],
    ['{"canisters":{"a":{"type":"assets"},"a":{"type":"assets"}}}', ['dfx.json: duplicate-canister-name «"a"»']],
    ['{"canisters":{"a":7}}', ["dfx.json: manifest-shape «7»"]],
    ['{"canisters":[]}', ["dfx.json: manifest-shape «[]»"]],
    ["[]", ["dfx.json: manifest-shape «[]»"]],
    ["", ["dfx.json: manifest-syntax «»"]],
  ])("%s is reported where it stands", (text, expected) => {
    expect(problems({ "dfx.json": text })).toEqual(expected);
  });

  test("an unfinished file keeps its whole canisters", () => {
    const model = read({ "dfx.json": '{ "canisters": { "a": { "type": "assets" }, "b": { "type": ' });
    expect(model.canisters.map((it) => it.name)).toEqual(["a", "b"]);
    expect(model.problems.map((it) => it.rule)).toContain("manifest-syntax");
  });
});

describe("folders that are not there", () => {
  const missing = (members: string[], files: Record<string, string> = {}) =>
    read({ "Cargo.toml": `[workspace]\nmembers = ${JSON.stringify(members)}\n`, ...files }).problems.map(
      (it) => `${it.severity} ${it.message}`,
    );

  test("members of a folder that is made before a build are told of once", () => {
    const [only, ...others] = missing(["made/a", "made/b", "made/c"]);
    expect(others).toEqual([]);
    expect(only).toMatch(/^information None of the 3 members of this workspace below `made`/);
  });

  test("two members, or a folder that is there, are mistakes", () => {
    expect(missing(["made/a", "made/b"])).toEqual([expect.stringMatching(/^error/), expect.stringMatching(/^error/)]);
    expect(missing(["made/a", "made/b", "made/c"], { "made/x.txt": "" })).toHaveLength(3);
    expect(missing(["made/a", "b"], { ".gitignore": "made/\n" })).toHaveLength(1);
    expect(missing(["a", "b", "c"])).toEqual(Array(3).fill(expect.stringMatching(/^error/)));
  });

  test("what tests read is a remark, unless that folder was opened", () => {
    const manifest = '{ "canisters": { "a": { "type": "rust", "package": "b" } } }';
    const severities = (files: Record<string, string>) => read(files).problems.map((it) => it.severity);
    expect(severities({ "e2e/assets/dfx.json": manifest })).toEqual(["information"]);
    expect(severities({ "assets/dfx.json": manifest })).toEqual(["error"]);
  });
});

describe("Cargo alone", () => {
  test("members that are cdylibs with ic-cdk are canisters, libraries and tools are not", () => {
    const { canisters, crates } = read({
      "Cargo.toml": '[workspace]\nmembers = ["a", "crates/*"]\nexclude = ["crates/old"]\n',
      "a/Cargo.toml": cdylib("a"),
      "a/a.did": "",
      "crates/types/Cargo.toml": '[package]\nname = "types"\n[dependencies]\nic-cdk = "0.20"\n',
      "crates/tool/Cargo.toml": '[package]\nname = "tool"\n[dependencies]\nic-cdk = "0.20"\n',
      "crates/tool/src/main.rs": "fn main() {}",
      "crates/old/Cargo.toml": cdylib("old-alone"),
      "crates/bin/Cargo.toml": '[package]\nname = "bin-canister"\n[dependencies]\nic-cdk = "0.20"\n',
      "crates/bin/src/main.rs": "#[ic_cdk::query]\nfn q() {}\nfn main() {}",
      "crates/web/Cargo.toml": cdylib("web", 'wasm-bindgen = "0.2"'),
      "crates/kit/Cargo.toml": cdylib("kit", 'ic-kit = "0.4"'),
    });
    expect(canisters.map((it) => [it.name, it.projectDirectory, it.build?.workingDirectory])).toEqual([
      ["a", "/p", "/p"],
      ["bin-canister", "/p", "/p"],
      ["kit", "/p", "/p"],
      ["old-alone", "/p/crates/old", "/p/crates/old"],
    ]);
    expect(canisters[1]?.wasmPath).toBe("/p/target/wasm32-unknown-unknown/release/bin-canister.wasm");
    expect(crates.map((it) => it.cargoPackage.name)).toEqual([
      "a",
      "bin-canister",
      "kit",
      "tool",
      "types",
      "old-alone",
    ]);
  });

  test("path dependencies below the root are members", () => {
    const { crates } = read({
      "Cargo.toml": `${cdylib("root", 'ic-cdk = "0.20"\ninner = { path = "inner" }')}\n[workspace]\n`,
      "inner/Cargo.toml": '[package]\nname = "inner"\n[dependencies]\ncdk = { package = "ic-cdk", version = "0.17" }\n',
    });
    expect(crates.map((it) => [it.cargoPackage.name, it.versions.get("ic-cdk")])).toEqual([
      ["root", "0.20"],
      ["inner", "0.17"],
    ]);
  });

  test("of two locked versions, the one that fits the requirement counts", () => {
    const { crates } = read({
      "Cargo.toml": cdylib("a", 'ic-cdk = "0.18"\nic-cdk-timers = "1"'),
      "Cargo.lock": ["0.17.2", "0.18.7"].map((it) => `[[package]]\nname = "ic-cdk"\nversion = "${it}"\n`).join("\n"),
    });
    expect(Object.fromEntries(crates[0]?.versions ?? [])).toEqual({ "ic-cdk": "0.18.7", "ic-cdk-timers": "1" });
  });

  test("a broken line is reported and costs only itself", () => {
    const text = `${cdylib("a")}serde = { version = \n[profile.release]\nlto = true\n`;
    expect(problems({ "Cargo.toml": text })).toEqual(["Cargo.toml: manifest-syntax «serde = { version = »"]);
    expect(read({ "Cargo.toml": text }).canisters.map((it) => it.name)).toEqual(["a"]);
  });

  test("a member that is not there is reported", () => {
    expect(
      problems({ "Cargo.toml": '[workspace]\nmembers = [\n  "a",\n  "b",\n]\n', "a/Cargo.toml": cdylib("a") }),
    ).toEqual(['Cargo.toml: manifest-file-missing «"b"»']);
  });

  test("conflict marks in every manifest stop nothing", () => {
    const mark = "<<<<<<< HEAD\n";
    const model = read({
      "Cargo.toml": mark + cdylib("a"),
      "icp.yaml": `${mark}canisters: [`,
      "dfx.json": `${mark}{`,
    });
    expect(new Set(model.problems.map((it) => it.path))).toEqual(
      new Set(["/p/Cargo.toml", "/p/icp.yaml", "/p/dfx.json"]),
    );
  });
});

test("on Windows, paths keep the system's notation whatever the manifest writes", () => {
  const view = memoryFiles(
    {
      "C:\\work\\icp.yaml": 'canisters: ["canisters/*"]',
      "C:\\work\\Cargo.toml": '[workspace]\nmembers = ["canisters/*"]\n',
      "C:\\work\\canisters\\my-app\\Cargo.toml": cdylib("my-app"),
      "C:\\work\\canisters\\my-app\\src\\lib.rs": "",
      "C:\\work\\canisters\\my-app\\idl\\app.did": "",
      "C:\\work\\canisters\\my-app\\canister.yaml":
        'name: my-app\nrecipe: { type: "@dfinity/rust@v3.3.0", configuration: { candid: idl/app.did } }',
    },
    win32,
  );
  const model = withoutHints(readProject({ view, path: win32, environment: {} }, ["C:\\work"]));
  expect(model.problems).toEqual([]);
  expect(model.canisters).toMatchObject([
    {
      name: "my-app",
      source: { kind: "rust", crateDirectory: "C:\\work\\canisters\\my-app" },
      build: {
        workingDirectory: "C:\\work",
        wasmPath: "C:\\work\\target\\wasm32-unknown-unknown\\release\\my_app.wasm",
      },
      candidPath: "C:\\work\\canisters\\my-app\\idl\\app.did",
    },
  ]);
  expect(model.crates[0]?.cargoPackage.rootFile).toBe("C:\\work\\canisters\\my-app\\src\\lib.rs");
});

test("no prefix and no gap of a manifest stops the reading of it or of the others", () => {
  const whole: Record<string, string> = {
    "/p/icp.yaml":
      'canisters:\n  - name: a\n    recipe:\n      type: "@dfinity/rust@v3"\n    init_args: { value: "()" }\n  - b/*\n',
    "/p/b/c/canister.yaml": "name: c\nbuild:\n  steps:\n    - { type: script, commands: [cargo build, mv] }\n",
    "/p/d/dfx.json": '{"canisters":{"d":{"type":"custom","wasm":"d.wasm","build":["x"],"candid":"d.did"}}}',
    "/p/Cargo.toml": cdylib("a", 'ic-cdk = { version = "0.20", features = ["x"] }'),
    "/p/Cargo.lock": '[[package]]\nname = "ic-cdk"\nversion = "0.20.1"\n',
  };
  for (const [file, text] of Object.entries(whole)) {
    for (let at = 0; at < text.length; at++) {
      for (const broken of [
        text.slice(0, at),
        text.slice(0, at) + text.slice(at + 3),
        `${text.slice(0, at)}\u0000${text.slice(at)}`,
      ]) {
        const view = memoryFiles({ ...whole, [file]: broken });
        const { problems, canisters } = readProject({ view, path: posix, environment: {} }, ["/p"]);
        for (const { range, path } of problems) {
          expect(0 <= range.start && range.start <= range.end).toBe(true);
          if (path === file) expect(range.end).toBeLessThanOrEqual(broken.length);
        }
        if (file !== "/p/d/dfx.json") expect(canisters.map((it) => it.name)).toContain("d");
      }
    }
  }
});
