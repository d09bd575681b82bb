/** Modules of tests are not parsed; everything else is, wherever it stands. */
import { describe, expect, test } from "vitest";
import { withoutTestModules } from "../../server/src/rust/testModules.ts";

/** What is left of a text, without the spaces that took the place of what was cut out and those beside them. */
function left(text: string): string {
  const result = withoutTestModules(text);
  expect(result.length).toBe(text.length);
  return result.replace(/ {2,}/g, "");
}

describe("a module of tests", () => {
  test.each([
    ["#[cfg(test)]\nmod tests { fn a() {} }", ""],
    [
      "fn a() {}\n#[cfg(test)]\n#[allow(x)]\npub(crate) mod tests { fn a() { { } } }\nfn b() {}",
      "fn a() {}\n\nfn b() {}",
    ],
    ["mod a { #[cfg(test)] mod tests { } fn b() {} }", "mod a {fn b() {} }"],
    [
      '#[cfg(test)] mod t { const A: &str = "}"; const B: &str = r#"}"}"#; const C: char = \'}\'; } fn b() {}',
      "fn b() {}",
    ],
    [
      "#[cfg(test)] mod t { /* } /* } */ } */ // }\n fn f<'a>(x: &'a u8) { '\\''; '\\u{7d}'; '\"' } } fn b() {}",
      "fn b() {}",
    ],
    ["#[cfg(test)] mod a {} #[cfg(test)] mod b {} fn c() {}", "fn c() {}"],
  ])("%s", (text, rest) => expect(left(text)).toBe(rest));
});

describe("left as it is", () => {
  test.each([
    ["in a string", 'const TEMPLATE: &str = r#"\n#[cfg(test)]\nmod tests {}\n"#;'],
    ["in a comment", "// #[cfg(test)] mod tests {}\n/* #[cfg(test)] mod tests {} */"],
    ["no end", "#[cfg(test)]\nmod tests { fn a() {"],
    ["a file of its own", "#[cfg(test)]\nmod tests;\nfn a() {}"],
    ["something else", "#[cfg(test)]\nfn a() {}\n#[cfg(not(test))]\nmod b {}"],
    ["attributes before, which would go to what follows", "#[allow(x)]\n#[cfg(test)]\nmod tests {}\nfn a() {}"],
  ])("%s", (_, text) => expect(withoutTestModules(text)).toBe(text));
});
