import { expect, test } from "vitest";
import { groupToMap, groupToObject } from "../../server/src/base/groupBy.ts";

const words = ["cycles", "canister", "timer", "call", "query", "constructor"];

test("groups what Map.groupBy groups, in the same order", () => {
  const byFirst = (it: string) => it[0];
  expect([...groupToMap(words, byFirst)]).toEqual([...Map.groupBy(words, byFirst)]);
  const byPlace = (_: string, index: number) => index % 2;
  expect([...groupToMap(new Set(words), byPlace)]).toEqual([...Map.groupBy(new Set(words), byPlace)]);
});

test("groups what Object.groupBy groups, whatever the keys are", () => {
  const itself = (it: string) => it;
  const ours = groupToObject(words, itself);
  expect(Object.entries(ours)).toEqual(Object.entries(Object.groupBy(words, itself)));
  expect(Object.getPrototypeOf(ours)).toBeNull();
  const byNumber = (it: string) => it.length % 3;
  expect(Object.entries(groupToObject(words, byNumber))).toEqual(Object.entries(Object.groupBy(words, byNumber)));
  const mark = Symbol("mark");
  expect(groupToObject(words, () => mark)[mark]).toEqual(words);
});
