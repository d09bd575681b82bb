import { describe, expect, test } from "vitest";
import { formatCandid } from "../../server/src/candid/format.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { tokenize } from "../../server/src/candid/tokens.ts";
import { assetNames, assetText, hasAssets } from "./assets.ts";

function check(text: string, expected: string) {
  expect(formatCandid(text)).toBe(expected);
  expect(formatCandid(expected)).toBe(expected);
}

/** What a text says, whatever its layout: all tokens but separators, which may be left out at ends, and all comments. */
function content(text: string) {
  const { tokens, comments } = tokenize(text);
  return {
    tokens: tokens.map((it) => it.image).filter((it) => it !== ";" && it !== ","),
    comments: comments.map((it) => text.slice(it.range.start, it.range.end).trimEnd()),
  };
}

describe("formatting", () => {
  test("puts spaces and separators where they belong", () => {
    check("type a=record{x:nat;y:opt text}", "type a = record { x : nat; y : opt text };\n");
    check("service:{f:(nat,text)->(bool)query}", "service : {\n  f : (nat, text) -> (bool) query;\n}\n");
    check("service : (nat) -> s;", "service : (nat) -> s\n");
    check("", "");
  });

  test("keeps braces broken that the author broke, and breaks what is too long", () => {
    check("type a = record {\n x : nat; };", "type a = record {\n  x : nat;\n};\n");
    check(
      "type call = func (first_argument : text, second_argument : text, third_argument : text) -> ();",
      "type call = func (\n  first_argument : text,\n  second_argument : text,\n  third_argument : text,\n) -> ();\n",
    );
    check(
      "service : { pay : (record { to : principal; amount : nat; memo : opt blob; fee : opt nat }) -> () }",
      "service : {\n  pay : (record {\n    to : principal;\n    amount : nat;\n    memo : opt blob;\n    fee : opt nat;\n  }) -> ();\n}\n",
    );
  });

  test("keeps every comment beside what it is about", () => {
    check(
      "type a = record { // first\nx : nat /* in */; y : text; // of y\n// at the end\n};// after\n\n\n// last",
      "type a = record {\n  // first\n  x : nat; /* in */\n  y : text; // of y\n  // at the end\n}; // after\n\n// last\n",
    );
    check("type a = // why\n nat;", "type a = // why\n  nat;\n");
  });

  test("keeps single empty lines", () => {
    check("type a = nat;\n\n\n\ntype b = nat;\ntype c = nat;", "type a = nat;\n\ntype b = nat;\ntype c = nat;\n");
  });

  test("leaves broken text alone", () => {
    expect(formatCandid("type a = record { x : ;")).toBeUndefined();
  });

  test("writes Windows line ends as the editor wants them: it is given `\\n`", () => {
    check("type a = record {\r\n  x : nat;\r\n};\r\n", "type a = record {\n  x : nat;\n};\n");
  });
});

describe.skipIf(!hasAssets)("formatting Candid's own files", () => {
  const folders = ["assets", "assets/ok", "assets/import", "assets/codegen/basic", "assets/codegen/examples"];
  for (const path of folders.flatMap((folder) => assetNames(folder).map((it) => `${folder}/${it}`))) {
    const text = assetText(path) ?? "";
    if (parseCandid(text, path).problems.length > 0) continue;
    test(`${path} says the same, and formatting it again changes nothing`, () => {
      const formatted = formatCandid(text) ?? "";
      expect(content(formatted)).toEqual(content(text));
      expect(parseCandid(formatted, path).problems).toEqual([]);
      expect(formatCandid(formatted)).toBe(formatted);
    });
  }

  test("a comment at any place is kept", () => {
    const text = assetText("assets/example.did") ?? "";
    const { tokens } = tokenize(text);
    for (const comment of ["/* c */", "// c\n", "\n// c\n"]) {
      for (const token of tokens) {
        const commented = `${text.slice(0, token.startOffset)}${comment}${text.slice(token.startOffset)}`;
        const formatted = formatCandid(commented) ?? "";
        expect(content(formatted), commented.slice(token.startOffset - 20, token.startOffset + 30)).toEqual(
          content(commented),
        );
        expect(formatCandid(formatted), formatted).toBe(formatted);
      }
    }
  });
});
