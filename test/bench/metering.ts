/**
 * What metering and rollback cost: kernels and a sample canister run plain on V8 and through the engine, in turns, in
 * one process: with metering alone, with rollback and canonical NaNs, and with the tracker's marks of all accesses. Ratios of the fastest
 * runs; their geometric means over the kernels are the figures to watch.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { V8CanisterInstance } from "../../server/src/engine/embedder/canisterInstance.ts";
import { isCompiledCanister } from "../../server/src/engine/embedder/compiledCanister.ts";
import type { RewriteForm } from "../../server/src/engine/embedder/functionRewriter.ts";
import { instrument } from "../../server/src/engine/embedder/instrument.ts";
import { hasStableInside } from "../../server/src/engine/embedder/stableLayout.ts";
import { PagedStableMemory } from "../../server/src/engine/embedder/stableMemory.ts";
import { systemApi } from "../../server/src/engine/embedder/systemApi.ts";
import { ByteWriter } from "../../server/src/wasm/byteWriter.ts";
import { readModule } from "../../server/src/wasm/reader.ts";
import { executionInput, prepareValid } from "../support/executionInput.ts";
import { projectRoot } from "../support/sourceFiles.ts";

/** Pairs of runs of each kernel. */
const turns = Number(process.env["BENCH_TURNS"] ?? 60);

/** Length of the name that the sample is installed with, in repetitions of a text of 18 bytes. */
const nameRepetitions = 20_000;

const sampleName = "child sample";

/** A way to run code, with the ratio that it should not exceed over the kernels. */
interface Way {
  readonly name: string;
  readonly form: Pick<RewriteForm, "meteringProfile" | "onlyMetered">;
  readonly target?: number;
}

const ways: readonly Way[] = [
  { name: "metered", form: { meteringProfile: "classic", onlyMetered: true }, target: 1.18 },
  { name: "classic", form: { meteringProfile: "classic" }, target: 1.3 },
  { name: "tracker", form: { meteringProfile: "deterministicMemoryTracker" }, target: 1.4 },
];

interface Contest {
  readonly name: string;
  readonly plain: () => undefined;
  /** One for each way, in their order. */
  readonly metered: readonly (() => bigint)[];
}

console.log(
  `${"".padEnd(16)}${"plain".padStart(11)}${ways.map(({ name }) => name.padStart(10)).join("")}   instructions`,
);
const contests = process.argv.slice(2);
const rows = [...kernels(), sample()].filter(({ name }) => contests.length === 0 || contests.includes(name)).map(race);
for (const [index, { name, target }] of ways.entries()) {
  const mean = geometricMean(rows.filter((it) => it.isKernel).map((it) => it.ratios[index] ?? 1));
  console.log(
    `${name}: geometric mean ${mean.toFixed(3)} × plain V8${target === undefined ? "" : `, to be ≤ ${target}`}`,
  );
}

function race({ name, plain, metered }: Contest) {
  const best = [plain, ...metered].map(() => Infinity);
  let instructions = 0n;
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, run] of [plain, ...metered].entries()) {
      const time = milliseconds(() => {
        instructions = run() ?? instructions;
      });
      best[index] = Math.min(best[index] ?? Infinity, time);
    }
  }
  const [plainBest = 1, ...others] = best;
  const ratios = others.map((it) => it / plainBest);
  const columns = ratios.map((ratio) => ratio.toFixed(3).padStart(10)).join("");
  const millions = (Number(instructions) / 1e6).toFixed(2);
  console.log(`${name.padEnd(16)}${plainBest.toFixed(2).padStart(8)} ms${columns}   ${millions} M`);
  return { isKernel: name !== sampleName, ratios };
}

/** A fresh instance whose code is rewritten in a form. */
function instanceOf(wasm: Uint8Array, form: Way["form"]): V8CanisterInstance {
  const { module } = prepareValid(wasm, form.meteringProfile);
  const rewritten = instrument(readModule(wasm).module, {
    ...form,
    counterPlace: "local",
    stableInside: hasStableInside,
  });
  if ("problem" in rewritten || !isCompiledCanister(module)) throw new Error("The module is invalid.");
  const compiled = { ...module, instrumented: rewritten, wasm: new WebAssembly.Module(rewritten.bytes) };
  return new V8CanisterInstance(compiled, new PagedStableMemory());
}

function kernels(): Contest[] {
  const wasm = new Uint8Array(readFileSync(join(projectRoot, "test/bench/kernels/kernels.wasm")));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const instances = ways.map(({ form }) => instanceOf(wasm, form));
  return Object.keys(exports)
    .filter((name) => name.startsWith("canister_update "))
    .map((name) => {
      const input = executionInput({ entryPoint: { kind: "export", name } });
      return {
        name: name.replace("canister_update ", ""),
        plain: exports[name] as () => undefined,
        metered: instances.map((instance) => () => instance.run(input, undefined, false).instructions),
      };
    });
}

/** The factory's child, installed with a long name: Candid decoding and stable memory as the CDK and its crates do them. */
function sample(): Contest {
  const wasm = new Uint8Array(readFileSync(join(projectRoot, "media/samples/factory/wasm/child.wasm")));
  const payload = encodedText("Žižkov, 名前 ".repeat(nameRepetitions));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    ic0: leastSystemApi(payload, () => exports),
  });
  const instances = ways.map(({ form }) => instanceOf(wasm, form));
  const input = executionInput({ mode: "init", entryPoint: { kind: "export", name: "canister_init" }, payload });
  return {
    name: sampleName,
    plain: exports["canister_init"] as () => undefined,
    metered: instances.map((instance) => () => {
      const outcome = instance.run(input, undefined, false);
      if (outcome.trap !== undefined) throw new Error(JSON.stringify(outcome.trap));
      return outcome.instructions;
    }),
  };
}

function encodedText(text: string): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes([0x44, 0x49, 0x44, 0x4c, 0, 1, 0x71]);
  writer.name(text);
  return writer.toBytes();
}

/** Enough of the System API to be installed without the engine. */
function leastSystemApi(payload: Uint8Array, exports: () => WebAssembly.Exports): WebAssembly.ModuleImports {
  const nothing = [...systemApi.values()].map(({ name, result }) => [name, () => (result === "l" ? 0n : 0)] as const);
  const heap = (start: bigint | number, size: bigint | number) =>
    new Uint8Array((exports()["memory"] as WebAssembly.Memory).buffer, Number(start), Number(size));
  const stable = new Uint8Array(64 * 1_048_576);
  let stablePages = 0n;
  return {
    ...Object.fromEntries(nothing),
    stable64_size: () => stablePages,
    stable64_grow: (pages: bigint) => {
      stablePages += pages;
      return stablePages - pages;
    },
    stable64_write: (offset: bigint, source: bigint, size: bigint) => stable.set(heap(source, size), Number(offset)),
    stable64_read: (target: bigint, offset: bigint, size: bigint) =>
      heap(target, size).set(stable.subarray(Number(offset), Number(offset + size))),
    msg_arg_data_size: () => payload.length,
    msg_arg_data_copy: (target: number, offset: number, size: number) => {
      heap(target, size).set(payload.subarray(offset, offset + size));
    },
    trap: () => {
      throw new Error("The sample trapped.");
    },
  };
}

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
