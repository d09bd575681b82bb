import { expect, test } from "vitest";
import { readAttributes } from "../../server/src/analysis/attributes.ts";

const paths = (text: string) =>
  readAttributes(text)
    .filter((it) => it.path !== "cfg_attr")
    .map((it) => (it.arguments === "" ? it.path : `${it.path}: ${it.arguments}`));

test.each([
  ["for the Wasm", '#[cfg_attr(target_family = "wasm", ic_cdk::query)]', ["ic_cdk::query"]],
  [
    "several, with arguments",
    '#[cfg_attr(target_arch = "wasm32", update(name = "set", guard = "admin"), allow(dead_code))]',
    ['update: name = "set", guard = "admin"', "allow: dead_code"],
  ],
  [
    "an export",
    '#[cfg_attr(target_family = "wasm", unsafe(export_name = "canister_global_timer"))]',
    ['export_name: "canister_global_timer"'],
  ],
  ["not for tests", "#[cfg_attr(not(test), query)] #[inline]", ["query", "inline"]],
  ["for hosts", '#[cfg_attr(not(target_family = "wasm"), query)]', []],
  ["nested", '#[cfg_attr(target_family = "wasm", cfg_attr(not(test), query))]', ["query"]],
  ["a feature", '#[cfg_attr(feature = "x", query)]', []],
])("cfg_attr: %s", (_, text, expected) => {
  expect(paths(text)).toEqual(expected);
});
