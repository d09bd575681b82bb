/** Files in every broken state: nothing throws, and functions that cannot be read are left in peace. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const parser = await loadParser();
const folder = join(projectRoot, "test/rules");
const fixtures = readdirSync(folder).filter((it) => it.endsWith(".rs"));

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function problemsOf(text: string, facts: RustFacts): readonly unknown[] {
  return checkCrate(crateOf({ "lib.rs": text }), facts).problems;
}

describe.each(fixtures)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");

  test("lines, braces and single characters go missing", () => {
    const random = numbers(name.length);
    const facts = new RustFacts(parser);
    for (let round = 0; round < 40; round++) {
      const at = Math.floor(random.next().value * text.length);
      const lineEnd = text.indexOf("\n", at);
      const brace = text.indexOf("}", at);
      expect(problemsOf(text.slice(0, at) + text.slice(lineEnd), facts)).toEqual([]);
      expect(problemsOf(text.slice(0, brace) + text.slice(brace + 1), facts)).toEqual([]);
      expect(problemsOf(text.slice(0, at), facts)).toEqual([]);
      expect(problemsOf(`${text.slice(0, at)}"${text.slice(at)}`, facts)).toEqual([]);
    }
  });
});

describe("while a function is being typed", () => {
  const good = 'async fn whole() { let _ = ic_cdk::call::Call::bounded_wait(x(), "m").await; }\n';
  const broken = 'async fn typed() { let _ = ic_cdk::call::Call::bounded_wait(x(), "m").await; let y = foo(; }\n';

  test("nothing is said about it, and what was said of others stays", () => {
    const { findings } = checkCrate(crateOf({ "lib.rs": good + broken }), new RustFacts(parser));
    expect(findings.map((it) => [it.rule, it.range.start < good.length])).toEqual([
      ["call-result-ignored", true],
      ["analysis-cut-short", false],
    ]);
  });

  test("a hook that cannot be read is not missed", () => {
    const text =
      "thread_local! { static A: Cell<u64> = Cell::new(0); }\n#[ic_cdk::init]\nfn init() { A.set(1) }\n#[ic_cdk::post_upgrade]\nfn after( { init() }\n";
    const { findings } = checkCrate(crateOf({ "lib.rs": text }), new RustFacts(parser));
    expect(findings.map((it) => it.rule)).toEqual(["analysis-cut-short"]);
    expect(findings[0]?.message).toContain("stopped at line 5");
  });

  test("where reading stopped is told once for each file, at the first place", () => {
    const files = { "lib.rs": `mod a;\nmod b;\n${broken}${broken}`, "a.rs": good, "b.rs": "fn f() { let x = (; }" };
    const { findings } = checkCrate(crateOf(files), new RustFacts(parser));
    const told = findings.filter((it) => it.rule === "analysis-cut-short");
    expect(told.map((it) => it.path)).toEqual(["/fixture/src/lib.rs", "/fixture/src/b.rs"]);
    expect(told[0]?.message).toContain("stopped at line 3");
  });
});

describe("what is no source", () => {
  test("is checked like an empty crate", () => {
    for (const text of ["", "\u0000\u0001", "{}", "}}}}", "😀".repeat(100), "fn ".repeat(3000), "(".repeat(20_000)]) {
      expect(problemsOf(text, new RustFacts(parser))).toEqual([]);
    }
    const { findings, problems, model } = checkCrate(crateOf({}), new RustFacts(parser));
    expect([findings, problems, model.files]).toEqual([[], [], []]);
  });
});
