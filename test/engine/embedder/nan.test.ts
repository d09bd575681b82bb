/** NaNs of arithmetic have the canonical bits wherever bits can be seen; all other values keep theirs. */
import { describe, expect, test } from "vitest";
import { operators } from "../../../server/src/wasm/opcodes.ts";
import { instantiate, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const canonical = { f32: "0000c07f", f64: "000000000000f87f" } as const;
type Float = keyof typeof canonical;
/** NaNs of another sign and with bits that mean nothing, little endian. */
const payload = { f32: "341292ff", f64: "123456789abcf4ff" } as const;

const bits = (type: Float, hex: string): Instruction[] =>
  type === "f32"
    ? [["i32.const", Buffer.from(hex, "hex").readInt32LE()], "f32.reinterpret_i32"]
    : [["i64.const", Buffer.from(hex, "hex").readBigInt64LE()], "f64.reinterpret_i64"];

/** 0 / 0, whose bits the processor chooses. */
const invalid = (type: Float): Instruction[] => [[`${type}.const`, 0], [`${type}.const`, 0], `${type}.div`];

/** The first bytes of the heap after code that stores a value at 0, in hex. */
function stored(store: string, bytes: number, value: readonly Instruction[], prepare?: (builder: WasmBuilder) => void) {
  const builder = new WasmBuilder();
  builder.memory(1);
  // Something else than zeros, so that there is always a page.
  builder.segment(Uint8Array.of(0xee), 1_000);
  builder.segment(Buffer.from(payload.f64.repeat(2), "hex"), 2_000);
  builder.segment(Buffer.from(payload.f32.repeat(4), "hex"), 3_000);
  prepare?.(builder);
  builder.function({
    locals: ["f32", "f64", "v128", "i32"],
    code: [["i32.const", 0], ...value, [store, 0]],
    exports: ["canister_update test"],
  });
  const it = instantiate(builder.build());
  const outcome = run(it);
  expect(outcome.trap).toBeUndefined();
  return { hex: Buffer.from(it.takeImage("full").heapPages[0]!.bytes).toString("hex", 0, bytes), outcome };
}
const seen = (type: Float, value: readonly Instruction[], prepare?: (builder: WasmBuilder) => void) =>
  stored(`${type}.store`, type === "f32" ? 4 : 8, value, prepare).hex;

const unary = ["ceil", "floor", "trunc", "nearest", "sqrt"];
const binary = ["add", "sub", "mul", "div", "min", "max"];

describe.each(["f32", "f64"] as const)("%s", (type) => {
  const locals = { f32: 0, f64: 1 } as const;
  const local = locals[type];

  test.each([...unary, ...binary])("%s", (name) => {
    const one: Instruction = [`${type}.const`, 1];
    const inputs = [bits(type, payload[type]), invalid(type)];
    for (const nan of inputs) {
      const forms = unary.includes(name)
        ? [nan]
        : [
            [...nan, one],
            [one, ...nan],
            [...nan, ...nan],
          ];
      for (const operands of forms) expect(seen(type, [...operands, `${type}.${name}`])).toBe(canonical[type]);
    }
  });

  test("a hundred operands at a time", () => {
    const bytes = type === "f32" ? 4 : 8;
    const more = Array.from({ length: 99 }, (_, index) => index + 1);
    const value = [
      ...invalid(type),
      ...more.flatMap((index): Instruction[] => [["i32.const", index * bytes], ...invalid(type)]),
      ...more.map((): Instruction => [`${type}.store`, 0]),
    ];
    expect(stored(`${type}.store`, 100 * bytes, value).hex).toBe(canonical[type].repeat(100));
  });

  test("what only moves keeps its bits", () => {
    const value = bits(type, payload[type]);
    const moves: Readonly<Record<string, Instruction[]>> = {
      nothing: [],
      local: [
        ["local.set", local],
        ["local.get", local],
      ],
      memory: [
        ["local.set", local],
        ["i32.const", 64],
        ["local.get", local],
        [`${type}.store`, 0],
        ["i32.const", 64],
        [`${type}.load`, 0],
      ],
      select: [[`${type}.const`, 1], ["i32.const", 1], "select"],
    };
    for (const [name, code] of Object.entries(moves)) {
      expect([name, seen(type, [...value, ...code])]).toEqual([name, payload[type]]);
    }
  });

  const flips = (hex: string) => {
    const bytes = Buffer.from(hex, "hex");
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 0x80;
    return bytes.toString("hex");
  };

  test("operators on the sign see canonical NaNs", () => {
    expect(seen(type, [...invalid(type), `${type}.neg`])).toBe(flips(canonical[type]));
    expect(seen(type, [...bits(type, payload[type]), `${type}.neg`])).toBe(flips(payload[type]));
    const signed: Instruction[] = [[`${type}.const`, 1], ...invalid(type), `${type}.copysign`];
    expect(seen(type, signed)).toBe(type === "f32" ? "0000803f" : "000000000000f03f");
    const turned: Instruction[] = [...invalid(type), [`${type}.const`, -1], `${type}.copysign`];
    expect(seen(type, turned)).toBe(flips(canonical[type]));
  });

  test("NaNs are canonical however they reach the place where they are seen", () => {
    const ways: Readonly<Record<string, Instruction[]>> = {
      local: [
        ["local.set", local],
        ["local.get", local],
      ],
      tee: [["local.tee", local]],
      "block result": [["block", type], ...invalid(type), "end", `${type}.add`, ["local.tee", local]],
      "branch with a value": [["local.set", local], ["block", type], ...invalid(type), ["br", 0], "end"],
      "conditional branch with a value": [
        ["local.set", local],
        ["block", type],
        ...invalid(type),
        ["i32.const", 1],
        ["br_if", 0],
        [`${type}.const`, 1],
        `${type}.add`,
        "end",
      ],
      "then and else": [
        ["local.set", local],
        ["i32.const", 0],
        ["if", type],
        [`${type}.const`, 1],
        "else",
        ...invalid(type),
        "end",
      ],
      select: [[`${type}.const`, 1], ["i32.const", 1], "select"],
      "another select": [["local.set", local], [`${type}.const`, 1], ...invalid(type), ["i32.const", 0], "select"],
      call: [["call", 0]],
      global: [
        ["global.set", 0],
        ["global.get", 0],
      ],
      "a local that arithmetic reads too": [
        ["local.set", local],
        ["local.get", local],
        [`${type}.const`, 1],
        `${type}.add`,
        ["local.tee", local],
        ["local.get", local],
        `${type}.mul`,
        "drop",
        ["local.get", local],
      ],
      "a local that is seen before it is set, in a loop": [
        ["local.set", local],
        ["loop"],
        ["i32.const", 64],
        ["local.get", local],
        [`${type}.store`, 0],
        ...invalid(type),
        ["local.set", local],
        ["local.get", 3],
        "i32.eqz",
        ["local.tee", 3],
        ["br_if", 0],
        "end",
        ["i32.const", 64],
        [`${type}.load`, 0],
      ],
      "a copy of a local": [
        ["local.set", local],
        ["local.get", local],
        ["local.set", local],
        ["local.get", local],
      ],
      "chain of arithmetic": [[`${type}.const`, 3], `${type}.mul`, `${type}.sqrt`, [`${type}.const`, 1], `${type}.max`],
      return: [
        ["local.set", local],
        ["call", 1],
      ],
    };
    for (const [name, code] of Object.entries(ways)) {
      const hex = seen(type, [...invalid(type), ...code], (builder) => {
        builder.function({ params: [type], results: [type], code: [["local.get", 0]] });
        builder.function({ results: [type], code: [...invalid(type), "return"] });
        builder.global(type, true);
      });
      expect([name, hex]).toEqual([name, canonical[type]]);
    }
  });

  test("their bits are canonical as an integer too", () => {
    const [integer, reinterpret] = type === "f32" ? ["i32", "i32.reinterpret_f32"] : ["i64", "i64.reinterpret_f64"];
    const { hex } = stored(`${integer}.store`, type === "f32" ? 4 : 8, [...invalid(type), reinterpret]);
    expect(hex).toBe(canonical[type]);
  });

  test("it costs no instructions", () => {
    const { outcome } = stored(`${type}.store`, 4, invalid(type));
    // The function 1, three constants, a division, a store; one page.
    expect(outcome.instructions).toBe(1n + 3n + (type === "f32" ? 3n : 5n) + 1n + 160_000n);
  });
});

test("conversions between the widths", () => {
  expect(seen("f32", [...bits("f64", payload.f64), "f32.demote_f64"])).toBe(canonical.f32);
  expect(seen("f64", [...bits("f32", payload.f32), "f64.promote_f32"])).toBe(canonical.f64);
  expect(seen("f64", [...invalid("f32"), "f64.promote_f32"])).toBe(canonical.f64);
});

describe("vectors", () => {
  const vectorOperators = operators.filter(({ name }) =>
    /^(f32x4|f64x2)\.((ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max)$|demote_|promote_)/.test(name),
  );
  const at = (address: number): Instruction[] => [
    ["i32.const", address],
    ["v128.load", 0],
  ];
  const load = at(2_000);

  test.each(vectorOperators)("$name", ({ name, takes }) => {
    const isInput32 = /^f32x4\.(?!demote)|promote/.test(name);
    const { hex } = stored("v128.store", 16, [...[...takes].flatMap(() => at(isInput32 ? 3_000 : 2_000)), name]);
    const wide = canonical.f64.repeat(2);
    const narrow = name.includes("demote") ? canonical.f32.repeat(2) + "0".repeat(16) : canonical.f32.repeat(4);
    expect(hex).toBe(name.startsWith("f32x4") ? narrow : wide);
  });

  test("lanes that are taken out, and lanes that are seen in another shape", () => {
    expect(seen("f64", [...load, ...load, "f64x2.add", ["f64x2.extract_lane", 1]])).toBe(canonical.f64);
    const mixed = stored("v128.store", 16, [...load, ...load, "f64x2.add", "f32x4.neg"]).hex;
    expect(mixed).toBe("00000080" + "0000f8ff" + "00000080" + "0000f8ff");
  });

  test("what only moves keeps its bits", () => {
    expect(stored("v128.store", 16, load).hex).toBe(payload.f64.repeat(2));
    expect(stored("v128.store", 16, [...load, ...load, "f64x2.pmin"]).hex).toBe(payload.f64.repeat(2));
  });
});
