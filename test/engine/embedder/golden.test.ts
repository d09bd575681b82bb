/** Counts that the network's own replica reports; see the README beside the data. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExecutionMode } from "../../../server/src/engine/embedder/contract.ts";
import { systemApi, typeOfLetter } from "../../../server/src/engine/embedder/systemApi.ts";
import { valueTypeName } from "../../../server/src/wasm/module.ts";
import { instantiate, run } from "../../support/executionInput.ts";
import { projectRoot } from "../../support/sourceFiles.ts";
import { type Instruction, type TypeName, WasmBuilder } from "../../support/wasmBuilder.ts";

interface GoldenCount {
  readonly group: string;
  readonly id: string;
  readonly template: string;
  readonly wasm64: boolean;
  readonly loop: number;
  readonly call: string | null;
  readonly params: readonly string[] | null;
  readonly result: string | null;
  readonly expected: number;
}

const path = join(projectRoot, "../shared/conformance/instructions/golden.json");

/** Counts above this take seconds each; the slow suite runs them. */
const slowFrom = 3_000_000_000;

/** Whether this host has 64-bit memories: a module with one of no pages. */
const hasMemory64 = WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 0));

describe.skipIf(!existsSync(path))("golden instruction counts", () => {
  const counts: GoldenCount[] = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
  for (const golden of counts) {
    const isSlow = golden.expected > slowFrom && process.env["FULL_GOLDEN"] === undefined;
    test.skipIf(isSlow || (golden.wasm64 && !hasMemory64))(`${golden.group}: ${golden.id}`, () => {
      expect(Number(countOf(golden))).toBe(golden.expected);
    });
  }
});

function countOf(golden: GoldenCount): bigint {
  const entries: Readonly<Record<string, readonly [string, ExecutionMode]>> = {
    execute_update: ["canister_update test", "update"],
    execute_query: ["canister_query test", "nonReplicatedQuery"],
    execute_inspect_message: ["canister_inspect_message", "inspectMessage"],
  };
  const [name, mode] = entries[golden.group] ?? ["", "update"];
  const outcome = run(instantiate(goldenModule(golden, name), "classic"), {
    mode,
    entryPoint: { kind: "export", name },
    instructionLimit: 1_000_000_000_000n,
    payload: new Uint8Array(8192),
    caller: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0xfd, 1),
    canisterId: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 4, 1, 1),
    outgoingCalls: { canEnqueue: () => true, costOfCall: () => 1n },
    methodName: "a method of 20 bytes",
    ...(mode === "nonReplicatedQuery" ? { dataCertificate: () => new Uint8Array(64) } : {}),
  });
  expect(outcome.trap).toBeUndefined();
  return outcome.instructions;
}

function goldenModule(
  { id, template, wasm64, loop, call, params, result }: GoldenCount,
  exportName: string,
): Uint8Array {
  const t: TypeName = wasm64 ? "i64" : "i32";
  const builder = new WasmBuilder();
  if (wasm64) builder.memory(16, undefined, true);
  else builder.memory(1);
  const imported = (name: string): number => {
    const row = systemApi.get(name);
    if (row === undefined) throw new Error(`no ${name}`);
    const typeOf = (letter: string) => valueTypeName(typeOfLetter(letter, wasm64)) as TypeName;
    return builder.import("ic0", name, [...row.params].map(typeOf), [...row.result].map(typeOf));
  };
  const callee = call === null ? undefined : imported(call);
  const grow = template === "StableTest" ? imported(wasm64 ? "stable64_grow" : "stable_grow") : 0;
  const callNew = template === "CallNewLoop" ? imported("call_new") : 0;
  const accept = template === "InspectMessage" ? imported("accept_message") : 0;
  const body: Instruction[] = [];
  if (template === "CallNewLoop") {
    for (const value of [0, 10, 100, 18, 11, 0, 22, 0]) body.push([`${t}.const`, value]);
    body.push(["call", callNew]);
  }
  if (callee !== undefined) {
    for (const param of params ?? []) {
      const [value = "0", type = "i32"] = param.split("_");
      body.push([`${type}.const`, BigInt(value)]);
    }
    body.push(["call", callee]);
    if (result !== "No") body.push("drop");
  }
  if (id.includes("adds")) {
    body.push(["local.get", 1], [`${t}.const`, 0], [`${t}.load`, 0], `${t}.add`, ["local.set", 1]);
  }
  const isOnce = loop === 1 || id.includes("empty test") || id.endsWith("*");
  const code: Instruction[] = [];
  if (template === "StableTest") code.push([`${t}.const`, 1], ["call", grow], "drop");
  if (id.includes("empty test")) code.push(["i32.const", 0], "drop");
  else if (isOnce) code.push(...body);
  else {
    code.push(["loop"], ["local.get", 0], [`${t}.const`, 1_000_000], `${t}.lt_s`, ["if"]);
    code.push(["local.get", 0], [`${t}.const`, 1], `${t}.add`, ["local.set", 0], ...body, ["br", 1], "end", "end");
  }
  if (template === "InspectMessage") code.push(["call", accept]);
  builder.function({ locals: [t, t], code, exports: [exportName] });
  return builder.build();
}
