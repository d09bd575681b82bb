/** Runs every rule over its fixture: what the carets expect is found, and nothing else. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RustFacts } from "../server/src/analysis/rustFacts.ts";
import { LineIndex } from "../server/src/base/lineIndex.ts";
import { checkCrate } from "../server/src/rules/checkCrate.ts";
import { rules } from "../server/src/rules/registry.ts";
import type { Finding, Rule } from "../server/src/rules/rule.ts";
import { suppressionRules } from "../server/src/rules/suppressions.ts";
import { workspaceRules } from "../server/src/rules/workspaceRules.ts";
import { type Annotation, annotationsOf, fixtureCases } from "./support/annotations.ts";
import { crateOf, fixturePrelude, loadParser } from "./support/rustCrate.ts";
import { projectRoot } from "./support/sourceFiles.ts";

const parser = await loadParser();

function readFixture(rule: Rule): string {
  return readFileSync(join(projectRoot, `test/rules/${rule.id}.rs`), "utf8");
}

function check(rule: Rule, text: string, cdkVersion: string): { findings: Annotation[]; problems: readonly unknown[] } {
  const source = fixturePrelude + text;
  const lines = new LineIndex(source);
  const result = checkCrate(crateOf({ "lib.rs": source }, cdkVersion), new RustFacts(parser), { rules: [rule] });
  return { findings: result.findings.map((it) => asAnnotation(lines, it)), problems: result.problems };
}

/** A finding of several lines is marked on its first. */
function asAnnotation(lines: LineIndex, { range, severity, message }: Finding): Annotation {
  const start = lines.position(range.start);
  const end = lines.position(range.end);
  const lastColumn = end.line === start.line ? end.character : lines.lineText(start.line).length;
  return { line: start.line - 1, start: start.character, end: lastColumn, severity, message };
}

for (const rule of rules) {
  describe(rule.id, () => {
    for (const { name, cdkVersion, text } of fixtureCases(readFixture(rule))) {
      test(name, () => {
        const { findings, problems } = check(rule, text, cdkVersion);
        const expected = annotationsOf(text);
        const told = findings.map((it, index) => {
          const wanted = expected[index]?.message;
          return wanted !== undefined && it.message.includes(wanted) ? { ...it, message: wanted } : it;
        });
        expect(problems).toEqual([]);
        expect(told).toEqual(expected);
      });
    }

    test("has cases that are right, cases that are wrong, and sentences that explain it", () => {
      const counts = fixtureCases(readFixture(rule)).map((it) => annotationsOf(it.text).length);
      expect(counts.some((it) => it > 0) && counts.some((it) => it === 0)).toBe(true);
      for (const text of Object.values(rule.docs)) expect(text).toMatch(/^[`#.A-Z].*\.$/s);
    });

    test("has a page with a bad and a good example, its reason, its silence and its source", () => {
      const page = readFileSync(join(projectRoot, `media/rules/${rule.id}.md`), "utf8");
      expect(page.startsWith(`# ${rule.id}\n`)).toBe(true);
      for (const heading of ["Why", "Bad", "Good", "What to do", "When it is silent", "Source"]) {
        expect(page).toContain(`\n## ${heading}\n`);
      }
      expect(page.match(/```rust\n/g)?.length).toBeGreaterThanOrEqual(2);
    });

    test("finds what its page calls bad, and nothing in what it calls good", () => {
      const page = readFileSync(join(projectRoot, `media/rules/${rule.id}.md`), "utf8");
      const [bad = "", good = ""] = [...page.matchAll(/```rust\n([\s\S]*?)```/g)].map((match) => match[1]);
      expect(check(rule, bad, "0.20.1").findings.length).toBeGreaterThan(0);
      expect(check(rule, good, "0.20.1").findings).toEqual([]);
    });
  });
}

describe("the set of rules", () => {
  test("no id is given twice, and every fixture and page belongs to a rule", () => {
    const ids = [...rules.map((it) => it.id), ...suppressionRules.map((it) => it.id)];
    expect(new Set(ids).size).toBe(ids.length);
    const fixtures = readdirSync(join(projectRoot, "test/rules"))
      .filter((it) => it.endsWith(".rs"))
      .map((it) => it.replace(/\.rs$/, ""));
    expect(fixtures.filter((it) => !rules.some((rule) => rule.id === it))).toEqual([]);
    expect(workspaceRules.filter((it) => ids.includes(it.id))).toEqual([]);
    const pages = readdirSync(join(projectRoot, "media/rules")).map((it) => it.replace(/\.md$/, ""));
    expect(ids.filter((it) => !pages.includes(it))).toEqual([]);
  });

  test.each(workspaceRules.map((it) => [it.id, it] as const))("%s has a page that says the same", (id, rule) => {
    const page = readFileSync(join(projectRoot, `media/rules/${id}.md`), "utf8");
    expect(page.startsWith(`# ${id}\n`)).toBe(true);
    for (const text of Object.values(rule.docs)) expect(page).toContain(text);
    for (const heading of ["Why", "Bad", "Good", "What to do", "When it is silent", "Source"]) {
      expect(page).toContain(`\n## ${heading}\n`);
    }
  });

  test("findings about suppressions have pages, too", () => {
    for (const { id } of suppressionRules) {
      expect(existsSync(join(projectRoot, `media/rules/${id}.md`))).toBe(true);
    }
  });

  test("a rule that throws is told once, and the others go on", () => {
    const broken: Rule = {
      ...rules[0]!,
      id: "broken",
      check() {
        throw new Error("boom");
      },
    };
    const text = `${fixturePrelude}thread_local! { static N: RefCell<u64> = RefCell::new(0); }\n#[update] fn add() { N.with_borrow_mut(|n| *n += 1) }`;
    const { findings, problems } = checkCrate(crateOf({ "lib.rs": text }), new RustFacts(parser), {
      rules: [broken, ...rules],
    });
    expect(problems).toEqual([{ rule: "broken", message: "boom" }]);
    expect(findings.map((it) => it.rule)).toEqual(["heap-state-lost-on-upgrade"]);
  });
});
