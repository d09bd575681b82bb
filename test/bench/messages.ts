/**
 * What a message costs beside its own code: submitting, call context, cycles, commit of one dirty page, response. An
 * update without argument on heaps of 16 MB, 256 MB and 1 GB; messages one by one, each with a round of its own, and many in a
 * round; beside it the same execution at the embedder's door. Best of several turns.
 */
import { Principal } from "../../server/src/base/principal.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { assembleModule, code } from "../support/assembleModule.ts";
import { TestNetwork } from "../support/engine.ts";
import { executionInput } from "../support/executionInput.ts";
import { ops } from "../support/universalCanister.ts";

const { op } = code;
const turns = Number(process.env["BENCH_TURNS"] ?? 200);
const messages = 2_000;
const none = new Uint8Array(0);
const user = Principal.anonymous;
const embedder = createV8Embedder({ gunzip: () => undefined });

for (const megabytes of [16, 256, 1024]) {
  const wasm = counter(megabytes);
  const subnet = Subnet.create({ embedder, seed: none, timeNanos: 1_700_000_000_000_000_000n });
  const network = new TestNetwork(subnet);
  const canisterId = network.create({ cycles: 10n ** 18n });
  network.install(canisterId, wasm);
  const submit = () => {
    const submission = subnet.submitIngress({ caller: user, canisterId, method: "increment", argument: none });
    if (submission.kind === "refused") throw new Error(submission.reject.message);
    return submission.ingressId;
  };
  // The ingress history has room for 600,000 messages, and forgets them after some minutes.
  const later = () => {
    subnet.advanceTime(600_000_000_000n);
    subnet.executeRound();
  };
  const single = best(
    () => {
      submit();
      subnet.executeRound();
    },
    { between: later },
  );
  const many = best(
    () => {
      for (let index = 0; index < 500; index++) submit();
      subnet.executeRound();
    },
    { count: 500, between: later },
  );
  const last = submit();
  subnet.executeRound();
  if (subnet.ingressStatus(last).kind !== "done") throw new Error("a message was not executed");

  const prepared = embedder.prepare(wasm);
  if (prepared.kind === "invalid") throw new Error(prepared.message);
  const instance = embedder.instantiate(prepared, undefined);
  const input = executionInput({ entryPoint: { kind: "export", name: "canister_update increment" } });
  const direct = best(() => {
    instance.run(input, undefined, false);
  });
  console.log(
    `${String(megabytes).padStart(4)} MB heap: ${single.toFixed(2)} µs a message with its round, ${many.toFixed(2)} µs in rounds of 500 ` +
      `(${Math.round(1e6 / many).toLocaleString("en")} calls a second), ${direct.toFixed(2)} µs at the embedder's door`,
  );
}

const network = new TestNetwork({ embedder, tracing: false });
const [caller, callee] = [network.universal({ cycles: 10n ** 18n }), network.universal({ cycles: 10n ** 18n })];
const call = ops.call({ callee: callee.bytes, data: ops.reply(), onReply: ops.reply() });
const callMicros = best(
  () => {
    network.subnet.submitIngress({ caller: user, canisterId: caller, method: "update", argument: call });
    network.subnet.executeRound();
  },
  { between: () => network.subnet.advanceTime(600_000_000_000n) },
);
console.log(`a call between two canisters with its callback, three executions: ${callMicros.toFixed(1)} µs`);

/** Microseconds of one of `count` things that `run` does, the best of all turns; `between` happens behind each turn, untimed. */
function best(run: () => void, { count = 1, between = () => {} } = {}): number {
  let fastest = Infinity;
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now();
    for (let index = 0; index < messages / count; index++) run();
    fastest = Math.min(fastest, ((performance.now() - start) * 1000) / messages);
    between();
  }
  return fastest;
}

/** Adds one to a number in the heap and replies with nothing. */
function counter(megabytes: number): Uint8Array {
  const body = [...op.i32Const(8), ...op.i32Const(8), 0x28, 0, 0, ...op.i32Const(1), 0x6a, 0x36, 0, 0, 0x10, 0];
  return assembleModule({
    imports: { msg_reply: [[], []] },
    functions: [{ parameters: [], results: [], locals: [], body }],
    table: [],
    memoryPages: megabytes * 16,
    exports: { "canister_update increment": 1 },
  });
}
