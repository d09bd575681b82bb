import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { readProject } from "../../server/src/project/projectModel.ts";
import { memoryFiles } from "../support/memoryFiles.ts";
import { cdylib, problemsOf, readFiles, withoutHints } from "../support/projects.ts";

describe("folders that are not there", () => {
  const missing = (members: string[], files: Record<string, string> = {}) =>
    readFiles({ "Cargo.toml": `[workspace]\nmembers = ${JSON.stringify(members)}\n`, ...files }).problems.map(
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
    const severities = (files: Record<string, string>) => readFiles(files).problems.map((it) => it.severity);
    expect(severities({ "e2e/assets/dfx.json": manifest })).toEqual(["information"]);
    expect(severities({ "assets/dfx.json": manifest })).toEqual(["error"]);
  });
});

describe("Cargo alone", () => {
  test("members that are cdylibs with ic-cdk are canisters, libraries and tools are not", () => {
    const { canisters, crates } = readFiles({
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
    const { crates } = readFiles({
      "Cargo.toml": `${cdylib("root", 'ic-cdk = "0.20"\ninner = { path = "inner" }')}\n[workspace]\n`,
      "inner/Cargo.toml": '[package]\nname = "inner"\n[dependencies]\ncdk = { package = "ic-cdk", version = "0.17" }\n',
    });
    expect(crates.map((it) => [it.cargoPackage.name, it.versions.get("ic-cdk")])).toEqual([
      ["root", "0.20"],
      ["inner", "0.17"],
    ]);
  });

  test("of two locked versions, the one that fits the requirement counts", () => {
    const { crates } = readFiles({
      "Cargo.toml": cdylib("a", 'ic-cdk = "0.18"\nic-cdk-timers = "1"'),
      "Cargo.lock": ["0.17.2", "0.18.7"].map((it) => `[[package]]\nname = "ic-cdk"\nversion = "${it}"\n`).join("\n"),
    });
    expect(Object.fromEntries(crates[0]?.versions ?? [])).toEqual({ "ic-cdk": "0.18.7", "ic-cdk-timers": "1" });
  });

  test("a broken line is reported and costs only itself", () => {
    const text = `${cdylib("a")}serde = { version = \n[profile.release]\nlto = true\n`;
    expect(problemsOf({ "Cargo.toml": text })).toEqual(["Cargo.toml: manifest-syntax «serde = { version = »"]);
    expect(readFiles({ "Cargo.toml": text }).canisters.map((it) => it.name)).toEqual(["a"]);
  });

  test("a member that is not there is reported", () => {
    expect(
      problemsOf({ "Cargo.toml": '[workspace]\nmembers = [\n  "a",\n  "b",\n]\n', "a/Cargo.toml": cdylib("a") }),
    ).toEqual(['Cargo.toml: manifest-file-missing «"b"»']);
  });

  test("conflict marks in every manifest stop nothing", () => {
    const mark = "<<<<<<< HEAD\n";
    const model = readFiles({
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
