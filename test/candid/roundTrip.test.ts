/** Values of types made up at random, from text to bytes and back; the seed is printed where it fails. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { decodeArguments, decodeUntyped, encodeArguments } from "../../server/src/candid/encoding.ts";
import { fieldHash } from "../../server/src/candid/labels.ts";
import { printArguments } from "../../server/src/candid/printValues.ts";
import { readInterface } from "../../server/src/candid/serviceInterface.ts";
import { compareTypes } from "../../server/src/candid/subtype.ts";
import { type CandidType, methodSignature, structure } from "../../server/src/candid/types.ts";
import { typeText } from "../../server/src/candid/typeText.ts";
import {
  type CandidValue,
  equalValues,
  type WholeNumberName,
  wholeNumberBounds,
} from "../../server/src/candid/value.ts";
import { parseArguments } from "../../server/src/candid/values.ts";

const primitives =
  "null bool nat int nat8 nat16 nat32 nat64 int8 int16 int32 int64 float32 float64 text reserved principal blob".split(
    " ",
  );
const labels = [
  "a",
  "b",
  "ok",
  "err",
  '"a b"',
  '"🐂"',
  "5",
  "4294967295",
  '"type"',
  "_5_",
  "hasOwnProperty",
  '"__proto__"',
];

class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  below(n: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

function typeSource(random: Random, depth: number): string {
  if (depth <= 0) return random.pick([...primitives, "T0", "T1", "T2"]);
  switch (random.below(7)) {
    case 0:
      return `opt ${typeSource(random, depth - 1)}`;
    case 1:
      return `vec ${typeSource(random, depth - 1)}`;
    case 2:
    case 3:
      return `record { ${fields(random, depth)} }`;
    case 4:
      return `variant { ${fields(random, depth)} }`;
    case 5:
      return random.pick([
        `func (${typeSource(random, depth - 1)}) -> (${typeSource(random, depth - 1)}) query`,
        `service { m : (${typeSource(random, depth - 1)}) -> () }`,
        `record { ${typeSource(random, depth - 1)}; ${typeSource(random, depth - 1)} }`,
      ]);
    default:
      return random.pick(primitives);
  }
}

function fields(random: Random, depth: number): string {
  const chosen = labels.filter(() => random.below(4) === 0);
  return (chosen.length === 0 ? ["x"] : chosen).map((it) => `${it} : ${typeSource(random, depth - 1)}`).join("; ");
}

/** A value of the type that ends; undefined where the type has none that does so soon. */
function makeValue(random: Random, type: CandidType, depth: number): CandidValue | undefined {
  if (depth > 12) return undefined;
  const wanted = structure(type);
  switch (wanted.kind) {
    case "primitive":
      return primitiveValue(random, wanted.name);
    case "opt": {
      const inner = depth > 5 || random.below(3) === 0 ? undefined : makeValue(random, wanted.of, depth + 1);
      return inner === undefined ? { kind: "opt" } : { kind: "opt", value: inner };
    }
    case "vec": {
      const element = structure(wanted.of);
      const length = depth > 5 ? 0 : random.below(4);
      if (element.kind === "primitive" && element.name === "nat8") {
        return { kind: "blob", bytes: Uint8Array.from({ length }, () => random.below(256)) };
      }
      const values = Array.from({ length }, () => makeValue(random, wanted.of, depth + 1));
      return { kind: "vec", values: values.filter((it) => it !== undefined) };
    }
    case "record": {
      const given = wanted.fields.map(({ id, name, type: it }) => ({
        id,
        ...(name !== undefined && { name }),
        value: makeValue(random, it, depth + 1),
      }));
      if (given.some((it) => it.value === undefined)) return undefined;
      return { kind: "record", fields: given.map((it) => ({ ...it, value: it.value! })) };
    }
    case "variant": {
      const cases = wanted.fields.flatMap(({ id, name, type: it }) => {
        const value = makeValue(random, it, depth + 1);
        return value === undefined ? [] : [{ id, ...(name !== undefined && { name }), value }];
      });
      return cases.length === 0 ? undefined : { kind: "variant", field: random.pick(cases) };
    }
    case "func":
      return { kind: "func", service: Principal.anonymous, method: random.pick(["m", "a b", "query"]) };
    case "service":
      return { kind: "service", value: Principal.management };
  }
}

function primitiveValue(random: Random, name: string): CandidValue | undefined {
  switch (name) {
    case "null":
    case "reserved":
      return { kind: name };
    case "bool":
      return { kind: "bool", value: random.below(2) === 1 };
    case "text":
      return { kind: "text", value: random.pick(["", "plain", 'q"\\\n\t\r', "🐂 \u0000 \u2028"]) };
    case "float64":
      return {
        kind: "float",
        type: name,
        value: random.pick([0, -0, 1.5, -1e300, 5e-324, Number.NaN, Number.NEGATIVE_INFINITY]),
      };
    case "float32":
      return { kind: "float", type: name, value: Math.fround(random.pick([0, -0, 0.1, 16777216, 3.4e38, Number.NaN])) };
    case "principal":
      return { kind: "principal", value: random.pick([Principal.anonymous, Principal.management]) };
    case "empty":
      return undefined;
    default: {
      const type = name as WholeNumberName;
      const { min = -(10n ** 30n), max = 10n ** 30n } = wholeNumberBounds[type];
      return { kind: "number", type, value: random.pick([min, max, 0n, 1n, 127n, min + 1n]) };
    }
  }
}

describe("values of random types", () => {
  for (let seed = 1; seed <= 300; seed++) {
    test(`seed ${seed}`, () => {
      const random = new Random(seed);
      const declarations = [0, 1, 2].map(
        (it) => `type T${it} = ${random.pick(["opt", "vec"])} ${typeSource(random, 3)};`,
      );
      const source = `${declarations.join("\n")}\nservice : { f : (${typeSource(random, 3)}, T0) -> () }`;
      const { environment, problems } = readInterface(source);
      expect(problems, source).toEqual([]);
      const types = methodSignature(environment.service!.service.methods[0]!).arguments;
      const plain = types.map((it) => it.type);
      const values = plain.map((it) => makeValue(random, it, 0));
      if (values.some((it) => it === undefined)) return;
      const given = values.map((it) => it!);
      const text = printArguments(given, { width: random.pick([20, 80, Number.POSITIVE_INFINITY]) });

      const reading = parseArguments(text, types, environment);
      expect(reading.problems, `${source}\n${text}`).toEqual([]);
      const encoding = encodeArguments(plain, reading.values!);
      if (encoding.kind === "problem") throw new Error(`${source}\n${text}\n${encoding.message}`);
      const decoding = decodeArguments(plain, encoding.bytes);
      if (decoding.kind === "problem") throw new Error(`${source}\n${text}\n${decoding.message}`);
      for (const [index, value] of given.entries()) {
        expect(equalValues(value, reading.values![index]!), `${source}\n${text}`).toBe(true);
        expect(equalValues(value, decoding.values[index]!), `${source}\n${text}`).toBe(true);
      }
      expect(decodeUntyped(encoding.bytes).kind).toBe("values");

      for (const type of plain) {
        const again = readInterface(`${declarations.join("\n")}\nservice : { f : (${typeText(type)}) -> () }`)
          .environment.service!;
        const read = methodSignature(again.service.methods[0]!).arguments[0]!.type;
        expect([compareTypes(type, read), compareTypes(read, type)]).toEqual([{ lossy: [] }, { lossy: [] }]);
      }
    });
  }
});

test("hashes of names are those of the specification", () => {
  expect([fieldHash("id"), fieldHash(""), fieldHash("description"), fieldHash("short_name")]).toEqual([
    23515, 0, 1595738364, 3261810734,
  ]);
});
