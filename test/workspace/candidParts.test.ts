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
