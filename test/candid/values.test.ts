import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../server/src/base/bytes.ts";
import { decodeArguments, decodeUntyped, encodeArguments } from "../../server/src/candid/encoding.ts";
import { printArguments } from "../../server/src/candid/printValues.ts";
import { readInterface } from "../../server/src/candid/serviceInterface.ts";
import { type ArgumentType, methodSignature } from "../../server/src/candid/types.ts";
import { parseArguments } from "../../server/src/candid/values.ts";

const declarations = `
  type Account = record { owner : principal; subaccount : opt blob };
  type List = opt record { head : int; tail : List };
  type Result = variant { ok : nat; err : text; nothing };
`;

function argumentsOf(types: string): {
  types: readonly ArgumentType[];
  environment: ReturnType<typeof readInterface>["environment"];
} {
  const { environment, problems } = readInterface(`${declarations} service : { f : ${types} -> () }`);
  expect(problems).toEqual([]);
  return { types: methodSignature(environment.service!.service.methods[0]!).arguments, environment };
}

/** Text → values → bytes → values → text. */
function check(types: string, text: string, expected = text) {
  const scope = argumentsOf(types);
  const reading = parseArguments(text, scope.types, scope.environment);
  expect(reading.problems).toEqual([]);
  expect(printArguments(reading.values!)).toBe(expected);
  const plain = scope.types.map((it) => it.type);
  const encoding = encodeArguments(plain, reading.values!);
  if (encoding.kind === "problem") throw new Error(encoding.message);
  const decoding = decodeArguments(plain, encoding.bytes);
  if (decoding.kind === "problem") throw new Error(decoding.message);
  expect(printArguments(decoding.values)).toBe(expected);
}

/** The one problem of a text, with the text that it marks. */
function checkProblem(types: string, text: string, expected: string) {
  const scope = argumentsOf(types);
  const { problems } = parseArguments(text, scope.types, scope.environment);
  expect(problems.map((it) => `${text.slice(it.range.start, it.range.end)} → ${it.message}`)).toEqual([expected]);
}

describe("textual values", () => {
  test("of every primitive type survive the way to bytes and back", () => {
    check(
      "(nat, int, nat8, int64)",
      "(1000000, -5, 0xff, -9_223_372_036_854_775_808)",
      "(1_000_000 : nat, -5 : int, 255 : nat8, -9_223_372_036_854_775_808 : int64)",
    );
    check(
      "(nat64, nat)",
      "(18446744073709551615, 123456789012345678901234567890)",
      "(18_446_744_073_709_551_615 : nat64, 123_456_789_012_345_678_901_234_567_890 : nat)",
    );
    check(
      "(float64, float32, float64, float64)",
      "(1.5, 0.1, -0.0, 1e300)",
      "(1.5 : float64, 0.1 : float32, -0.0 : float64, 1e+300 : float64)",
    );
    check("(float64, float64, float64)", "(NaN, inf, -inf)", "(NaN : float64, inf : float64, -inf : float64)");
    check("(bool, null, reserved)", "(true, null, 5)", "(true, null, null : reserved)");
    check("(text)", String.raw`("\u{1F408} \"tab\t\n\\")`, '("🐈 \\"tab\\t\\n\\\\")');
    check("(principal, principal)", '(principal "aaaaa-aa", principal "lxzze-o7777-77777-aaaaa-cai")');
  });

  test("of every constructed type survive the way to bytes and back", () => {
    check(
      "(record { id : nat; name : text })",
      '(record { name = "x"; id = 1 })',
      '(record { id = 1 : nat; name = "x" })',
    );
    check(
      '(record { nat; text }, record { 5 : bool; "a b" : nat })',
      '(record { 1; "b" }, record { 5 = true; "a b" = 2 })',
      '(record { 1 : nat; "b" }, record { 5 = true; "a b" = 2 : nat })',
    );
    check(
      "(opt nat, opt opt nat, opt nat, opt opt nat)",
      "(opt 5, opt opt 6, null, opt null)",
      "(opt (5 : nat), opt opt (6 : nat), null, opt null)",
    );
    check(
      "(vec nat16, vec text, vec record {})",
      "(vec { 1; 2 }, vec {}, vec { record {} })",
      "(vec { 1 : nat16; 2 : nat16 }, vec {}, vec { record {} })",
    );
    check(
      "(blob, vec nat8)",
      String.raw`(blob "a\00\ff\22", vec { 1; 2; 255 })`,
      String.raw`(blob "a\00\ff\22", blob "\01\02\ff")`,
    );
    check(
      "(Result, Result, Result)",
      '(variant { ok = 5 }, variant { err = "no" }, variant { nothing })',
      '(variant { ok = 5 : nat }, variant { err = "no" }, variant { nothing })',
    );
    check(
      "(Account)",
      '(record { owner = principal "aaaaa-aa" })',
      '(record { owner = principal "aaaaa-aa"; subaccount = null })',
    );
    check(
      "(List)",
      "(opt record { head = 1; tail = opt record { head = 2; tail = null } })",
      "(opt record { head = 1 : int; tail = opt record { head = 2 : int; tail = null } })",
    );
    check("(func (nat) -> (text) query, service { f : () -> () })", '(func "aaaaa-aa".raw_rand, service "aaaaa-aa")');
  });

  test("may be annotated", () => {
    check(
      "(int, Account, opt nat8)",
      '(5 : nat, record { owner = principal "aaaaa-aa" } : Account, 7 : nat8)',
      '(5 : int, record { owner = principal "aaaaa-aa"; subaccount = null }, opt (7 : nat8))',
    );
    checkProblem("(nat64)", "(5 : nat)", "nat → argument 1: expected nat64, found nat");
    checkProblem("(nat)", "(5 : Natt)", "Natt → argument 1: There is no type `Natt`. Did you mean `nat`?");
  });

  test("that do not fit say where and why", () => {
    checkProblem(
      "(record { amount : nat })",
      '(record { amount = "5" })',
      '"5" → argument 1, field "amount": expected nat, found text',
    );
    checkProblem(
      "(to : principal)",
      '(principal "aaaaa-ab")',
      'principal "aaaaa-ab" → argument 1 "to": "aaaaa-ab" is no principal: check for missing or changed letters',
    );
    checkProblem("(nat8)", "(256)", "256 → argument 1: expected nat8 (0 to 255), found 256");
    checkProblem("(nat)", "(-1)", "-1 → argument 1: expected nat (from 0), found -1");
    checkProblem(
      "(vec record { a : opt nat })",
      "(vec { record {}; record { a = 5 } })",
      '5 → argument 1, element 2, field "a": expected opt nat, found 5 (write `opt` before a value that is there)',
    );
    checkProblem("(nat, text)", "(5)", ") → argument 2: is missing: expected text");
    checkProblem("(nat)", "(5, 6)", "6) → expected 1 argument, found 2");
    checkProblem(
      "(Result)",
      "(variant { okay = 5 })",
      'okay → argument 1: the variant has no case "okay" (its cases are ok, err, nothing)',
    );
    checkProblem("(Account)", "(record {})", 'record {} → argument 1: field "owner" is missing: expected principal');
    checkProblem(
      "(record { a : opt nat })",
      "(record { b = 5 })",
      'b → argument 1: no field "b" is expected, it is left out (the fields are a)',
    );
    checkProblem("(nat)", "5", "5 → Expected `(`: arguments are written in parentheses, found `5`.");
    checkProblem("(text)", '("a', '"a → A text literal ends with `"`.');
    checkProblem("(nat)", "(5", "5 → Expected `,` or `)`, found the end of the text.");
    checkProblem("(nat)", "(#)", "# → This means nothing in Candid.");
  });

  test("nested without end are an error, not a crash", () => {
    const { types } = argumentsOf("(List)");
    for (const text of [
      `(${"opt ".repeat(100_000)}5)`,
      "(".repeat(100_000),
      `(${"vec {".repeat(100_000)}`,
      `(5${" : opt".repeat(10_000)})`,
    ]) {
      expect(parseArguments(text, types).values).toBeUndefined();
    }
  });

  test("are broken into lines where they are too long", () => {
    const { types } = argumentsOf("(record { first : text; second : text })");
    const { values } = parseArguments(
      '(record { first = "aaaaaaaaaaaaaaaaaaaa"; second = "bbbbbbbbbbbbbbbbbbbb" })',
      types,
    );
    expect(printArguments(values!, { width: 40 })).toBe(
      '(\n  record {\n    first = "aaaaaaaaaaaaaaaaaaaa";\n    second = "bbbbbbbbbbbbbbbbbbbb";\n  },\n)',
    );
  });
});

describe("messages", () => {
  test("without a known interface are decoded by their own types", () => {
    const { types } = argumentsOf("(record { foo : nat; 7 : text })");
    const { values } = parseArguments('(record { foo = 5; 7 = "x" })', types);
    const encoding = encodeArguments(
      types.map((it) => it.type),
      values!,
    );
    const decoding = encoding.kind === "bytes" ? decodeUntyped(encoding.bytes) : encoding;
    expect(decoding.kind === "values" && printArguments(decoding.values)).toBe(
      '(record { 7 = "x"; 5_097_222 = 5 : nat })'.replaceAll("5_097_222", "5097222"),
    );
  });

  test("that are broken, cut or changed are data, never a crash", () => {
    const scope = argumentsOf("(List, Result, Account, vec func (nat) -> (List) query, blob)");
    const text =
      '(opt record { head = 1; tail = null }, variant { err = "e" }, record { owner = principal "aaaaa-aa" }, vec { func "aaaaa-aa".m }, blob "abc")';
    const plain = scope.types.map((it) => it.type);
    const encoding = encodeArguments(plain, parseArguments(text, scope.types).values!);
    if (encoding.kind === "problem") throw new Error(encoding.message);
    const { bytes } = encoding;
    for (let at = 0; at < bytes.length; at++) {
      expect(decodeArguments(plain, bytes.slice(0, at)).kind).toBe("problem");
      for (const byte of [0, 1, 0x68, 0x6d, 0x7f, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[at] = byte;
        expect(["values", "problem"]).toContain(decodeArguments(plain, changed).kind);
      }
    }
  });

  test("that declare far more than they hold are rejected", () => {
    const bombs = ["4449444c016d7f010080ade204", "4449444c80ade20400", `4449444c016e000100${"01".repeat(100_000)}00`];
    for (const hex of bombs) expect(decodeUntyped(fromHex(hex)!).kind).toBe("problem");
  });

  test("with numbers of absurd length are rejected in no time", () => {
    for (const head of ["4449444c", "4449444c00", "4449444c00017d", "4449444c00017c", "4449444c016c01"]) {
      expect(decodeUntyped(fromHex(`${head}${"ff".repeat(1_000_000)}00`)!).kind).toBe("problem");
    }
    const { types } = argumentsOf("(nat)");
    expect(parseArguments(`(${"9".repeat(1_000_000)})`, types).values).toBeUndefined();
    check("(nat)", `(${"9".repeat(999)})`, `(${"_999".repeat(333).slice(1)} : nat)`);
  });

  test("have the bytes that the specification shows", () => {
    const { types } = argumentsOf("(nat, text)");
    const encoding = encodeArguments(
      types.map((it) => it.type),
      parseArguments('(5, "hi")', types).values!,
    );
    expect(encoding.kind === "bytes" && toHex(encoding.bytes)).toBe("4449444c00027d7105026869");
  });

  test("of types that repeat themselves are encoded in time that grows with the types, not with their unfolding", () => {
    const levels = Array.from(
      { length: 40 },
      (_, index) => `type T${index} = record { opt T${index + 1}; opt T${index + 1} };`,
    );
    const { environment } = readInterface(`${levels.join("\n")} type T40 = nat; service : { f : (T0) -> () }`);
    const types = methodSignature(environment.service!.service.methods[0]!).arguments;
    const { values } = parseArguments("(record { null; null })", types);
    expect(
      encodeArguments(
        types.map((it) => it.type),
        values!,
      ).kind,
    ).toBe("bytes");
  });
});
