/** Queries and composite queries. Section 5, rule 12. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { rejectText, replied, repliedNumber, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const cell = (network: TestNetwork, id: Principal, address: number) =>
  repliedNumber(network.query(id, concat(ops.load(address), ops.replyAcc())));

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
    expect(cell(network, a, 0)).toBe(7n);
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

  test("a certificate is there for queries only", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const script = concat(ops.certificatePresent(), ops.replyAcc());
    const query = { canisterId: a, method: "query", argument: script, caller: Principal.anonymous };
    expect(repliedNumber(network.subnet.query({ ...query, dataCertificate: Uint8Array.of(1) }).response)).toBe(1n);
    expect(repliedNumber(network.subnet.query(query).response)).toBe(0n);
    expect(repliedNumber(network.update(a, script))).toBe(0n);
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
    expect(cell(network, a, 0)).toBe(7n);
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
    expect(cell(network, a, 0)).toBe(0n);
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

  test("loops and depths over 6 are refused", () => {
    const { network, a, b } = three();
    expect(
      repliedText(network.query(a, ask(b, ask(a, ops.reply(), forward), forward, "composite"), "composite")),
    ).toContain("IC0517: Loop detected");
    const chain = Array.from({ length: 7 }, () => network.universal());
    const nested = (depth: number): Script =>
      depth === chain.length - 1
        ? ops.reply("deep")
        : ask(
            chain[depth + 1] ?? a,
            nested(depth + 1),
            forward,
            depth + 1 === chain.length - 1 ? "query" : "composite",
          );
    expect(repliedText(network.query(chain[0] ?? a, nested(0), "composite"))).toContain(
      "IC0525: Composite query calls exceeded the maximum call depth of 6.",
    );
    expect(repliedText(network.query(chain[1] ?? a, nested(1), "composite"))).toBe("deep");
  });

  test("cannot be called by updates, nor call updates", () => {
    const { network, a, b } = three();
    const viaUpdate = ask(b, ops.reply(), forward, "composite");
    expect(repliedText(network.update(a, viaUpdate))).toContain("IC0527");
    expect(repliedText(network.query(a, ask(b, ops.reply(), forward, "update"), "composite"))).toContain("IC0536");
    expect(rejectText(network.query(a, ask(b, ops.reply(), forward)))).toContain("IC0504");
  });

  test("without any answer the user learns IC0506", () => {
    const { network, a, b } = three();
    expect(rejectText(network.query(a, ask(b, ops.reply(), ops.set(0, 1)), "composite"))).toContain("IC0506");
  });
});
