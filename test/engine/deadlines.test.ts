/**
 * Bounded waits. Section 5, rule 7: deadlines stand on whole seconds and 300 s is the longest; at the end the caller gets
 * SYS_UNKNOWN without cycles; a request that was not executed by then never is; a callee that was reached goes on, and what
 * it answers is dropped with the cycles in it. Unbounded waits never end by time.
 */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire } from "../../server/src/engine/management/idl.ts";
import { developer, epochNanos, repliedNumber, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const second = 1_000_000_000n;

/** Waits for randomness, one round after the other, for ever. */
const endless = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.runKept("globalTimer") });

const answer = concat(
  ops.rejectCode(),
  ops.appendAcc(),
  ops.cyclesRefunded(),
  ops.appendAcc(),
  ops.appendRejectMessage(),
  ops.reply(),
);

function pair() {
  const network = new TestNetwork();
  const a = network.universal();
  const b = network.universal({ init: ops.keep("globalTimer", endless) });
  return { network, a, b };
}

const bounded = (callee: Principal, data: Script, timeoutSeconds: number, more: { readonly cycles?: bigint } = {}) =>
  ops.call({
    callee: callee.bytes,
    data,
    timeoutSeconds,
    onReply: concat(ops.append("reply "), ops.appendArgument(), ops.reply()),
    onReject: answer,
    ...more,
  });

describe("bounded wait", () => {
  test("an answer in time is like any other, and the callee sees the deadline", () => {
    const { network, a, b } = pair();
    expect(repliedText(network.update(a, bounded(b, ops.reply("in time"), 10)))).toBe("reply in time");
    const deadline = ops.call({
      callee: b.bytes,
      data: concat(ops.deadline(), ops.replyAcc()),
      timeoutSeconds: 10,
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    const seen = repliedNumber(network.update(a, deadline));
    expect(seen % second).toBe(0n);
    expect(seen - epochNanos).toBe(10n * second);
    const unbounded = ops.call({
      callee: b.bytes,
      data: concat(ops.deadline(), ops.replyAcc()),
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    expect(repliedNumber(network.update(a, unbounded))).toBe(0n);
  });

  test("the callee's callbacks see the deadline; a query does not, even in replicated execution", () => {
    const { network, a, b } = pair();
    const passOn = concat(ops.appendArgument(), ops.reply());
    const look = concat(ops.deadline(), ops.replyAcc());
    const inCallback = ops.call({ callee: a.bytes, data: ops.reply(), onReply: look });
    const ask = (data: Script, method: string) =>
      network.update(a, ops.call({ callee: b.bytes, method, data, timeoutSeconds: 10, onReply: passOn }));
    expect(repliedNumber(ask(inCallback, "update"))).toBe(epochNanos + 10n * second);
    expect(repliedNumber(ask(look, "query"))).toBe(0n);
  });

  test("no wait is longer than 300 s", () => {
    const { network, a, b } = pair();
    const script = ops.call({
      callee: b.bytes,
      data: concat(ops.deadline(), ops.replyAcc()),
      timeoutSeconds: 4000,
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    expect(repliedNumber(network.update(a, script)) - epochNanos).toBe(300n * second);
  });

  test("at the deadline the caller gets SYS_UNKNOWN; the callee goes on, and the late response is dropped with its cycles", () => {
    const { network, a, b } = pair();
    const slow = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.reply("late") });
    const sent = network.send(a, bounded(b, slow, 1, { cycles: 1_000n }));
    network.subnet.executeRound();
    network.subnet.advanceTime(2n * second);
    network.subnet.executeUntilIdle(20);
    const response = network.responseOf(sent);
    const text = response === undefined ? "" : repliedText(response);
    expect(text.slice(0, 16)).toBe("\u0006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    expect(text.slice(16)).toBe("Call deadline has expired.");
    expect(network.trace()).toContain("dropped response for a, lost 1000");
  });

  test("the callee may still do what it was asked after the caller was told that nobody knows", () => {
    const { network, a, b } = pair();
    const slow = ops.call({
      callee: new Uint8Array(0),
      method: "raw_rand",
      onReply: concat(ops.set(0, 42), ops.reply()),
    });
    network.send(a, bounded(b, slow, 1));
    network.subnet.executeRound();
    network.subnet.advanceTime(2n * second);
    network.subnet.executeUntilIdle(20);
    expect(repliedNumber(network.query(b, concat(ops.load(0), ops.replyAcc())))).toBe(42n);
  });

  test("the second of the deadline belongs to the wait", () => {
    const { network, a, b } = pair();
    const sent = network.send(a, bounded(b, ops.runKept("globalTimer"), 10));
    network.subnet.executeRound();
    const deadline = ((network.subnet.timeNanos + 10n * second) / second) * second;
    network.subnet.advanceTime(deadline + second - 10n - network.subnet.timeNanos);
    network.subnet.executeRound();
    expect(network.responseOf(sent)).toBeUndefined();
    expect(network.subnet.nextTimer()).toBe(deadline + second);
    network.subnet.advanceTime(10n);
    network.subnet.executeUntilIdle(3);
    expect(network.responseOf(sent)?.kind).toBe("reply");
  });

  test("a request that waits when its deadline passes is never executed, and its cycles are lost", () => {
    const { network, a } = pair();
    const before = network.cycles(a);
    const data = argumentShapes.canister.encode({ canister_id: principalOnWire(a) });
    const sent = network.send(
      a,
      ops.call({
        callee: new Uint8Array(0),
        method: "deposit_cycles",
        data,
        cycles: 10n ** 12n,
        timeoutSeconds: 1,
        onReply: ops.reply("executed"),
        onReject: answer,
      }),
    );
    // The management canister takes calls of a round in the next.
    network.subnet.executeRound();
    network.subnet.advanceTime(3n * second);
    network.subnet.executeUntilIdle(5);
    const response = network.responseOf(sent);
    expect(response === undefined ? "" : repliedText(response).slice(16)).toBe("Call deadline has expired.");
    expect(network.trace()).toContain("never executed");
    expect(before - network.cycles(a)).toBeGreaterThan(10n ** 12n);
  });

  test("a stop that outlasts the wait goes on without its caller", () => {
    const { network, a, b } = pair();
    network.updateSettings(b, { controllers: [[principalOnWire(a), principalOnWire(developer)]] });
    const wait = (rounds: number): Script =>
      rounds === 0
        ? ops.reply()
        : ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: wait(rounds - 1) });
    network.send(b, wait(6));
    network.subnet.executeRound();
    const stop = network.send(
      a,
      ops.call({
        callee: new Uint8Array(0),
        method: "stop_canister",
        data: argumentShapes.canister.encode({ canister_id: principalOnWire(b) }),
        timeoutSeconds: 1,
        onReject: answer,
      }),
    );
    network.subnet.executeRound();
    network.subnet.executeRound();
    expect(network.subnet.canister(b)?.status).toBe("stopping");
    network.subnet.advanceTime(3n * second);
    network.subnet.executeUntilIdle(20);
    const response = network.responseOf(stop);
    expect(response === undefined ? "" : repliedText(response).slice(0, 1)).toBe("\u0006");
    expect(network.subnet.canister(b)?.status).toBe("stopped");
  });

  test("a stopped callee rejects at once, with all cycles", () => {
    const { network, a, b } = pair();
    network.manage("stop_canister", b);
    const text = repliedText(network.update(a, bounded(b, ops.reply(), 10, { cycles: 7n })));
    expect(text).toBe(`\u0005\0\0\0\0\0\0\0\u0007\0\0\0\0\0\0\0Canister ${b.text} is stopped`);
  });

  test("a wait of no seconds ends at the next whole second", () => {
    const { network, a, b } = pair();
    expect(repliedText(network.update(a, bounded(b, ops.reply("in time"), 0)))).toBe("reply in time");
  });

  test("an unbounded wait never expires and keeps its cycles", () => {
    const { network, a, b } = pair();
    const sent = network.send(
      a,
      ops.call({ callee: b.bytes, cycles: 1_000n, data: ops.runKept("globalTimer"), onReject: answer }),
    );
    network.subnet.executeUntilIdle(10);
    network.subnet.advanceTime(86_400n * second);
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(sent)).toBeUndefined();
    network.manage("uninstall_code", b);
    network.subnet.executeUntilIdle(10);
    const response = network.responseOf(sent);
    const text = response === undefined ? "" : repliedText(response);
    expect(text.slice(0, 8)).toBe("\u0004\0\0\0\0\0\0\0");
    expect(text.slice(16)).toBe("Canister has been uninstalled.");
  });
});
