/** Binaries of a package are canisters of their own, each with what the library holds. */
import { expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

function rulesFor(library: string, ...binaries: string[]): string[] {
  const names = binaries.map((_, index) => `bin/b${index}.rs`);
  const files = Object.fromEntries(names.map((name, index) => [name, binaries[index] ?? ""]));
  const sources = {
    ...crateOf({ "lib.rs": library, ...files }),
    binaryFiles: names.map((it) => `/fixture/src/${it}`),
  };
  return checkCrate(sources, new RustFacts(parser)).findings.map((it) => it.rule);
}

const method = "#[ic_cdk::query]\nfn version() -> u64 { 1 }\n";

test("two binaries may have methods and hooks of the same names", () => {
  const binary = `${method}#[ic_cdk::init]\nfn init() {}\n`;
  expect(rulesFor("", binary, binary)).not.toContain("duplicate-endpoint-name");
});

test("a binary and its library may not, and neither may one binary", () => {
  expect(rulesFor(method, method)).toContain("duplicate-endpoint-name");
  expect(rulesFor("", `${method}mod other { ${method} }`)).toContain("duplicate-endpoint-name");
});

test("what one binary restores is no other's", () => {
  const state = "use std::cell::Cell; thread_local! { static FEE: Cell<u64> = Cell::new(0); }\n";
  const init = `${state}#[ic_cdk::init]\nfn init(fee: u64) { FEE.set(fee) }\n`;
  const restore = "#[ic_cdk::post_upgrade]\nfn restore() {}\n";
  expect(rulesFor("", init, restore)).toContain("missing-post-upgrade");
  expect(rulesFor("", `${init}${restore}`)).not.toContain("missing-post-upgrade");
  expect(rulesFor(restore, init)).not.toContain("missing-post-upgrade");
});
