/** How executions end that do not return: in the replica's words, with exact counts, and without harm to what follows. */
import { describe, expect, test } from "vitest";
import type { ExecutionInput } from "../../../server/src/engine/embedder/contract.ts";
import { executionInput, instantiate, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

function canister(code: readonly Instruction[], prepare?: (builder: WasmBuilder) => void) {
  const builder = new WasmBuilder();
  builder.ic0("performance_counter", "i", "l");
  builder.ic0("msg_reply_data_append", "II");
  builder.ic0("trap", "II");
  builder.memory(1);
  prepare?.(builder);
  builder.function({ locals: ["i32", "i64"], code, exports: ["canister_update test"] });
  return instantiate(builder.build());
}

const endlessLoop: Instruction[] = [["loop"], ["br", 0], "end"];

describe("traps of WebAssembly", () => {
  const cases: Readonly<Record<string, readonly [reason: string, code: readonly Instruction[]]>> = {
    unreachable: ["unreachable", ["unreachable"]],
    "load out of bounds": ["heap out of bounds", [["i32.const", 65_533], ["i32.load", 0], "drop"]],
    "store out of bounds": [
      "heap out of bounds",
      [
        ["i32.const", -1],
        ["i32.const", 0],
        ["i32.store", 8],
      ],
    ],
    "memory.fill out of bounds": [
      "heap out of bounds",
      [["i32.const", 65_000], ["i32.const", 0], ["i32.const", 1_000], ["memory.fill"]],
    ],
    "division by zero": ["integer division by 0", [["i32.const", 1], ["i32.const", 0], "i32.div_u", "drop"]],
    "remainder by zero": ["integer division by 0", [["i64.const", 1], ["i64.const", 0], "i64.rem_s", "drop"]],
    "division overflow": ["unknown", [["i32.const", -2_147_483_648], ["i32.const", -1], "i32.div_s", "drop"]],
    "table index out of bounds": [
      "table out of bounds",
      [
        ["i32.const", 7],
        ["call_indirect", 2, 0],
      ],
    ],
    "call of nothing": [
      "unknown",
      [
        ["i32.const", 1],
        ["call_indirect", 2, 0],
      ],
    ],
    "tail call of nothing": [
      "unknown",
      [
        ["i32.const", 1],
        ["return_call_indirect", 2, 0],
      ],
    ],
    "table.get out of bounds": ["table out of bounds", [["i32.const", 2], ["table.get", 0], "drop"]],
    "conversion of a number too large": ["unknown", [["f64.const", 1e300], "i32.trunc_f64_s", "drop"]],
    "conversion of no number": ["unknown", [["f32.const", Number.NaN], "i64.trunc_f32_u", "drop"]],
    "memory.copy out of bounds": [
      "heap out of bounds",
      [["i32.const", 0], ["i32.const", 65_000], ["i32.const", 1_000], ["memory.copy"]],
    ],
    "memory.init beyond its data": [
      "heap out of bounds",
      [
        ["i32.const", 0],
        ["i32.const", 1],
        ["i32.const", 2],
        ["memory.init", 0],
      ],
    ],
    "memory.init of dropped data": [
      "heap out of bounds",
      [
        ["data.drop", 0],
        ["i32.const", 0],
        ["i32.const", 0],
        ["i32.const", 1],
        ["memory.init", 0],
      ],
    ],
  };
  for (const [name, [reason, code]] of Object.entries(cases)) {
    test(`${name}: ${reason}`, () => {
      const it = canister(code, (builder) => {
        builder.type([], []);
        builder.table([], 2);
        builder.segment(Uint8Array.of(1, 2));
      });
      expect(run(it).trap).toEqual({ kind: "trapped", reason });
    });
  }

  for (const call of ["call_indirect", "return_call_indirect"]) {
    test(`${call} of a function of another type is a contract violation`, () => {
      const it = canister(
        [
          ["i32.const", 0],
          [call, 2, 0],
        ],
        (builder) => {
          builder.type([], []);
          builder.table([0], 2);
        },
      );
      const message = "function invocation does not match its signature";
      expect(run(it).trap).toEqual({ kind: "contractViolation", message });
    });
  }

  test("data that was dropped is back in the next execution, however this one ended", () => {
    const init: Instruction[] = [
      ["i32.const", 0],
      ["i32.const", 0],
      ["i32.const", 2],
      ["memory.init", 0],
    ];
    for (const end of ["nop", "unreachable"]) {
      const it = canister([...init, ["data.drop", 0], ["elem.drop", 0], end], (builder) => {
        builder.table([0]);
        builder.segment(Uint8Array.of(1, 2));
      });
      const first = run(it);
      expect(first.kind).toBe(end === "nop" ? "returned" : "trapped");
      expect(run(it)).toEqual({
        ...first,
        dirtyHeapPages: end === "nop" ? 0 : 1,
      });
    }
  });

  test("endless recursion: stack overflow, and the instance goes on", () => {
    const builder = new WasmBuilder();
    builder.function({ code: [["call", 0]], exports: ["canister_update test"] });
    builder.function({ code: ["nop"], exports: ["canister_update good"] });
    const it = instantiate(builder.build());
    const { trap, instructions } = run(it);
    expect(trap).toEqual({ kind: "trapped", reason: "stack overflow" });
    // Each call that was entered paid 1 for the function and 5 for the next call.
    expect(instructions % 6n).toBe(0n);
    expect(instructions).toBeGreaterThan(6_000n);
    expect(run(it, { entryPoint: { kind: "export", name: "canister_update good" } }).kind).toBe("returned");
  });

  test("the backtrace names functions, innermost first", () => {
    const builder = new WasmBuilder();
    builder.function({ code: ["unreachable"] });
    builder.function({ code: [["call", 0]], exports: ["canister_update test"] });
    builder.names([
      [0, "inner"],
      [1, "outer"],
    ]);
    expect(run(instantiate(builder.build())).backtrace).toEqual(["inner", "outer"]);
  });

  test("instructions up to a trap in the middle of a loop are exact", () => {
    // 1 for the function; each turn: local.get, const, add, local.tee, load, drop, br = 4 + 1 + 1 + 2; 65,533 turns.
    const it = canister([
      ["loop"],
      ["local.get", 0],
      ["i32.const", 1],
      "i32.add",
      ["local.tee", 0],
      ["i32.load", 0],
      "drop",
      ["br", 0],
      "end",
    ]);
    const outcome = run(it);
    expect(outcome.trap).toEqual({ kind: "trapped", reason: "heap out of bounds" });
    expect(outcome.instructions).toBe(1n + 8n * 65_533n + 80_000n);
  });
});

describe("instruction limit", () => {
  // 1 for the function, 2 for each br.
  const limited = (instructionLimit: bigint): Partial<ExecutionInput> => ({ instructionLimit });

  test("an execution may use its limit exactly, and not one more", () => {
    // 1 + const + drop = 3.
    const it = canister([["i32.const", 0], "drop"]);
    expect(run(it, limited(3n))).toMatchObject({ kind: "returned", instructions: 3n });
    const over = run(it, limited(2n));
    expect(over).toMatchObject({ kind: "trapped", instructions: 2n });
    expect(over.trap).toEqual({ kind: "instructionLimitExceeded" });
  });

  test("an endless loop ends at the limit", () => {
    const outcome = run(canister(endlessLoop), limited(1_000_000n));
    expect(outcome.trap).toEqual({ kind: "instructionLimitExceeded" });
    expect(outcome.instructions).toBe(1_000_000n);
  });

  test("progress is told every 2 billion instructions, and the execution can be cancelled", () => {
    const it = canister(endlessLoop);
    const used: bigint[] = [];
    const watch = {
      slicePassed(instructions: bigint) {
        used.push(instructions);
        return used.length < 2 ? ("continue" as const) : ("cancel" as const);
      },
    };
    const outcome = it.run(executionInput(), watch, false);
    expect(outcome.trap).toEqual({ kind: "cancelled" });
    expect(used.map((it) => Number(it) / 1e9).map(Math.round)).toEqual([2, 4]);
    expect(run(it, limited(100n)).trap).toEqual({ kind: "instructionLimitExceeded" });
  });

  test("a long execution is counted as with one counter, whatever the slices", () => {
    // Counts down from 3e8: each turn local.get, const, sub, local.tee, const, ne, br_if = 6 + 2.
    const it = canister([
      ["i64.const", 300_000_000],
      ["local.set", 1],
      ["loop"],
      ["local.get", 1],
      ["i64.const", 1],
      "i64.sub",
      ["local.tee", 1],
      ["i64.const", 0],
      "i64.ne",
      ["br_if", 0],
      "end",
    ]);
    const watch = { slicePassed: () => "continue" as const };
    const outcome = it.run(executionInput(), watch, false);
    expect(outcome).toMatchObject({ kind: "returned", instructions: 3n + 8n * 300_000_000n });
  });

  test("performance_counter sees the whole block and its own charge", () => {
    const builder = new WasmBuilder();
    const counter = builder.ic0("performance_counter", "i", "l");
    builder.memory(1);
    builder.function({
      code: [
        ["i32.const", 0],
        ["i32.const", 0],
        ["call", counter],
        ["i64.store", 0],
      ],
      exports: ["canister_update test"],
    });
    const it = instantiate(builder.build());
    expect(run(it).instructions).toBe(1n + 2n + 5n + 1n + 200n + 160_000n);
    expect(Buffer.from(it.takeImage("full").heapPages[0]!.bytes).readBigInt64LE(0)).toBe(209n);
  });
});

describe("the entry point", () => {
  test("that is not exported: function not found", () => {
    const outcome = run(canister([]), { entryPoint: { kind: "export", name: "canister_update none" } });
    expect(outcome.trap?.kind).toBe("functionNotFound");
  });

  test("of a callback is taken from table 0 and gets its environment", () => {
    const builder = new WasmBuilder();
    builder.memory(1);
    const callback = builder.function({
      params: ["i32"],
      code: [
        ["i32.const", 0],
        ["local.get", 0],
        ["i32.store", 0],
      ],
    });
    const other = builder.function({ code: [] });
    builder.table([callback, other], 3);
    const it = instantiate(builder.build());
    const call = (functionIndex: bigint) =>
      run(it, { mode: "replyCallback", entryPoint: { kind: "callback", functionIndex, environment: 0xffff_fff0n } });
    expect(call(0n).kind).toBe("returned");
    expect(Buffer.from(it.takeImage("full").heapPages[0]!.bytes).readUInt32LE(0)).toBe(0xffff_fff0);
    for (const index of [1n, 2n, 3n, 1n << 40n]) expect(call(index).trap?.kind).toBe("functionNotFound");
  });

  test("(start) is not run at instantiation, but when it is asked for", () => {
    const builder = new WasmBuilder();
    builder.memory(1);
    builder.start(
      builder.function({
        code: [
          ["i32.const", 0],
          ["i32.const", 1],
          ["i32.store", 0],
        ],
      }),
    );
    const it = instantiate(builder.build());
    expect(it.takeImage("full").heapPages).toEqual([]);
    const outcome = run(it, { mode: "start", entryPoint: { kind: "export", name: "(start)" } });
    expect(outcome).toMatchObject({ kind: "returned", instructions: 1n + 3n + 160_000n });
  });
});
