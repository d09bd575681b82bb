/** Queries and composite queries. Section 5, rule 12. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { rejectText, replied, repliedNumber, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

describe("queries", () => {
  test("see the committed state and leave nothing behind", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.set(0, 7) });
    const script = concat(ops.increase(0, 1), ops.stableGrow(1), ops.load(0), ops.replyAcc());
    expect(repliedNumber(network.query(a, script))).toBe(8n);
    expect(repliedNumber(network.query(a, script))).toBe(8n);
    expect(network.subnet.canister(a)).toMatchObject({ stableBytes: 0, canisterVersion: 1n });
  });

  test("called as an update, a query discards its changes but is paid for", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.set(0, 7) });
    const before = network.cycles(a);
    expect(repliedNumber(network.ingress(a, "query", concat(ops.increase(0, 1), ops.load(0), ops.replyAcc())))).toBe(
      8n,
    );
    expect(network.cell(a, 0)).toBe(7n);
    expect(before - network.cycles(a)).toBeGreaterThan(5_000_000n);
    expect(network.subnet.canister(a)?.canisterVersion).toBe(2n);
  });

  test.each([
    ["update", "IC0536 5 Error from Canister", "Canister has no query method 'update'."],
    [
      "nothing",
      "IC0536 5 Error from Canister",
      "Check that the method being called is exported by the target canister. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#method-not-found",
    ],
  ])("method %s is no query", (method, head, text) => {
    const network = new TestNetwork();
    const a = network.universal();
    const rejected = rejectText(network.query(a, ops.reply(), method));
    expect(rejected).toContain(head);
    expect(rejected).toContain(text);
  });

  test("a certificate is there for queries only, and not made before it is read", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const script = concat(ops.certificatePresent(), ops.replyAcc());
    const query = { canisterId: a, method: "query", argument: script, caller: Principal.anonymous };
    const dataCertificate = () => {
      throw new Error("nobody reads it");
    };
    expect(repliedNumber(network.subnet.query({ ...query, dataCertificate }).response)).toBe(1n);
    expect(repliedNumber(network.subnet.query(query).response)).toBe(0n);
    expect(repliedNumber(network.update(a, script))).toBe(0n);
  });

  test("one in replicated execution makes a new version of the canister when it returns, a query does not", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const version = () => network.subnet.canister(a)?.canisterVersion ?? 0n;
    const before = version();
    network.query(a, ops.reply());
    expect(version()).toBe(before);
    replied(network.ingress(a, "query", ops.reply()));
    expect(version()).toBe(before + 1n);
    rejectText(network.ingress(a, "query", ops.trap("no")));
    expect(version()).toBe(before + 1n);
  });

  test("an endless query ends at 5 billion instructions, and the canister goes on", () => {
    const network = new TestNetwork();
    const a = network.universal();
    expect(rejectText(network.query(a, ops.loopForever()))).toContain(
      "IC0522 5 Error from Canister " +
        `${a.text}: Canister exceeded the limit of 5000000000 instructions for single message execution.`,
    );
    expect(repliedText(network.query(a, ops.reply("still here")))).toBe("still here");
  });

  test("a watch ends an endless update by hand; the state is as before", () => {
    const network = new TestNetwork({ watch: { slicePassed: () => "cancel" } });
    const a = network.universal({ init: ops.set(0, 7) });
    expect(rejectText(network.update(a, concat(ops.set(0, 8), ops.loopForever())))).toMatch(
      /^- 5 The message execution on canister .* was cancelled by hand/,
    );
    expect(network.cell(a, 0)).toBe(7n);
    expect(repliedText(network.update(a, ops.reply("goes on")))).toBe("goes on");
  });
});

describe("composite queries", () => {
  const ask = (callee: Principal, data: Script, onReply: Script, method = "query") =>
    ops.call({ callee: callee.bytes, method, data, onReply, onReject: concat(ops.appendRejectMessage(), ops.reply()) });
  const forward = concat(ops.appendArgument(), ops.reply());

  function three() {
    const network = new TestNetwork();
    return { network, a: network.universal(), b: network.universal(), c: network.universal() };
  }

  test("call queries of other canisters, and composite queries", () => {
    const { network, a, b, c } = three();
    const atC = concat(ops.append("c says "), ops.appendCaller(), ops.reply());
    const script = ask(b, ask(c, atC, forward), forward, "composite");
    expect(replied(network.query(a, script, "composite"))).toEqual(
      concat(new TextEncoder().encode("c says "), b.bytes),
    );
  });

  test("what entry point and callbacks write is seen by the next callback and gone at the end", () => {
    const { network, a, b } = three();
    const script = concat(
      ops.set(0, 1),
      ask(b, ops.reply(), concat(ops.increase(0, 10))),
      ask(b, ops.reply(), concat(ops.load(0), ops.replyAcc())),
    );
    expect(repliedNumber(network.query(a, script, "composite"))).toBe(11n);
    expect(network.cell(a, 0)).toBe(0n);
    const update = concat(ops.increase(0, 1), ops.load(0), ops.replyAcc());
    expect(repliedNumber(network.update(a, update))).toBe(1n);
  });

  test("a trap in a callback rolls back that callback only", () => {
    const { network, a, b } = three();
    const script = concat(
      ops.set(0, 1),
      ask(b, ops.reply(), concat(ops.set(0, 5), ops.trap("first"))),
      ask(b, ops.reply(), concat(ops.load(0), ops.replyAcc())),
    );
    expect(repliedNumber(network.query(a, script, "composite"))).toBe(1n);
  });

  test("a response ends it: calls that wait are not made", () => {
    const network = new TestNetwork();
    const [a, b] = [network.universal(), network.universal()];
    network.subnet.takeTrace();
    const script = concat(ask(b, ops.reply("late"), ops.unreachable()), ops.reply("early"));
    expect(repliedText(network.query(a, script, "composite"))).toBe("early");
    expect(network.subnet.takeTrace().filter((it) => it.kind === "executed")).toHaveLength(1);
  });

  test("a caller learns by code which query did not answer", () => {
    const network = new TestNetwork();
    const [a, b] = [network.universal(), network.universal()];
    expect(repliedText(network.query(a, ask(b, ops.set(0, 1), forward), "composite"))).toContain(
      `IC0506: Canister ${b.text} did not produce a response`,
    );
  });

  test("a canister may be asked again while it waits; it answers from its committed state", () => {
    const { network, a, b } = three();
    network.update(a, concat(ops.set(0, 7), ops.stableGrow(1), ops.reply()));
    const readCell = concat(ops.load(0), ops.replyAcc());
    // a writes 8, asks b, which asks a: there the cell is 7, whether it is written again or not; then a goes on with 8.
    const inner = ask(a, readCell, forward);
    const script = concat(
      ops.set(0, 8),
      ops.stableWrite(0, "x"),
      ops.memoryGrow(2),
      ask(
        b,
        inner,
        concat(ops.appendArgument(), ops.load(0), ops.appendAcc(), ops.appendStable(0, 1), ops.reply()),
        "composite",
      ),
    );
    const reply = replied(network.query(a, script, "composite"));
    expect([...reply]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, "x".charCodeAt(0)]);
    expect(network.cell(a, 0)).toBe(7n);
    const twice = concat(
      ops.increase(0, 1),
      ask(
        a,
        concat(ops.increase(0, 10), ask(b, ops.reply(), readCell)),
        concat(ops.appendArgument(), ops.load(0), ops.appendAcc(), ops.reply()),
        "composite",
      ),
    );
    const view = new DataView(Uint8Array.from(replied(network.query(a, twice, "composite"))).buffer);
    expect([view.getBigUint64(0, true), view.getBigUint64(8, true)]).toEqual([17n, 8n]);
    expect(network.cell(a, 0)).toBe(7n);
  });

  test("six queries may wait, one for the other; a seventh that waits ends the whole query", () => {
    const network = new TestNetwork();
    const chain = Array.from({ length: 8 }, () => network.universal());
    const nested = (depth: number, last: number): Script => {
      const next = chain[depth + 1];
      if (depth === last || next === undefined) return ops.reply("deep");
      return ask(next, nested(depth + 1, last), forward, "composite");
    };
    const [first] = chain;
    if (first === undefined) throw new Error("no canister");
    expect(repliedText(network.query(first, nested(0, 6), "composite"))).toBe("deep");
    // It is no reject that a callback could take: the user learns it.
    expect(rejectText(network.query(first, nested(0, 7), "composite"))).toBe(
      "IC0525 5 Composite query calls exceeded the maximum call depth.",
    );
    expect(repliedText(network.query(first, ops.reply("goes on")))).toBe("goes on");
  });

  test("each call costs 50 million instructions of the five billion for all; what is over ends the whole query", () => {
    const { network, a, b } = three();
    const times = (count: number, script: Script): Script =>
      count === 0 ? script : ask(b, ops.reply(), times(count - 1, script));
    // The nested scripts double in size with each level, so most calls come at once, and their callbacks do nothing.
    const many = (count: number) =>
      concat(
        ...Array.from({ length: count }, () => ask(b, ops.reply(), new Uint8Array(0))),
        times(1, ops.reply("all")),
      );
    expect(repliedText(network.query(a, many(98), "composite"))).toBe("all");
    expect(rejectText(network.query(a, many(99), "composite"))).toBe(
      "IC0526 5 Composite query calls exceeded the instruction limit.",
    );
  });

  test("a query that is called gets what instructions are left", () => {
    const { network, a, b } = three();
    const script = ask(b, ops.loopForever(), forward);
    expect(rejectText(network.query(a, script, "composite"))).toBe(
      "IC0526 5 Composite query calls exceeded the instruction limit.",
    );
  });

  test("cannot be called by updates, nor call updates", () => {
    const { network, a, b } = three();
    const viaUpdate = ask(b, ops.reply(), forward, "composite");
    expect(repliedText(network.update(a, viaUpdate))).toContain("IC0527");
    expect(repliedText(network.query(a, ask(b, ops.reply(), forward, "update"), "composite"))).toContain("IC0536");
    expect(rejectText(network.query(a, ask(b, ops.reply(), forward)))).toContain("IC0504");
  });

  test("an error in the entry point is the user's, calls that it made are not", () => {
    const { network, a, b } = three();
    expect(rejectText(network.query(a, concat(ask(b, ops.reply(), forward), ops.trap("end")), "composite"))).toContain(
      "IC0503 5",
    );
    expect(network.trace()).not.toContain("execute b");
  });

  test("callbacks that fail leave the others to answer; the last failure is the user's", () => {
    const { network, a, b } = three();
    const failing = (text: string) => ask(b, ops.reply(), ops.trap(text));
    expect(
      repliedText(network.query(a, concat(failing("first"), ask(b, ops.reply("two"), forward)), "composite")),
    ).toBe("two");
    expect(rejectText(network.query(a, concat(failing("first"), failing("second")), "composite"))).toContain(
      "'second'",
    );
    const cleanup = ops.call({
      callee: b.bytes,
      method: "query",
      data: ops.reply(),
      onReply: ops.trap("callback"),
      onCleanup: ops.trap("cleanup"),
    });
    expect(rejectText(network.query(a, cleanup, "composite"))).toBe(
      `IC0503 5 Error from Canister ${a.text}: Canister called \`ic0.trap\` with message: 'callback'\n\n` +
        "call_on_cleanup also failed:\n\nCanister called `ic0.trap` with message: 'cleanup'",
    );
  });

  test("stopped, stopping and frozen canisters answer no queries", () => {
    const { network, a, b } = three();
    replied(network.manage("stop_canister", b));
    const script = ask(b, ops.reply(), forward);
    expect(repliedText(network.query(a, script, "composite"))).toBe(
      `IC0508: Canister ${b.text} is stopped and therefore does not have a CallContextManager`,
    );
    const frozen = network.universal({ cycles: 1_000_000_000_000n });
    network.updateSettings(frozen, { freezing_threshold: [10n ** 12n] });
    const text = `Canister ${frozen.text} is unable to process query calls because it's frozen. Please top up the canister with cycles and try again.`;
    expect(rejectText(network.query(frozen, ops.reply()))).toBe(`IC0207 2 ${text}`);
    expect(repliedText(network.query(a, ask(frozen, ops.reply(), forward), "composite"))).toBe(`IC0207: ${text}`);
  });

  test("may ask the management canister for what it answers to queries", () => {
    const { network, a } = three();
    const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(a) });
    network.updateSettings(a, { controllers: [[principalOnWire(a)]] });
    const script = ask(Principal.management, argument, forward, "canister_status");
    expect(resultShapes.canister_status.decode(replied(network.query(a, script, "composite")))?.status).toEqual({
      running: null,
    });
  });

  test("without any answer the user learns IC0506", () => {
    const { network, a, b } = three();
    const text = `IC0506 5 Canister ${a.text} did not produce a response`;
    expect(rejectText(network.query(a, ask(b, ops.reply(), ops.set(0, 1)), "composite"))).toBe(text);
    expect(rejectText(network.query(a, ops.set(0, 1), "composite"))).toBe(text);
    expect(rejectText(network.query(a, ops.set(0, 1)))).toBe(text);
  });
});
