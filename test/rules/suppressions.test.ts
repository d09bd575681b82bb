/** Suppression comments: what they cover, what they must say, and what is said about them. */
import { describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

function findings(text: string): string[] {
  const { findings: found } = checkCrate(crateOf({ "lib.rs": text }), new RustFacts(parser));
  return found.map((it) => `${it.severity} ${it.rule}`);
}

const ignore = 'let _ = ic_cdk::call::Call::bounded_wait(x(), "m").await;';

describe("a suppression", () => {
  test("covers the line that follows, the rest of its own line, or the item that follows", () => {
    const reason = "// canister-workbench: allow(call-result-ignored) because it is asked again";
    expect(findings(`async fn f() {\n${ignore}\n}`)).toEqual(["warning call-result-ignored"]);
    expect(findings(`async fn f() {\n${reason}\n// more\n${ignore}\n}`)).toEqual([]);
    expect(findings(`async fn f() {\n${ignore} ${reason}\n}`)).toEqual([]);
    expect(findings(`${reason}\n#[inline]\nasync fn f() {\n let a = 1;\n ${ignore}\n}`)).toEqual([]);
  });

  test("does not reach further", () => {
    const reason = "// canister-workbench: allow(call-result-ignored) because it is asked again";
    expect(findings(`async fn f() {\n${reason}\n${ignore}\n${ignore}\n}`)).toEqual(["warning call-result-ignored"]);
  });

  test("may name several rules", () => {
    const both = "// canister-workbench: allow(call-result-ignored, deprecated-cdk-api) because of the guide";
    expect(findings(`async fn f() {\n${both}\nlet _ = ic_cdk::call::<_, ()>(x(), "m", ()).await;\n}`)).toEqual([
      "hint unbounded-wait-call",
    ]);
  });

  test("needs a reason", () => {
    const text = `async fn f() {\n// canister-workbench: allow(call-result-ignored)\n${ignore}\n}`;
    expect(findings(text)).toEqual(["warning suppression-without-reason", "warning call-result-ignored"]);
  });

  test("is told where it silences nothing or names no rule", () => {
    const comment = (rule: string) => `// canister-workbench: allow(${rule}) because of this`;
    expect(findings(`${comment("call-result-ignored")}\nfn f() {}`)).toEqual(["hint unused-suppression"]);
    expect(findings(`${comment("call-result-ignord")}\nfn f() {}`)).toEqual(["hint unused-suppression"]);
  });

  test("that silences nothing is removed with its line, from a line with code alone, and a rule from among others", () => {
    const fixed = (text: string) => {
      const { findings: found } = checkCrate(crateOf({ "lib.rs": text }), new RustFacts(parser));
      const [fix] = found.find((it) => it.rule === "unused-suppression")?.fixes ?? [];
      const [edit] = fix?.edits ?? [];
      expect(fix?.kind).toBe("review");
      return edit && text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
    };
    const comment = "// canister-workbench: allow(std-time) because it was";
    expect(fixed(`mod a {\n    ${comment}\n    fn f() {}\n}`)).toBe("mod a {\n    fn f() {}\n}");
    expect(fixed(`${comment}\r\nfn f() {}`)).toBe("fn f() {}");
    expect(fixed(`fn f() {} ${comment}\nfn g() {}`)).toBe("fn f() {}\nfn g() {}");
    const two = `async fn f() {\n${comment.replace("std-time", "std-time, call-result-ignored")}\n${ignore}\n}`;
    expect(fixed(two)).toBe(two.replace("std-time, ", ""));
  });
});
