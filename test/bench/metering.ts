/**
 * What metering and rollback cost: kernels and a sample canister run plain on V8 and through the engine, in turns, in
 * one process. Ratios of the fastest runs; the geometric mean is the figure to watch.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemApi } from "../../server/src/engine/embedder/systemApi.ts";
import { ByteWriter } from "../../server/src/wasm/byteWriter.ts";
import { executionInput, instantiate } from "../support/executionInput.ts";
import { projectRoot } from "../support/sourceFiles.ts";

/** Pairs of runs of each kernel. */
const turns = Number(process.env["BENCH_TURNS"] ?? 60);

/** Length of the name that the sample is installed with, in repetitions of a text of 18 bytes. */
const nameRepetitions = 20_000;

interface Contest {
  readonly name: string;
  readonly plain: () => void;
  readonly metered: () => bigint;
}

const ratios = [...kernels(), sample()].map(({ name, plain, metered }) => {
  let instructions = 0n;
  let [plainBest, meteredBest] = [Infinity, Infinity];
  for (let turn = 0; turn < turns; turn++) {
    plainBest = Math.min(plainBest, milliseconds(plain));
    meteredBest = Math.min(
      meteredBest,
      milliseconds(() => {
        instructions = metered();
      }),
    );
  }
  const ratio = meteredBest / plainBest;
  const times = `${plainBest.toFixed(2).padStart(8)} ms plain ${meteredBest.toFixed(2).padStart(8)} ms metered`;
  console.log(
    `${name.padEnd(16)}${times}  ${ratio.toFixed(2)} ×   ${(Number(instructions) / 1e6).toFixed(2)} M instructions`,
  );
  return ratio;
});
console.log(
  `geometric mean  ${geometricMean(ratios).toFixed(3)} × plain V8 (${ratios.length - 1} kernels and a sample canister)`,
);

function kernels(): Contest[] {
  const wasm = new Uint8Array(readFileSync(join(projectRoot, "test/bench/kernels/kernels.wasm")));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const instance = instantiate(wasm);
  return Object.keys(exports)
    .filter((name) => name.startsWith("canister_update "))
    .map((name) => {
      const input = executionInput({ entryPoint: { kind: "export", name } });
      return {
        name: name.replace("canister_update ", ""),
        plain: exports[name] as () => void,
        metered: () => instance.run(input, undefined, false).instructions,
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
  const instance = instantiate(wasm);
  const input = executionInput({ mode: "init", entryPoint: { kind: "export", name: "canister_init" }, payload });
  return {
    name: "child sample",
    plain: exports["canister_init"] as () => void,
    metered: () => {
      const outcome = instance.run(input, undefined, false);
      if (outcome.trap !== undefined) throw new Error(JSON.stringify(outcome.trap));
      return outcome.instructions;
    },
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
