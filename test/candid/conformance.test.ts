/** Which `.did` files Candid accepts and which it rejects, as its own tests say. */
import { describe, expect, test } from "vitest";
import { LineIndex } from "../../server/src/base/lineIndex.ts";
import { candidDiagnostics } from "../../server/src/candid/candidDiagnostics.ts";
import { assetNames, assetResolver, assetText, hasAssets } from "./assets.ts";

/** Class of the error that each rejected file has to show, and the line (from 1) where it is wrong. */
const rejected: Readonly<Record<string, { readonly code: string; readonly line: number }>> = {
  "bad_comment.did": { code: "did-syntax", line: 6 },
  "bad_import.did": { code: "did-import-missing", line: 2 },
  "bad_import2.did": { code: "did-import-has-constructor", line: 1 },
  "bad_import3.did": { code: "did-duplicate-type", line: 2 },
  "bad_import_duplicate_method.did": { code: "did-import-duplicate-method", line: 1 },
  "bad_import_no_service.did": { code: "did-import-no-service", line: 1 },
  "collision_fields.did": { code: "did-hash-collision", line: 3 },
  "collision_fields2.did": { code: "did-hash-collision", line: 5 },
  "invalid_cyclic.did": { code: "did-unproductive-cycle", line: 1 },
  "not_func.did": { code: "did-not-a-function", line: 10 },
  "not_serv.did": { code: "did-not-a-service", line: 5 },
  "oneway.did": { code: "did-oneway-result", line: 2 },
  "surrogate.did": { code: "did-syntax", line: 2 },
  "undefine.did": { code: "did-unbound-type", line: 4 },
};

describe.skipIf(!hasAssets)("Candid's own files", () => {
  for (const name of assetNames("assets")) {
    const path = `assets/${name}`;
    const text = assetText(path) ?? "";
    const problems = candidDiagnostics(text, path, assetResolver);
    const expected = rejected[name];
    if (expected === undefined) {
      test(`${name} is accepted`, () => expect(problems).toEqual([]));
      continue;
    }
    test(`${name} is rejected`, () => {
      expect(assetText(path.replace("assets/", "assets/ok/").replace(".did", ".fail"))).toBeDefined();
      const lines = new LineIndex(text);
      const places = problems.map((it) => ({ code: it.code, line: lines.position(it.range.start).line + 1 }));
      expect(places).toContainEqual({ code: expected.code, line: expected.line });
    });
  }
  test("all files that Candid rejects are among them", () => {
    const failing = assetNames("assets").filter(
      (it) => assetText(`assets/ok/${it.replace(".did", ".fail")}`) !== undefined,
    );
    expect(Object.keys(rejected)).toEqual(failing);
  });

  for (const folder of [
    "assets/import",
    "assets/import/b",
    "assets/codegen/basic",
    "assets/codegen/examples",
    "assets/ok",
  ]) {
    for (const name of assetNames(folder)) {
      test(`${folder}/${name} is accepted`, () => {
        const path = `${folder}/${name}`;
        expect(candidDiagnostics(assetText(path) ?? "", path, assetResolver)).toEqual([]);
      });
    }
  }
});
