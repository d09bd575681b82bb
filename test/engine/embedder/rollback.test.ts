/** A trapped or discarded execution leaves nothing behind; one that returned leaves everything. */
import { describe, expect, test } from "vitest";
import type { ExecutionInput } from "../../../server/src/engine/embedder/contract.ts";
import { embedder, executionInput, instantiate, prepareValid, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const query = { mode: "nonReplicatedQuery" } as const;

/** A canister with entry points `canister_update <name>`; `reply` answers with 8 bytes of the heap at an address. */
function canister(methods: Readonly<Record<string, readonly Instruction[]>>, prepare?: (builder: WasmBuilder) => void) {
  const builder = new WasmBuilder();
  const append = builder.ic0("msg_reply_data_append", "II");
  const reply = builder.ic0("msg_reply");
  const stableGrow = builder.ic0("stable64_grow", "l", "l");
  const stableWrite = builder.ic0("stable64_write", "lll");
  const stableRead = builder.ic0("stable64_read", "lll");
  expect([append, reply, stableGrow, stableWrite, stableRead]).toEqual([0, 1, 2, 3, 4]);
  builder.memory(1, 100);
  const globals = [builder.global("i32", true, 5), builder.global("f64", true), builder.global("v128", true)];
  expect(globals).toEqual([0, 1, 2]);
  prepare?.(builder);
  const methodsWithReplies: typeof methods = {
    ...methods,
    first: replyAt(0),
    far: replyAt(50_000),
    size: [["i32.const", 60_000], ["memory.size"], ["i32.store", 0], ...replyAt(60_000)],
    globals: [
      ["i32.const", 60_000],
      ["global.get", 0],
      ["i32.store", 0],
      ["i32.const", 60_004],
      ["global.get", 2],
      ["i32x4.extract_lane", 3],
      ["i32.store", 0],
      ...replyAt(60_000),
    ],
    float: [["i32.const", 60_000], ["global.get", 1], ["f64.store", 0], ...replyAt(60_000)],
    stable: [["i64.const", 60_000], ["i64.const", 8_192], ["i64.const", 8], ["call", 4], ...replyAt(60_000)],
  };
  for (const [name, code] of Object.entries(methodsWithReplies)) {
    builder.function({ locals: ["i32", "i32"], code, exports: [`canister_update ${name}`] });
  }
  return instantiate(builder.build());
}

function replyAt(address: number): Instruction[] {
  return [
    ["i32.const", address],
    ["i32.const", 8],
    ["call", 0],
    ["call", 1],
  ];
}

function input(name: string, changes: Partial<ExecutionInput> = {}): ExecutionInput {
  return executionInput({ entryPoint: { kind: "export", name: `canister_update ${name}` }, ...changes });
}

/** The 8 bytes that an entry point answers, little endian, in hex; asked as a query, so that asking changes nothing. */
function ask(instance: ReturnType<typeof instantiate>, name: string): string {
  const outcome = instance.run(input(name, query), undefined, true);
  expect(outcome.trap).toBeUndefined();
  const reply = outcome.changes.reply;
  return reply?.kind === "reply" ? Buffer.from(reply.data).toString("hex") : "";
}

const store = (address: number, value: number): Instruction[] => [
  ["i32.const", address],
  ["i32.const", value],
  ["i32.store", 0],
];

describe("heap", () => {
  test("stays when the execution returned", () => {
    const it = canister({ write: store(0, 7) });
    const outcome = it.run(input("write"), undefined, false);
    expect(outcome.dirtyHeapPages).toBe(1);
    expect(ask(it, "first")).toBe("0700000000000000");
  });

  test("is as before when the execution trapped", () => {
    const it = canister({ write: store(0, 7), trap: [...store(0, 9), ...store(50_000, 9), "unreachable"] });
    it.run(input("write"), undefined, false);
    const outcome = it.run(input("trap"), undefined, false);
    expect(outcome.trap).toEqual({ kind: "trapped", reason: "unreachable" });
    expect(outcome.dirtyHeapPages).toBe(2);
    expect([ask(it, "first"), ask(it, "far")]).toEqual(["0700000000000000", "0000000000000000"]);
  });

  test("is as before when its changes are discarded", () => {
    const it = canister({ write: store(0, 7) });
    expect(it.run(input("write", query), undefined, true).kind).toBe("returned");
    expect(ask(it, "first")).toBe("0000000000000000");
  });

  test("counts only pages whose bytes differ", () => {
    const it = canister({ write: [...store(0, 7), ...store(8_192, 0)] });
    expect(it.run(input("write"), undefined, false).dirtyHeapPages).toBe(1);
    expect(it.run(input("write"), undefined, false).dirtyHeapPages).toBe(0);
  });

  test("a store across the end of a page belongs to both", () => {
    const it = canister({ write: [...store(4_094, -1), "unreachable"], good: store(4_094, -1) });
    expect(it.run(input("write"), undefined, false).dirtyHeapPages).toBe(2);
    expect(it.run(input("good"), undefined, false).dirtyHeapPages).toBe(2);
    expect(it.takeImage("full").heapPages.map((page) => page.index)).toEqual([0, 1]);
  });

  test("stores that share the mark of their address are all rolled back", () => {
    const through = (offset: number): Instruction[] => [
      ["local.get", 0],
      ["i64.const", -1],
      ["i64.store", offset],
    ];
    const offsets = [0, 8, 240, 248, 255, 256, 300, 511, 512, 4_088, 4_095];
    const code: Instruction[] = [["i32.const", 3_900], ["local.set", 0], ...offsets.flatMap(through)];
    const it = canister({ trap: [...code, "unreachable"], write: code });
    it.run(input("trap"), undefined, false);
    expect(it.takeImage("full").heapPages).toEqual([]);
    it.run(input("write"), undefined, false);
    const bytes = Buffer.concat(it.takeImage("full").heapPages.map((page) => page.bytes));
    for (const offset of offsets) expect(bytes.readBigInt64LE(3_900 + offset)).toBe(-1n);
  });

  test("a copy across the end of the memory leaves nothing behind", () => {
    const across = (target: number, size: number): Instruction[] => [
      ["i32.const", target],
      ["i32.const", 100],
      ["i32.const", size],
      ["memory.copy"],
    ];
    const end = 65_536;
    const sizes = [5, 7, 8, 9, 12, 15, 16, 17];
    const it = canister({
      write: store(100, -1),
      ...Object.fromEntries(sizes.map((size) => [`copy${size}`, across(end - size + 1, size)])),
      last: [
        ["i32.const", end - 8],
        ["i32.const", 8],
        ["call", 0],
        ["call", 1],
      ],
    });
    it.run(input("write"), undefined, false);
    for (const size of sizes) {
      expect(it.run(input(`copy${size}`), undefined, false).trap).toEqual({
        kind: "trapped",
        reason: "heap out of bounds",
      });
      expect(ask(it, "last")).toBe("0000000000000000");
    }
  });

  test("bulk operations are rolled back and charged by size", () => {
    const fill: Instruction[] = [["i32.const", 100], ["i32.const", 1], ["i32.const", 20_000], ["memory.fill"]];
    const copy: Instruction[] = [["i32.const", 30_000], ["i32.const", 100], ["i32.const", 5_000], ["memory.copy"]];
    const init: Instruction[] = [
      ["i32.const", 50_000],
      ["i32.const", 0],
      ["i32.const", 3],
      ["memory.init", 0],
    ];
    const code = [...fill, ...copy, ...init];
    const it = canister({ trap: [...code, "unreachable"], write: code }, (builder) => {
      builder.segment(Uint8Array.of(1, 2, 3));
    });
    const trapped = it.run(input("trap"), undefined, false);
    expect(trapped.dirtyHeapPages).toBe(8);
    expect(it.takeImage("full").heapPages).toEqual([]);
    const outcome = it.run(input("write"), undefined, false);
    expect(outcome.instructions).toBe(1n + 9n + 300n + 25_003n + 160_000n);
    expect(ask(it, "far")).toBe("0102030000000000");
  });
});

describe("growth", () => {
  const grow: Instruction[] = [["i32.const", 3], ["memory.grow"], "drop", ...store(200_000, 1)];

  test("stays when the execution returned", () => {
    const it = canister({ grow });
    it.run(input("grow"), undefined, false);
    expect(it.heapBytes()).toBe(4 * 65_536);
    expect(ask(it, "size")).toBe("0400000000000000");
  });

  test("is taken back when it trapped, with what was there before", () => {
    const it = canister({ write: store(0, 7), trap: [...grow, "unreachable"], grow });
    it.run(input("write"), undefined, false);
    it.run(input("trap"), undefined, false);
    expect(it.heapBytes()).toBe(65_536);
    expect([ask(it, "size"), ask(it, "first")]).toEqual(["0100000000000000", "0700000000000000"]);
    it.run(input("grow"), undefined, false);
    expect([ask(it, "size"), ask(it, "first")]).toEqual(["0400000000000000", "0700000000000000"]);
  });

  test("beyond the memory's maximum answers -1", () => {
    const it = canister({ grow: [["i32.const", 0], ["i32.const", 100], ["memory.grow"], ["i32.store", 0]] });
    it.run(input("grow"), undefined, false);
    expect(ask(it, "first")).toBe("ffffffff00000000");
  });

  test("beyond the Wasm memory limit traps in updates and not in queries, at N and N + 1", () => {
    const it = canister({ grow });
    const limit = (bytes: number) => ({ wasmMemoryLimitBytes: BigInt(bytes) });
    const over = it.run(input("grow", limit(4 * 65_536 - 1)), undefined, false);
    const [peakBytes, limitBytes] = [262_144n, 262_143n];
    expect(over.trap).toEqual({ kind: "wasmMemoryLimitExceeded", peakBytes, limitBytes });
    expect(it.heapBytes()).toBe(65_536);
    expect(it.run(input("grow", { ...limit(1), ...query }), undefined, true).kind).toBe("returned");
    expect(it.run(input("grow", limit(4 * 65_536)), undefined, false).kind).toBe("returned");
  });
});

describe("a heap of 4 GiB", () => {
  test("takes room only where it is written", () => {
    const builder = new WasmBuilder();
    builder.memory(65_536);
    builder.segment(Uint8Array.of(1), 3_000_000_000);
    builder.function({
      code: [...store(4_294_967_292, 1), ...store(2_000_000_000, 1)],
      exports: ["canister_update test"],
    });
    const it = instantiate(builder.build());
    expect(run(it).dirtyHeapPages).toBe(2);
    expect(it.takeImage("full").heapPages.map((page) => page.index)).toEqual([488_281, 732_421, 1_048_575]);
  });
});

describe("globals", () => {
  const change: Instruction[] = [
    ["i32.const", 9],
    ["global.set", 0],
    ["f64.const", 2.5],
    ["global.set", 1],
    ["i32.const", -1],
    ["i32x4.splat"],
    ["global.set", 2],
  ];

  test("of every type stay or are taken back", () => {
    const it = canister({ change, trap: [...change, "unreachable"] });
    it.run(input("trap"), undefined, false);
    expect([ask(it, "globals"), ask(it, "float")]).toEqual(["0500000000000000", "0000000000000000"]);
    it.run(input("change"), undefined, false);
    expect([ask(it, "globals"), ask(it, "float")]).toEqual(["09000000ffffffff", "0000000000000440"]);
  });
});

describe("stable memory", () => {
  const write: Instruction[] = [
    ["i64.const", 1],
    ["call", 2],
    "drop",
    ...store(0, 77),
    ["i64.const", 8_192],
    ["i64.const", 0],
    ["i64.const", 8],
    ["call", 3],
  ];

  test("stays or is taken back, size included", () => {
    const it = canister({ write, trap: [...write, "unreachable"] });
    const trapped = it.run(input("trap"), undefined, false);
    expect(trapped.dirtyStablePages).toBe(1);
    expect(it.stableBytes()).toBe(0);
    it.run(input("write"), undefined, false);
    expect(it.stableBytes()).toBe(65_536);
    expect(ask(it, "stable")).toBe("4d00000000000000");
  });
});

describe("a hold", () => {
  const grow: Instruction[] = [["i32.const", 2], ["memory.grow"], "drop"];
  const stable: Instruction[] = [
    ["i64.const", 1],
    ["call", 2],
    "drop",
    ["i64.const", 100],
    ["i64.const", 0],
    ["i64.const", 8],
    ["call", 3],
  ];
  const methods = {
    low: [...store(0, 1), ...store(8_000, 2), ["i32.const", 6], ["global.set", 0]],
    high: [...grow, ...store(70_000, 3), ...store(140_000, 4)],
    save: [...store(0, 9), ...stable],
    trap: [...store(0, 99), ...store(20_000, 99), ...grow, ...stable, "unreachable"],
  } satisfies Record<string, Instruction[]>;
  const steps = ["low", "trap", "high", "low", "trap", "save", "high", "save"] as const;

  /** A canister that has done something already, and the same in every test. */
  function used() {
    const it = canister({ ...methods });
    for (const step of ["low", "save"] as const) {
      expect(it.run(input(step), undefined, false).trap).toBeUndefined();
    }
    return it;
  }

  test.each(steps.map((_, index) => index + 1))("of %i executions is undone as one", (count) => {
    const it = used();
    const before = it.takeImage("full");
    it.hold();
    for (const step of steps.slice(0, count)) it.run(input(step), undefined, false);
    it.release("undo");
    expect(it.takeImage("full")).toEqual(before);
    // What goes on afterwards is as if the hold had never been.
    for (const step of steps) it.run(input(step), undefined, false);
    const plain = used();
    for (const step of steps) plain.run(input(step), undefined, false);
    expect(it.takeImage("full")).toEqual(plain.takeImage("full"));
  });

  test("that is kept is as if it had never been", () => {
    const [it, plain] = [used(), used()];
    it.hold();
    for (const step of steps) for (const each of [it, plain]) each.run(input(step), undefined, false);
    it.release("keep");
    expect(it.takeImage("full")).toEqual(plain.takeImage("full"));
    it.run(input("trap"), undefined, false);
    expect(it.takeImage("full")).toEqual(plain.takeImage("full"));
  });

  test("leaves no page beyond the end in the changes for the disk", () => {
    const it = used();
    it.takeImage("full");
    it.hold();
    for (const step of steps) it.run(input(step), undefined, false);
    it.release("undo");
    const { heapBytes, stableBytes, heapPages, stablePages } = it.takeImage("changed");
    for (const { index } of heapPages) expect((index + 1) * 4096).toBeLessThanOrEqual(heapBytes);
    for (const { index } of stablePages) expect((index + 1) * 4096).toBeLessThanOrEqual(stableBytes);
  });

  test("lets new code work on the memories, and undoes what it did", () => {
    const old = used();
    const before = old.takeImage("full");
    old.hold();
    old.run(input("low"), undefined, false);
    const builder = new WasmBuilder();
    builder.memory(4, 100);
    builder.segment(Uint8Array.of(1, 2, 3), 0);
    builder.global("i64", true, -5n);
    builder.function({ code: [...store(4, 7), ...grow], exports: ["canister_update test"] });
    const code = prepareValid(builder.build());
    const next = embedder.instantiate(code, old.stableMemory, old.mainMemory);
    expect(next.heapBytes()).toBe(4 * 65_536);
    run(next);
    const taken = next.takeImage("full");
    expect(taken.globals).toEqual([-5n]);
    expect(taken.heapBytes).toBe(6 * 65_536);
    // The heap stays as it was: data segments do not write over it.
    expect([...(taken.heapPages[0]?.bytes.subarray(0, 8) ?? [])]).toEqual([1, 0, 0, 0, 7, 0, 0, 0]);
    old.release("undo");
    expect(old.takeImage("full")).toEqual(before);
    expect(ask(old, "first")).toBe("0900000000000000");
  });

  test("new code of other bounds gets a heap of its own with the same contents", () => {
    const old = used();
    const builder = new WasmBuilder();
    builder.memory(1, 50);
    builder.function({ code: store(4, 7), exports: ["canister_update test"] });
    const next = embedder.instantiate(prepareValid(builder.build()), old.stableMemory, old.mainMemory);
    run(next);
    expect([...(next.takeImage("full").heapPages[0]?.bytes.subarray(0, 8) ?? [])]).toEqual([9, 0, 0, 0, 7, 0, 0, 0]);
  });
});

describe("images", () => {
  test("bring back memories and globals in a new instance", () => {
    const builder = new WasmBuilder();
    builder.memory(1, 100);
    builder.segment(Uint8Array.of(1, 2, 3), 0);
    builder.global("i64", true, -5n);
    builder.function({
      code: [
        ["i32.const", 2],
        ["memory.grow"],
        "drop",
        ...store(0, 0),
        ...store(70_000, 4),
        ["i64.const", -7n],
        ["global.set", 0],
      ],
      exports: ["canister_update test"],
    });
    const wasm = builder.build();
    const first = instantiate(wasm);
    expect(first.takeImage("full").heapPages.map((page) => page.index)).toEqual([0]);
    run(first);
    const changed = first.takeImage("changed");
    expect(changed.heapPages.map((page) => page.index)).toEqual([0, 17]);
    const image = first.takeImage("full");
    expect(image).toMatchObject({ heapBytes: 3 * 65_536, stableBytes: 0, globals: [-7n] });
    const second = embedder.restore(prepareValid(wasm), image);
    expect(second.takeImage("full")).toEqual(image);
    run(second);
    expect(second.heapBytes()).toBe(5 * 65_536);
  });
});
