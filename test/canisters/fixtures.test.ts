/**
 * The rules' fixtures are real code: cargo checks every case against the ic-cdk that it is written for. Cases marked
 * `(does not compile)` must fail. Those in `rules/excerpts.txt` name things that they do not declare; the list may
 * only become shorter.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../support/sourceFiles.ts";
import { type CaseTarget, caseTargets, checkCases } from "./fixtureCrates.ts";

/** Releases of ic-cdk whose cases are checked. */
const releases = ["0.17", "0.18", "0.19", "0.20"];

const listed = readFileSync(join(projectRoot, "test/canisters/rules/excerpts.txt"), "utf8").trim().split("\n");
const excerpts = new Set(listed);
const titleOf = (it: CaseTarget) => `${it.rule}: ${it.case.name}`;

describe.each(releases)("ic-cdk %s", (release) => {
  const targets = caseTargets().filter((it) => it.release === release);

  test("every case compiles, but for excerpts and what must not", () => {
    const errors = checkCases(release, targets);
    const compiles = (it: CaseTarget) => errors.get(it.target)?.length === 0;
    const mayFail = (it: CaseTarget) => it.case.name.includes("(does not compile)") || excerpts.has(titleOf(it));
    const failing = targets.filter((it) => !compiles(it) && !mayFail(it));
    expect(failing.map((it) => `${titleOf(it)}\n${errors.get(it.target)?.join("\n")}`)).toEqual([]);
    expect(targets.filter((it) => compiles(it) && mayFail(it)).map(titleOf)).toEqual([]);
  });
});

test("the list of excerpts names cases that there are, each once", () => {
  const titles = new Set(caseTargets().map(titleOf));
  expect(listed.filter((it) => !titles.has(it))).toEqual([]);
  expect(excerpts.size).toBe(listed.length);
});
