/** Files that are parts of an interface see each other's names, since whoever imports them has one set of names. */
import { expect, test } from "vitest";
import { project, workspaceOf } from "../support/acrossCanisters.ts";

const rust = "#[ic_cdk::query]\nfn get() -> u64 { 1 }";
const main = 'import "parts/order.did";\nimport "parts/ids.did";\nservice : { get : () -> (Order) query }';
const order = "type Order = record { id : Id };";

function unbound(files: Record<string, string>, path: string): string[] {
  const reports = workspaceOf(project(rust, "service : {}", files))
    .snapshot()
    .reports(`/p/${path}`);
  return reports.filter((it) => it.rule === "did-unbound-type").map((it) => it.message);
}

test("a name of another part, where an interface imports both", () => {
  const files = { "shop/shop.did": main, "shop/parts/order.did": order, "shop/parts/ids.did": "type Id = nat;" };
  expect(unbound(files, "shop/parts/order.did")).toEqual([]);
});

test("a name that no part has", () => {
  const files = { "shop/shop.did": main, "shop/parts/order.did": order, "shop/parts/ids.did": "type Ids = nat;" };
  expect(unbound(files, "shop/parts/order.did")).toHaveLength(1);
});

test("a file that nothing imports stands for itself", () => {
  const files = { "shop/parts/order.did": order, "shop/parts/ids.did": "type Id = nat;" };
  expect(unbound(files, "shop/parts/order.did")).toHaveLength(1);
});

const didReports = (files: Record<string, string>, path: string) =>
  workspaceOf(project(rust, "service : {}", files))
    .snapshot()
    .reports(`/p/${path}`)
    .filter((it) => it.rule.startsWith("did-") && it.severity !== "hint");

test("a name that nothing declares is told of once, with its other places", () => {
  const did = "type A = record { x : Gone; y : Gone };\nservice : { f : (Gone, Lost) -> (A) };";
  const [gone, lost, ...others] = didReports({ "shop/shop.did": did }, "shop/shop.did");
  expect(others).toEqual([]);
  expect(gone).toMatchObject({ severity: "error", message: expect.stringContaining("It is used at 2 more places.") });
  expect(gone?.related.map((it) => did.slice(it.range.start, it.range.end))).toEqual(["Gone", "Gone"]);
  expect(lost?.message).toBe("There is no type `Lost`.");
});

test("a text without any type, which no manifest names, is taken for a part", () => {
  const did = "service : { f : (Gone) -> (Lost); g : () -> (Gone) };";
  const [remark, ...others] = didReports({ "tool/baseline.did": did }, "tool/baseline.did");
  expect(others).toEqual([]);
  expect(remark).toMatchObject({
    severity: "information",
    message: expect.stringContaining("Nor 1 more name has one"),
  });
  expect(didReports({ "shop/shop.did": did }, "shop/shop.did").map((it) => it.severity)).toEqual(["error", "error"]);
});

test("what tests read is told as a remark, unless the folder of tests is what was opened", () => {
  const did = "service : { f : (Gone) -> () };";
  for (const folder of ["e2e/assets", "tests", "lib/test-data"]) {
    const severities = didReports({ [`${folder}/a.did`]: did }, `${folder}/a.did`).map((it) => it.severity);
    expect(severities, folder).toEqual(["information"]);
  }
  expect(didReports({ "contest/a.did": did }, "contest/a.did").map((it) => it.severity)).toEqual(["error"]);
});
