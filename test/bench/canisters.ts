/**
 * Many canisters in one network: the time of each installation, the memory of the process and its address space, and a
 * call to each of them afterwards. A canister that the Rust CDK built, and the small one of the tests.
 * `BENCH_CANISTERS=10000` asks for another number.
 */
import { readFileSync } from "node:fs";
import { Principal } from "../../server/src/base/principal.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { plenty, replied, TestNetwork, universal } from "../support/engine.ts";
import { samplePackages } from "../support/samples.ts";
import { ops } from "../support/universalCanister.ts";

const count = Number(process.env["BENCH_CANISTERS"] ?? 1_000);
const none = new Uint8Array(0);

measure("the test canister", universal(), "update", ops.reply());
measure("counter_v3 of the samples", sample("counter_v3"), "increment", new Uint8Array([68, 73, 68, 76, 0, 0]));

function measure(name: string, wasm: Uint8Array, method: string, argument: Uint8Array): void {
  const embedder = createV8Embedder({ gunzip: () => undefined });
  const subnet = Subnet.create({ embedder, seed: none, timeNanos: 1_700_000_000_000_000_000n });
  const network = new TestNetwork(subnet);
  const before = memory();
  const ids: Principal[] = [];
  let begun = performance.now();
  for (let index = 0; index < count; index++) {
    const id = network.create({ cycles: plenty });
    replied(network.install(id, wasm));
    ids.push(id);
    if (index + 1 === Math.ceil(count / 10) || index + 1 === count) {
      const millis = (performance.now() - begun) / (index + 1);
      const { resident, virtual } = memory();
      console.log(
        `${name}: ${index + 1} installed, ${millis.toFixed(2)} ms each; ${mebibytes(resident - before.resident)} MiB more resident, ` +
          `${(virtual / 2 ** 40).toFixed(2)} TiB of address space`,
      );
    }
  }
  begun = performance.now();
  for (const id of ids) replied(network.ingress(id, method, argument, Principal.anonymous));
  const micros = ((performance.now() - begun) * 1_000) / count;
  console.log(
    `${name}: one call to each, ${micros.toFixed(0)} µs; ${mebibytes(memory().resident)} MiB resident in all`,
  );
}

/** Bytes that the process has in memory, and that it has reserved. */
function memory(): { readonly resident: number; readonly virtual: number } {
  if (process.platform !== "linux") return { resident: process.memoryUsage.rss(), virtual: Number.NaN };
  const [virtual, resident] = readFileSync("/proc/self/statm", "utf8").split(" ").map(Number);
  return { resident: (resident ?? 0) * 4096, virtual: (virtual ?? 0) * 4096 };
}

function mebibytes(bytes: number): string {
  return Math.round(bytes / 2 ** 20).toLocaleString("en");
}

function sample(name: string): Uint8Array {
  const found = samplePackages().find((it) => it.name === name);
  if (found === undefined) throw new Error(`There is no sample ${name}.`);
  return new Uint8Array(readFileSync(found.wasmPath));
}
