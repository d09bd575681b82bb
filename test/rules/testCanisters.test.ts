/** Crates that only tests install are judged less: what an upgrade loses, or who calls, matters to nobody there. */
import { expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { memoryFiles } from "../support/memoryFiles.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

const source =
  "use std::cell::{Cell, RefCell}; thread_local! { static FEE: Cell<u64> = Cell::new(0); static NOTES: RefCell<Vec<u64>> = RefCell::new(vec![]); }\n" +
  "#[ic_cdk::init]\nfn init(fee: u64) { FEE.set(fee) }\n" +
  "#[ic_cdk::update]\nfn set_fee(fee: u64) { FEE.set(fee); NOTES.with_borrow_mut(|n| n.push(fee)); }\n";

function rulesFor(packageName: string): string[] {
  const sources = { ...crateOf({ "lib.rs": source }), packageName };
  return checkCrate(sources, new RustFacts(parser)).findings.map((it) => it.rule);
}

test.each([
  ["ledger", true],
  ["contest", true],
  ["attestation", true],
  ["ledger-mock", false],
  ["mock_ledger", false],
  ["test-canister", false],
  ["ledger_e2e", false],
  ["ledger_mocked", false],
])("%s: told of lost state and open settings: %s", (packageName, isJudged) => {
  const rules = rulesFor(packageName);
  expect(rules.includes("missing-caller-check")).toBe(isJudged);
  expect(rules.includes("missing-post-upgrade")).toBe(isJudged);
  expect(rules.includes("heap-state-lost-on-upgrade")).toBe(isJudged);
});

test.each([
  ["/p/ledger", true],
  ["/tests/p/ledger", true],
  ["/p/e2e-tests/ledger", false],
  ["/p/tests", false],
])("a crate in %s is told of lost state: %s", (folder, isJudged) => {
  const path = `${folder}/src/lib.rs`;
  const sources = { ...crateOf({ "lib.rs": source }), rootFile: path, files: memoryFiles({ [path]: source }) };
  const rules = checkCrate(sources, new RustFacts(parser)).findings.map((it) => it.rule);
  expect(rules.includes("missing-post-upgrade")).toBe(isJudged);
});

test("what is made anew in canisters for tests is nobody's loss", () => {
  const made =
    "thread_local! { static M: StableBTreeMap<u64, u64, Memory> = StableBTreeMap::new(memory()); }\n#[ic_cdk::update]\nfn a() {}\n";
  const rulesOf = (packageName: string) =>
    checkCrate({ ...crateOf({ "lib.rs": made }), packageName }, new RustFacts(parser)).findings.map((it) => it.rule);
  expect(rulesOf("ledger")).toContain("stable-new-instead-of-init");
  expect(rulesOf("dummy_ledger")).not.toContain("stable-new-instead-of-init");
});

test.each([
  ["/p/ledger", "warning"],
  ["/p/examples/ledger", "information"],
])("a key in the code of a crate in %s: %s", (folder, severity) => {
  const path = `${folder}/src/lib.rs`;
  const key = 'const API_KEY: &str = "sk_live_51HqzYjK2eZvKYlo2C8XnTtT";';
  const sources = { ...crateOf({ "lib.rs": key }), rootFile: path, files: memoryFiles({ [path]: key }) };
  const { findings } = checkCrate(sources, new RustFacts(parser));
  expect(findings.map((it) => `${it.rule} ${it.severity}`)).toEqual([`secret-in-canister ${severity}`]);
});
