/**
 * Open call contexts while canisters stop, start, are deleted, uninstalled and upgraded. Section 5, rules 5, 9 and 10: a
 * stopping canister takes no calls and waits for all of its own; a start cancels the stop; five minutes are the patience
 * of who asked; uninstalling rejects the open calls, drops later responses and keeps their cycles; an upgrade leaves calls
 * open, whose callbacks are looked up in the new code.
 */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire } from "../../server/src/engine/management/idl.ts";
import type { CallResponse } from "../../server/src/engine/trace.ts";
import { assembleModule } from "../support/assembleModule.ts";
import { developer, rejectText, replied, repliedText, TestNetwork, universal, user } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const second = 1_000_000_000n;
const pending: CallResponse = { kind: "reply", data: new TextEncoder().encode("(pending)") };

/** Waits for randomness of a later round, then runs `onReply`. */
const later = (onReply: Script) =>
  ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply, onReject: onReply });

/** What a reject callback sees: code, refunded cycles and text. */
const rejection = concat(ops.append("rejected "), ops.appendRejectMessage(), ops.reply());

const control = (id: Principal) => argumentShapes.canister.encode({ canister_id: principalOnWire(id) });

function answerOf(network: TestNetwork, ingressId: string): CallResponse {
  return network.responseOf(ingressId) ?? pending;
}

function pair(init?: Script) {
  const network = new TestNetwork();
  const a = network.universal();
  return { network, a, b: network.universal(init === undefined ? {} : { init }) };
}

describe("stopping", () => {
  test("waits for calls of a context that has answered already", () => {
    const { network, a } = pair();
    const sent = network.send(a, concat(ops.reply("early"), later(later(ops.set(0, 1)))));
    network.subnet.executeRound();
    expect(repliedText(answerOf(network, sent))).toBe("early");
    const stop = network.sendManagement("stop_canister", a);
    network.subnet.executeRound();
    expect(network.subnet.canister(a)?.status).toBe("stopping");
    network.subnet.executeUntilIdle(20);
    expect(answerOf(network, stop).kind).toBe("reply");
    expect(network.subnet.canister(a)?.status).toBe("stopped");
    replied(network.manage("start_canister", a));
    expect(network.cell(a, 0)).toBe(1n);
  });

  test("refuses what was queued before it: by the code of its state", () => {
    const { network, a, b } = pair();
    replied(network.update(a, ops.reply()));
    const open = network.send(a, later(ops.reply("still answers")));
    network.subnet.executeRound();
    const queued = network.send(a, ops.reply());
    network.sendManagement("stop_canister", a);
    const asked = network.send(
      b,
      ops.call({ callee: a.bytes, data: ops.reply(), onReply: ops.reply("no"), onReject: rejection }),
    );
    network.subnet.executeUntilIdle(20);
    expect(rejectText(answerOf(network, queued))).toBe(`IC0509 5 Canister ${a.text} is not running`);
    expect(repliedText(answerOf(network, asked))).toBe(`rejected Canister ${a.text} is stopping`);
    expect(repliedText(answerOf(network, open))).toBe("still answers");
  });

  test("everybody who asked is answered; who asks a stopped canister at once", () => {
    const { network, a } = pair();
    network.send(a, later(ops.reply()));
    network.subnet.executeRound();
    const stops = [1, 2, 3].map(() => network.sendManagement("stop_canister", a));
    const versions = () => network.subnet.canister(a)?.canisterVersion;
    const before = versions();
    network.subnet.executeUntilIdle(20);
    expect(stops.map((id) => answerOf(network, id).kind)).toEqual(["reply", "reply", "reply"]);
    // Once for each stop, once for the callback, once for having stopped; and once for a stop of what is stopped.
    expect(versions()).toBe((before ?? 0n) + 5n);
    replied(network.manage("stop_canister", a));
    expect(versions()).toBe((before ?? 0n) + 6n);
  });

  test("a start cancels every stop, and starting a running canister only counts in its version", () => {
    const { network, a } = pair();
    network.send(a, later(later(ops.reply())));
    network.subnet.executeRound();
    const stops = [1, 2].map(() => network.sendManagement("stop_canister", a));
    network.subnet.executeRound();
    replied(network.manage("start_canister", a));
    for (const id of stops) {
      expect(rejectText(answerOf(network, id))).toBe(`IC0511 5 Canister ${a.text}'s stop request was cancelled.`);
    }
    const version = network.subnet.canister(a)?.canisterVersion ?? 0n;
    replied(network.manage("start_canister", a));
    expect(network.subnet.canister(a)?.canisterVersion).toBe(version + 1n);
    expect(repliedText(network.update(a, ops.reply("runs")))).toBe("runs");
  });

  test.each([
    [
      "the time-out",
      2,
      "Stop canister request timed out",
      (network: TestNetwork) => {
        network.subnet.advanceTime(301n * second);
      },
    ],
    [
      "the start that came between",
      5,
      "stop request cancelled",
      (network: TestNetwork, b: Principal) => {
        replied(network.manage("start_canister", b));
      },
    ],
  ] as const)(
    "a canister that asks for a stop learns of %s without an error code, and gets its cycles back",
    (_what, code, text, end) => {
      const { network, a, b } = pair();
      network.updateSettings(b, { controllers: [[principalOnWire(a), principalOnWire(developer)]] });
      const again = later(ops.runKept("globalTimer"));
      network.send(b, concat(ops.keep("globalTimer", again), again));
      network.subnet.executeRound();
      const stop = network.send(
        a,
        ops.call({
          callee: new Uint8Array(0),
          method: "stop_canister",
          data: control(b),
          cycles: 5n,
          onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.cyclesRefunded(), ops.appendAcc(), rejection),
        }),
      );
      network.subnet.executeUntilIdle(10);
      end(network, b);
      network.subnet.executeUntilIdle(10);
      const who = code === 5 ? `Canister ${b.text}'s ` : "";
      expect(repliedText(answerOf(network, stop))).toBe(
        `${String.fromCharCode(code)}\0\0\0\0\0\0\0\u0005\0\0\0\0\0\0\0rejected ${who}${text}`,
      );
    },
  );

  test("timers that fall due wait for the start, heartbeats are left out", () => {
    const network = new TestNetwork();
    const count = (address: number) => ops.increase(address, 1);
    const a = network.universal({
      heartbeat: true,
      init: concat(ops.keep("globalTimer", count(0)), ops.keep("heartbeat", count(8))),
    });
    network.update(a, concat(ops.setTimer(network.subnet.timeNanos + 10n * second), ops.reply()));
    replied(network.manage("stop_canister", a));
    network.subnet.advanceTime(20n * second);
    for (let round = 0; round < 3; round++) network.subnet.executeRound();
    network.subnet.takeTrace();
    const beats = () => network.subnet.takeTrace().filter((it) => it.kind === "executed" && it.mode === "heartbeat");
    network.subnet.executeRound();
    expect(beats()).toEqual([]);
    replied(network.manage("start_canister", a));
    network.subnet.executeUntilIdle(5);
    expect(network.cell(a, 0)).toBe(1n);
    expect(beats().length).toBeGreaterThan(0);
  });
});

describe("deleting", () => {
  test("is refused while the canister runs or stops, to itself and to strangers", () => {
    const { network, a } = pair();
    const notStopped = `IC0510 5 Canister ${a.text} must be stopped before it is deleted.`;
    expect(rejectText(network.manage("delete_canister", a))).toContain(notStopped);
    network.send(a, later(later(later(ops.reply()))));
    network.subnet.executeRound();
    network.sendManagement("stop_canister", a);
    network.subnet.executeRound();
    expect(rejectText(network.manage("delete_canister", a))).toContain(notStopped);
    expect(rejectText(network.manage("delete_canister", a, user(9)))).toContain(
      "IC0512 5 Only controllers of canister",
    );
    const own = network.universal();
    const script = ops.call({
      callee: new Uint8Array(0),
      method: "delete_canister",
      data: control(own),
      onReject: rejection,
    });
    // Whether it is one of its controllers or not.
    const toItself = `IC0512: Canister ${own.text} cannot delete itself.`;
    expect(repliedText(network.update(own, script))).toContain(toItself);
    network.updateSettings(own, { controllers: [[principalOnWire(own)]] });
    expect(repliedText(network.update(own, script))).toContain(toItself);
  });

  test.each([
    ["unbounded", {}],
    ["bounded", { timeoutSeconds: 10 }],
  ])("a call to what was deleted comes back with all cycles (%s wait)", (_kind, wait) => {
    const { network, a, b } = pair();
    replied(network.manage("stop_canister", b));
    replied(network.manage("delete_canister", b));
    const script = ops.call({
      callee: b.bytes,
      cycles: 9n,
      onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.cyclesRefunded(), ops.appendAcc(), rejection),
      ...wait,
    });
    expect(repliedText(network.update(a, script))).toBe(
      `\u0003\0\0\0\0\0\0\0\u0009\0\0\0\0\0\0\0rejected Canister ${b.text} not found`,
    );
  });
});

describe("uninstalling", () => {
  test("rejects open calls: users by IC0406, canisters by the words alone, with what they did not take", () => {
    const { network, a, b } = pair();
    const byUser = network.send(b, later(ops.reply("never")));
    const script = ops.call({
      callee: b.bytes,
      cycles: 9n,
      data: concat(ops.accept(4n), later(ops.reply("never"))),
      onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.cyclesRefunded(), ops.appendAcc(), rejection),
    });
    const byCanister = network.send(a, script);
    network.subnet.executeRound();
    replied(network.manage("uninstall_code", b));
    network.subnet.executeUntilIdle(20);
    expect(rejectText(answerOf(network, byUser))).toBe("IC0406 4 Canister has been uninstalled.");
    expect(repliedText(answerOf(network, byCanister))).toBe(
      "\u0004\0\0\0\0\0\0\0\u0005\0\0\0\0\0\0\0rejected Canister has been uninstalled.",
    );
  });

  test("later responses are not executed, not even by new code, but their cycles are credited", () => {
    const { network, a, b } = pair();
    network.send(
      a,
      ops.call({ callee: b.bytes, cycles: 10n ** 12n, data: later(ops.reply()), onReply: ops.set(0, 1) }),
    );
    network.subnet.executeRound();
    const inFlight = network.cycles(a);
    replied(network.manage("uninstall_code", a));
    replied(network.install(a, universal()));
    network.trace();
    network.subnet.executeUntilIdle(20);
    expect(network.trace()).not.toContain("execute a replyCallback");
    expect(network.cell(a, 0)).toBe(0n);
    expect(network.cycles(a)).toBeGreaterThan(inFlight + (10n ** 12n * 9n) / 10n);
    replied(network.manage("stop_canister", a));
  });

  test("an uninstalled canister stops when the responses to its calls have come", () => {
    const { network, a } = pair();
    network.send(a, later(ops.reply()));
    network.subnet.executeRound();
    replied(network.manage("uninstall_code", a));
    replied(network.manage("stop_canister", a));
    expect(network.subnet.canister(a)?.status).toBe("stopped");
    replied(network.manage("delete_canister", a));
  });
});

describe("upgrading with open calls", () => {
  test("code without a table: the callback is not there, and the call fails by its code", () => {
    const { network, a } = pair();
    const sent = network.send(a, later(ops.reply("old")));
    network.subnet.executeRound();
    const wasm = assembleModule({
      imports: {},
      functions: [{ parameters: [], results: [], locals: [], body: [] }],
      table: [],
      memoryPages: 1,
      exports: { "canister_update nothing": 0 },
    });
    replied(network.upgrade(a, wasm));
    network.subnet.executeUntilIdle(10);
    expect(rejectText(answerOf(network, sent))).toMatch(
      new RegExp(
        `^IC0513 5 Error from Canister ${a.text}: Canister requested to invoke a non-existent Wasm function 1 from table 0\\.`,
      ),
    );
  });

  test("the counter of a call context and its cycles go on in the new code", () => {
    const { network, a, b } = pair();
    const script = ops.call({
      callee: a.bytes,
      cycles: 9n,
      data: later(new Uint8Array(0)),
      onReject: concat(ops.cyclesRefunded(), ops.appendAcc(), rejection),
    });
    const sent = network.send(b, script);
    network.subnet.executeRound();
    replied(network.upgrade(a, universal({ variant: 1 })));
    network.subnet.executeUntilIdle(20);
    // The new heap has no script there: nothing answers, and nothing took cycles.
    expect(repliedText(answerOf(network, sent))).toBe("\u0009\0\0\0\0\0\0\0rejected No response");
  });
});
