/** What makes a module invalid, at each limit and one beyond, in the replica's words. */
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { moduleAdvice } from "../../../server/src/engine/embedder/moduleAdvice.ts";
import { systemApi } from "../../../server/src/engine/embedder/systemApi.ts";
import { createV8Embedder } from "../../../server/src/engine/embedder/v8Embedder.ts";
import { embedder, prepareValid } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

function problemOf(fill: (builder: WasmBuilder) => void): string | undefined {
  const builder = new WasmBuilder();
  fill(builder);
  const prepared = embedder.prepare(builder.build());
  return prepared.kind === "invalid" ? prepared.message : undefined;
}

function gunzipUpTo(packed: Uint8Array, maxOutputLength: number): Uint8Array | undefined {
  try {
    return gunzipSync(packed, { maxOutputLength });
  } catch {
    return undefined;
  }
}

const update = (builder: WasmBuilder, name: string) => builder.export(`canister_update ${name}`, "function", 0);

describe("imports", () => {
  test("of the whole System API are fine", () => {
    const problem = problemOf((builder) => {
      builder.type([]);
      for (const { name, params, result } of systemApi.values()) {
        builder.ic0(name, params, result);
      }
    });
    expect(problem).toBeUndefined();
  });

  test("of what does not exist", () => {
    expect(problemOf((builder) => builder.ic0("msg_fly"))).toBe(
      "Wasm module has an invalid import section. Module imports function 'msg_fly' from 'ic0' that is not exported by the runtime.",
    );
    expect(problemOf((builder) => builder.import("env", "memcpy", ["i32"], []))).toBe(
      "Wasm module has an invalid import section. Module imports function 'memcpy' from 'env' that is not exported by the runtime.",
    );
    expect(problemOf((builder) => builder.import("other", "msg_reply"))).toBe(
      'Wasm module has an invalid import section. Module imports function "msg_reply" from "other", expected to be imported from one of ["ic0"] instead.',
    );
  });

  test("of a wrong type", () => {
    expect(problemOf((builder) => builder.ic0("msg_reply_data_append", "Il"))).toBe(
      "Wasm module has an invalid function signature. Expected input params [I32, I32] for 'msg_reply_data_append', got [I32, I64].",
    );
    expect(problemOf((builder) => builder.ic0("time", "", "i"))).toBe(
      "Wasm module has an invalid function signature. Expected return type [I64] for 'time', got [I32].",
    );
  });
});

describe("exports", () => {
  test("of one name under two kinds", () => {
    const problem = problemOf((builder) => {
      builder.function({ code: [], exports: ["canister_update a", "canister_query a"] });
    });
    expect(problem).toBe(
      "Duplicate function 'a' exported multiple times with different call types: update, query, or composite_query.",
    );
  });

  test("with the reserved prefix", () => {
    expect(problemOf((builder) => builder.function({ code: [], exports: ["canister_fly"] }))).toBe(
      "Wasm module has an invalid export section. Exporting reserved function 'canister_fly' with \"canister_\" prefix",
    );
    for (const name of [
      "init",
      "pre_upgrade",
      "post_upgrade",
      "inspect_message",
      "heartbeat",
      "global_timer",
      "on_low_wasm_memory",
    ]) {
      expect(problemOf((builder) => builder.function({ code: [], exports: [`canister_${name}`] }))).toBeUndefined();
    }
  });

  test("of a wrong type", () => {
    const code: Instruction[] = [["i32.const", 0]];
    expect(problemOf((builder) => builder.function({ results: ["i32"], code, exports: ["canister_init"] }))).toBe(
      "Wasm module has an invalid function signature. Expected return type [] for 'canister_init', got [I32].",
    );
  });

  test.each([
    "canister counter_instructions",
    "canister_start",
    "canister counter_dirty_pages",
    "canister counter_accessed_pages",
    "stable_memory",
    "stable_bytemap_memory",
  ])("of the reserved name %s", (name) => {
    const problem = problemOf((builder) => {
      builder.function({ code: [], exports: [name] });
    });
    expect(problem).toBe(`Wasm module has an invalid export section. Exporting reserved symbol ${name} not allowed.`);
  });

  test("at most 1,000 methods", () => {
    const withMethods = (count: number) =>
      problemOf((builder) => {
        builder.function({ code: [] });
        for (let index = 0; index < count; index++) update(builder, `m${index}`);
      });
    expect(withMethods(1_000)).toBeUndefined();
    expect(withMethods(1_001)).toMatch(/ is 1001 which exceeds 1000\.$/);
  });

  test("names of at most 20,000 bytes", () => {
    const withName = (length: number) =>
      problemOf((builder) => {
        builder.function({ code: [] });
        update(builder, "n".repeat(length));
      });
    expect(withName(20_000)).toBeUndefined();
    expect(withName(20_001)).toMatch(/ is 20001 which exceeds the allowed limit of 20000\.$/);
  });
});

describe("limits", () => {
  test("at most 1,000 globals", () => {
    const withGlobals = (count: number) =>
      problemOf((builder) => {
        for (let index = 0; index < count; index++) builder.global("i32", index % 2 === 0);
      });
    expect(withGlobals(1_000)).toBeUndefined();
    expect(withGlobals(1_001)).toBe("Wasm module defined 1001 globals which exceeds the maximum number allowed 1000.");
  });

  test("at most 50,000 functions", () => {
    const withFunctions = (count: number) =>
      problemOf((builder) => {
        for (let index = 0; index < count; index++) builder.function({ code: [] });
      });
    expect(withFunctions(50_000)).toBeUndefined();
    expect(withFunctions(50_001)).toBe(
      "Wasm module defined 50001 functions which exceeds the maximum number allowed 50000.",
    );
  });

  test("at most a million of complexity and of operators in a function", () => {
    const repeated = (name: string, count: number) =>
      problemOf((builder) => builder.function({ code: new Array<Instruction>(count).fill(name) }));
    // The final end weighs 1.
    expect(repeated("nop", 999_999)).toBeUndefined();
    expect(repeated("nop", 1_000_000)).toBe(
      "Wasm module contains a function at index 0 with complexity 1000001 which exceeds the maximum complexity allowed 1000000.",
    );
  });

  test("tables of at most a million elements", () => {
    const withTable = (elements: number) => problemOf((builder) => builder.table([], elements));
    expect(withTable(1_000_000)).toBeUndefined();
    expect(withTable(1_000_001)).toBe(
      "Failed to instantiate module: table minimum size of 1000001 elements exceeds table limits",
    );
  });

  test("at most 12 MiB of code", () => {
    const limit = 12 * 1_048_576;
    // Each body has its size in three bytes, no locals, and ends; the number of bodies takes one byte.
    const withCode = (bytes: number) =>
      problemOf((builder) => {
        const full = 900_000;
        for (let left = bytes - 1; left > 0; left -= full) {
          const size = left < full + 20_000 ? left : full;
          builder.function({ code: new Array<Instruction>(size - 5).fill("nop") });
          if (size === left) break;
        }
      });
    expect(withCode(limit)).toBeUndefined();
    expect(withCode(limit + 1)).toBe(
      `Wasm module code section size of ${limit + 1} exceeds the maximum allowed size of ${limit}.`,
    );
  });

  test("at most 100 MiB, unpacked", () => {
    const limit = 100 * 1_048_576;
    const host = createV8Embedder({ gunzip: gunzipUpTo, sha256: (bytes) => Uint8Array.of(bytes.length & 0xff) });
    const empty = new WasmBuilder();
    empty.custom("filling", new Uint8Array(limit - 21));
    const wasm = empty.build();
    expect(wasm.length).toBe(limit);
    expect(host.prepare(wasm).kind).toBe("valid");
    const more = new Uint8Array(limit + 1);
    const message = `Wasm module size of ${limit + 1} exceeds the maximum allowed size of ${limit}.`;
    expect(host.prepare(more)).toEqual({ kind: "invalid", message });
    expect(host.prepare(new Uint8Array(gzipSync(more, { level: 1 })))).toEqual({ kind: "invalid", message });
  });

  test("each comes with the network's advice", () => {
    const advice: Readonly<Record<string, string>> = {
      "Duplicate function 'get' exported multiple times with different call types: update, query, or composite_query.":
        "wasm-module-duplicate-exports",
      "Wasm module defined 1001 globals which exceeds the maximum number allowed 1000.": "wasm-module-too-many-globals",
      "Wasm module contains a function at index 0 with complexity 1000001 which exceeds the maximum complexity allowed 1000000.":
        "wasm-module-function-complexity-too-high",
      "Wasm module size of 2 exceeds the maximum allowed size of 1.": "wasm-module-too-large",
    };
    for (const [reason, section] of Object.entries(advice)) {
      expect(moduleAdvice(reason)).toMatchObject({ kind: "developer", section });
    }
    expect(moduleAdvice(Object.keys(advice)[0] ?? "")).toMatchObject({
      suggestion:
        "Try defining different versions of the function for each call type, e.g. `get_update`, `get_query`, etc.",
    });
    expect(moduleAdvice("Wasm module has an invalid import section. Importing tags is not allowed.")).toEqual({
      kind: "toolchain",
    });
  });

  test("at most 16 icp sections of 1 MiB in all, with a scope, one for each name", () => {
    const withSections = (...sections: readonly (readonly [string, number])[]) =>
      problemOf((builder) => {
        for (const [name, size] of sections) builder.custom(name, new Uint8Array(size));
      });
    const many = (count: number) => Array.from({ length: count }, (_, index) => [`icp:public s${index}`, 1] as const);
    expect(withSections(...many(16), ["other", 2_000_000])).toBeUndefined();
    expect(withSections(...many(17))).toBe(
      "Wasm module defined 17 custom sections which exceeds the maximum number allowed 16.",
    );
    expect(withSections(["icp:private a", 1_048_575])).toBeUndefined();
    expect(withSections(["icp:private a", 1_048_576])).toMatch(/size 1048577 bytes, allowed 1048576 bytes$/);
    expect(withSections(["icp:public a", 1], ["icp:private a", 1])).toMatch(/name a already exists$/);
    expect(withSections(["icp:public", 1])).toMatch(/must have a space after the public\/private scope$/);
    expect(withSections(["icp:secret a", 1])).toMatch(/'icp:secret a' has no public\/private scope defined\.$/);
  });
});

describe("code and data", () => {
  test.each(["table.set", "table.grow", "table.fill", "table.copy", "table.init"])("%s is refused", (name) => {
    const operands: Readonly<Record<string, readonly Instruction[]>> = {
      "table.set": [
        ["i32.const", 0],
        ["ref.null", "funcref"],
      ],
      "table.grow": [
        ["ref.null", "funcref"],
        ["i32.const", 0],
      ],
      "table.fill": [
        ["i32.const", 0],
        ["ref.null", "funcref"],
        ["i32.const", 0],
      ],
    };
    const three: Instruction[] = [
      ["i32.const", 0],
      ["i32.const", 0],
      ["i32.const", 0],
    ];
    const problem = problemOf((builder) => {
      builder.table([]);
      const after: Instruction[] = name === "table.grow" ? ["drop"] : [];
      builder.function({ code: [...(operands[name] ?? three), [name], ...after] });
    });
    expect(problem).toBe(`Wasm module contains a function at index 0 with unsupported instruction ${name}.`);
  });

  test("segments outside of the memory are found before anything is installed", () => {
    const problem = problemOf((builder) => {
      builder.memory(1);
      builder.segment(Uint8Array.of(1, 2), 65_535);
    });
    expect(problem).toBe("Wasm module has invalid data segment of 2 bytes at 65535");
  });

  test("code that does not validate", () => {
    expect(problemOf((builder) => builder.function({ code: ["i32.add"] }))).toMatch(
      /^Wasmtime failed to validate wasm module/,
    );
  });

  test("calls of functions that only the rewritten module has", () => {
    expect(problemOf((builder) => builder.function({ code: [["call", 1]] }))).toMatch(/^Wasmtime failed to validate/);
  });

  test("as many locals as V8 allows are refused where the rewritten code needs one more, and never throw", () => {
    const withLocals = (count: number) =>
      problemOf((builder) => builder.function({ locals: new Array<"i32">(count).fill("i32"), code: [] }));
    expect(withLocals(49_000)).toBeUndefined();
    for (const count of [49_999, 50_000, 50_001]) expect(() => withLocals(count)).not.toThrow();
  });

  test("exports of names that the rewritten module uses", () => {
    const problem = problemOf((builder) => {
      builder.start(builder.function({ code: [], exports: ["(start)", "workbench:counter", "_workbench:x"] }));
    });
    expect(problem).toBeUndefined();
  });

  test("more than one memory", () => {
    const problem = problemOf((builder) => {
      builder.memory(1);
      builder.memory(1);
    });
    // The example is the network's own.
    const example = problemOf((builder) => {
      builder.function({ code: [] });
      builder.memory(1);
      builder.memory(1);
    });
    const refused =
      "Wasmtime failed to validate wasm module wasmtime::Module::validate() failed with multiple memories";
    expect(problem?.startsWith(refused)).toBe(true);
    expect(example).toBe(`${refused} (at offset 0x14)`);
  });
});

describe("packed modules", () => {
  const builder = new WasmBuilder();
  builder.function({ code: [], exports: ["canister_init", "canister_query q", "canister_composite_query c"] });
  const wasm = builder.build();

  test("are unpacked, and their hash and size are those of the packed bytes", () => {
    const packed = new Uint8Array(gzipSync(wasm));
    const [plain, unpacked] = [prepareValid(wasm), prepareValid(packed)];
    expect(unpacked.facts).toEqual({ ...plain.facts, moduleBytes: packed.length });
    expect(unpacked.hash).not.toEqual(plain.hash);
    expect(plain.facts.hasInit).toBe(true);
    expect([...plain.facts.queryMethods, ...plain.facts.compositeQueryMethods]).toEqual(["q", "c"]);
  });

  test("that are broken are said to be", () => {
    const broken = embedder.prepare(Uint8Array.of(0x1f, 0x8b, 1, 2, 3));
    expect(broken).toMatchObject({ kind: "invalid", message: expect.stringMatching(/gzip/) });
  });
});
