/** Message executions: what commits, what rolls back, who gets which response. Section 5, rules 1 to 6. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { plenty, rejectText, repliedNumber, repliedText, TestNetwork, user } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

function twoCanisters() {
  const network = new TestNetwork();
  return { network, a: network.universal(), b: network.universal() };
}

describe("commit and rollback", () => {
  test("an update that replies commits", () => {
    const { network, a } = twoCanisters();
    expect(repliedText(network.update(a, concat(ops.set(0, 7), ops.reply("done"))))).toBe("done");
    expect(network.trace()).toBe(
      ["ingress a update", "execute a update: committed", "respond a -> ingress: reply 'done'"].join("\n"),
    );
    expect(network.cell(a, 0)).toBe(7n);
  });

  test("a trap discards heap, stable memory, timer, certified data, calls and reply", () => {
    const { network, a, b } = twoCanisters();
    network.update(a, concat(ops.stableGrow(1), ops.reply()));
    const script = concat(
      ops.set(0, 7),
      ops.stableWrite(0, "gone"),
      ops.setTimer(1n),
      ops.certify("gone"),
      ops.call({ callee: b.bytes, data: concat(ops.set(0, 1), ops.reply()) }),
      ops.append("gone"),
      ops.trap("boom"),
    );
    network.trace();
    expect(rejectText(network.update(a, script))).toBe(
      `IC0503 5 Error from Canister ${a.text}: Canister called \`ic0.trap\` with message: 'boom'.\n` +
        "Consider gracefully handling failures from this canister or altering the canister to handle exceptions. " +
        "See documentation: https://internetcomputer.org/docs/current/references/execution-errors#trapped-explicitly",
    );
    expect(network.trace()).toBe(
      [
        "ingress a update",
        "execute a update: trapped",
        "log a: [TRAP]: boom",
        "respond a -> ingress: reject IC0503 5",
      ].join("\n"),
    );
    expect(network.cell(a, 0)).toBe(0n);
    expect(network.cell(b, 0)).toBe(0n);
    expect(repliedText(network.query(a, concat(ops.appendStable(0, 4), ops.reply())))).toBe("\0\0\0\0");
    expect(network.subnet.canister(a)?.globalTimerNanos).toBe(0n);
    expect(network.subnet.canister(a)?.certifiedData.length).toBe(0);
  });

  test("a trap in the callback keeps what came before the await, and cleanup runs", () => {
    const { network, a, b } = twoCanisters();
    const script = concat(
      ops.set(0, 7),
      ops.call({
        callee: b.bytes,
        data: concat(ops.set(0, 5), ops.reply("from b")),
        onReply: concat(ops.set(0, 8), ops.trap("boom")),
        onCleanup: ops.set(8, 9),
      }),
    );
    expect(rejectText(network.update(a, script))).toContain("IC0503 5");
    expect(network.trace()).toBe(
      [
        "ingress a update",
        "execute a update: committed",
        "request a -> b update",
        "  execute b update: committed",
        "  respond b -> a: reply 'from b'",
        "execute a replyCallback: trapped",
        "log a: [TRAP]: boom",
        "execute a cleanup: committed",
        "respond a -> ingress: reject IC0503 5",
      ].join("\n"),
    );
    expect([network.cell(a, 0), network.cell(a, 8), network.cell(b, 0)]).toEqual([7n, 9n, 5n]);
  });

  test("a trap in cleanup too: its changes are gone and both failures are told", () => {
    const { network, a, b } = twoCanisters();
    const script = ops.call({
      callee: b.bytes,
      data: ops.reply(),
      onReply: ops.trap("first"),
      onCleanup: concat(ops.set(8, 9), ops.trap("second")),
    });
    expect(rejectText(network.update(a, script))).toBe(
      `IC0503 5 Error from Canister ${a.text}: Canister called \`ic0.trap\` with message: 'first'\n\n` +
        "call_on_cleanup also failed:\n\nCanister called `ic0.trap` with message: 'second'",
    );
    expect(network.cell(a, 8)).toBe(0n);
  });

  test("no cleanup runs when the callback returns", () => {
    const { network, a, b } = twoCanisters();
    const script = ops.call({
      callee: b.bytes,
      data: ops.reply("x"),
      onReply: ops.reply("y"),
      onCleanup: ops.set(8, 9),
    });
    expect(repliedText(network.update(a, script))).toBe("y");
    expect(network.cell(a, 8)).toBe(0n);
  });
});

describe("responses", () => {
  test("a reject of the callee reaches the reject callback as it is", () => {
    const { network, a, b } = twoCanisters();
    const script = ops.call({
      callee: b.bytes,
      data: ops.reject("no"),
      onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.appendRejectMessage(), ops.reply()),
    });
    expect(repliedText(network.update(a, script))).toBe("\u0004\0\0\0\0\0\0\0no");
  });

  test("a trap of the callee reaches the reject callback with its code", () => {
    const { network, a, b } = twoCanisters();
    const script = ops.call({
      callee: b.bytes,
      data: ops.trap("boom"),
      onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.appendRejectMessage(), ops.reply()),
    });
    expect(repliedText(network.update(a, script))).toMatch(
      new RegExp(`^\u0005\0+IC0503: Error from Canister ${b.text}: Canister called \`ic0.trap\` with message: 'boom'`),
    );
  });

  test("a canister that does not exist is no destination", () => {
    const { network, a } = twoCanisters();
    const missing = Principal.ofBytes(Uint8Array.of(9, 9, 1, 1));
    const script = ops.call({
      callee: missing.bytes,
      onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.appendRejectMessage(), ops.reply()),
    });
    expect(repliedText(network.update(a, script))).toBe(`\u0003\0\0\0\0\0\0\0Canister ${missing.text} not found`);
  });

  test("no reply, and nothing to wait for: a user learns IC0506, a canister `No response`", () => {
    const { network, a, b } = twoCanisters();
    expect(rejectText(network.update(a, ops.set(0, 1)))).toBe(`IC0506 5 Canister ${a.text} did not reply to the call`);
    expect(network.cell(a, 0)).toBe(1n);
    const script = ops.call({ callee: b.bytes, onReject: concat(ops.appendRejectMessage(), ops.reply()) });
    expect(repliedText(network.update(a, script))).toBe("No response");
  });

  test("the first call's reply wins: a second reply in another callback traps, and its changes are gone", () => {
    const { network, a, b } = twoCanisters();
    const one = (name: string, address: number) =>
      ops.call({ callee: b.bytes, data: ops.reply(), onReply: concat(ops.set(address, 1), ops.reply(name)) });
    expect(repliedText(network.update(a, concat(one("first", 0), one("second", 8))))).toBe("first");
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([1n, 0n]);
    expect(network.trace().match(/respond a -> ingress/g)).toHaveLength(1);
  });

  test("a reply before the callbacks is the response; a trap later changes nothing about it", () => {
    const { network, a, b } = twoCanisters();
    const script = concat(
      ops.reply("early"),
      ops.call({ callee: b.bytes, data: concat(ops.set(0, 3), ops.reply()), onReply: ops.trap("late") }),
    );
    expect(repliedText(network.update(a, script))).toBe("early");
    network.subnet.executeUntilIdle(100);
    expect(network.cell(b, 0)).toBe(3n);
    expect(network.trace()).toContain("execute a replyCallback: trapped");
  });

  test("an early trap among several callbacks waits for the others, which may still reply", () => {
    const { network, a, b } = twoCanisters();
    const script = concat(
      ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.trap("first fails") }),
      ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.reply("second replies") }),
    );
    expect(repliedText(network.update(a, script))).toBe("second replies");
  });

  test("what a canister sees of its caller", () => {
    const { network, a, b } = twoCanisters();
    const caller = user(7);
    const seenBy = (script: Script) => network.update(a, script, caller);
    expect(seenBy(concat(ops.appendCaller(), ops.reply()))).toEqual({ kind: "reply", data: caller.bytes });
    const viaB = ops.call({
      callee: b.bytes,
      data: concat(ops.appendCaller(), ops.reply()),
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    expect(seenBy(viaB)).toEqual({ kind: "reply", data: a.bytes });
    const inCallback = ops.call({
      callee: b.bytes,
      data: ops.reply(),
      onReply: concat(ops.appendCaller(), ops.reply()),
    });
    expect(seenBy(inCallback)).toEqual({ kind: "reply", data: caller.bytes });
  });

  test.each([
    ["nothing", "update", "Canister has no update method 'nothing'."],
    ["composite", "composite", "Composite query cannot be called in replicated mode"],
  ])("method %s is refused", (method, _kind, text) => {
    const { network, a } = twoCanisters();
    expect(rejectText(network.ingress(a, method, ops.reply()))).toContain(text);
  });

  test("a canister without code refuses messages", () => {
    const network = new TestNetwork();
    const empty = network.create();
    const a = network.universal();
    expect(rejectText(network.update(empty, ops.reply()))).toBe("IC0537 5 Requested canister has no wasm module");
    const script = ops.call({ callee: empty.bytes, onReject: concat(ops.appendRejectMessage(), ops.reply()) });
    expect(repliedText(network.update(a, script))).toContain(
      `IC0537: Error from Canister ${empty.text}: Attempted to execute a message, but the canister contains no Wasm module..\nPlease install code`,
    );
  });
});

describe("order and queues", () => {
  test("requests between two canisters arrive in the order they were sent", () => {
    const { network, a, b } = twoCanisters();
    const append = (digit: number) =>
      ops.call({
        callee: b.bytes,
        data: concat(ops.load(0), ops.when(ops.set(8 * digit, 1)), ops.increase(0, 1), ops.load(0), ops.replyAcc()),
        onReply: concat(ops.appendArgument()),
      });
    const script = concat(...[1, 2, 3, 4].map(append), ops.reply("sent"));
    network.update(a, script);
    network.subnet.executeUntilIdle(100);
    const replies = network
      .trace()
      .split("\n")
      .filter((line) => line.includes("respond b -> a"));
    expect(replies.map((line) => line.charCodeAt(line.indexOf("'") + 1))).toEqual([1, 2, 3, 4]);
  });

  test("a canister calls itself through its queue", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const script = concat(
      ops.set(0, 1),
      ops.call({
        callee: a.bytes,
        data: concat(ops.increase(0, 1), ops.reply()),
        onReply: concat(ops.load(0), ops.replyAcc()),
      }),
      ops.set(0, 10),
    );
    expect(repliedNumber(network.update(a, script))).toBe(11n);
  });

  test("500 calls to one canister may wait; the 501st is refused by call_perform, and no cycles are lost", () => {
    const { network, a, b } = twoCanisters();
    const one = ops.call({ callee: b.bytes, data: ops.reply(), cycles: 1000n });
    const script = (count: number) => concat(...Array.from({ length: count }, () => one), ops.replyAcc());
    const few = new TestNetwork();
    const c = few.universal();
    const d = few.universal();
    const other = ops.call({ callee: d.bytes, data: ops.reply(), cycles: 1000n });
    expect(repliedNumber(few.update(c, concat(...Array.from({ length: 500 }, () => other), ops.replyAcc())))).toBe(0n);
    expect(repliedNumber(network.update(a, script(501)))).toBe(2n);
    network.subnet.executeUntilIdle(100);
    expect(network.trace().match(/request a -> b/g)).toHaveLength(500);
    expect(network.cycles(b)).toBeLessThanOrEqual(plenty);
  });
});

describe("instruction counters", () => {
  test("the counter of a call context goes on over its callbacks", () => {
    const { network, a, b } = twoCanisters();
    const script = concat(
      ops.spin(1000),
      ops.call({
        callee: b.bytes,
        data: ops.reply(),
        onReply: concat(ops.instructions(), ops.appendAcc(), ops.contextInstructions(), ops.appendAcc(), ops.reply()),
      }),
    );
    const response = network.update(a, script);
    if (response.kind === "reject") throw new Error(response.reject.message);
    const view = new DataView(response.data.buffer, response.data.byteOffset);
    const message = view.getBigUint64(0, true);
    const context = view.getBigUint64(8, true);
    expect(context - message).toBeGreaterThan(4000n);
  });
});
