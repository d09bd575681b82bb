import { expect, test } from "vitest";
import { allowedRanges } from "../../server/src/analysis/allowedRanges.ts";

const covered = (text: string) => allowedRanges(text, "deprecated").map((it) => text.slice(it.start, it.end).trim());

test.each([
  [
    "a statement",
    "fn f() {\n  #[allow(deprecated)]\n  let x = call(a, [1; 2]).await;\n  caller();\n}",
    ["let x = call(a, [1; 2]).await"],
  ],
  ["the last expression of a block", "fn f() { #[allow(deprecated)] call(x) }\nfn g() {}", ["call(x)"]],
  ["an impl", '#[expect(deprecated, reason = "old")]\nimpl A { fn f() {} }\nfn g() {}', ["impl A { fn f() {} }"]],
  [
    "a statement behind a block",
    "#[allow(deprecated)] let x = if a { b() } else { c() }; d();",
    ["let x = if a { b() } else { c() }"],
  ],
  ["an argument", "f(#[allow(deprecated)] old(1), new())", ["old(1)"]],
  [
    "further attributes, and braces in texts",
    "#[allow(dead_code, deprecated)] #[update]\nfn f() { \"}\" /* } */ ; '}' } fn g() {}",
    ["#[update]\nfn f() { \"}\" /* } */ ; '}' }"],
  ],
  ["no end", "#[allow(deprecated)] fn f() { a(", ["fn f() { a("]],
  ["another lint", "#[allow(dead_code)] fn deprecated() {}", []],
])("%s", (_, text, expected) => {
  expect(covered(text)).toEqual(expected);
});
