import { describe, expect, test } from "vitest";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { resolveProgram } from "../../server/src/candid/resolve.ts";
import { tokenize } from "../../server/src/candid/tokens.ts";
import { assetNames, assetText, hasAssets } from "./assets.ts";

/** Every problem of a text as `marked text → message`. */
function check(text: string, expected: readonly string[]) {
  const { problems } = parseCandid(text, "test.did");
  expect(problems.map((it) => `${text.slice(it.range.start, it.range.end)} → ${it.message}`)).toEqual(expected);
}

/** Names of the declared types and of the service's methods that survive. */
function names(text: string): string[] {
  const { declarations, service } = parseCandid(text, "test.did").program;
  const methods = service?.body.kind === "service" ? service.body.methods.map((it) => it.name.text) : [];
  return [...declarations.flatMap((it) => (it.kind === "type" ? it.name.text : [])), ...methods];
}

describe("broken Candid", () => {
  test("shows every mistake at its place, with what mends it", () => {
    check("type a = record { x : ; y nat; z : text z2 : nat };\ntype b = ;\ntype c = vec;", [
      ": → A type is missing behind this.",
      "y → `:` is missing behind this.",
      "t → `;` is missing behind this.",
      "= → A type is missing behind this.",
      "c → A type is missing behind this.",
    ]);
    check("type a = nat\ntype b = nat", ["t → `;` is missing behind this."]);
    check("type a = record { x : nat, y : nat; };;", [
      ", → `;` separates here, not `,`.",
      "; → Nothing stands before this `;`.",
    ]);
    check("service : { f : (nat text) -> (), g (nat) -> (); h : func () -> () }", [
      "t → `,` is missing behind this.",
      ", → `;` separates here, not `,`.",
      "( → Expected `:`, found `(`.",
      "func → The type of a method is written without `func`.",
    ]);
    check("type principal = nat; type a = record { principal : principal };", [
      'principal → `principal` is a keyword of Candid. As a name it is written "principal".',
      'principal → `principal` is a keyword of Candid. As a name it is written "principal".',
    ]);
    check("type nat = text;", ["nat → `nat` is a primitive type; choose another name."]);
    check("a = nat; b = text;\ntype c = nat;", ["a → Expected a declaration, found `a`. Did you mean `type a =`?"]);
    check("type a = #nat;", ["# → `#` means nothing in Candid."]);
    check("use candid::Nat;\n#[derive(CandidType)]\npub struct A { pub b: Nat }", [
      "use → This is no Candid file: it begins with `use`.",
    ]);
    check("service : { f : () -> () update; g : (nat) -> () query; h : () -> (text) update }", [
      "update → `update` is no annotation in Candid: a method without one is an update. Leave the word out.",
      "update → `update` is no annotation in Candid: a method without one is an update. Leave the word out.",
    ]);
    check("service : lib { f : () -> () };", [
      "lib → A service has either the name of a type or a body: `service lib : { … }`.",
    ]);
    check("type a = nat;\n#[derive(Debug)]\ntype b = text;", [
      "#[ → `#[` means nothing in Candid.",
      "derive → Expected `type`, `import` or `service`, found `derive`.",
      "] → `]` means nothing in Candid.",
    ]);
    check("# types\ntype a = nat; # b: nat; text -> c\ntype a = record {\n  #x : nat\n};", [
      "# types → A comment in Candid begins with `//`.",
      "# b: nat; text -> c → A comment in Candid begins with `//`.",
      "#x : nat → A comment in Candid begins with `//`.",
    ]);
    check('type a = record { "\\q" : nat };', [
      "\\q → Candid knows the escapes `\\n`, `\\r`, `\\t`, `\\\\`, `\\\"`, `\\'`, `\\hh` (a byte) and `\\u{…}`.",
    ]);
    check("type a = record { 4294967296 : nat };", ["4294967296 → Field numbers are below 2^32."]);
    check("service : {}; type a = nat;", ["type → Declarations stand before the main service."]);
  });

  test("keeps the declarations around an unclosed bracket", () => {
    const text = "type a = record { x : nat;\ntype b = text;\nservice : {\n  f : (nat -> () query;\n  g : () -> ();\n}";
    check(text, ["{ → This `{` is never closed.", "( → This `(` is never closed."]);
    expect(names(text)).toEqual(["a", "b", "f", "g"]);
  });

  test("keeps what was typed of a method", () => {
    expect(names("service : { f : () -> (); g : (na")).toEqual(["f", "g"]);
    expect(names("service : { f : () -> (); g\n}")).toEqual(["f", "g"]);
    expect(names("type a = \nservice : { f : () -> () }")).toEqual(["a", "f"]);
  });

  test("nested without end is a problem, not a crash, and costs only its declaration", () => {
    for (const deep of [
      "opt ".repeat(100_000),
      "record {".repeat(100_000),
      "func (".repeat(50_000),
      "vec record { x : ".repeat(50_000),
    ]) {
      const { program, problems } = parseCandid(`type a = nat; type b = ${deep}`, "test.did");
      expect(problems[0]?.message).toMatch(/nested more than/);
      expect(program.declarations).toHaveLength(1);
    }
    expect(parseCandid(`type a = ${"opt ".repeat(120)}nat;`, "test.did").problems).toEqual([]);
    expect(parseCandid(`/*${"/*".repeat(100_000)}`, "test.did").problems).toHaveLength(1);
  });
});

describe.skipIf(!hasAssets)("one token too many or too few in Candid's own files", () => {
  const inserted = [
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    "=",
    "nat",
    "record",
    "service",
    "type",
    "opt",
    "->",
    '"x"',
    "query",
    "42",
  ];

  test("never ends the parser, and is told in three problems or fewer almost always", () => {
    const counts: number[] = [];
    for (const path of assetNames("assets").map((it) => `assets/${it}`)) {
      const text = assetText(path) ?? "";
      const before = parseCandid(text, path).problems.length;
      for (const [index, token] of tokenize(text).tokens.entries()) {
        const start = token.startOffset;
        const without = text.slice(0, start) + text.slice(start + token.image.length);
        const more = `${text.slice(0, start)}${inserted[index % inserted.length]} ${text.slice(start)}`;
        for (const mutant of [without, more]) {
          const { program, problems } = parseCandid(mutant, path);
          resolveProgram(program, () => undefined);
          counts.push(problems.length - before);
        }
      }
    }
    expect(counts.length).toBeGreaterThan(5000);
    expect(counts.filter((it) => it <= 3).length / counts.length).toBeGreaterThan(0.95);
  });
});
