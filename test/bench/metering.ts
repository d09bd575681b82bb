/**
 * What metering and rollback cost: kernels run plain on V8 and through the engine, in turns, in one process. Ratios of
 * the fastest runs; the geometric mean is the figure to watch.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { executionInput, instantiate } from "../support/executionInput.ts";

/** Pairs of runs of each kernel. */
const turns = Number(process.env["BENCH_TURNS"] ?? 40);

const wasm = new Uint8Array(readFileSync(fileURLToPath(new URL("kernels/kernels.wasm", import.meta.url))));
const plain = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
const metered = instantiate(wasm);

const ratios: number[] = [];
for (const name of Object.keys(plain).filter((it) => it.startsWith("canister_update "))) {
  const kernel = plain[name] as () => void;
  const input = executionInput({ entryPoint: { kind: "export", name } });
  let instructions = 0n;
  const execute = () => {
    const outcome = metered.run(input, undefined, false);
    if (outcome.trap !== undefined) throw new Error(`${name}: ${outcome.trap.kind}`);
    instructions = outcome.instructions;
  };
  let [plainBest, meteredBest] = [Infinity, Infinity];
  for (let turn = 0; turn < turns; turn++) {
    plainBest = Math.min(plainBest, milliseconds(kernel));
    meteredBest = Math.min(meteredBest, milliseconds(execute));
  }
  const ratio = meteredBest / plainBest;
  ratios.push(ratio);
  const label = name.replace("canister_update ", "").padEnd(12);
  const times = `${plainBest.toFixed(2).padStart(8)} ms plain ${meteredBest.toFixed(2).padStart(8)} ms metered`;
  console.log(`${label}${times}  ${ratio.toFixed(2)} ×   ${(Number(instructions) / 1e6).toFixed(1)} M instructions`);
}
console.log(`geometric mean ${geometricMean(ratios).toFixed(3)} × plain V8 (${ratios.length} kernels)`);

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
