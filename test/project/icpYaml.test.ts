import { describe, expect, test } from "vitest";
import { applied, cdylib, problemsOf, readFiles } from "../support/projects.ts";

describe("icp.yaml", () => {
  const workspace = {
    "Cargo.toml": '[workspace]\nmembers = ["canisters/*"]\n[workspace.dependencies]\nic-cdk = "0.20"\n',
    "Cargo.lock": '[[package]]\nname = "ic-cdk"\nversion = "0.20.1"\n',
    "canisters/backend/Cargo.toml": cdylib("my-backend", "ic-cdk.workspace = true"),
    "canisters/backend/src/lib.rs": "",
    "canisters/backend/backend.did": "service : {}",
  };

  test("a rust recipe becomes a cargo build of its package", () => {
    const { canisters, problems, crates } = readFiles({
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
    const { crates } = readFiles({
      "Cargo.toml": `${cdylib("counter")}\n[[bin]]\nname = "tool"\npath = "tools/main.rs"\n[[bin]]\nname = "gone"\npath = "gone.rs"\n`,
      "src/lib.rs": "",
      "src/main.rs": "",
      "tools/main.rs": "",
    });
    expect(crates.map((it) => it.cargoPackage.binaryFiles)).toEqual([["/p/src/main.rs", "/p/tools/main.rs"]]);
  });

  test("the package of a rust recipe is the canister's name unless it says otherwise", () => {
    const { canisters } = readFiles({
      "Cargo.toml": cdylib("counter"),
      "icp.yaml": 'canisters: [{ name: counter, recipe: { type: "@dfinity/rust@v3.0.0" } }]',
    });
    expect(canisters[0]?.source).toEqual({ kind: "rust", packageName: "counter", crateDirectory: "/p" });
  });

  test("items that are paths or globs lead to canister.yaml files", () => {
    const { canisters } = readFiles({
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
    const { canisters } = readFiles({
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
    const { canisters } = readFiles({
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
    expect(readFiles(files).canisters[0]?.wasmPath).toBe(`/p/out/${wasm}`);
    expect(readFiles(files, { CARGO_TARGET_DIR: "/elsewhere" }).canisters[0]?.wasmPath).toBe(`/elsewhere/${wasm}`);
  });

  test("an install argument may lie in a file", () => {
    const { canisters } = readFiles({
      "Cargo.toml": cdylib("counter"),
      "icp.yaml":
        'canisters: [{ name: counter, recipe: { type: "@dfinity/rust" }, init_args: { path: args.txt, format: candid } }]',
      "args.txt": "(5 : nat)\n",
    });
    expect(canisters[0]?.initArgument).toBe("(5 : nat)");
  });

  test("a manifest that is a link, checked out as a text, says nothing", () => {
    expect(problemsOf({ ...workspace, "examples/Cargo.toml": "../Cargo.toml" })).toEqual([]);
  });

  test("says nothing of files that builds make, and little of a Wasm file that is not there", () => {
    const candid = (it: string) =>
      `canisters:\n  - name: backend\n    recipe: { type: "@dfinity/rust", configuration: { package: my-backend, candid: ${it} } }\n`;
    expect(problemsOf({ ...workspace, "icp.yaml": candid("target/no.did") })).toEqual([]);
    expect(problemsOf({ ...workspace, ".gitignore": "no.did\n", "icp.yaml": candid("no.did") })).toEqual([]);
    const prebuilt = "canisters:\n  - name: backend\n    build: { steps: [{ type: pre-built, path: no.wasm }] }\n";
    expect(readFiles({ "icp.yaml": prebuilt }).problems).toMatchObject([
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
    expect(problemsOf({ ...workspace, "icp.yaml": `canisters:\n  - name: backend\n    ${body}\n` })).toEqual([
      `icp.yaml: ${expected}`,
    ]);
  });

  test("two canisters of one name: the second is reported, with the first beside it", () => {
    const text = 'canisters:\n  - { name: a, recipe: { type: "@x/y" } }\n  - { name: a, recipe: { type: "@x/y" } }\n';
    const model = readFiles({ "icp.yaml": text });
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
    expect(problemsOf({ "icp.yaml": "canisters: [nowhere]" })).toEqual(["icp.yaml: manifest-file-missing «nowhere»"]);
    expect(
      problemsOf({
        "icp.yaml": 'canisters: [{ name: lib, recipe: { type: "@dfinity/rust" } }]',
        "Cargo.toml": '[package]\nname = "lib"\n[dependencies]\nic-cdk = "0.18"\n',
        "src/lib.rs": "",
      }),
    ).toEqual(['Cargo.toml: missing-cdylib «"lib"»']);
  });

  test("a package without any source is told as that, and no fix would help", () => {
    const { problems } = readFiles({
      "icp.yaml": 'canisters: [{ name: lib, recipe: { type: "@dfinity/rust" } }]',
      "Cargo.toml": '[package]\nname = "lib"\n[dependencies]\nic-cdk = "0.18"\n',
    });
    expect(problems.map((it) => it.rule)).toEqual(["manifest-file-missing"]);
    expect(problems[0]?.message).toContain("has no source");
    expect(problems[0]?.fixes ?? []).toEqual([]);
  });

  test.each([
    ["[lib]", '[lib]\ncrate-type = ["cdylib"]'],
    ['[lib]\ncrate-type = ["rlib"]', '[lib]\ncrate-type = ["cdylib", "rlib"]'],
    ["[lib]\ncrate-type = []", '[lib]\ncrate-type = ["cdylib"]'],
    ["# a comment", '# a comment\n\n[lib]\ncrate-type = ["cdylib"]\n'],
  ])("a fix makes the library %j a cdylib", (before, after) => {
    const text = `[package]\nname = "lib"\n${before}`;
    const [problem] = readFiles({
      "icp.yaml": 'canisters: [{ name: lib, recipe: { type: "@dfinity/rust" } }]',
      "Cargo.toml": text,
      "src/lib.rs": "",
    }).problems;
    expect(problem?.rule).toBe("missing-cdylib");
    expect(applied(text, problem?.fixes?.[0])).toBe(`[package]\nname = "lib"\n${after}`);
  });

  test.each([["backend_canister"], ["back-end-canister"], ["backnd-canister"]])(
    "a fix mends the mistyped package %s",
    (name) => {
      const text = `canisters: [{ name: a, recipe: { type: "@dfinity/rust", configuration: { package: "${name}" } } }]`;
      const [problem] = readFiles({ "icp.yaml": text, "Cargo.toml": cdylib("backend-canister") }).problems;
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
    expect(problemsOf({ "icp.yaml": text })).toEqual(expected);
  });

  test("a syntax error leaves the canisters before it", () => {
    const model = readFiles({ "icp.yaml": 'canisters:\n  - name: a\n    recipe: { type: "@x/y" }\n  - name: "b\n' });
    expect(model.canisters.map((it) => it.name)).toContain("a");
    expect(model.problems.map((it) => it.rule)).toContain("manifest-syntax");
  });
});
