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
    expect(findings.map((it) => it.range.start < good.length)).toEqual([true]);
  });

  test("a hook that cannot be read is not missed", () => {
    const text =
      "thread_local! { static A: Cell<u64> = Cell::new(0); }\n#[ic_cdk::init]\nfn init() { A.set(1) }\n#[ic_cdk::post_upgrade]\nfn after( { init() }\n";
    expect(checkCrate(crateOf({ "lib.rs": text }), new RustFacts(parser)).findings).toEqual([]);
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
