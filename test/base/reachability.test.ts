import { expect, test } from "vitest";
import { leadsTo } from "../../server/src/base/reachability.ts";

const next = new Map([
  ["a", ["b"]],
  ["b", ["c", "b"]],
  ["c", ["a"]],
]);

test("a name leads to itself and to what it leads to in turn", () => {
  expect(leadsTo(["a"], "a", next)).toBe(true);
  expect(leadsTo(["a"], "c", next)).toBe(true);
  expect(leadsTo(["unknown", "b"], "a", next)).toBe(true);
});

test("circles end where the name is not found", () => {
  expect(leadsTo(["a"], "d", next)).toBe(false);
  expect(leadsTo([], "a", next)).toBe(false);
});
