/**
 * The deterministic memory tracker's charges for 64 KiB pages. Figures of section 4.4 of the reference; the walks are
 * those that others measured on PocketIC 16.
 */
import { describe, expect, test } from "vitest";
import type { ExecutionMode } from "../../../server/src/engine/embedder/contract.ts";
import { executionInput, instantiate, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const page = 80_000;

/** Instructions of an update of this code in a module with 20 pages, without those for operators. */
function pagesOf(code: readonly Instruction[], mode: ExecutionMode = "update"): number {
  const builder = new WasmBuilder();
  builder.memory(20);
  builder.segment(Uint8Array.of(1, 2, 3));
  builder.function({ locals: ["i32", "i32"], code, exports: ["canister_update test"] });
  const outcome = run(instantiate(builder.build()), { mode });
  expect(outcome.trap).toBeUndefined();
  const charge = Number(outcome.instructions);
  expect(charge % 1_000).toBeLessThan(900);
  return (charge - (charge % page)) / page;
}

const load = (address: number, name = "i32.load"): Instruction[] => [["i32.const", address], [name, 0], "drop"];
const store = (address: number, name = "i32.store"): Instruction[] => [
  ["i32.const", address],
  [name === "i64.store" ? "i64.const" : "i32.const", 7],
  [name, 0],
];

describe("pages of 64 KiB", () => {
  const cases: Readonly<Record<string, readonly [pages: number, code: readonly Instruction[]]>> = {
    "nothing touched": [0, ["nop"]],
    "one read": [1, load(0)],
    "read twice": [1, [...load(0), ...load(65_532)]],
    "one write": [2, store(0)],
    "the same bytes written": [
      2,
      [
        ["i32.const", 100],
        ["i32.const", 0],
        ["i32.store", 0],
      ],
    ],
    "read, then written": [2, [...load(65_532), ...store(0)]],
    "written, then read": [2, [...store(0), ...load(65_532)]],
    "read across two pages": [2, load(65_533)],
    "written across two pages": [4, store(65_530, "i64.store")],
    "the last byte before the next page": [1, load(65_535, "i32.load8_u")],
    "offsets reach the next page": [
      2,
      [["i32.const", 65_500], ["local.tee", 0], ["i32.load", 0], "drop", ["local.get", 0], ["i32.load", 36], "drop"],
    ],
    "offsets of stores do": [
      4,
      [
        ["i32.const", 65_500],
        ["local.tee", 0],
        ["i32.const", 1],
        ["i32.store", 36],
        ["local.get", 0],
        ["i32.const", 1],
        ["i32.store", 0],
      ],
    ],
    "a branch not taken": [
      1,
      [
        ["i32.const", 65_500],
        ["local.tee", 0],
        ["i32.load", 0],
        ["if"],
        ["local.get", 0],
        ["i32.load", 36],
        "drop",
        "end",
      ],
    ],
    "memory.fill of two pages": [4, [["i32.const", 65_530], ["i32.const", 0], ["i32.const", 100], ["memory.fill"]]],
    "memory.copy reads and writes": [
      3,
      [["i32.const", 0], ["i32.const", 131_072], ["i32.const", 100], ["memory.copy"]],
    ],
    "a copy of nothing": [0, [["i32.const", 0], ["i32.const", 131_072], ["i32.const", 0], ["memory.copy"]]],
    "memory.init writes": [
      2,
      [
        ["i32.const", 65_534],
        ["i32.const", 0],
        ["i32.const", 2],
        ["memory.init", 0],
      ],
    ],
    "memory.grow is not charged": [0, [["i32.const", 3], ["memory.grow"], "drop"]],
    "new pages are when touched": [1, [["i32.const", 1], ["memory.grow"], "drop", ...load(20 * 65_536)]],
  };
  test.each(Object.entries(cases))("%s", (_, [pages, code]) => {
    expect(pagesOf(code)).toBe(pages);
  });

  test.each<[ExecutionMode, number]>([
    ["update", 2],
    ["init", 2],
    ["start", 2],
    ["preUpgrade", 2],
    ["postUpgrade", 2],
    ["replyCallback", 2],
    ["rejectCallback", 2],
    ["cleanup", 2],
    ["heartbeat", 2],
    ["globalTimer", 2],
    ["compositeQuery", 2],
    ["compositeReplyCallback", 2],
    ["replicatedQuery", 1],
    ["nonReplicatedQuery", 1],
    ["transform", 1],
    ["inspectMessage", 1],
  ])("a write in %s is %s charges", (mode, pages) => {
    expect(pagesOf(store(0), mode)).toBe(pages);
  });
});

describe("figures", () => {
  /** Reads one byte of each of `pages` pages, with performance_counter before and behind; twice in one message. */
  function walk(steps: number, stride: number): readonly bigint[] {
    const builder = new WasmBuilder();
    const counter = builder.ic0("performance_counter", "i", "l");
    const append = builder.ic0("msg_reply_data_append", "II", "");
    const reply = builder.ic0("msg_reply", "", "");
    builder.memory(256);
    const loop: Instruction[] = [
      ["i32.const", 0],
      ["local.set", 0],
      ["loop"],
      ["local.get", 0],
      ["i32.const", stride],
      "i32.mul",
      ["i32.load8_u", 65_536],
      "drop",
      ["local.get", 0],
      ["i32.const", 1],
      "i32.add",
      ["local.tee", 0],
      ["i32.const", steps],
      "i32.lt_u",
      ["br_if", 0],
      "end",
    ];
    const note = (address: number): Instruction[] => [
      ["i32.const", address],
      ["i32.const", 0],
      ["call", counter],
      ["i64.store", 0],
    ];
    const once: Instruction = ["call", builder.function({ locals: ["i32"], code: loop })];
    builder.function({
      // The page of the notes is touched before.
      code: [
        ["i32.const", 0],
        ["i64.const", 0],
        ["i64.store", 0],
        ...note(0),
        once,
        ...note(8),
        once,
        ...note(16),
        ["i32.const", 0],
        ["i32.const", 24],
        ["call", append],
        ["call", reply],
      ],
      exports: ["canister_update test"],
    });
    const { changes } = run(instantiate(builder.build()));
    const data = changes.reply?.kind === "reply" ? Buffer.from(changes.reply.data) : Buffer.alloc(24);
    const [before, between, behind] = [0, 8, 16].map((at) => data.readBigUInt64LE(at));
    return [(between ?? 0n) - (before ?? 0n), (behind ?? 0n) - (between ?? 0n)];
  }

  test.each([
    [100, 32_000, 49],
    [211, 35_300, 114],
  ])("a walk of %s steps of %s bytes pays for %s pages, the second time for none", (steps, stride, pages) => {
    const [first = 0n, second = 0n] = walk(steps, stride);
    expect(first - second).toBe(BigInt(pages * page));
    expect(second).toBeLessThan(10_000n);
  });

  function loop(body: readonly Instruction[], imports: readonly string[]): bigint {
    const builder = new WasmBuilder();
    for (const name of imports) builder.ic0(name, "i", "");
    builder.memory(1);
    const code: Instruction[] = [["loop"], ["local.get", 0], ["i32.const", 1_000_000], "i32.lt_s", ["if"]];
    code.push(["local.get", 0], ["i32.const", 1], "i32.add", ["local.set", 0], ...body, ["br", 1], "end", "end");
    builder.function({ locals: ["i32", "i32"], code, exports: ["canister_update test"] });
    return run(instantiate(builder.build())).instructions;
  }

  test("baseline/adds", () => {
    const body: Instruction[] = [["local.get", 1], ["i32.const", 0], ["i32.load", 0], "i32.add", ["local.set", 1]];
    expect(loop(body, [])).toBe(16_080_006n);
  });

  test("a loop of canister_cycle_balance128", () => {
    const body: Instruction[] = [
      ["i32.const", 0],
      ["call", 0],
    ];
    expect(loop(body, ["canister_cycle_balance128"])).toBe(517_160_006n);
  });
});

describe("the System API", () => {
  function outcomeOf(code: readonly Instruction[], payload = new Uint8Array(70_000)) {
    const builder = new WasmBuilder();
    const calls: Readonly<Record<string, number>> = {
      argument: builder.ic0("msg_arg_data_copy", "III", ""),
      reply: builder.ic0("msg_reply_data_append", "II", ""),
      grow: builder.ic0("stable64_grow", "l", "l"),
      write: builder.ic0("stable64_write", "lll", ""),
      read: builder.ic0("stable64_read", "lll", ""),
      print: builder.ic0("debug_print", "II", ""),
    };
    builder.memory(20);
    const named = code.map(
      (it): Instruction => (Array.isArray(it) && it[0] === "call" ? ["call", calls[String(it[1])] ?? 0] : it),
    );
    builder.function({ code: named, exports: ["canister_update test"] });
    return run(instantiate(builder.build()), { payload });
  }

  const grow: Instruction[] = [["i64.const", 10], ["call", "grow"], "drop"];
  const stable = (name: string, ...values: readonly number[]): Instruction[] => [
    ...grow,
    ...values.map((value): Instruction => ["i64.const", value]),
    ["call", name],
  ];
  const heap = (name: string, ...values: readonly number[]): Instruction[] => [
    ...values.map((value): Instruction => ["i32.const", value]),
    ["call", name],
  ];

  test.each<[string, number, readonly Instruction[]]>([
    ["an argument copied over two pages", 4, heap("argument", 10, 0, 70_000)],
    ["no byte of the argument", 0, heap("argument", 10, 0, 0)],
    ["a reply read from two pages", 2, heap("reply", 65_530, 10)],
    ["a text printed", 1, heap("print", 0, 10)],
    ["a stable write: heap read, stable written", 3, stable("write", 0, 0, 10)],
    ["a stable write across pages", 1 + 4, stable("write", 65_530, 0, 10)],
    ["a stable read: stable read, heap written", 1 + 2, stable("read", 0, 0, 10)],
    ["short accesses in the code: stable twice", 1 + 2, [...stable("write", 0, 0, 10), ...stable("write", 8, 8, 10)]],
    ["another heap page", 1 + 2 + 1, [...stable("write", 0, 0, 10), ...stable("write", 8, 70_000, 10)]],
    ["written, then read elsewhere", 1 + 2 + 2, [...stable("write", 0, 0, 10), ...stable("read", 70_000, 8, 10)]],
    ["read twice", 1 + 2, [...stable("read", 0, 0, 10), ...stable("read", 8, 5_000, 10)]],
    ["a stable read of nothing", 0, stable("read", 0, 0, 0)],
  ])("%s: %s charges", (_, pages, code) => {
    const { instructions, trap } = outcomeOf(code);
    expect(trap).toBeUndefined();
    const [, classic] = [instructions, instructions % BigInt(page)];
    // What the functions themselves cost is less than 80,000, or 70,000 and a little for the long copy.
    expect(Number((instructions - classic) / BigInt(page))).toBe(pages);
  });

  test("ends by the limit like any other charge", () => {
    const builder = new WasmBuilder();
    const print = builder.ic0("debug_print", "II", "");
    builder.memory(20);
    const code: Instruction[] = [
      ...load(0),
      ...load(65_536),
      ["i32.const", 131_072],
      ["i32.const", 1],
      ["call", print],
    ];
    builder.function({ code, exports: ["canister_update test"] });
    const instance = instantiate(builder.build());
    const used = run(instance).instructions;
    // Three pages are touched, the last one by the function, whose charge is tested before.
    expect(used / BigInt(page)).toBe(3n);
    const at = (instructionLimit: bigint) => instance.run(executionInput({ instructionLimit }), undefined, true);
    expect(at(used)).toMatchObject({ kind: "returned", instructions: used, log: [{}] });
    expect(at(used - 1n)).toMatchObject({ kind: "returned", instructions: used - 1n, log: [{}] });
    expect(at(used - BigInt(page))).toMatchObject({ kind: "returned", log: [{}] });
    const over = at(used - BigInt(page) - 1n);
    expect(over).toMatchObject({ trap: { kind: "instructionLimitExceeded" }, log: [] });
    expect(over.instructions).toBe(used - BigInt(page) - 1n);
  });
});
