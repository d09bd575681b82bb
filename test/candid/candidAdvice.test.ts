import { describe, expect, test } from "vitest";
import { candidAdvice } from "../../server/src/candid/candidAdvice.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";

const files: Readonly<Record<string, string>> = {
  "types.did": "type Tokens = nat; type Deep = record { Tokens }; type Pair = record { nat; nat };",
};

/** What one rule finds, as the texts that it marks. */
function marked(code: string, text: string, isImported = false): string[] {
  const resolver = (path: string) => {
    const found = files[path];
    return found === undefined ? undefined : parseCandid(found, path).program;
  };
  const found = candidAdvice(parseCandid(text, "main.did").program, { resolver, isImported: () => isImported });
  return found.filter((it) => it.code === code).map(({ range }) => text.slice(range.start, range.end));
}

/** The text after the first fix of a rule. */
function fixed(code: string, text: string): string | undefined {
  const { program } = parseCandid(text, "main.did");
  const found = candidAdvice(program, { resolver: () => undefined, isImported: () => false });
  const fix = found.find((it) => it.code === code)?.fixes?.[0];
  return fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end);
}

describe("did-unused-type", () => {
  test("finds what the service leads to by no way", () => {
    const text =
      "type A = record { b : B }; type B = nat; type C = opt C; type D = B; service : (opt A) -> { f : () -> () }";
    expect(marked("did-unused-type", text)).toEqual(["C", "D"]);
  });

  test("is silent without a service, in imported files, and about imported types", () => {
    expect(marked("did-unused-type", "type A = nat;")).toEqual([]);
    expect(marked("did-unused-type", "type A = nat; service : {}", true)).toEqual([]);
    expect(marked("did-unused-type", 'import "types.did"; service : { f : (Tokens) -> () }')).toEqual([]);
  });

  test("follows names through imported types and through the type of a method", () => {
    expect(marked("did-unused-type", 'import "types.did"; type F = func (Deep) -> (); service : { f : F }')).toEqual(
      [],
    );
    expect(marked("did-unused-type", "type S = service { f : (A) -> () }; type A = nat; service : S")).toEqual([]);
  });

  test("the fix takes the line away", () => {
    expect(fixed("did-unused-type", "type A = nat;\nservice : {}\n")).toBe("service : {}\n");
  });
});

describe("did-empty-type-uninhabited and did-empty-variant", () => {
  test("find records that hold themselves, directly or through others", () => {
    expect(marked("did-empty-type-uninhabited", "type A = record { a : A };")).toEqual(["A"]);
    expect(
      marked("did-empty-type-uninhabited", "type A = record { b : B }; type B = record { record { A } };"),
    ).toEqual(["A", "B"]);
    expect(
      marked(
        "did-empty-type-uninhabited",
        "type A = record { a : B }; type B = record { b : B }; type C = record { c : A; d : A };",
      ),
    ).toEqual(["B"]);
    const chain = Array.from({ length: 5_000 }, (_, i) => `type T${i} = record { a : T${i + 1}; b : T${i + 2} };`).join(
      "\n",
    );
    expect(marked("did-empty-type-uninhabited", chain)).toEqual([]);
    expect(marked("did-empty-type-uninhabited", "type A = record { a : B }; type B = A;")).toEqual(["A"]);
  });

  test("are silent where a value can end", () => {
    const text =
      "type A = record { a : opt A; b : vec A; c : variant { none; more : A }; d : func (A) -> (A); e : service { f : (A) -> () } };";
    expect(marked("did-empty-type-uninhabited", text)).toEqual([]);
    // B cannot end, which is said of B only.
    expect(marked("did-empty-type-uninhabited", "type A = record { b : B }; type B = record { b : B };")).toEqual([
      "B",
    ]);
    expect(marked("did-empty-variant", "type A = variant { a }; type B = record {}; type C = empty;")).toEqual([]);
  });

  test("find variants without cases wherever they stand", () => {
    const text = "type A = vec variant {}; service : { f : (variant {}) -> () }";
    expect(marked("did-empty-variant", text)).toEqual(["variant {}", "variant {}"]);
  });
});

describe("did-deprecated-keyword-name", () => {
  test("finds reserved words and names that are no identifiers", () => {
    const text =
      'service : { "type" : () -> (); class : () -> (); "two words" : () -> (); "" : () -> (); get : () -> () }';
    expect(marked("did-deprecated-keyword-name", text)).toEqual(['"type"', "class", '"two words"', '""']);
  });

  test("is silent about fields and quoted identifiers", () => {
    expect(
      marked("did-deprecated-keyword-name", 'type a = record { "type" : nat }; service : { "get" : () -> () }'),
    ).toEqual([]);
  });
});

describe("did-service-comment-missing", () => {
  test("finds methods without a comment", () => {
    expect(
      marked("did-service-comment-missing", "service : {\n  // Counts.\n  a : () -> ();\n  b : () -> ();\n}"),
    ).toEqual(["b"]);
  });
});

describe("did-upgrade-unsafe-shape", () => {
  test("finds tuples of methods, and variants in results", () => {
    const text =
      'import "types.did"; type V = variant { a; b }; service : { f : (record { nat; text }) -> (Pair); g : () -> (V); h : () -> (variant { x }) }';
    expect(marked("did-upgrade-unsafe-shape", text)).toEqual(["record { nat; text }", "Pair", "V", "variant { x }"]);
  });

  test("marks the method of a function that is declared elsewhere", () => {
    const text = "type f = func () -> (record { nat; nat }); service : { get : f }";
    expect(marked("did-upgrade-unsafe-shape", text)).toEqual(["f"]);
  });

  test("is silent about results, optional variants, variants of arguments, and pairs of maps", () => {
    const text =
      "type R = variant { Ok : nat; Err : text }; service : { f : (variant { a; b }) -> (R); g : () -> (variant { ok; err }, opt variant { a }); h : () -> (vec record { text; nat }, record {}) }";
    expect(marked("did-upgrade-unsafe-shape", text)).toEqual([]);
  });
});

describe("did-large-blob-argument", () => {
  test("finds bytes, and its fix writes blob", () => {
    const text = "type a = opt vec nat8; type b = vec nat16; type c = blob;";
    expect(marked("did-large-blob-argument", text)).toEqual(["vec nat8"]);
    expect(fixed("did-large-blob-argument", text)).toBe("type a = opt blob; type b = vec nat16; type c = blob;");
  });
});
