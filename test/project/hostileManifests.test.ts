/** Manifests that nobody would write: they are read in the time and the memory of others, and said to be what they are. */
import { expect, test } from "vitest";
import { readJson } from "../../server/src/project/jsonText.ts";
import { readYaml } from "../../server/src/project/yamlText.ts";

test("an anchor that holds itself twice, and anchors that multiply, come to an end", () => {
  expect(readYaml("a: &a [*a, *a]\nb: 1\n").facts).toMatchObject({ kind: "map" });
  const names = "abcdefghijklmnop";
  const lines = [...names].map((it, index) => {
    const inner = index === 0 ? "x" : `*${names[index - 1]}`;
    return `${it}: &${it} [${Array(9).fill(inner).join(", ")}]`;
  });
  expect(readYaml(`${lines.join("\n")}\n`).facts).toMatchObject({ kind: "map" });
});

test("an anchor that is used thousands of times is the same each time", () => {
  const { facts, problems } = readYaml(`a: &a { b: 1 }\nc: [${Array(5_000).fill("*a").join(", ")}]\n`);
  expect(problems).toEqual([]);
  const list = facts?.kind === "map" ? facts.entries[1]?.value : undefined;
  const items = list?.kind === "list" ? list.items : [];
  expect(items).toHaveLength(5_000);
  expect(items.filter((it) => it.kind !== "map" || it.entries.length !== 1)).toEqual([]);
  const again = readYaml("a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: *y\n").facts;
  expect(again?.kind === "map" && again.entries.map((it) => it.value)).toMatchObject([
    { value: 1 },
    { value: 1 },
    { value: 2 },
    { value: 2 },
    { value: null },
  ]);
});

test("JSON that is nested too deep says so", () => {
  const text = "[".repeat(50_000);
  const { facts, problems } = readJson(text);
  expect(facts).toBeUndefined();
  expect(problems.map((it) => it.message)).toEqual(["This JSON is nested too deep to be read."]);
  expect(readJson(`${"[".repeat(200)}${"]".repeat(200)}`).problems).toEqual([]);
});

test("YAML that is nested too deep says so or is read", () => {
  for (const text of [
    `a: ${"[".repeat(2_000)}`,
    Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
  ]) {
    expect(readYaml(text)).toHaveProperty("problems");
  }
});
