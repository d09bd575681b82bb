import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { primitiveWords } from "../../server/src/candid/ast.ts";
import { isKeyword } from "../../server/src/candid/tokens.ts";
import { projectRoot } from "../support/sourceFiles.ts";

interface Pattern {
  readonly include?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly patterns?: readonly Pattern[];
}

const grammar: Pattern & { readonly scopeName: string; readonly repository: Record<string, Pattern> } = JSON.parse(
  readFileSync(join(projectRoot, "syntaxes/candid.tmLanguage.json"), "utf8"),
);

function all(pattern: Pattern): Pattern[] {
  return [pattern, ...(pattern.patterns ?? []).flatMap(all)];
}

describe("the TextMate grammar", () => {
  const patterns = [...all(grammar), ...Object.values(grammar.repository).flatMap(all)];

  test("refers only to what it has, and uses all of it", () => {
    const included = new Set(patterns.flatMap((it) => it.include?.slice(1) ?? []));
    expect([...included].sort()).toEqual(Object.keys(grammar.repository).sort());
  });

  test("has patterns that are regular expressions", () => {
    for (const { match, begin, end } of patterns) {
      for (const source of [match, begin, end])
        if (source !== undefined) expect(() => new RegExp(source)).not.toThrow();
    }
  });

  test("colours every primitive type and every keyword of types", () => {
    const primitive = new RegExp(`^(?:${grammar.repository.primitive?.match})$`);
    for (const word of primitiveWords) expect(word).toMatch(primitive);
    const keywords = ["constructor", "modes", "primitive"].map((it) => grammar.repository[it]?.match).join("|");
    for (const word of "opt vec record variant func service query composite_query oneway null principal blob".split(
      " ",
    )) {
      expect(isKeyword(word)).toBe(true);
      expect(word).toMatch(new RegExp(`^(?:${keywords})$`));
    }
  });
});
