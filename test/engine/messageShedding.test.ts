/** What becomes of messages of bounded waits when a subnet has no room for them. Section 3.2 and section 5, rule 7. */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

/** Executes for so many rounds. */
const busyFor = (rounds: bigint) =>
  concat(ops.spin((rounds * 2_000_000_000n - 1_500_000_000n) / 6n), ops.reply("long"));

/** Bytes of a request beside its argument, and of a response beside its data. */
const requestBytes = 176 + "update".length;
const responseBytes = 144;

const answer = concat(
  ops.append("rejected "),
  ops.rejectCode(),
  ops.appendAcc(),
  ops.appendRejectMessage(),
  ops.reply(),
);

function call(callee: Principal, data: Script) {
  const onReply = concat(ops.append("reply "), ops.appendArgument(), ops.reply());
  return ops.call({ callee: callee.bytes, data, timeoutSeconds: 10, onReply, onReject: answer, cycles: 1_000n });
}

function textOf(network: TestNetwork, sent: string): string {
  const response = network.responseOf(sent);
  return response === undefined ? "nothing" : repliedText(response).replaceAll("\0", "").replace("\x06", "6 ");
}

describe("requests", () => {
  const small = concat(ops.append("x".repeat(100)), ops.reply());
  const large = concat(ops.append("x".repeat(200)), ops.reply());
  const both = 2 * requestBytes + small.length + large.length;

  /** Two calls to a canister that has no time for them; gives what their callers hear, and the trace. */
  function callBusy(bestEffortMessageBytes: number) {
    const network = new TestNetwork({ bestEffortMessageBytes });
    const a = network.universal();
    const b = network.universal();
    network.send(b, busyFor(2n));
    const sent = [small, large].map((it) => network.send(a, call(b, it)));
    network.subnet.takeTrace();
    network.subnet.executeUntilIdle(10);
    const early = sent.map((it) => textOf(network, it).slice(0, 7));
    network.subnet.advanceTime(12_000_000_000n);
    network.subnet.executeUntilIdle(10);
    return { early, late: sent.map((it) => textOf(network, it)), trace: network.trace() };
  }

  test("stay where they just fit", () => {
    expect(callBusy(both).early).toEqual(["reply x", "reply x"]);
  });

  test("one byte less, and the larger is dropped: its caller waits for the deadline, its cycles are lost", () => {
    const { early, late, trace } = callBusy(both - 1);
    expect(early).toEqual(["reply x", "nothing"]);
    expect(late[1]).toBe("rejected 6 Call deadline has expired.");
    expect(trace).toContain("dropped update of a for b, lost 1000");
  });

  test("without room for any, all are", () => {
    expect(callBusy(0).early).toEqual(["nothing", "nothing"]);
  });
});

test("requests of unbounded waits are never dropped", () => {
  const network = new TestNetwork({ bestEffortMessageBytes: 0 });
  const a = network.universal();
  const b = network.universal();
  network.send(b, busyFor(2n));
  const passOn = concat(ops.appendArgument(), ops.reply());
  const sent = network.send(a, ops.call({ callee: b.bytes, data: ops.reply("there"), onReply: passOn }));
  network.subnet.executeUntilIdle(10);
  expect(textOf(network, sent)).toBe("there");
});

describe("responses", () => {
  /** A call whose caller has no time for the response; gives what it hears. */
  function answerBusy(bestEffortMessageBytes: number) {
    const network = new TestNetwork({ bestEffortMessageBytes });
    const a = network.universal();
    const b = network.universal({ init: concat(ops.stableGrow(1), ops.stableWrite(0, "x")) });
    const sent = network.send(a, call(b, concat(ops.appendStable(0, 300), ops.reply())));
    const behind = network.send(a, busyFor(3n));
    network.subnet.takeTrace();
    network.subnet.executeUntilIdle(20);
    expect(textOf(network, behind)).toBe("long");
    return { text: textOf(network, sent), trace: network.trace() };
  }

  test("stay where they just fit, and one byte less they are dropped, which the caller hears", () => {
    expect(answerBusy(responseBytes + 300).text.slice(0, 7)).toBe("reply x");
    const { text, trace } = answerBusy(responseBytes + 299);
    expect(text).toBe("rejected 6 Response was dropped.");
    expect(trace).toContain("dropped response for a, lost 1000");
  });
});
