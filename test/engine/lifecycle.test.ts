/** Stop, start, delete with open call contexts; timers, heartbeats, low memory; settings. Section 5, rules 9, 11, 14, 16, 17. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { epochNanos, rejectText, replied, repliedText, TestNetwork, universal, user } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const manageLater = (network: TestNetwork, method: string, id: Principal) => network.sendManagement(method, id);

/** `a` waits for `b`, which waits for randomness of a later round. */
function waiting() {
  const network = new TestNetwork();
  const a = network.universal();
  const b = network.universal();
  const slow = ops.call({
    callee: new Uint8Array(0),
    method: "raw_rand",
    onReply: ops.reply("slow"),
    onReject: ops.reply("none"),
  });
  const sent = network.send(
    a,
    ops.call({ callee: b.bytes, data: slow, onReply: concat(ops.appendArgument(), ops.reply()) }),
  );
  network.subnet.executeRound();
  return { network, a, b, sent };
}

describe("stop and start", () => {
  test("a canister without open calls stops at once, refuses calls, and starts again", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    replied(network.manage("stop_canister", a));
    expect(network.subnet.canister(a)?.status).toBe("stopped");
    const before = network.cycles(a);
    expect(rejectText(network.update(a, ops.reply()))).toBe(`IC0508 5 Canister ${a.text} is stopped`);
    expect(network.cycles(a)).toBe(before);
    expect(rejectText(network.query(a, ops.reply()))).toBe(
      `IC0508 5 Canister ${a.text} is stopped and therefore does not have a CallContextManager`,
    );
    const script = ops.call({
      callee: a.bytes,
      cycles: 7n,
      onReject: concat(ops.cyclesRefunded(), ops.appendAcc(), ops.appendRejectMessage(), ops.reply()),
    });
    expect(repliedText(network.update(b, script))).toBe(`\u0007\0\0\0\0\0\0\0Canister ${a.text} is stopped`);
    replied(network.manage("start_canister", a));
    expect(repliedText(network.update(a, ops.reply("up")))).toBe("up");
  });

  test("stopping waits for open call contexts; callbacks still run; new calls are refused", () => {
    const { network, a, sent } = waiting();
    const stop = manageLater(network, "stop_canister", a);
    network.subnet.executeRound();
    expect(network.subnet.canister(a)?.status).toBe("stopping");
    expect(rejectText(network.ingress(a, "update", ops.reply()))).toBe(`IC0509 5 Canister ${a.text} is stopping`);
    expect(rejectText(network.query(a, ops.reply()))).toBe(`IC0509 5 Canister ${a.text} is not running`);
    network.subnet.executeUntilIdle(20);
    expect(network.responseOf(sent)).toEqual({ kind: "reply", data: new TextEncoder().encode("slow") });
    expect(network.responseOf(stop)?.kind).toBe("reply");
    expect(network.subnet.canister(a)?.status).toBe("stopped");
  });

  test("a start cancels the stop", () => {
    const { network, a } = waiting();
    const stop = manageLater(network, "stop_canister", a);
    const start = manageLater(network, "start_canister", a);
    network.subnet.executeUntilIdle(20);
    expect(rejectText(network.responseOf(stop) ?? { kind: "reply", data: new Uint8Array(0) })).toBe(
      `IC0511 5 Canister ${a.text}'s stop request was cancelled.`,
    );
    expect(network.responseOf(start)?.kind).toBe("reply");
    expect(network.subnet.canister(a)?.status).toBe("running");
  });

  test("a stop gives up after 5 minutes when a call context does not end, and the canister goes on stopping", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const again = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.runKept("globalTimer") });
    network.send(a, concat(ops.keep("globalTimer", again), ops.runKept("globalTimer")));
    network.subnet.executeRound();
    const stop = manageLater(network, "stop_canister", a);
    network.subnet.executeUntilIdle(10);
    network.subnet.advanceTime(299_000_000_000n);
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(stop)).toBeUndefined();
    network.subnet.advanceTime(1_000_000_000n);
    network.subnet.executeUntilIdle(10);
    const response = network.responseOf(stop);
    expect(response === undefined ? "" : rejectText(response)).toBe("IC0206 2 Stop canister request timed out");
    expect(network.subnet.canister(a)?.status).toBe("stopping");
    replied(network.manage("uninstall_code", a));
    network.subnet.executeUntilIdle(10);
    expect(network.subnet.canister(a)?.status).toBe("stopped");
  });

  test("delete needs a stopped canister; then it is gone with its cycles", () => {
    const network = new TestNetwork();
    const a = network.universal();
    expect(rejectText(network.manage("delete_canister", a))).toBe(
      `IC0510 5 Canister ${a.text} must be stopped before it is deleted.\nStop the canister before deleting it. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#delete-canister-not-stopped`,
    );
    replied(network.manage("stop_canister", a));
    replied(network.manage("delete_canister", a));
    expect(network.subnet.canister(a)).toBeUndefined();
    expect(rejectText(network.update(a, ops.reply()))).toBe(`IC0301 3 Canister ${a.text} not found`);
  });

  test("uninstalling with open call contexts rejects them; late responses are dropped, their cycles credited", () => {
    const { network, a, b, sent } = waiting();
    replied(network.manage("uninstall_code", b));
    network.subnet.executeUntilIdle(20);
    expect(rejectText(network.responseOf(sent) ?? { kind: "reply", data: new Uint8Array(0) })).toContain(
      "did not reply",
    );
    expect(network.trace()).toContain("respond b -> a: reject 4");
    expect(network.subnet.canister(a)?.status).toBe("running");
    replied(network.manage("stop_canister", b));
  });

  test("the version counts settings, code, starts, stops and successful messages", () => {
    const network = new TestNetwork();
    const a = network.create();
    const version = () => network.subnet.canister(a)?.canisterVersion;
    const steps: (() => void)[] = [
      () => network.install(a, universal()),
      () => network.update(a, ops.reply()),
      () => network.updateSettings(a, { freezing_threshold: [1n] }),
      () => network.ingress(a, "query", ops.reply()),
    ];
    const seen = steps.map((step) => {
      step();
      return version();
    });
    expect(seen).toEqual([1n, 2n, 3n, 4n]);
    network.update(a, ops.trap("no"));
    network.query(a, ops.reply());
    expect(version()).toBe(4n);
    network.manage("stop_canister", a);
    expect(version()).toBe(6n);
    network.manage("stop_canister", a);
    expect(version()).toBe(7n);
    network.manage("start_canister", a);
    expect(version()).toBe(8n);
    network.manage("start_canister", a);
    expect(version()).toBe(9n);
  });
});

describe("tasks of the system", () => {
  test("the global timer fires once, when its time has come, on a running canister", () => {
    const network = new TestNetwork();
    const due = epochNanos + 60_000_000_000n;
    const a = network.universal({ init: concat(ops.keep("globalTimer", ops.increase(0, 1)), ops.setTimer(due)) });
    expect(network.subnet.nextTimer()).toBe(due);
    network.subnet.executeUntilIdle(10);
    expect(network.cell(a, 0)).toBe(0n);
    network.subnet.advanceTime(60_000_000_000n);
    expect(network.subnet.isIdle()).toBe(false);
    network.subnet.executeUntilIdle(10);
    network.subnet.executeRound();
    expect(network.cell(a, 0)).toBe(1n);
    expect(network.subnet.nextTimer()).toBeUndefined();
  });

  test("a trap in the timer does not bring it back", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.keep("globalTimer", concat(ops.increase(0, 1), ops.trap("tick"))) });
    network.update(a, concat(ops.setTimer(1n), ops.reply()));
    network.subnet.executeUntilIdle(10);
    expect(network.trace()).toContain("execute a globalTimer: trapped");
    expect(network.cell(a, 0)).toBe(0n);
    expect(network.subnet.isIdle()).toBe(true);
  });

  test("a timer may call, and set itself again", () => {
    const network = new TestNetwork();
    const b = network.universal();
    const tick = concat(
      ops.setTimer(epochNanos + 10n ** 12n),
      ops.call({ callee: b.bytes, data: concat(ops.increase(0, 1), ops.reply()), onReply: ops.set(8, 1) }),
    );
    const a = network.universal({ init: concat(ops.keep("globalTimer", tick), ops.setTimer(1n)) });
    network.subnet.executeUntilIdle(10);
    expect([network.cell(b, 0), network.cell(a, 8)]).toEqual([1n, 1n]);
    expect(network.subnet.nextTimer()).toBe(epochNanos + 10n ** 12n);
    replied(network.manage("stop_canister", a));
  });

  test("a heartbeat runs in every round, and cannot reply", () => {
    const network = new TestNetwork();
    const a = network.universal({ heartbeat: true, init: ops.keep("heartbeat", ops.increase(0, 1)) });
    const before = network.cell(a, 0);
    for (let round = 0; round < 3; round++) network.subnet.executeRound();
    expect(network.cell(a, 0)).toBe(before + 3n);
    expect(network.subnet.hasHeartbeats()).toBe(true);
    network.update(a, concat(ops.keep("heartbeat", ops.reply()), ops.reply()));
    network.trace();
    network.subnet.executeRound();
    expect(network.trace()).toBe("execute a heartbeat: trapped");
    replied(network.manage("stop_canister", a));
    network.subnet.executeRound();
    expect(network.trace()).not.toContain("heartbeat: trapped\nexecute");
    expect(network.subnet.hasHeartbeats()).toBe(false);
  });

  test("on_low_wasm_memory runs once when little is left", () => {
    const network = new TestNetwork();
    const a = network.universal({
      settings: { wasm_memory_limit: [10n * 65_536n], wasm_memory_threshold: [3n * 65_536n] },
      init: ops.keep("onLowWasmMemory", ops.increase(0, 1)),
    });
    network.update(a, concat(ops.memoryGrow(3), ops.reply()));
    network.subnet.executeUntilIdle(5);
    expect(network.cell(a, 0)).toBe(0n);
    network.update(a, concat(ops.memoryGrow(1), ops.reply()));
    network.subnet.executeUntilIdle(5);
    network.update(a, ops.reply());
    expect(network.cell(a, 0)).toBe(1n);
  });

  test("the Wasm memory limit holds in updates", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings: { wasm_memory_limit: [5n * 65_536n] } });
    expect(repliedText(network.update(a, concat(ops.memoryGrow(1), ops.reply("5 pages"))))).toBe("5 pages");
    expect(rejectText(network.update(a, concat(ops.memoryGrow(1), ops.reply())))).toContain(
      "IC0539 5 Error from Canister " +
        `${a.text}: Canister exceeded its current Wasm memory limit of 327680 bytes. The peak Wasm memory usage was 393216 bytes.`,
    );
    network.updateSettings(a, { wasm_memory_limit: [65_536n] });
    expect(rejectText(network.update(a, ops.reply()))).toContain("IC0539");
    expect(repliedText(network.query(a, ops.reply("queries go on")))).toBe("queries go on");
  });
});

describe("inspect_message", () => {
  test("decides about users' updates only, and leaves nothing behind", () => {
    const network = new TestNetwork();
    const check = concat(ops.increase(0, 1), ops.load(8), ops.when(ops.acceptMessage()));
    const a = network.universal({
      inspectMessage: true,
      init: concat(ops.keep("inspectMessage", check), ops.set(8, 1)),
    });
    const b = network.universal();
    expect(repliedText(network.update(a, concat(ops.set(8, 0), ops.reply("in"))))).toBe("in");
    const before = network.cycles(a);
    expect(rejectText(network.update(a, ops.reply()))).toBe(
      `IC0406 4 Error from Canister ${a.text}: Canister rejected the message`,
    );
    expect(network.cycles(a)).toBe(before);
    expect(repliedText(network.query(a, ops.reply("query")))).toBe("query");
    const viaB = ops.call({
      callee: a.bytes,
      data: ops.reply("call"),
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    expect(repliedText(network.update(b, viaB))).toBe("call");
    expect(network.cell(a, 0)).toBe(0n);
    replied(network.manage("stop_canister", a));
  });

  test("a trap in it refuses too", () => {
    const network = new TestNetwork();
    const a = network.universal({ inspectMessage: true, init: ops.keep("inspectMessage", ops.trap("no")) });
    expect(rejectText(network.update(a, ops.reply()))).toContain("IC0503 5");
  });
});

describe("management canister", () => {
  test("canister_status tells what the settings and memories are", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings: { compute_allocation: [0n], log_visibility: [{ public: null }] } });
    const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", a)));
    expect(status?.status).toEqual({ running: null });
    expect(status?.memory_metrics["wasm_memory_size"]).toBe(4n * 65_536n);
    expect(status?.settings.log_visibility).toEqual({ public: null });
    expect(status?.settings.freezing_threshold).toBe(2_592_000n);
    const query = network.query(
      Principal.management,
      argumentShapes.canister.encode({ canister_id: principalOnWire(a) }),
      "canister_status",
    );
    expect(query.kind).toBe("reply");
  });

  test("canisters create canisters with the cycles they attach, less the fee", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const argument = argumentShapes.create_canister.encode({ settings: [], sender_canister_version: [] });
    const create = (cycles: bigint) =>
      ops.call({
        callee: new Uint8Array(0),
        method: "create_canister",
        data: argument,
        cycles,
        onReply: concat(ops.appendArgument(), ops.reply()),
        onReject: concat(ops.appendRejectMessage(), ops.reply()),
      });
    const id = resultShapes.canister.decode(replied(network.update(a, create(1_500_000_000_000n))));
    if (id === undefined) throw new Error("no id");
    const created = Principal.ofBytes(id.canister_id.toUint8Array());
    expect(network.cycles(created)).toBe(1_000_000_000_000n);
    expect(network.subnet.canister(created)?.controllers.map((it) => it.text)).toEqual([a.text]);
    expect(repliedText(network.update(a, create(499_999_999_999n)))).toContain(
      "IC0403: Creating a canister requires a fee of 500_000_000_000",
    );
  });

  test("raw_rand is answered a round later, and depends on the seed only", () => {
    const random = (seed: number) => {
      const network = new TestNetwork({ seed: Uint8Array.of(seed) });
      const a = network.universal();
      const script = ops.call({
        callee: new Uint8Array(0),
        method: "raw_rand",
        onReply: concat(ops.appendArgument(), ops.reply()),
      });
      const { round } = network.subnet;
      const response = replied(network.update(a, script));
      return { bytes: Buffer.from(response).toString("hex"), rounds: network.subnet.round - round };
    };
    expect(random(1)).toEqual(random(1));
    expect(random(1).bytes).not.toBe(random(2).bytes);
    expect(random(1).rounds).toBeGreaterThanOrEqual(3);
  });

  test("deposit_cycles moves what is attached", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.create();
    const before = network.cycles(b);
    const data = argumentShapes.canister.encode({ canister_id: principalOnWire(b) });
    network.update(
      a,
      ops.call({ callee: new Uint8Array(0), method: "deposit_cycles", data, cycles: 123n, onReply: ops.reply() }),
    );
    expect(network.cycles(b) - before).toBe(123n);
  });

  test.each([
    ["raw_rand", "ic00 method raw_rand can not be called via ingress messages"],
    ["no_such_method", "ic00 interface does not expose method no_such_method"],
    ["sign_with_ecdsa", "ic00 method sign_with_ecdsa can not be called via ingress messages"],
    ["canister_status", "Failed to parse payload for ic00 method canister_status: IC0408: Error decoding candid"],
  ])("%s with an empty argument from a user", (method, text) => {
    const network = new TestNetwork();
    expect(rejectText(network.management(method, new Uint8Array(0)))).toContain(text);
  });

  test("code in chunks", () => {
    const network = new TestNetwork();
    const a = network.create();
    const wasm = universal();
    const upload = (chunk: Uint8Array) => {
      const result = network.management(
        "upload_chunk",
        argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(a), chunk }),
      );
      const { hash } = resultShapes.chunk.decode(replied(result)) ?? { hash: new Uint8Array(0) };
      return { hash: new Uint8Array(hash) };
    };
    const chunks = [upload(wasm.slice(0, 1000)), upload(wasm.slice(1000))];
    const other = new TestNetwork();
    const hash = (() => {
      const b = other.universal();
      return other.subnet.canister(b)?.moduleHash ?? new Uint8Array(0);
    })();
    const order = (wasmModuleHash: Uint8Array, store?: Principal) =>
      network.management(
        "install_chunked_code",
        argumentShapes.install_chunked_code.encode({
          mode: { install: null },
          target_canister: principalOnWire(a),
          store_canister: store === undefined ? [] : [principalOnWire(store)],
          chunk_hashes_list: chunks,
          wasm_module_hash: wasmModuleHash,
          arg: ops.set(0, 1),
          sender_canister_version: [],
        }),
      );
    expect(rejectText(order(new Uint8Array(32)))).toContain("does not match");
    replied(order(hash));
    expect(network.cell(a, 0)).toBe(1n);
    replied(network.manage("clear_chunk_store", a));
    expect(rejectText(order(hash))).toContain("was not found");
    expect(rejectText(order(hash, user(5)))).toBe(
      `IC0301 3 InstallChunkedCode Error: Store canister ${user(5).text} was not found on subnet ${network.subnet.subnetId.text} of target canister ${a.text}`,
    );
  });
});
