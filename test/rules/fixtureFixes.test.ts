/** Every quick fix that a fixture is offered: the result can be read, and a safe one leaves nothing of the finding. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { rules } from "../../server/src/rules/registry.ts";
import type { Finding, QuickFix, Rule } from "../../server/src/rules/rule.ts";
import { fixtureCases } from "../support/annotations.ts";
import { crateOf, fixturePrelude, loadParser } from "../support/rustCrate.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const parser = await loadParser();

function check(rule: Rule, text: string, cdkVersion: string): readonly Finding[] {
  return checkCrate(crateOf({ "lib.rs": text }, cdkVersion), new RustFacts(parser), { rules: [rule] }).findings;
}

function applied(text: string, { edits }: QuickFix): string {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((it, { range, newText }) => it.slice(0, range.start) + newText + it.slice(range.end), text);
}

function canBeRead(text: string): boolean {
  return !parser.parse(text, () => false).hasError;
}

const alike = (finding: Finding) => `${finding.range.end - finding.range.start} ${finding.message}`;

for (const rule of rules) {
  const cases = fixtureCases(readFileSync(join(projectRoot, `test/rules/${rule.id}.rs`), "utf8"));
  const offered = cases.flatMap(({ name, cdkVersion, text }) => {
    const source = fixturePrelude + text;
    return check(rule, source, cdkVersion).flatMap((finding) =>
      finding.fixes.map((fix) => ({ name, cdkVersion, source, finding, fix })),
    );
  });
  if (offered.length === 0) continue;

  test(`${rule.id}: ${offered.length} fixes`, () => {
    for (const { name, cdkVersion, source, finding, fix } of offered) {
      const title = `${name}: ${fix.title}`;
      const text = applied(source, fix);
      expect(text, title).not.toBe(source);
      if (canBeRead(source)) expect(canBeRead(text), `${title}\n${text}`).toBe(true);
      const count = (findings: readonly Finding[]) => findings.filter((it) => alike(it) === alike(finding)).length;
      const [before, after] = [check(rule, source, cdkVersion), check(rule, text, cdkVersion)];
      expect(count(after), `${title}\n${text}`).toBeLessThan(count(before));
      if (fix.kind === "safe") expect(after.length, `${title}\n${text}`).toBeLessThan(before.length);
    }
  });
}
