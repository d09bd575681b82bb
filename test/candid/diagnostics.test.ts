import { describe, expect, test } from "vitest";
import { candidDiagnostics } from "../../server/src/candid/candidDiagnostics.ts";
import { fieldHash } from "../../server/src/candid/labels.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";

/** Problems of `main.did` as `code: marked text` with `← related text` and `⇒ fix`; other files by name. */
function check(text: string, expected: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const all: Readonly<Record<string, string>> = { ...files, "main.did": text };
  const resolver = (path: string) => {
    const found = all[path];
    return found === undefined ? undefined : parseCandid(found, path).program;
  };
  const problems = candidDiagnostics(text, "main.did", resolver).map(({ code, range, related, fixes }) => {
    const places = (related ?? []).map(
      (it) =>
        ` ← ${it.file === undefined ? "" : `${it.file}: `}${all[it.file ?? "main.did"]?.slice(it.range.start, it.range.end)}`,
    );
    const mended = (fixes ?? []).map(
      (it) => ` ⇒ ${text.slice(0, it.range.start)}${it.newText}${text.slice(it.range.end)}`,
    );
    return `${code}: ${text.slice(range.start, range.end)}${places.join("")}${mended.join("")}`;
  });
  expect(problems).toEqual(expected);
}

describe("names in Candid", () => {
  test("that mean nothing come with the nearest that does", () => {
    check("type Account = nat; service : { f : (Acount) -> () }", [
      "did-unbound-type: Acount ⇒ type Account = nat; service : { f : (Account) -> () }",
    ]);
    check("type a = vec string;", ["did-unbound-type: string ⇒ type a = vec text;"]);
    check("type a = u64;", ["did-unbound-type: u64 ⇒ type a = nat64;"]);
    check("type a = Whatever;", ["did-unbound-type: Whatever"]);
    check("type a = constructor;", ["did-unbound-type: constructor"]);
  });

  test("declared twice point at the first", () => {
    check("type a = nat; type a = text;", ["did-duplicate-type: a ← a"]);
    check("service : { f : () -> (); g : () -> (); f : () -> () }", ["did-duplicate-method: f ← f"]);
    check("type a = record { x : nat; y : nat; x : text };", ["did-duplicate-field: x ← x"]);
    check("type a = variant { x; x };", ["did-duplicate-field: x ← x"]);
    check("type a = record { 5 : nat; 5 : nat };", ["did-duplicate-field: 5 ← 5"]);
  });

  test("whose numbers collide are told", () => {
    check(`type a = record { foo : nat; ${fieldHash("foo")} : nat };`, [
      `did-hash-collision: ${fieldHash("foo")} ← foo`,
    ]);
    check("type a = record { 1 : nat; text; int };", []);
    check("type a = record { 1 : nat; 0 : text; int };", ["did-hash-collision: int ← 1"]);
  });

  test("that stand for nothing but each other are told once", () => {
    check("type a = b; type b = c; type c = a; type d = a;", ["did-unproductive-cycle: a ← b ← c"]);
    check("type a = a;", ["did-unproductive-cycle: a"]);
    check("type a = opt a; type b = vec record { b };", []);
  });

  test("of what is no function or no service", () => {
    check("type a = nat; service : { f : a }", ["did-not-a-function: a"]);
    check("type a = nat; service : a", ["did-not-a-service: a"]);
    check("type f = func () -> (); type s = service { f : f }; service : s", []);
  });
});

test("a function has one mode, and no results where it is one way", () => {
  check("type f = func () -> (nat) oneway;", ["did-oneway-result: nat ⇒ type f = func () -> () oneway;"]);
  check("type f = func () -> () query composite_query;", ["did-mode-conflict: composite_query"]);
});

describe("imports of Candid files", () => {
  const files = {
    "types.did": "type Token = nat;",
    "service.did": 'import "types.did"; service : { pay : (Token) -> () }',
    "class.did": "service : (nat) -> {}",
    "back.did": 'import "main.did"; type b = nat;',
    "lost.did": 'import "gone.did";',
  };

  test("bring types and methods", () => {
    check('import "types.did"; type a = Token;', [], files);
    check('import service "service.did"; service : { get : () -> (Token) query }', [], files);
  });

  test("that lead nowhere, back, or to what cannot be imported are told at the import", () => {
    check('import "gone.did";', ['did-import-missing: "gone.did"'], files);
    check('import "lost.did";', ['did-import-missing: "lost.did" ← lost.did: "gone.did"'], files);
    check('import "main.did";', ['did-import-cycle: "main.did"'], files);
    check('import "back.did";', ['did-import-cycle: "back.did" ← back.did: "main.did"'], files);
    check('import service "types.did";', ['did-import-no-service: "types.did"'], files);
    check(
      'import service "class.did";',
      ['did-import-has-constructor: "class.did" ← class.did: service : (nat) -> {}'],
      files,
    );
  });

  test("that cannot be read leave names open which they may have brought", () => {
    check('import "gone.did"; type a = Whatever;', ['did-import-missing: "gone.did"'], files);
  });

  test("that bring what is there already point at both", () => {
    check(
      'import "types.did"; type Token = text;',
      ['did-duplicate-type: "types.did" ← Token ← types.did: Token'],
      files,
    );
    check(
      'import service "service.did"; service : { pay : () -> () }',
      ['did-import-duplicate-method: "service.did" ← pay ← service.did: pay'],
      files,
    );
  });
});

test("a file of values, as projects keep install arguments, is checked as such", () => {
  check('// for the tests\n(record { owner = principal "aaaaa-aa"; fee = 10_000 : nat })', []);
  check("(record { fee = })", ["did-syntax: }"]);
});

test("documentation is what stands directly above, without gap", () => {
  const documentation = (text: string) => {
    const [first] = parseCandid(`${text}type a = nat;`, "").program.declarations;
    return first?.kind === "type" ? first.documentation : undefined;
  };
  expect(documentation("// one\n// two\n")).toBe("one\ntwo");
  expect(documentation("/// one\r\n")).toBe("one");
  expect(documentation("// one\n\n")).toBeUndefined();
  expect(documentation("// far\n\n// near\n")).toBe("near");
  expect(documentation("/** one\n * two */\n")).toBe("one\ntwo");
  expect(documentation("/* not meant */\n")).toBeUndefined();
});

test("a text that is none of Candid gets twenty syntax errors at most", () => {
  const page = "type a = ;\n".repeat(30);
  expect(candidDiagnostics(page, "page.did", () => undefined).filter((it) => it.code === "did-syntax")).toHaveLength(
    20,
  );
});

test("a web page that was saved instead of the file is one mistake", () => {
  const page = '\n\n<!DOCTYPE html>\n<html lang="en"><head></head></html>\n';
  expect(candidDiagnostics(page, "page.did", () => undefined)).toMatchObject([
    { code: "did-syntax", range: { start: 2, end: 17 }, message: expect.stringContaining("web page") },
  ]);
});

test("a symbolic link that was checked out as a text says nothing", () => {
  const codes = (text: string) => candidDiagnostics(text, "a.did", () => undefined).length;
  expect([codes("../basic.did"), codes("./a/b-c.did\n")]).toEqual([0, 0]);
  expect(codes("../basic.did\nservice : {}")).toBeGreaterThan(0);
});
