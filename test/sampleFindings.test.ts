/** What the checks say about the samples: each pitfall is found, and nothing is said about the corrected versions. */
import { describe, expect, test } from "vitest";
import { checkFiles } from "../server/src/commandLine/checkFiles.ts";
import { samplePackages } from "./support/samples.ts";

/** Rules by `sample/package`, in the order of their places; packages that are not named have no findings. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "counter/counter_v1": ["heap-state-lost-on-upgrade"],
  "counter/counter_v2": ["heap-state-lost-on-upgrade"],
  "inspect/inspect": ["inspect-message-access-control"],
  "trap_after_await/tickets": [
    "state-mutated-before-await",
    "call-result-unwrapped",
    "call-result-unwrapped",
    "trap-after-await",
  ],
  // Whoever calls the attacker lets it approve and deposit its tokens: true of it, too.
  "vault/attacker": ["missing-caller-check"],
  "vault/vault": ["reentrancy-check-then-act", "unbounded-wait-call"],
};

describe.each(samplePackages())("$sample/$name", ({ sample, name, directory }) => {
  test("has the findings that it is meant to have, and no others", async () => {
    const { reports, ruleProblems } = await checkFiles(directory);
    expect(ruleProblems).toEqual([]);
    expect(reports.map((it) => it.rule)).toEqual(expected[`${sample}/${name}`] ?? []);
  });
});
