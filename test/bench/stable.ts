/**
 * Stable memory: 16-byte reads and writes, at one place, along 1 MiB and scattered over 64 MiB, with the lower part of the
 * stable memory where the canister's code reaches it, and beside it as hosts without 64-bit memories do it. Best of
 * several turns, in turns.
 */
import type { CanisterInstance } from "../../server/src/engine/embedder/contract.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";
import { executionInput } from "../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../support/wasmBuilder.ts";

const turns = Number(process.env["BENCH_TURNS"] ?? 20);
const accesses = 100_000;
const stablePages = 1_024;

/** Offsets of the accesses: a step and a mask of the sum. */
const patterns = {
  "at one place": { step: 0, mask: 0 },
  "along 1 MiB": { step: 16, mask: 0xf_fff0 },
  "scattered over 64 MiB": { step: 2_654_435_761 - 2 ** 32, mask: 0x3ff_fff0 },
} as const;

const hosts = [true, false].map((inside) => instanceOn(inside));
for (const name of methods().map(({ name }) => name)) {
  const nanoseconds = [Infinity, Infinity];
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, host] of hosts.entries()) nanoseconds[at] = Math.min(nanoseconds[at] ?? 0, measure(host, name));
  }
  const [inside = 0, outside = 0] = nanoseconds;
  console.log(
    `${name.padEnd(30)}${inside.toFixed(0).padStart(6)} ns inside ${outside.toFixed(0).padStart(6)} ns beside  ${(outside / inside).toFixed(1)} ×`,
  );
}

/** Nanoseconds of one access, the loop around it included. */
function measure(instance: CanisterInstance, name: string): number {
  const input = executionInput({ entryPoint: { kind: "export", name: `canister_update ${name}` } });
  const start = performance.now();
  const { trap } = instance.run(input, undefined, false);
  const end = performance.now();
  if (trap !== undefined) throw new Error(JSON.stringify(trap));
  return ((end - start) * 1e6) / accesses;
}

function methods() {
  return (["read", "write"] as const).flatMap((access) =>
    Object.entries(patterns).map(([pattern, { step, mask }]) => ({ name: `${access} ${pattern}`, access, step, mask })),
  );
}

function instanceOn(inside: boolean): CanisterInstance {
  const embedder = createV8Embedder({ gunzip: () => undefined, stableMemory: { inside } });
  const prepared = embedder.prepare(canister());
  if (prepared.kind === "invalid") throw new Error(prepared.message);
  const instance = embedder.instantiate(prepared, undefined);
  measure(instance, "prepare");
  return instance;
}

function canister(): Uint8Array {
  const builder = new WasmBuilder();
  const grow = builder.ic0("stable64_grow", "l", "l");
  const functions = { read: builder.ic0("stable64_read", "lll"), write: builder.ic0("stable64_write", "lll") };
  builder.memory(1);
  const fill: Instruction[] = [
    ["loop"],
    ["local.get", 0],
    ["i64.const", 0],
    ["i64.const", 4_096],
    ["call", functions.write],
    ["local.get", 0],
    ["i64.const", 4_096],
    "i64.add",
    ["local.tee", 0],
    ["i64.const", stablePages * 65_536],
    "i64.lt_u",
    ["br_if", 0],
    "end",
  ];
  builder.function({
    locals: ["i64"],
    code: [["i64.const", stablePages], ["call", grow], "drop", ...fill],
    exports: ["canister_update prepare"],
  });
  for (const { name, access, step, mask } of methods()) {
    const offset: Instruction[] = [["local.get", 0], ["i64.const", mask], "i64.and"];
    const heap: Instruction = ["i64.const", 1_024];
    const code: Instruction[] = [
      ["loop"],
      ...(access === "read" ? [heap, ...offset] : [...offset, heap]),
      ["i64.const", 16],
      ["call", functions[access]],
      ["local.get", 0],
      ["i64.const", step],
      "i64.add",
      ["local.set", 0],
      ["local.get", 1],
      ["i64.const", 1],
      "i64.add",
      ["local.tee", 1],
      ["i64.const", accesses],
      "i64.lt_u",
      ["br_if", 0],
      "end",
    ];
    builder.function({ locals: ["i64", "i64"], code, exports: [`canister_update ${name}`] });
  }
  return builder.build();
}
