import { describe, expect, test } from "vitest";
import { cdylib, problemsOf, readFiles } from "../support/projects.ts";

describe("dfx.json", () => {
  test("rust, custom and other canisters", () => {
    const { canisters, problems } = readFiles({
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
      const { canisters, problems } = readFiles({
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
      const { canisters } = readFiles({
        "icp.yaml": "canisters: [{ name: a, build: { steps: [{ type: script, commands: [./build.sh] }] } }]",
        "build.sh": "cargo build -p a && cp a.wasm $ICP_WASM_OUTPUT_PATH",
        "Cargo.toml": cdylib("a"),
      });
      expect(canisters[0]?.source).toMatchObject({ kind: "custom", crateDirectory: "/p" });
    });
  });

  test("an icp.yaml beside it wins", () => {
    const { canisters } = readFiles({
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
    expect(problemsOf({ "dfx.json": text })).toEqual(expected);
  });

  test("packages that lie in another repository are told once, the rest are remarks", () => {
    const dfx = (names: readonly string[]) =>
      JSON.stringify({ canisters: Object.fromEntries(names.map((it) => [it, { type: "rust", package: it }])) });
    const severities = (names: readonly string[]) =>
      readFiles({ "dfx.json": dfx(names), "Cargo.toml": cdylib("zebra"), "src/lib.rs": "" }).problems.map(
        (it) => it.severity,
      );
    expect(severities(["one", "two", "three"])).toEqual(["error", "error", "error"]);
    expect(severities(["one", "two", "three", "four"])).toEqual(["error", "information", "information", "information"]);
  });

  test("an unfinished file keeps its whole canisters", () => {
    const model = readFiles({ "dfx.json": '{ "canisters": { "a": { "type": "assets" }, "b": { "type": ' });
    expect(model.canisters.map((it) => it.name)).toEqual(["a", "b"]);
    expect(model.problems.map((it) => it.rule)).toContain("manifest-syntax");
  });
});
