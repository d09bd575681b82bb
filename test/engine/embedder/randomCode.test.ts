/**
 * Random programs from a seed: the fast form must end, count and write as the exact form does, whatever the control flow,
 * and what trapped or is discarded must leave nothing.
 */
import { describe, expect, test } from "vitest";
import { V8CanisterInstance } from "../../../server/src/engine/embedder/canisterInstance.ts";
import { isCompiledCanister } from "../../../server/src/engine/embedder/compiledCanister.ts";
import type { MemoryImage, MeteringProfile } from "../../../server/src/engine/embedder/contract.ts";
import { instrument } from "../../../server/src/engine/embedder/instrument.ts";
import { PagedStableMemory } from "../../../server/src/engine/embedder/stableMemory.ts";
import { readModule } from "../../../server/src/wasm/reader.ts";
import { executionInput, instantiate, prepareValid } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const programs = Number(process.env["RANDOM_PROGRAMS"] ?? 150);

/** Locals: 0 to 2 hold addresses within the first 128 KiB, 3 to 5 any value, the rest count the turns of loops. */
const addressLocals = 3;
const valueLocals = 6;
const loopLocals = 12;

/** Addresses are below 128 KiB. */
const addressMask = 0x1ffff;

class Generator {
  private seed: number;
  private loops = 0;
  /** Functions that may be called: those before this one. */
  readonly callees: number[] = [];
  readonly performanceCounter: number | undefined;
  /** Whether the function that is being made has a result. */
  hasResult = true;

  constructor(seed: number, performanceCounter: number | undefined) {
    this.seed = seed * 2_654_435_761;
    this.performanceCounter = performanceCounter;
  }

  random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.seed >>> 8) % below;
  }

  body(): Instruction[] {
    this.loops = 0;
    return this.statements(3, 1);
  }

  private statements(depth: number, labels: number): Instruction[] {
    const code: Instruction[] = [];
    for (let left = 1 + this.random(5); left > 0; left--) code.push(...this.statement(depth, labels));
    return code;
  }

  private statement(depth: number, labels: number): Instruction[] {
    const kind = this.random(depth > 0 ? 25 : 18);
    if (kind > 14 && kind < 18) return this.step();
    if (kind === 13) return this.load();
    if (kind === 14) return this.load();
    if (kind < 2) return [...this.value(), ["local.set", addressLocals + this.random(3)]];
    if (kind < 3) return [...this.address(), ["local.set", this.random(addressLocals)]];
    if (kind < 7) return this.store();
    if (kind < 8) return [...this.value(), ["br_if", this.random(labels)]];
    if (kind < 9) return this.bulk();
    if (kind < 10) return this.call();
    if (kind < 11) return this.random(4) === 0 ? this.ending(labels) : ["nop"];
    if (kind < 12) return this.readCounter();
    if (kind < 13)
      return [["i32.const", this.random(2)], ["memory.grow"], ["local.set", addressLocals + this.random(3)]];
    if (kind < 20) return [["block"], ...this.statements(depth - 1, labels + 1), "end"];
    if (kind < 22) return this.loop(depth, labels);
    const otherwise: Instruction[] = this.random(2) === 0 ? [] : ["else", ...this.statements(depth - 1, labels + 1)];
    return [...this.value(), ["if"], ...this.statements(depth - 1, labels + 1), ...otherwise, "end"];
  }

  /** Keeps what performance_counter says where it can be compared. */
  private readCounter(): Instruction[] {
    if (this.performanceCounter === undefined) return ["nop"];
    return [...this.address(), ["i32.const", 0], ["call", this.performanceCounter], ["i64.store", 0]];
  }

  private loop(depth: number, labels: number): Instruction[] {
    if (this.loops === loopLocals) return ["nop"];
    const counter = valueLocals + this.loops++;
    const again: Instruction[] = [
      ["local.get", counter],
      ["i32.const", 1],
      "i32.add",
      ["local.tee", counter],
      ["i32.const", 2 + this.random(6)],
      "i32.lt_u",
      ["br_if", 0],
    ];
    return [
      ["i32.const", 0],
      ["local.set", counter],
      ["loop"],
      ...this.statements(depth - 1, labels + 1),
      ...again,
      "end",
    ];
  }

  private ending(labels: number): Instruction[] {
    const label = () => this.random(labels);
    const endings: readonly (readonly Instruction[])[] = [
      [...(this.hasResult ? this.value() : []), "return"],
      [["br", label()]],
      [...this.value(), ["br_table", label(), label(), label()]],
      ["unreachable"],
      [["i32.const", -1], ["i32.load", 0], "drop"],
    ];
    return [...(endings[this.random(endings.length)] ?? [])];
  }

  private call(): Instruction[] {
    const callee = this.callees[this.random(Math.max(1, this.callees.length))];
    if (callee === undefined) return ["nop"];
    return [
      ["local.get", this.random(addressLocals)],
      ["call", callee],
      ["local.set", addressLocals + this.random(3)],
    ];
  }

  private store(): Instruction[] {
    const name = ["i32.store", "i32.store8", "i32.store16", "i64.store"][this.random(4)] ?? "i32.store";
    const value: Instruction[] = name === "i64.store" ? [["i64.const", this.random(1_000)]] : this.value();
    return [...this.address(), ...value, [name, this.random(3) === 0 ? this.random(5_000) : this.random(300)]];
  }

  /** An address beside another one, as in code that walks through memory. */
  private step(): Instruction[] {
    const distance: Instruction = ["i32.const", this.random(2) === 0 ? this.random(2_000) : 4 * this.random(10) - 8];
    const sum = this.random(6) === 0 ? "i32.sub" : "i32.add";
    const next: Instruction[] = [["local.get", this.random(addressLocals)], distance, sum];
    const local = this.random(addressLocals);
    if (this.random(3) === 0) return [...next, ["local.set", local]];
    const store = this.random(2) === 0;
    const end: Instruction[] = store ? [...this.value(), ["i32.store", 0]] : [["i32.load", 4], "drop"];
    return [...next, ["local.tee", local], ...end];
  }

  private load(): Instruction[] {
    const [name = "", ...convert] = [["i32.load"], ["i32.load8_u"], ["i32.load16_s"], ["i64.load", "i32.wrap_i64"]][
      this.random(4)
    ] as readonly string[];
    const offset = this.random(3) === 0 ? this.random(5_000) : this.random(300);
    return [...this.address(), [name, offset], ...convert, ["local.set", addressLocals + this.random(3)]];
  }

  private bulk(): Instruction[] {
    const size: Instruction = ["i32.const", this.random(2) === 0 ? this.random(20) : this.random(9_000)];
    if (this.random(2) === 0) return [...this.address(), ...this.value(), size, ["memory.fill"]];
    return [...this.address(), ...this.address(), size, ["memory.copy"]];
  }

  /** With offset and size within the first three pages of 64 KiB. */
  private address(): Instruction[] {
    const local = this.random(addressLocals);
    const kind = this.random(5);
    if (kind < 2) return [["local.get", local]];
    if (kind === 2) return [["i32.const", 65_536 * this.random(3) + 4 * this.random(20)]];
    const fresh: Instruction[] = [...this.value(), ["i32.const", addressMask], "i32.and"];
    return this.random(2) === 0 ? [...fresh, ["local.tee", local]] : fresh;
  }

  private value(): Instruction[] {
    const kind = this.random(4);
    if (kind === 0) return [["i32.const", this.random(50_000)]];
    // Close to where pages of 4 and of 64 KiB begin.
    if (kind === 3) return [["i32.const", 4096 * [1, 8, 16, 31, 32][this.random(5)]! - this.random(40)]];
    if (kind === 1) return [["local.get", this.random(valueLocals)]];
    return [["local.get", this.random(valueLocals)], ["i32.const", this.random(1_000)], "i32.mul"];
  }
}

/** Programs with odd seeds know the System API; the others run on V8 without the engine, too. */
function randomModule(seed: number): Uint8Array<ArrayBuffer> {
  const builder = new WasmBuilder();
  const performanceCounter = seed % 2 === 1 ? builder.ic0("performance_counter", "i", "l") : undefined;
  const generator = new Generator(seed, performanceCounter);
  builder.export("memory", "memory", builder.memory(3, 6));
  builder.segment(
    Uint8Array.from({ length: 5_000 }, (_, index) => index % 251),
    3_000,
  );
  const locals = new Array<"i32">(valueLocals - 1 + loopLocals).fill("i32");
  for (let left = 3; left > 0; left--) {
    const start: Instruction[] = [["local.get", 0], ["i32.const", addressMask], "i32.and", ["local.set", 0], ["block"]];
    const code = [...start, ...generator.body(), "end", ["local.get", 3] as const];
    generator.callees.push(builder.function({ params: ["i32"], results: ["i32"], locals, code }));
  }
  generator.hasResult = false;
  const code: Instruction[] = [["i32.const", 500], ["local.set", 0], ["block"], ...generator.body(), "end"];
  builder.function({ locals: ["i32", ...locals], code, exports: ["canister_update test"] });
  return builder.build();
}

/** The heap that a program leaves which ends without the engine. */
function plainHeap(wasm: Uint8Array<ArrayBuffer>): Buffer {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  (exports["canister_update test"] as () => void)();
  return Buffer.from((exports["memory"] as WebAssembly.Memory).buffer);
}

function heapOf(image: MemoryImage): Buffer {
  const heap = Buffer.alloc(image.heapBytes);
  for (const { index, bytes } of image.heapPages) heap.set(bytes, index * 4096);
  return heap;
}

/** Runs the exact form only. */
function exactInstance(wasm: Uint8Array<ArrayBuffer>, meteringProfile: MeteringProfile): V8CanisterInstance {
  const { module } = prepareValid(wasm, meteringProfile);
  const rewritten = instrument(readModule(wasm).module, {
    counterPlace: "global",
    meteringProfile,
    stableInside: true,
  });
  if ("problem" in rewritten || !isCompiledCanister(module)) throw new Error("a program is invalid");
  const exactModule = { ...module, instrumented: rewritten, wasm: new WebAssembly.Module(rewritten.bytes) };
  return new V8CanisterInstance(exactModule, new PagedStableMemory());
}

describe("random programs", () => {
  test.each<MeteringProfile>(["classic", "deterministicMemoryTracker"])(
    `${programs} of them end alike in both forms, at any limit, metered by %s`,
    (meteringProfile) => {
      const kinds = new Map<string, number>();
      let compared = 0;
      for (let seed = 1; seed <= programs; seed++) {
        const wasm = randomModule(seed);
        const fast = instantiate(wasm, meteringProfile);
        const exact = exactInstance(wasm, meteringProfile);
        const before = fast.takeImage("full");
        for (const instructionLimit of [900_000n, 250_000n, 170_000n, 5_000n, 700n, 60n]) {
          const input = executionInput({ instructionLimit });
          const discarded = fast.run(input, undefined, true);
          expect([seed, fast.takeImage("full")]).toEqual([seed, before]);
          const expected = exact.run(input, undefined, true);
          expect([seed, instructionLimit, discarded]).toEqual([seed, instructionLimit, expected]);
          const outcome = discarded.trap?.kind ?? discarded.kind;
          kinds.set(outcome, (kinds.get(outcome) ?? 0) + 1);
        }
        const input = executionInput({ instructionLimit: 900_000n });
        for (let again = 0; again < 2; again++) {
          const outcome = fast.run(input, undefined, false);
          expect([seed, outcome]).toEqual([seed, exact.run(input, undefined, false)]);
          if (again === 0 && seed % 2 === 0 && outcome.kind === "returned") {
            compared += 1;
            expect([seed, plainHeap(wasm).equals(heapOf(fast.takeImage("full")))]).toEqual([seed, true]);
          }
          expect([seed, fast.takeImage("full")]).toEqual([seed, exact.takeImage("full")]);
        }
      }
      expect(compared).toBeGreaterThan(programs / 10);
      // Otherwise the programs test nothing.
      for (const kind of ["returned", "trapped", "instructionLimitExceeded"]) {
        expect([kind, (kinds.get(kind) ?? 0) > programs / 20]).toEqual([kind, true]);
      }
    },
  );
});
