/** Costs of every class of operators, and that the fast and the exact form of a module count alike. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { V8CanisterInstance } from "../../../server/src/engine/embedder/canisterInstance.ts";
import { isCompiledCanister } from "../../../server/src/engine/embedder/compiledCanister.ts";
import { instrument } from "../../../server/src/engine/embedder/instrument.ts";
import { PagedStableMemory } from "../../../server/src/engine/embedder/stableMemory.ts";
import { type Operator, operatorNamed, operators } from "../../../server/src/wasm/opcodes.ts";
import { readModule } from "../../../server/src/wasm/reader.ts";
import { instantiate, prepareValid, run } from "../../support/executionInput.ts";
import { projectRoot } from "../../support/sourceFiles.ts";
import { type Instruction, type TypeName, WasmBuilder } from "../../support/wasmBuilder.ts";

const typeNames: Readonly<Record<string, TypeName>> = { i: "i32", l: "i64", f: "f32", d: "f64", v: "v128", I: "i32" };

/** Pushes operands that make no operator trap, and which cost 1 each. */
function operands({ takes, name }: Operator): Instruction[] {
  return [...takes].map((letter, index): Instruction => {
    if (letter === "v") return ["v128.const"];
    if (letter === "I" && /^memory\.(grow|fill|copy|init)/.test(name)) return ["i32.const", 0];
    const value = /^i(32|64)\.(div|rem)/.test(name) && index === 1 ? 1 : 0;
    return [`${typeNames[letter]}.const`, value];
  });
}

/** Operators whose operands and results are plain values, so that a test can be made from their row. */
const plain = operators.filter(
  ({ takes, leaves, immediate }) =>
    /^[ilfdvI]*$/.test(takes) &&
    /^[ilfdvI]*$/.test(leaves) &&
    /^(none|memory|memoryLane|memoryIndex|memoryMemory|i32|i64|f32|f64|v128|shuffle|lane)$/.test(immediate) &&
    (takes + leaves).length > 0,
);

/** Independent of the engine's table: what section 4.2 of the reference says, by patterns over names. */
function expectedCost(name: string): number {
  const rules: readonly (readonly [RegExp, number])[] = [
    [/^if$|^f(32|64)\.(add|sub|mul|ceil|floor|trunc|nearest)$|^f32\.copysign$/, 2],
    [/^f(32|64)\.(eq|ne|lt|gt|le|ge)$|^f32\.div$|^f64\.copysign$|^f(32|64)\.convert_i(32|64)_s$/, 3],
    [/^f64\.div$|^f32\.sqrt$/, 5],
    [/^f64\.sqrt$/, 8],
    [/^i(32|64)\.(div|rem)_[su]$/, 10],
    [/^f(32|64)\.convert_i(32|64)_u$/, 16],
    [/^f(32|64)\.(min|max)$/, 18],
    [/^memory\.size$|^i(32|64)\.trunc_/, 20],
    [/^memory\.(fill|copy)$/, 100],
    [/^memory\.grow$/, 300],
    [/^i8x16\.(shuffle|popcnt|shl|shr_s)$|^i64x2\.shr_s$|^i32x4\.extadd_pairwise_i16x8_u$|_u_zero$/, 3],
    [/^(i8x16|i16x8|i32x4)\.[lg]t_u$|^i8x16\.shr_u$|^i(16x8|32x4)\.sh|^i64x2\.(shl|shr_u)$/, 2],
    [/^i16x8\.(extadd_pairwise_i8x16_u|extmul_high)|^i32x4\.(extmul|mul$)|^i32x4\.trunc_sat_.*_s(_zero)?$/, 2],
    [/^i64x2\.mul$|^i32x4\.trunc_sat_f32x4_u$|^f32x4\.(convert_i32x4_u|min|max)$|^f64x2\.min$/, 4],
    [/^f(32x4|64x2)\.(abs|neg|ceil|floor|trunc|nearest|add|sub|mul)$/, 2],
    [/^f32x4\.sqrt$|^f64x2\.max$/, 5],
    [/^f32x4\.div$/, 10],
    [/^f64x2\.div$/, 12],
    [/^f64x2\.sqrt$/, 14],
  ];
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
}

describe("operators", () => {
  test.each(plain.map((operator) => [operator.name, operator] as const))("%s", (name, operator) => {
    const builder = new WasmBuilder();
    builder.memory(1);
    const code: Instruction[] = [...operands(operator), [name], ...[...operator.leaves].map(() => "drop")];
    builder.function({ code, exports: ["canister_update test"] });
    const outcome = run(instantiate(builder.build(), "classic"));
    expect(outcome.trap).toBeUndefined();
    expect(Number(outcome.instructions)).toBe(1 + operator.takes.length + expectedCost(name) + operator.leaves.length);
  });

  test("all of WebAssembly 2.0 that leaves plain values is among them", () => {
    expect(plain.length).toBeGreaterThan(400);
    expect(operatorNamed("i8x16.relaxed_swizzle")).toBeUndefined();
  });

  const control: Readonly<Record<string, readonly [cost: number, code: readonly Instruction[]]>> = {
    "if taken, else skipped": [1 + 2 + 1, [["i32.const", 1], ["if"], "nop", "else", "nop", "nop", "end"]],
    "else taken": [1 + 2 + 2, [["i32.const", 0], ["if"], "nop", "else", "nop", "nop", "end"]],
    "br skips what follows": [2, [["block"], ["br", 0], "nop", "nop", "end"]],
    "br_if not taken": [1 + 2 + 1, [["block"], ["i32.const", 0], ["br_if", 0], "nop", "end"]],
    br_table: [1 + 2 + 1, [["block"], ["block"], ["i32.const", 1], ["br_table", 0, 1], "end", "nop", "end", "nop"]],
    return: [1, ["return", "nop"]],
    call: [5 + 1 + 2, [["call", 0]]],
    call_indirect: [
      1 + 10 + 3,
      [
        ["i32.const", 0],
        ["call_indirect", 0, 0],
      ],
    ],
    return_call: [3 + 3, [["return_call", 0]]],
    return_call_indirect: [
      1 + 60 + 3,
      [
        ["i32.const", 0],
        ["return_call_indirect", 0, 0],
      ],
    ],
    "global.get and global.set": [
      4,
      [
        ["global.get", 0],
        ["global.set", 0],
      ],
    ],
    "table.get, ref.is_null": [1 + 5 + 5 + 1, [["i32.const", 0], ["table.get", 0], "ref.is_null", "drop"]],
    "table.size": [101, [["table.size", 0], "drop"]],
    "ref.func": [131, [["ref.func", 0], "drop"]],
    select: [4 + 1, [["i32.const", 1], ["i32.const", 1], ["i32.const", 1], "select", "drop"]],
    "data.drop": [300, [["data.drop", 0]]],
    "memory.init": [
      3 + 100 + 3 + 1_000,
      [
        ["i32.const", 0],
        ["i32.const", 0],
        ["i32.const", 3],
        ["memory.init", 0],
      ],
    ],
  };
  test.each(Object.entries(control))("%s", (_, [cost, code]) => {
    const builder = new WasmBuilder();
    builder.memory(1);
    builder.global("i32", true);
    builder.segment(Uint8Array.of(1, 2, 3));
    const callee = builder.function({ code: ["nop", "nop"] });
    builder.table([callee]);
    builder.function({ code, exports: ["canister_update test"] });
    const outcome = run(instantiate(builder.build(), "classic"));
    expect(outcome.trap).toBeUndefined();
    expect(Number(outcome.instructions)).toBe(1 + cost);
  });
});

describe("fast and exact form", () => {
  const wasm = new Uint8Array(readFileSync(join(projectRoot, "test/bench/kernels/kernels.wasm")));
  const prepared = prepareValid(wasm);
  const meteringProfile = "deterministicMemoryTracker";
  const exactCode = instrument(readModule(wasm).module, {
    counterPlace: "global",
    meteringProfile,
    stableInside: true,
  });
  if ("problem" in exactCode || !isCompiledCanister(prepared.module)) throw new Error("The kernels are valid.");
  const exactModule = { ...prepared.module, instrumented: exactCode, wasm: new WebAssembly.Module(exactCode.bytes) };

  test.each([...prepared.facts.updateMethods])("count %s alike and leave the same memory", (name) => {
    const fast = instantiate(wasm);
    const exact = new V8CanisterInstance(exactModule, new PagedStableMemory());
    const entry = { entryPoint: { kind: "export", name: `canister_update ${name}` } } as const;
    const [first, second] = [run(fast, entry), run(exact, entry)];
    expect(first.kind).toBe("returned");
    expect(first).toEqual(second);
    expect(fast.takeImage("full")).toEqual(exact.takeImage("full"));
    const plain = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
    (plain[`canister_update ${name}`] as () => void)();
    const memory = Buffer.from((plain["memory"] as WebAssembly.Memory).buffer);
    const image = fast.takeImage("full");
    expect(memory.length).toBe(image.heapBytes);
    const restored = Buffer.alloc(image.heapBytes);
    for (const { index, bytes } of image.heapPages) restored.set(bytes, index * 4096);
    expect(restored.equals(memory)).toBe(true);
  });
});
