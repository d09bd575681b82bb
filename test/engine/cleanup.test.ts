/**
 * Cleanup callbacks. Section 5, rule 3: they run only when the callback trapped; they have what the callback left of the
 * message's instructions, 5 % at least; they see the reject code; they may neither call nor reply; what they do stays, or
 * is undone if they trap too; the call gets the callback's failure.
 */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { rejectText, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

function pair() {
  const network = new TestNetwork();
  return { network, a: network.universal(), b: network.universal() };
}

/** A call whose callback traps. */
const failing = (b: Principal, onCleanup: Script, data: Script = ops.reply()) =>
  ops.call({ callee: b.bytes, data, onReply: ops.trap("callback"), onReject: ops.trap("callback"), onCleanup });

test("a callback has 95 % of the instructions of a message, cleanup what is left of all", () => {
  const seen: bigint[] = [];
  const network = new TestNetwork({
    watch: {
      slicePassed: (_used, limit) => {
        seen.push(limit);
        return "cancel";
      },
    },
  });
  const [a, b] = [network.universal(), network.universal()];
  const script = ops.call({
    callee: b.bytes,
    data: ops.reply(),
    onReply: ops.loopForever(),
    onCleanup: ops.loopForever(),
  });
  network.update(a, script);
  const [callback] = network.subnet.takeTrace().filter((it) => it.kind === "executed" && it.mode === "replyCallback");
  if (callback?.kind !== "executed") throw new Error("the callback was not executed");
  expect(seen).toEqual([38_000_000_000n, 40_000_000_000n - callback.instructions]);
});

describe("cleanup", () => {
  test("sees the code of a reject, and none of a reply", () => {
    const { network, a, b } = pair();
    const note = concat(ops.rejectCode(), ops.store(0));
    network.update(a, concat(ops.set(0, 99), failing(b, note, ops.reject("no"))));
    expect(network.cell(a, 0)).toBe(4n);
    network.update(a, failing(b, note, ops.trap("no")));
    expect(network.cell(a, 0)).toBe(5n);
    network.update(a, failing(b, note));
    expect(network.cell(a, 0)).toBe(0n);
  });

  test("keeps what it does: heap, stable memory, timer, cycles burned", () => {
    const { network, a, b } = pair();
    const later = 9n * 10n ** 18n;
    const cleanup = concat(ops.set(0, 7), ops.stableGrow(2), ops.setTimer(later), ops.burn(1_000n));
    expect(rejectText(network.update(a, failing(b, cleanup)))).toContain("'callback'");
    expect(network.cell(a, 0)).toBe(7n);
    expect(network.subnet.canister(a)).toMatchObject({ stableBytes: 131_072, globalTimerNanos: later });
  });

  test.each([
    ["call", (b: Principal) => ops.call({ callee: b.bytes, data: ops.reply() }), '"ic0_call_new"'],
    ["reply", () => ops.reply(), '"ic0_msg_reply"'],
    ["reject", () => ops.reject("no"), '"ic0_msg_reject"'],
    ["accept cycles", () => ops.accept(1n), '"ic0_msg_cycles_accept"'],
    ["set certified data", () => ops.certify("x"), '"ic0_certified_data_set"'],
  ])("may not %s", (_what, action, name) => {
    const { network, a, b } = pair();
    const text = rejectText(network.update(a, failing(b, concat(ops.set(0, 7), action(b)))));
    expect(text).toContain("IC0503 5");
    expect(text).toContain(
      `call_on_cleanup also failed:\n\nCanister violated contract: ${name} cannot be executed in cleanup mode`,
    );
    expect(network.cell(a, 0)).toBe(0n);
  });

  test("does not count the callback that failed in the instructions of the call context", () => {
    const { network, a, b } = pair();
    const note = concat(ops.contextInstructions(), ops.store(0), ops.instructions(), ops.store(8));
    const script = ops.call({
      callee: b.bytes,
      data: ops.reply(),
      onReply: concat(ops.spin(1_000_000), ops.trap("callback")),
      onCleanup: note,
    });
    network.trace();
    network.update(a, script);
    const executed = network.subnet
      .takeTrace()
      .flatMap((it) => (it.kind === "executed" && it.canisterId === a.text ? [it] : []));
    const [entry, callback] = executed;
    expect(callback?.instructions).toBeGreaterThan(5_000_000n);
    const [context, own] = [network.cell(a, 0), network.cell(a, 8)];
    // Between the two readings a few instructions pass, and a page may be touched.
    expect(context - (entry?.instructions ?? 0n)).toBeLessThanOrEqual(own);
    expect(own - (context - (entry?.instructions ?? 0n))).toBeLessThan(1_000_000n);
  });

  test("runs for each callback that traps, also when the call was answered before", () => {
    const { network, a, b } = pair();
    const count = ops.increase(0, 1);
    expect(repliedText(network.update(a, concat(ops.reply("early"), failing(b, count), failing(b, count))))).toBe(
      "early",
    );
    network.subnet.executeUntilIdle(10);
    expect(network.cell(a, 0)).toBe(2n);
  });

  test("runs when the callback is no function of the table", () => {
    const { network, a, b } = pair();
    const text = rejectText(network.update(a, ops.callBadTableIndex(b.bytes, ops.reply())));
    expect(text).toMatch(
      new RegExp(
        `^IC0513 5 Error from Canister ${a.text}: Canister requested to invoke a non-existent Wasm function 1000 from table 0\\.\\n` +
          "If you are running this canister in a test environment",
      ),
    );
  });
});
