/** Bounded waits. Section 5, rule 7. */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { epochNanos, repliedNumber, repliedText, TestNetwork } from "../support/engine.ts";
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
