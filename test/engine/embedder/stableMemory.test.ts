/**
 * Stable memory in its two forms, inside the canister's code and beside it: the same contents, the same instructions, the
 * same ends of executions; and the limits of what one execution may touch.
 */
import { describe, expect, test } from "vitest";
import type { ExecutionInput, ExecutionMode } from "../../../server/src/engine/embedder/contract.ts";
import type { PagedStableMemory } from "../../../server/src/engine/embedder/stableMemory.ts";
import { createV8Embedder } from "../../../server/src/engine/embedder/v8Embedder.ts";
import { executionInput } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const gibibyte = 2 ** 30;

/** Numbers below a bound, the same in every run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const operations = { read: 0, write: 1, read32: 2, write32: 3, grow: 4 } as const;
interface Operation {
  readonly kind: keyof typeof operations;
  /** Target and offset of a read, offset and source of a write, pages to grow by. */
  readonly first: number;
  readonly second: number;
  readonly size: number;
}

/** A canister of two heap pages that does what its argument says, records of 32 bytes; `trap` ends with a trap. */
function interpreter(is64: boolean): Uint8Array {
  const builder = new WasmBuilder();
  builder.memory(2, 2, is64);
  builder.segment(
    Uint8Array.from({ length: 60_000 }, (_, index) => index % 251),
    100,
  );
  const size = builder.ic0("msg_arg_data_size", "", "I");
  const copy = builder.ic0("msg_arg_data_copy", "III");
  const functions = [builder.ic0("stable64_read", "lll"), builder.ic0("stable64_write", "lll")];
  if (!is64) functions.push(builder.ic0("stable_read", "iii"), builder.ic0("stable_write", "iii"));
  const grow = builder.ic0("stable64_grow", "l", "l");
  const type = is64 ? "i64" : "i32";
  const field = (offset: number): Instruction[] => [
    ["local.get", 0],
    ["i64.load", offset],
  ];
  const branch = (kind: number, then: readonly Instruction[]): Instruction[] => [
    ...field(0),
    ["i64.const", kind],
    "i64.eq",
    ["if"],
    ...then,
    "end",
  ];
  const body: Instruction[] = functions.flatMap((index, kind) => {
    const narrow: Instruction[] = kind >= 2 ? ["i32.wrap_i64"] : [];
    return branch(kind, [...[8, 16, 24].flatMap((at) => [...field(at), ...narrow]), ["call", index]]);
  });
  body.push(...branch(operations.grow, [...field(8), ["call", grow], "drop"]));
  const argument: Instruction[] = [
    [`${type}.const`, 98_304],
    [`${type}.const`, 0],
    ["call", size],
    ["call", copy],
    [`${type}.const`, 98_304],
    ["local.set", 0],
  ];
  const loop: Instruction[] = [
    ["block"],
    ["loop"],
    ["local.get", 0],
    [`${type}.const`, 98_304],
    ["call", size],
    `${type}.add`,
    `${type}.ge_u`,
    ["br_if", 1],
    ...body,
    ["local.get", 0],
    [`${type}.const`, 32],
    `${type}.add`,
    ["local.set", 0],
    ["br", 0],
    "end",
    "end",
  ];
  const code = [...argument, ...loop];
  builder.function({ locals: [type], code, exports: ["canister_update run"] });
  builder.function({ locals: [type], code: [...code, "unreachable"], exports: ["canister_update trap"] });
  return builder.build();
}

function payloadOf(list: readonly Operation[]): Uint8Array {
  const bytes = Buffer.alloc(list.length * 32);
  for (const [index, { kind, first, second, size }] of list.entries()) {
    for (const [at, value] of [operations[kind], first, second, size].entries()) {
      bytes.writeBigUInt64LE(BigInt(value), index * 32 + at * 8);
    }
  }
  return new Uint8Array(bytes);
}

function instanceOf(wasm: Uint8Array, options: ConstructorParameters<typeof PagedStableMemory>[0]) {
  const embedder = createV8Embedder({ gunzip: () => undefined, stableMemory: options ?? {} });
  const prepared = embedder.prepare(wasm);
  if (prepared.kind === "invalid") throw new Error(prepared.message);
  const instance = embedder.instantiate(prepared, undefined);
  const run = (list: readonly Operation[], changes: Partial<ExecutionInput> = {}, method = "run") =>
    instance.run(
      executionInput({
        entryPoint: { kind: "export", name: `canister_update ${method}` },
        payload: payloadOf(list),
        ...changes,
      }),
      undefined,
      false,
    );
  return { instance, run };
}

const read = (first: number, second: number, size: number): Operation => ({ kind: "read", first, second, size });
const write = (first: number, second: number, size: number): Operation => ({ kind: "write", first, second, size });
const grow = (pages: number): Operation => ({ kind: "grow", first: pages, second: 0, size: 0 });

for (const is64 of [false, true]) {
  test(`both forms behave alike, ${is64 ? 64 : 32}-bit`, () => {
    const next = numbers(is64 ? 7 : 3);
    const forms = [true, false].map((inside) => instanceOf(interpreter(is64), { inside }));
    for (const form of forms) form.run([grow(20)]);
    const address = () => (next(3) === 0 ? 65_536 - next(40) : next(90_000));
    const offset = () =>
      [next(20 * 65_536), 4_096 * next(320) - next(20), next(5_000), 20 * 65_536 - next(60)][next(4)] ?? 0;
    const size = () => [next(18), next(300), next(9_000), 16][next(4)] ?? 0;
    for (let turn = 0; turn < 300; turn++) {
      const list = Array.from({ length: 1 + next(12) }, (): Operation => {
        const kind =
          (["read", "write", is64 ? "read" : "read32", is64 ? "write" : "write32", "grow"] as const)[
            next(next(20) === 0 ? 5 : 4)
          ] ?? "read";
        if (kind === "grow") return grow(next(2));
        const bytes = size();
        const [near, far] = [address(), Math.max(0, offset())];
        return kind.startsWith("read")
          ? { kind, first: near, second: far, size: bytes }
          : { kind, first: far, second: near, size: bytes };
      });
      const limit = next(6) === 0 ? BigInt(next(20_000)) : 40_000_000_000n;
      const method = next(4) === 0 ? "trap" : "run";
      const [inside, beside] = forms.map((form) => form.run(list, { instructionLimit: limit }, method));
      expect([turn, inside]).toEqual([turn, beside]);
    }
    const [inside, beside] = forms.map(({ instance }) => instance.takeImage("full"));
    expect(inside).toEqual(beside);
    expect(inside?.stablePages.length).toBeGreaterThan(80);
  });
}

test("lies in chunks where code cannot reach it: far beyond what was written, and beyond 16 GiB", () => {
  const places = [0, 3 * gibibyte, 15.9 * gibibyte, 17 * gibibyte, 499 * gibibyte].map(Math.floor);
  const marked = instanceOf(interpreter(false), {});
  const payloadBytes = 98_304;
  marked.run([grow(8_192_000), ...places.map((place) => write(place, payloadBytes, 16))]);
  const pages = marked.instance.takeImage("full").stablePages;
  expect(pages.map(({ index }) => index * 4_096)).toEqual(places.map((place) => place - (place % 4_096)));
  // Along the way the lower part grows over chunks and takes them in.
  for (let place = 0; place < 4 * gibibyte; place += gibibyte / 2) marked.run([write(place, payloadBytes, 16)]);
  const after = marked.instance.takeImage("full").stablePages;
  expect(after.length).toBe(pages.length + 6);
  for (const { bytes } of after) expect(bytes.some((byte) => byte !== 0)).toBe(true);
});

/** A canister that reads or writes so many pages, twice, or one more. */
function toucher(pages: number): Uint8Array {
  const builder = new WasmBuilder();
  const grow = builder.ic0("stable64_grow", "l", "l");
  const functions = { read: builder.ic0("stable64_read", "lll"), write: builder.ic0("stable64_write", "lll") };
  builder.memory(1);
  builder.function({ code: [["i64.const", 10], ["call", grow], "drop"], exports: ["canister_update grow"] });
  for (const name of ["read", "write"] as const) {
    for (const count of [pages, pages + 1]) {
      const code = Array.from({ length: count * 2 }, (_, at): Instruction[] => {
        const offset: Instruction = ["i64.const", (at % count) * 4_096];
        const heap: Instruction = ["i64.const", 64];
        return [...(name === "read" ? [heap, offset] : [offset, heap]), ["i64.const", 8], ["call", functions[name]]];
      }).flat();
      builder.function({ code, exports: [`canister_update ${name}${count === pages ? "" : " more"}`] });
    }
  }
  return builder.build();
}

describe("what one execution may touch", () => {
  const accessLimits = { message: 10, upgrade: 20, query: 5 };
  const modes: readonly (readonly [ExecutionMode, number])[] = [
    ["update", 10],
    ["replyCallback", 10],
    ["cleanup", 10],
    ["heartbeat", 10],
    ["start", 10],
    ["init", 20],
    ["preUpgrade", 20],
    ["postUpgrade", 20],
    ["replicatedQuery", 5],
    ["nonReplicatedQuery", 5],
    ["compositeQuery", 5],
    ["compositeReplyCallback", 5],
  ];
  for (const inside of [true, false]) {
    test.each(modes)(`%s: ${inside ? "inside" : "beside"}, %i pages and not one more`, (mode, limit) => {
      const { instance } = instanceOf(toucher(limit), { inside, accessLimits });
      const touch = (method: string) =>
        instance.run(
          executionInput({ mode, entryPoint: { kind: "export", name: `canister_update ${method}` } }),
          undefined,
          false,
        ).trap;
      expect(touch("grow")).toBeUndefined();
      expect(touch("read")).toBeUndefined();
      expect(touch("write")).toBeUndefined();
      expect(touch("read more")).toEqual({
        kind: "memoryAccessLimitExceeded",
        message:
          "Exceeded the limit for the number of accessed pages in the stable memory in a single message execution: limit 40 KB for regular messages and 20 KB for queries.",
      });
      expect(touch("write more")).toEqual({
        kind: "memoryAccessLimitExceeded",
        message:
          "Exceeded the limit for the number of modified pages in the stable memory in a single execution: limit 40 KB for regular messages, 80 KB for upgrade messages and 20 KB for queries.",
      });
      expect(touch("read")).toBeUndefined();
    });
  }

  test("pages count once, however often and by whomever they are touched", () => {
    const { run } = instanceOf(interpreter(false), { accessLimits });
    run([grow(10)]);
    // One access of 9,000 bytes goes to the host, the others stay in the code.
    const list = [
      read(1_024, 0, 9_000),
      ...[0, 1, 2, 2, 1, 0, 3, 4, 5, 6, 7, 8].map((page) => read(1_024, page * 4_096, 8)),
    ];
    expect(run([...list, write(9 * 4_096, 0, 8), write(4_090, 0, 8)]).trap).toBeUndefined();
    expect(run([...list, write(9 * 4_096, 0, 8), read(1_024, 10 * 4_096, 1)]).trap?.kind).toBe(
      "memoryAccessLimitExceeded",
    );
  });
});
