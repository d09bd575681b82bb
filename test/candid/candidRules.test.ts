import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { candidAdvice } from "../../server/src/candid/candidAdvice.ts";
import { candidDiagnostics } from "../../server/src/candid/candidDiagnostics.ts";
import { candidRules } from "../../server/src/candid/candidRules.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { projectRoot } from "../support/sourceFiles.ts";

/** Files that the examples import. */
const files: Readonly<Record<string, string>> = {
  "ledger.did": "type Tokens = nat; service : { transfer : (Tokens) -> () }",
  "class.did": "service : (nat) -> {}",
  "types.did": "type Tokens = nat;",
};

function codes(text: string): string[] {
  const resolver = (path: string) => {
    const found = path === "main.did" ? text : files[path];
    return found === undefined ? undefined : parseCandid(found, path).program;
  };
  const found = candidDiagnostics(text, "main.did", resolver);
  const { program } = parseCandid(text, "main.did");
  const advice = found.length > 0 ? [] : candidAdvice(program, { resolver, isImported: () => false });
  return [...found, ...advice].map((it) => it.code);
}

const optIn = new Set(candidRules.filter((it) => it.isOptIn).map((it) => it.id));

describe.each(candidRules.map((it) => [it.id, it] as const))("%s", (id, rule) => {
  const page = readFileSync(join(projectRoot, "media", "rules", `${id}.md`), "utf8");

  test("has a page that says the same", () => {
    expect(page).toMatch(new RegExp(`^# ${id}$`, "m"));
    for (const text of Object.values(rule.docs)) expect(page).toContain(text);
  });

  test("finds its bad example and is silent on its good one", () => {
    const example = (name: string) =>
      new RegExp(`^## ${name}\\n\\n\`\`\`candid\\n([^]*?)\`\`\``, "m").exec(page)?.[1] ?? "";
    expect(codes(example("Bad"))).toContain(id);
    expect(example("Good")).not.toBe("");
    expect(codes(example("Good")).filter((it) => it === id || !optIn.has(it))).toEqual([]);
  });
});

test("every rule that is reported is documented, and no other", () => {
  const folder = join(projectRoot, "server/src/candid");
  const sources = readdirSync(folder).filter((it) => it !== "candidRules.ts");
  const used = sources.flatMap((it) => readFileSync(join(folder, it), "utf8").match(/"did-[a-z-]+"/g) ?? []);
  expect([...new Set(used)].map((it) => it.slice(1, -1)).sort()).toEqual(candidRules.map((it) => it.id));
});
