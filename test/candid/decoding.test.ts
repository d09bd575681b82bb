/** Candid's own tests of decoding, binary and textual. */
import { describe, expect, test } from "vitest";
import { decodeArguments } from "../../server/src/candid/encoding.ts";
import { readLiteralBytes, readLiteralText } from "../../server/src/candid/literals.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { resolveProgram } from "../../server/src/candid/resolve.ts";
import { type CandidType, methodSignature } from "../../server/src/candid/types.ts";
import { type CandidValue, equalValues } from "../../server/src/candid/value.ts";
import { parseArguments } from "../../server/src/candid/values.ts";
import { assetText, hasAssets } from "./assets.ts";

/** Asserts, by file and number from 1, that we fail knowingly, and why. Each of them has to fail. */
const deviations: Readonly<Record<string, string>> = {
  "construct 163": "@dfinity/candid rejects every message whose type table has an entry of a future kind",
  "construct 164": "@dfinity/candid rejects every message whose type table has an entry of a future kind",
  "subtypes 57": "@dfinity/candid rejects every message whose type table has an entry of a future kind",
  "subtypes 58": "@dfinity/candid rejects every message whose type table has an entry of a future kind",
};

interface Input {
  readonly isBlob: boolean;
  readonly literal: string;
}

interface Assertion {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly operator: string;
  readonly types: string;
}

const literalPattern = String.raw`"(?:[^"\\]|\\.)*"`;
const assertPattern = new RegExp(
  String.raw`assert\s+(blob\s+)?(${literalPattern})\s*(?:(==|!=)\s*(blob\s+)?(${literalPattern})\s*:|(!?:))\s*`,
  "gy",
);

function readTestFile(text: string): { readonly declarations: string; readonly assertions: readonly Assertion[] } {
  const plain = text.replace(new RegExp(`${literalPattern}|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, "g"), (it) =>
    it.startsWith('"') ? it : " ",
  );
  const first = plain.search(/\bassert\b/);
  const assertions: Assertion[] = [];
  let at = 0;
  let declarations = plain.slice(0, first);
  at = first;
  while (at < plain.length) {
    assertPattern.lastIndex = at;
    const match = assertPattern.exec(plain);
    if (match === null) {
      const end = plain.indexOf(";", at) + 1;
      declarations += plain.slice(at, end);
      at = end === 0 ? plain.length : end + (/^\s*/.exec(plain.slice(end))?.[0].length ?? 0);
      continue;
    }
    const end = closingParenthesis(plain, assertPattern.lastIndex);
    const types = plain.slice(assertPattern.lastIndex, end);
    const description = new RegExp(`^\\s*(${literalPattern})?\\s*;\\s*`).exec(plain.slice(end));
    const [, blobA, literalA = "", comparison, blobB, literalB, plainOperator] = match;
    const inputs = [{ isBlob: blobA !== undefined, literal: literalA }];
    if (literalB !== undefined) inputs.push({ isBlob: blobB !== undefined, literal: literalB });
    assertions.push({ name: description?.[1] ?? types, inputs, operator: comparison ?? plainOperator ?? "", types });
    at = end + (description?.[0].length ?? 1);
  }
  return { declarations, assertions };
}

function closingParenthesis(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') at += (new RegExp(`^${literalPattern}`).exec(text.slice(at))?.[0].length ?? 1) - 1;
    if (text[at] === "(") open++;
    if (text[at] === ")" && --open === 0) return at + 1;
  }
  throw new Error("an assertion ends with its types");
}

function decode({ isBlob, literal }: Input, types: readonly CandidType[]): readonly CandidValue[] | undefined {
  if (isBlob) {
    const decoding = decodeArguments(types, readLiteralBytes(literal, 0).bytes);
    return decoding.kind === "values" ? decoding.values : undefined;
  }
  const text = readLiteralText(literal, 0).text;
  return parseArguments(
    text,
    types.map((type) => ({ type })),
  ).values;
}

function holds({ inputs, operator }: Assertion, types: readonly CandidType[]): boolean {
  const [left, right] = inputs.map((it) => decode(it, types));
  switch (operator) {
    case ":":
      return left !== undefined;
    case "!:":
      return left === undefined;
    default: {
      if (left === undefined || right === undefined) return false;
      const same = left.length === right.length && left.every((it, index) => equalValues(it, right[index]!));
      return same === (operator === "==");
    }
  }
}

/** Those in comments apart. */
const expectedCounts = { construct: 164, overshoot: 10, prim: 168, reference: 50, spacebomb: 17, subtypes: 58 };

describe.skipIf(!hasAssets)("Candid's own tests of decoding", () => {
  for (const [file, count] of Object.entries(expectedCounts)) {
    const { declarations, assertions } = readTestFile(assetText(`test/${file}.test.did`) ?? "");
    const methods = assertions.map((it, index) => `m${index} : ${it.types} -> ();`).join("\n");
    const { program, problems } = parseCandid(`${declarations}\nservice : {\n${methods}\n}`, file);
    const { environment, problems: unresolved } = resolveProgram(program, () => undefined);

    test(`${file}: all ${count} assertions are read`, () => {
      expect([...problems, ...unresolved]).toEqual([]);
      expect(assertions).toHaveLength(count);
    });
    for (const [index, assertion] of assertions.entries()) {
      const id = `${file} ${index + 1}`;
      const method = environment.service?.service.methods[index];
      const types = method === undefined ? [] : methodSignature(method).arguments.map((it) => it.type);
      const deviates = deviations[id] !== undefined;
      test(`${id}: ${assertion.name}${deviates ? ` (deviates: ${deviations[id]})` : ""}`, () => {
        expect(holds(assertion, types)).toBe(!deviates);
      });
    }
  }
});
