import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { candidInterface } from "../../../server/src/engine/embedder/candidInterface.ts";
import { prepareValid } from "../../support/executionInput.ts";
import { projectRoot } from "../../support/sourceFiles.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

const text = new TextEncoder();

function exporting(code: readonly Instruction[], data = "service : {}\0"): Uint8Array {
  const builder = new WasmBuilder();
  const time = builder.ic0("time", "", "l");
  expect(time).toBe(0);
  builder.memory(1);
  builder.segment(text.encode(data), 16);
  builder.function({ results: ["i32"], code, exports: ["get_candid_pointer"] });
  return builder.build();
}

describe("Candid interface of a module", () => {
  test("from the section, public or private", () => {
    for (const scope of ["public", "private"]) {
      const builder = new WasmBuilder();
      builder.custom(`icp:${scope} candid:service`, text.encode("service : { a : () -> () }"));
      expect(candidInterface(prepareValid(builder.build()))).toBe("service : { a : () -> () }");
    }
  });

  test("from get_candid_pointer", () => {
    expect(candidInterface(prepareValid(exporting([["i32.const", 16]])))).toBe("service : {}");
  });

  test("none where the function misbehaves", () => {
    const cases: readonly (readonly Instruction[])[] = [
      [["i32.const", 70_000]],
      [["i32.const", -1]],
      ["unreachable"],
      [["loop"], ["br", 0], "end", "unreachable"],
      [["call", 0], "drop", ["i32.const", 16]],
      [["i32.const", 70_000], ["memory.grow"]],
    ];
    for (const code of cases) expect(candidInterface(prepareValid(exporting(code)))).toBeUndefined();
    expect(candidInterface(prepareValid(exporting([["i32.const", 16]], "\xff\0")))).toBe("\u00ff");
    expect(candidInterface(prepareValid(new WasmBuilder().build()))).toBeUndefined();
  });

  const counter = join(projectRoot, "media/samples/counter");
  for (const name of readdirSync(join(counter, "wasm"))) {
    test(`of the sample ${name}`, () => {
      const wasm = new Uint8Array(readFileSync(join(counter, "wasm", name)));
      expect(candidInterface(prepareValid(wasm))).toMatch(/increment : \(\) -> \(nat64\)/);
    });
  }
});
