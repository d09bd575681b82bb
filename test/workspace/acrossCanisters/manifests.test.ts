/** Rules that compare manifests with what the source says. */
import { describe, expect, test } from "vitest";
import { cargo, found, project, uses, workspaceOf } from "../../support/acrossCanisters.ts";

describe("low-wasm-memory-hook-missing", () => {
  const plain = "#[query] fn get() -> u64 { 1 }";
  const hook = "#[ic_cdk::on_low_wasm_memory] fn low() {}\n";
  const dfx = (settings: object) => {
    const shop = { type: "rust", package: "shop", candid: "shop/shop.did", ...settings };
    return JSON.stringify({
      canisters: { shop, bank: { type: "custom", wasm: "b.wasm", build: "make", candid: "bank.did" } },
    });
  };
  const check = (rust: string, manifests: Record<string, string>, path = "dfx.json") =>
    found({ ...project(rust, "service : {}"), ...manifests }, path);
  const threshold = { initialization_values: { wasm_memory_threshold: 1_000_000 } };

  test("a threshold in dfx.json that nothing reacts to", () => {
    const [finding, ...others] = check(plain, { "dfx.json": dfx(threshold) });
    expect(others).toEqual([]);
    expect(finding).toMatch(/^low-wasm-memory-hook-missing hint «wasm_memory_threshold» `shop` has no/);
  });

  test("a threshold in icp.yaml, at the canister that has it", () => {
    const yaml = (settings: string) =>
      `canisters:\n  - name: shop\n    recipe:\n      type: "@dfinity/rust@v3.3.0"\n      configuration:\n        package: shop\n    settings:\n${settings}  - name: other\n    settings:\n      wasm_memory_threshold: 2mib\n`;
    const manifests = (settings: string) => ({ "icp.yaml": yaml(settings) });
    expect(check(plain, manifests("      wasm_memory_threshold: 2mib\n"), "icp.yaml")[0]).toContain(
      "«wasm_memory_threshold» `shop` has no",
    );
    expect(check(plain, manifests("      compute_allocation: 1\n"), "icp.yaml")).toEqual([]);
    expect(check(plain, manifests("      # wasm_memory_threshold: 2mib\n"), "icp.yaml")).toEqual([]);
  });

  test.each([
    ["a hook", hook + plain, threshold],
    ["no threshold", plain, {}],
    ["a threshold of 0", plain, { initialization_values: { wasm_memory_threshold: 0 } }],
    ["macros that may bring the hook", `make_hooks!();\n${plain}`, threshold],
  ])("trap: %s", (_, rust, settings) => {
    expect(check(rust, { "dfx.json": dfx(settings) })).toEqual([]);
  });
});

describe("missing-cdylib without a manifest of canisters", () => {
  const library = (name: string, dependencies = "") =>
    `[package]\nname = "${name}"\n[dependencies]\nic-cdk = "0.20"\ncandid = "0.10"\n${dependencies}`;
  const canister = `${uses}#[ic_cdk::init] fn init() {}\n#[query] fn get() -> u64 { 1 }\n`;
  const check = (files: Record<string, string>, path: string) =>
    workspaceOf({ "Cargo.lock": "", "rust-toolchain.toml": "", ...files })
      .snapshot()
      .reports(`/p/${path}`)
      .filter((it) => it.rule === "missing-cdylib");

  test("a library that nothing else can make a canister of", () => {
    const files = { "Cargo.toml": library("shop"), "src/lib.rs": canister };
    const [report, ...others] = check(files, "Cargo.toml");
    expect(others).toEqual([]);
    expect(report).toMatchObject({ severity: "warning", message: expect.stringContaining("`shop` has methods") });
    expect(report?.fixes[0]?.edits[0]?.newText).toContain('crate-type = ["cdylib"]');
  });

  test("methods alone, where nobody else could use the library", () => {
    const methods = `${canister.replace("#[ic_cdk::init]", "")}#[update] fn set() {}`;
    const files = { "agents/Cargo.toml": library("agents"), "agents/src/lib.rs": methods };
    expect(check(files, "agents/Cargo.toml")).toHaveLength(1);
  });

  test.each([
    ["a cdylib", { "Cargo.toml": cargo("shop"), "src/lib.rs": canister }, "Cargo.toml"],
    [
      "a binary",
      { "Cargo.toml": library("shop"), "src/lib.rs": canister, "src/main.rs": "fn main() {}" },
      "Cargo.toml",
    ],
    [
      "a library for canisters of others",
      {
        "Cargo.toml": '[workspace]\nmembers = ["shop"]\n',
        "shop/Cargo.toml": library("shop"),
        "shop/src/lib.rs": `${canister.replace("#[ic_cdk::init]", "")}#[update] fn set() {}`,
      },
      "shop/Cargo.toml",
    ],
    [
      "a library that a canister of the workspace is built with",
      {
        "Cargo.toml": '[workspace]\nmembers = ["impl", "shop"]\n',
        "impl/Cargo.toml": library("impl"),
        "impl/src/lib.rs": canister,
        "shop/Cargo.toml": cargo("shop", 'impl = { path = "../impl" }'),
        "shop/src/lib.rs": "pub use r#impl::*;",
      },
      "impl/Cargo.toml",
    ],
    [
      "a folder whose manifest names other canisters",
      {
        "dfx.json": '{ "canisters": { "web": { "type": "assets" } } }',
        "Cargo.toml": library("shop"),
        "src/lib.rs": canister,
      },
      "Cargo.toml",
    ],
    [
      "a library that is published for the canisters of others",
      {
        "Cargo.toml": library("shop").replace(
          "[dependencies]",
          'description = "Parts of canisters"\nlicense = "MIT"\nrepository = "https://example.org"\n[dependencies]',
        ),
        "src/lib.rs": canister,
      },
      "Cargo.toml",
    ],
    [
      "one method without a hook",
      { "Cargo.toml": library("shop"), "src/lib.rs": `${uses}#[query] fn get() -> u64 { 1 }` },
      "Cargo.toml",
    ],
    ["no canister", { "Cargo.toml": library("shop"), "src/lib.rs": "fn f() {}" }, "Cargo.toml"],
  ] as const)("trap: %s", (_, files, path) => {
    expect(check(files, path)).toEqual([]);
  });
});
