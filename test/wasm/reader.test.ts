/** Reading modules of unknown origin: what is there is found, what is broken is said, nothing throws. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../server/src/wasm/byteReader.ts";
import { ByteWriter } from "../../server/src/wasm/byteWriter.ts";
import { operatorSlot, operatorSlots, operators } from "../../server/src/wasm/opcodes.ts";
import { OperatorReader } from "../../server/src/wasm/operatorReader.ts";
import { readModule } from "../../server/src/wasm/reader.ts";
import { embedder } from "../support/executionInput.ts";
import { projectRoot } from "../support/sourceFiles.ts";
import { WasmBuilder, writeInstructions } from "../support/wasmBuilder.ts";

const preamble = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const sample = new Uint8Array(readFileSync(join(projectRoot, "media/samples/counter/wasm/counter_v1.wasm")));

describe("a module", () => {
  test("is read with all that it declares", () => {
    const builder = new WasmBuilder();
    const time = builder.ic0("time", "", "l");
    builder.memory(2, 300);
    builder.global("i64", true, -1n);
    builder.segment(Uint8Array.of(7, 8, 9), 1_000);
    const body = builder.function({ locals: ["i32"], code: [["call", time], "drop"], exports: ["a", "b"] });
    builder.table([body], 10);
    builder.custom("icp:public note", Uint8Array.of(1));
    const { module, problems } = readModule(builder.build());
    expect(problems).toEqual([]);
    expect(module).toMatchObject({
      importedFunctions: 1,
      functions: [0, 1],
      memories: [{ minimum: 2, maximum: 300, is64: false, shared: false }],
      globals: [{ type: 0x7e, mutable: true }],
      exports: [
        { name: "a", kind: "function", index: 1 },
        { name: "b", kind: "function", index: 1 },
      ],
    });
    const [segment] = module.data;
    expect([...module.bytes.subarray(segment?.start, segment?.end)]).toEqual([7, 8, 9]);
    expect(module.customSections[0]?.name).toBe("icp:public note");
    expect(module.bodies.length).toBe(1);
  });

  test("of a sample is read as V8 reads it", () => {
    const { module, problems } = readModule(sample);
    expect(problems).toEqual([]);
    const compiled = new WebAssembly.Module(sample);
    expect(module.exports.map((it) => it.name)).toEqual(WebAssembly.Module.exports(compiled).map((it) => it.name));
    expect(module.imports.map((it) => it.name)).toEqual(WebAssembly.Module.imports(compiled).map((it) => it.name));
  });
});

describe("hostile bytes", () => {
  const cases: Readonly<Record<string, readonly number[]>> = {
    nothing: [],
    "no module": [1, 2, 3],
    "half a preamble": [0, 0x61, 0x73],
    "version 2": [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0],
    "a section without size": [...preamble, 1],
    "a section behind the end": [...preamble, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
    "a size that never ends": [...preamble, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    "an unknown section": [...preamble, 77, 0],
    "the same section twice": [...preamble, 1, 1, 0, 1, 1, 0],
    "4 billion types": [...preamble, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f],
    "4 billion functions": [...preamble, 3, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
    "a name that is no UTF-8": [...preamble, 7, 6, 1, 2, 0xff, 0xfe, 0, 0],
    "a reference type of another proposal": [...preamble, 1, 5, 1, 0x60, 1, 0x64, 0],
    "a struct type": [...preamble, 1, 3, 1, 0x5f, 0],
    "a tag section": [...preamble, 13, 3, 1, 0, 0],
    "a data segment without end": [...preamble, 11, 4, 1, 0, 0x41, 0],
    "functions without code": [...preamble, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
  };
  test.each(Object.entries(cases))("%s", (_, bytes) => {
    const wasm = Uint8Array.from(bytes);
    expect(readModule(wasm).problems.length).toBeGreaterThan(0);
    expect(embedder.prepare(wasm).kind).toBe("invalid");
  });

  test("a million locals are refused", () => {
    const body = [6, 1, 0xc0, 0x84, 0x3d, 0x7f, 0x0b];
    const wasm = Uint8Array.from([...preamble, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, body.length + 1, 1, ...body]);
    expect(embedder.prepare(wasm).kind).toBe("invalid");
  });

  test("a module cut off anywhere is no module", () => {
    for (let length = 0; length < sample.length; length = Math.ceil(length * 1.2) + 1) {
      const prepared = embedder.prepare(sample.slice(0, length));
      // A cut between two custom sections leaves a module.
      if (length < sample.length / 2 && length > 8) expect(prepared.kind).toBe("invalid");
    }
  });

  test("changed bytes never throw, and what is accepted can be instantiated", () => {
    let seed = 12_345;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const builder = new WasmBuilder();
    builder.ic0("msg_reply");
    builder.memory(1);
    builder.global("i32", true, 5);
    const body = builder.function({
      locals: ["i32", "i64"],
      code: [["block"], ["loop"], ["local.get", 0], ["br_if", 0], ["br", 1], "end", "end", ["call", 0]],
      exports: ["canister_update test"],
    });
    builder.table([body]);
    const good = builder.build();
    for (let round = 0; round < 2_000; round++) {
      const wasm = good.slice();
      for (let change = random(3); change >= 0; change--) wasm[8 + random(wasm.length - 8)] = random(256);
      const prepared = embedder.prepare(wasm);
      if (prepared.kind === "valid" && prepared.facts.instrumentedOperators < 0) throw new Error("negative");
    }
  });
});

describe("operators", () => {
  test("have opcodes, names and dense numbers of their own", () => {
    const slots = operators.map((it) => operatorSlot(it.code));
    expect(new Set(slots).size).toBe(operators.length);
    expect(new Set(operators.map((it) => it.name)).size).toBe(operators.length);
    expect(Math.min(...slots)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...slots)).toBeLessThan(operatorSlots);
  });

  test("are read back as they were written, immediates included", () => {
    for (const { name, code } of operators) {
      const writer = new ByteWriter();
      writeInstructions(writer, [
        [
          name,
          ...(name === "br_table"
            ? [1, 2, 3]
            : /null$/.test(name)
              ? ["funcref"]
              : /select_t/.test(name)
                ? ["i32"]
                : name === "call"
                  ? [5]
                  : []),
        ],
      ]);
      const bytes = writer.toBytes();
      const reader = new OperatorReader(bytes, 0, bytes.length);
      expect([name, reader.next(), reader.code, reader.at]).toEqual([name, true, code, bytes.length]);
      expect(reader.next()).toBe(false);
    }
  });

  test("of other proposals are not read", () => {
    for (const bytes of [[0xfb, 0], [0xfe, 0], [0xfd, 0x80, 2], [0xfc, 30], [0x06, 0x40], [0x14, 0], [0xd3]]) {
      const reader = new OperatorReader(Uint8Array.from(bytes), 0, bytes.length);
      expect([bytes, reader.next(), reader.failed]).toEqual([bytes, false, true]);
    }
  });
});

describe("numbers", () => {
  test("come back as they were written", () => {
    for (const value of [0, 1, 63, 64, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1]) {
      const writer = new ByteWriter(1);
      writer.unsigned(value);
      expect(new ByteReader(writer.toBytes()).u32()).toBe(value);
      for (const signed of [value, 0 - value]) {
        if (Math.abs(signed) >= 2 ** 32) continue;
        const other = new ByteWriter(1);
        other.signed(signed);
        expect(new ByteReader(other.toBytes()).s33()).toBe(signed);
        const big = new ByteWriter(1);
        big.signedBig(BigInt(signed));
        expect(big.toBytes()).toEqual(other.toBytes());
      }
    }
  });

  test("too long or too large fail", () => {
    for (const bytes of [[0x80], [0xff, 0xff, 0xff, 0xff, 0x7f], [0x80, 0x80, 0x80, 0x80, 0x80, 0]]) {
      const reader = new ByteReader(Uint8Array.from(bytes));
      reader.u32();
      expect([reader.failed, reader.done]).toEqual([true, true]);
    }
  });
});
