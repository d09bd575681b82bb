/**
 * What consists of several executions, on heaps of 4 MB and 256 MB of which every page was written: an upgrade with
 * pre_upgrade that fails at its end and is undone, one that keeps the heap, and a composite query that calls another
 * canister and writes. Each should cost what is written, not what is there: the ratio of the two heaps tells. Beside it
 * what copying the whole heap takes, which is how all of this could be done too.
 */
import type { Principal } from "../../server/src/base/principal.ts";
import { embedder, replied, TestNetwork, universal } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const turns = Number(process.env["BENCH_TURNS"] ?? 20);
const pageBytes = 4_096;
const wasmPageBytes = 65_536;

/** The name of a custom section at the end of a module, which lets its heap be kept. */
const name = new TextEncoder().encode("icp:private enhanced-orthogonal-persistence");
const section = concat(Uint8Array.of(0, name.length + 1, name.length), name);
const codes = [0, 1].map((variant) => concat(universal({ variant }), section));

const figures = [4, 256].map((megabytes) => measure(megabytes));
const [small, large] = figures;
if (small === undefined || large === undefined) throw new Error("nothing was measured");
for (const [index, { what, millis }] of large.entries()) {
  const other = small[index]?.millis ?? 0;
  console.log(
    `${what}: ${other.toFixed(2)} ms at 4 MB, ${millis.toFixed(2)} ms at 256 MB, ratio ${(millis / other).toFixed(2)}`,
  );
}

function measure(megabytes: number): { readonly what: string; readonly millis: number }[] {
  const network = new TestNetwork({ tracing: false });
  const settings = { wasm_memory_limit: [4n * 1024n ** 3n] } as const;
  const create = () => network.create({ cycles: 10n ** 18n, settings });
  const [id, other] = [create(), create()];
  const [code, next] = codes;
  if (code === undefined || next === undefined) throw new Error("no code");
  replied(network.install(id, code));
  replied(network.install(other, universal()));
  fill(network, id, megabytes);
  replied(network.update(id, concat(ops.keep("preUpgrade", ops.increase(0, 1)), ops.reply())));
  const upgrade = (wasm: Uint8Array, argument: Uint8Array, heap: { keep: null } | { replace: null }) =>
    network.install(id, wasm, argument, { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [heap] }] });
  const query = concat(
    ops.increase(0, 1),
    ops.call({
      callee: other.bytes,
      method: "query",
      data: ops.reply(),
      onReply: concat(ops.increase(0, 1), ops.reply()),
    }),
  );
  let installed = 0;
  return [
    {
      what: "upgrade that fails in post_upgrade",
      millis: best(() => {
        if (upgrade(next, ops.trap("no"), { replace: null }).kind === "reply") throw new Error("it was upgraded");
      }),
    },
    {
      what: "upgrade that keeps the heap",
      millis: best(() => {
        installed = 1 - installed;
        replied(upgrade(codes[installed] ?? code, ops.increase(0, 1), { keep: null }));
      }),
    },
    { what: "composite query with a call", millis: best(() => void replied(network.query(id, query, "composite"))) },
    { what: "a copy of the whole heap", millis: copyMillis(code, megabytes) },
  ];
}

/** Writes one byte to each page of a heap of that size. */
function fill(network: TestNetwork, id: Principal, megabytes: number): void {
  const pages = (megabytes * 1024 * 1024) / wasmPageBytes;
  replied(network.update(id, concat(ops.memoryGrow(pages), ops.reply())));
  const first = 8 * wasmPageBytes;
  for (let address = first; address < pages * wasmPageBytes; address += 1_000 * pageBytes) {
    const end = Math.min(address + 1_000 * pageBytes, pages * wasmPageBytes);
    const stores: Uint8Array[] = [ops.value(1)];
    for (let page = address; page < end; page += pageBytes) stores.push(ops.store(page));
    replied(network.update(id, concat(...stores, ops.reply())));
  }
}

function copyMillis(code: Uint8Array, megabytes: number): number {
  const prepared = embedder.prepare(code);
  if (prepared.kind === "invalid") throw new Error(prepared.message);
  const bytes = new Uint8Array(pageBytes).fill(1);
  const heapPages = Array.from({ length: (megabytes * 1024 * 1024) / pageBytes }, (_, index) => ({ index, bytes }));
  const image = { heapBytes: megabytes * 1024 * 1024, stableBytes: 0, heapPages, stablePages: [], globals: [] };
  const instance = embedder.restore(prepared, image);
  return best(() => void embedder.restore(prepared, instance.takeImage("full")), 3);
}

function best(run: () => void, times = turns): number {
  let fastest = Infinity;
  for (let turn = 0; turn < times; turn++) {
    const start = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
