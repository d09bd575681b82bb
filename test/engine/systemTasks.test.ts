/**
 * Executions that nobody called. Section 5, rules 11, 13, 16 and 17: timer and heartbeat take turns in coming first; both
 * are left out where the canister cannot pay; their calls have callbacks like any other; nobody is answered; the hook for
 * low memory comes before other messages, but not before responses; the limit of the Wasm memory holds in updates only;
 * inspect_message has a limit of its own and decides about nothing but users' calls of the canister.
 */
import { describe, expect, test } from "vitest";
import {
  epochNanos,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  TestNetwork,
  universal,
} from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const wasmPage = 65_536n;

/** The modes of the executions since the last call. */
function executions(network: TestNetwork): string[] {
  return network.subnet.takeTrace().flatMap((it) => (it.kind === "executed" ? [it.mode] : []));
}

describe("timer and heartbeat", () => {
  test("take turns in coming first", () => {
    const network = new TestNetwork();
    const a = network.universal({ heartbeat: true });
    network.update(a, concat(ops.keep("globalTimer", ops.setTimer(1n)), ops.setTimer(1n), ops.reply()));
    network.subnet.executeRound();
    network.subnet.takeTrace();
    const rounds = [1, 2, 3, 4].map(() => {
      network.subnet.executeRound();
      return executions(network);
    });
    expect(rounds[0]?.toSorted()).toEqual(["globalTimer", "heartbeat"]);
    expect(rounds[1]).toEqual(rounds[0]?.toReversed());
    expect(rounds.slice(2)).toEqual(rounds.slice(0, 2));
  });

  test("come before the messages of the round", () => {
    const network = new TestNetwork();
    const a = network.universal({ heartbeat: true });
    network.subnet.takeTrace();
    network.send(a, ops.reply());
    network.subnet.executeRound();
    expect(executions(network)).toEqual(["heartbeat", "update"]);
  });

  test("are left out below the freezing threshold, and the timer is spent", () => {
    const network = new TestNetwork();
    const count = (address: number) => ops.increase(address, 1);
    const a = network.universal({
      heartbeat: true,
      cycles: 10n ** 13n,
      init: concat(ops.keep("heartbeat", count(0)), ops.keep("globalTimer", count(8))),
    });
    network.update(a, concat(ops.setTimer(network.subnet.timeNanos + 10n ** 9n), ops.reply()));
    network.updateSettings(a, { freezing_threshold: [10n ** 12n] });
    network.subnet.takeTrace();
    network.subnet.advanceTime(2n * 10n ** 9n);
    network.subnet.executeRound();
    expect(executions(network)).toEqual([]);
    network.updateSettings(a, { freezing_threshold: [0n] });
    network.subnet.executeRound();
    expect(executions(network)).toContain("heartbeat");
    expect(network.cell(a, 8)).toBe(0n);
    expect(network.subnet.nextTimer()).toBeUndefined();
  });

  test.each(["heartbeat", "globalTimer"] as const)("the callbacks of a %s run, and may trap and clean up", (task) => {
    const network = new TestNetwork();
    const b = network.universal();
    const a = network.universal({ heartbeat: task === "heartbeat" });
    const once = concat(
      ops.keep(task, new Uint8Array(0)),
      ops.call({
        callee: b.bytes,
        data: ops.reply(),
        onReply: concat(ops.set(0, 1), ops.trap("callback")),
        onCleanup: ops.set(8, 2),
      }),
    );
    network.update(a, concat(ops.keep(task, once), ops.setTimer(1n), ops.reply()));
    network.subnet.executeUntilIdle(5);
    network.subnet.executeRound();
    network.subnet.executeUntilIdle(5);
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([0n, 2n]);
    replied(network.manage("stop_canister", a));
  });

  test("are called by the management canister, and cannot reply", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(a, concat(ops.keep("globalTimer", ops.appendCaller()), ops.setTimer(1n), ops.reply()));
    network.trace();
    network.subnet.executeUntilIdle(5);
    // msg_reply_data_append is refused, msg_caller is not.
    const [task] = network.subnet.takeTrace().filter((it) => it.kind === "executed");
    expect(task?.kind === "executed" ? task.reject?.message : "").toContain(
      '"ic0_msg_reply_data_append" cannot be executed in global timer mode',
    );
  });

  test("count in the version when they return, and not when they trap", () => {
    const network = new TestNetwork();
    const a = network.universal({ heartbeat: true, init: ops.keep("heartbeat", ops.increase(0, 1)) });
    const version = () => network.subnet.canister(a)?.canisterVersion ?? 0n;
    const before = version();
    network.subnet.executeRound();
    expect(version()).toBe(before + 1n);
    network.update(a, concat(ops.keep("heartbeat", ops.trap("no")), ops.reply()));
    const trapping = version();
    network.subnet.executeRound();
    expect(version()).toBe(trapping);
  });
});

describe("on_low_wasm_memory", () => {
  const settings = { wasm_memory_limit: [20n * wasmPage], wasm_memory_threshold: [10n * wasmPage] } as const;

  test("comes before the next message, once, and again when memory was given back", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings, init: ops.keep("onLowWasmMemory", ops.increase(0, 1)) });
    for (const pages of [6, 1, 1]) network.send(a, concat(ops.memoryGrow(pages), ops.reply()));
    network.subnet.takeTrace();
    network.subnet.executeUntilIdle(5);
    // 4 pages and 6 more leave 10, which is not less than the threshold; the next one does.
    expect(executions(network)).toEqual(["update", "update", "onLowWasmMemory", "update"]);
    expect(network.cell(a, 0)).toBe(1n);
    network.updateSettings(a, { wasm_memory_limit: [100n * wasmPage] });
    network.updateSettings(a, { wasm_memory_limit: [20n * wasmPage] });
    network.subnet.executeUntilIdle(5);
    expect(network.cell(a, 0)).toBe(2n);
  });

  test("lets responses go first", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings, init: ops.keep("onLowWasmMemory", ops.increase(0, 1)) });
    const b = network.universal();
    network.subnet.takeTrace();
    const grow = ops.memoryGrow(8);
    network.send(
      a,
      concat(
        ops.call({ callee: b.bytes, data: ops.reply(), onReply: grow }),
        ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.reply() }),
      ),
    );
    network.subnet.executeUntilIdle(5);
    const own = executions(network).filter((it) => it !== "update");
    expect(own).toEqual(["replyCallback", "replyCallback", "onLowWasmMemory"]);
  });

  test("comes before heartbeat and timer that are due in the same round", () => {
    const network = new TestNetwork();
    const a = network.universal({ heartbeat: true, settings: { wasm_memory_limit: [20n * wasmPage] } });
    network.update(a, concat(ops.memoryGrow(8), ops.setTimer(epochNanos + 1_000n), ops.reply()));
    network.subnet.advanceTime(2_000n);
    network.subnet.takeTrace();
    network.updateSettings(a, { wasm_memory_threshold: [10n * wasmPage] });
    const order = executions(network);
    expect(order[0]).toBe("onLowWasmMemory");
    expect(order.filter((it) => it === "onLowWasmMemory")).toHaveLength(1);
    expect(order.slice(1, 3).sort()).toEqual(["globalTimer", "heartbeat"]);
  });

  test("waits for cycles on a frozen canister", () => {
    const network = new TestNetwork();
    const a = network.universal({
      settings: { wasm_memory_limit: [20n * wasmPage] },
      init: concat(ops.memoryGrow(8), ops.keep("onLowWasmMemory", ops.increase(0, 1))),
    });
    network.updateSettings(a, { freezing_threshold: [100_000_000_000_000n] });
    network.updateSettings(a, { wasm_memory_threshold: [10n * wasmPage] });
    network.subnet.executeUntilIdle(5);
    network.updateSettings(a, { freezing_threshold: [100n] });
    network.subnet.executeUntilIdle(5);
    expect(network.cell(a, 0)).toBe(1n);
  });

  test("does not run again after an upgrade while memory is as low as before", () => {
    const network = new TestNetwork();
    const script = ops.keep("onLowWasmMemory", ops.increaseStable(0));
    const a = network.universal({ settings, init: concat(ops.stableGrow(1), ops.memoryGrow(8), script) });
    network.subnet.executeUntilIdle(5);
    const stable = () => repliedNumber(network.query(a, concat(ops.appendStable(0, 8), ops.reply())));
    expect(stable()).toBe(1n);
    replied(network.upgrade(a, universal({ variant: 1 }), concat(ops.memoryGrow(8), script)));
    network.subnet.executeUntilIdle(5);
    expect(stable()).toBe(1n);
    replied(network.upgrade(a, universal(), script));
    network.update(a, concat(ops.memoryGrow(8), ops.reply()));
    network.subnet.executeUntilIdle(5);
    expect(stable()).toBe(2n);
  });

  test("does not run on a stopped canister; a trap does not bring it back", () => {
    const network = new TestNetwork();
    const a = network.universal({
      settings: { wasm_memory_limit: [20n * wasmPage] },
      init: concat(ops.memoryGrow(8), ops.keep("onLowWasmMemory", concat(ops.increase(0, 1), ops.trap("low")))),
    });
    replied(network.manage("stop_canister", a));
    network.subnet.takeTrace();
    network.updateSettings(a, { wasm_memory_threshold: [10n * wasmPage] });
    network.subnet.executeUntilIdle(5);
    expect(executions(network)).toEqual([]);
    replied(network.manage("start_canister", a));
    network.update(a, ops.reply());
    network.update(a, ops.reply());
    expect(executions(network).filter((it) => it === "onLowWasmMemory")).toHaveLength(1);
    expect(network.cell(a, 0)).toBe(0n);
  });
});

describe("the limit of the Wasm memory", () => {
  const tooMuch = ops.memoryGrow(10);

  function limited(more: { readonly heartbeat?: boolean; readonly init?: Script } = {}) {
    const network = new TestNetwork();
    return { network, a: network.universal({ settings: { wasm_memory_limit: [8n * wasmPage] }, ...more }) };
  }

  test("holds in updates to the byte: 8 pages are allowed, 9 are not", () => {
    const { network, a } = limited();
    expect(repliedText(network.update(a, concat(ops.memoryGrow(4), ops.reply("8"))))).toBe("8");
    expect(rejectText(network.update(a, concat(ops.memoryGrow(1), ops.reply("9"))))).toContain("IC0539 5");
  });

  test("holds in init and post_upgrade, not in pre_upgrade", () => {
    const { network, a } = limited();
    network.update(a, concat(ops.keep("preUpgrade", concat(tooMuch, ops.stableGrow(1))), ops.reply()));
    const wasm = network.subnet.module(a) ?? new Uint8Array(0);
    expect(rejectText(network.upgrade(a, wasm, tooMuch))).toContain("IC0539 5");
    replied(network.upgrade(a, wasm));
    expect(network.subnet.canister(a)?.stableBytes).toBe(65_536);
    expect(rejectText(network.install(a, wasm, tooMuch, { reinstall: null }))).toContain("IC0539 5");
  });

  test.each(["query", "composite"])("does not hold in a %s", (method) => {
    const { network, a } = limited();
    expect(repliedText(network.query(a, concat(tooMuch, ops.reply("more")), method))).toBe("more");
  });

  test("does not hold in callbacks and cleanup, nor in a replicated query", () => {
    const { network, a } = limited();
    const call = (onReply: Script, onCleanup: Script) =>
      ops.call({ callee: a.bytes, method: "query", data: concat(tooMuch, ops.reply("q")), onReply, onCleanup });
    expect(repliedText(network.update(a, call(concat(tooMuch, ops.reply("callback")), ops.trap("no"))))).toBe(
      "callback",
    );
    expect(network.subnet.canister(a)?.heapBytes).toBe(14 * 65_536);
    const second = limited();
    second.network.update(
      second.a,
      ops.call({ callee: second.a.bytes, data: ops.reply(), onReply: ops.trap("no"), onCleanup: tooMuch }),
    );
    expect(second.network.subnet.canister(second.a)?.heapBytes).toBe(14 * 65_536);
  });

  test.each(["heartbeat", "globalTimer"] as const)("does not hold in a %s", (task) => {
    const { network, a } = limited({ heartbeat: task === "heartbeat" });
    network.update(
      a,
      concat(ops.keep(task, concat(ops.keep(task, new Uint8Array(0)), tooMuch)), ops.setTimer(1n), ops.reply()),
    );
    network.subnet.executeRound();
    expect(network.subnet.canister(a)?.heapBytes).toBe(14 * 65_536);
    // Above the limit no update begins, but queries answer.
    expect(rejectText(network.update(a, ops.reply()))).toContain("The peak Wasm memory usage was 917504 bytes.");
    expect(repliedText(network.query(a, ops.reply("read")))).toBe("read");
  });
});

describe("inspect_message", () => {
  test("ends at 200 million instructions", () => {
    const network = new TestNetwork();
    const a = network.universal({ inspectMessage: true, init: ops.keep("inspectMessage", ops.loopForever()) });
    expect(rejectText(network.update(a, ops.reply()))).toContain(
      `IC0522 5 Error from Canister ${a.text}: Canister exceeded the limit of 200000000 instructions for single message execution.`,
    );
  });

  test("is not asked for queries, for calls of the management canister, nor on a canister that does not run", () => {
    const network = new TestNetwork();
    const a = network.universal({ inspectMessage: true, init: ops.keep("inspectMessage", ops.trap("asked")) });
    expect(repliedText(network.query(a, ops.reply("query")))).toBe("query");
    replied(network.updateSettings(a, { freezing_threshold: [1n] }));
    expect(rejectText(network.ingress(a, "query", ops.reply()))).toContain("'asked'");
    replied(network.manage("stop_canister", a));
    network.subnet.takeTrace();
    expect(rejectText(network.update(a, ops.reply()))).toBe(`IC0508 5 Canister ${a.text} is stopped`);
    expect(executions(network)).toEqual([]);
  });

  test("may not call, reply or print to the log that stays", () => {
    const network = new TestNetwork();
    const refused = (script: Script) => {
      const a = network.universal({ inspectMessage: true, init: ops.keep("inspectMessage", script) });
      return rejectText(network.update(a, ops.reply()));
    };
    expect(refused(ops.reply())).toContain('"ic0_msg_reply" cannot be executed in inspect message mode');
    expect(refused(ops.call({ callee: new Uint8Array(0) }))).toContain(
      '"ic0_call_new" cannot be executed in inspect message mode',
    );
  });
});
