import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifestRules } from "../../server/src/project/manifestRules.ts";
import { projectRoot } from "../support/sourceFiles.ts";

describe.each(manifestRules.map((it) => [it.id, it] as const))("%s", (id, rule) => {
  test("has a page that says the same", () => {
    const page = readFileSync(join(projectRoot, "media", "rules", `${id}.md`), "utf8");
    expect(page).toMatch(new RegExp(`^# ${id}$`, "m"));
    for (const text of Object.values(rule.docs)) expect(page).toContain(text);
  });

  test("has a bad and a good example", () => {
    const page = readFileSync(join(projectRoot, "media", "rules", `${id}.md`), "utf8");
    expect(page).toMatch(/^## Bad\n\n```\w+\n/m);
    expect(page).toMatch(/^## Good\n\n```\w+\n/m);
  });
});

test("every rule that a reader of manifests uses is documented", () => {
  const sources = [
    "manifestValue",
    "icpYaml",
    "dfxJson",
    "cargo",
    "cargoWorkspace",
    "canisterReading",
    "icpCanisters",
    "dfxCanisters",
    "platformDependencies",
    "cdkVersions",
    "reproducibleBuild",
    "buildScripts",
  ];
  const used = sources.flatMap((it) => {
    const text = readFileSync(join(projectRoot, "server/src/project", `${it}.ts`), "utf8");
    return [...text.matchAll(/rule: "([a-z-]+)"/g)].map((match) => match[1]);
  });
  expect([...new Set(used)].sort()).toEqual(manifestRules.map((it) => it.id));
});
