/** What messages cost, and where the cycles go. Section 3.5 and rule 20. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../../server/src/base/principal.ts";
import { Fees } from "../../../server/src/engine/cycles/fees.ts";
import { envelopeBytesOf } from "../../../server/src/engine/ingress.ts";
import {
  argumentShapes,
  principalOnWire,
  resultShapes,
  type SettingsArgument,
} from "../../../server/src/engine/management/idl.ts";
import { snapshotArguments } from "../../../server/src/engine/management/snapshotShapes.ts";
import {
  developer,
  plenty,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  settingsArgument,
  TestNetwork,
} from "../../support/engine.ts";
import { concat, ops, type Script } from "../../support/universalCanister.ts";
import { WasmBuilder } from "../../support/wasmBuilder.ts";

describe("execution", () => {
  test.each([13, 34])("an update on %i nodes costs induction, base fee and its instructions", (subnetSize) => {
    const network = new TestNetwork({ subnetSize });
    const a = network.universal();
    const fees = new Fees(subnetSize);
    const script = concat(ops.spin(100), ops.reply());
    const before = network.cycles(a);
    network.update(a, script);
    const executed = network.subnet.takeTrace().find((it) => it.kind === "executed");
    if (executed?.kind !== "executed") throw new Error("nothing was executed");
    const prepaid = fees.messagePrepayment(false);
    const fee = prepaid - fees.unusedInstructions(40_000_000_000n - executed.instructions, false);
    const induction = fees.ingress(envelopeBytesOf({ method: "update", argument: script, caller: developer }));
    expect(before - network.cycles(a)).toBe(fee + induction);
    expect(executed.fee).toBe(fee);
    expect(fee).toBeGreaterThan(fees.execution(0n, false));
  });

  test("a trap is paid for like anything else", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const before = network.cycles(a);
    network.update(a, ops.trap("boom"));
    expect(before - network.cycles(a)).toBeGreaterThan(5_000_000n + 1_200_000n);
  });

  test("queries are free", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const before = network.cycles(a);
    network.query(a, concat(ops.spin(1000), ops.reply()));
    expect(network.cycles(a)).toBe(before);
  });

  test("a canister that cannot pay for the longest execution does not begin it, and its controller learns what is missing", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: 400_000_000_000n, settings: { freezing_threshold: [0n] } });
    network.update(a, concat(ops.burn(10n ** 18n), ops.reply()));
    const poor = network.cycles(a);
    expect(poor).toBeLessThan(40_005_000_000n);
    expect(rejectText(network.update(a, ops.reply()))).toMatch(
      new RegExp(
        `^IC0207 2 Canister ${a.text} is out of cycles: please top up the canister with at least [\\d_]+ additional cycles$`,
      ),
    );
    expect(network.subnet.addCycles(a, plenty)).toBe(true);
    expect(repliedText(network.update(a, ops.reply("again")))).toBe("again");
  });

  test("below the freezing threshold nothing is taken in, but responses still run", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    const script = ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.reply("answered") });
    const sent = network.send(a, script);
    network.subnet.executeRound();
    network.updateSettings(a, { freezing_threshold: [10n ** 15n] });
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(sent)).toEqual({ kind: "reply", data: new TextEncoder().encode("answered") });
    expect(rejectText(network.update(a, ops.reply()))).toMatch(/^IC0207 2 Canister .* is out of cycles/);
    expect(rejectText(network.query(a, ops.reply()))).toContain("frozen");
    network.updateSettings(a, { freezing_threshold: [0n] });
    expect(repliedText(network.update(a, ops.reply("thawed")))).toBe("thawed");
  });
});

describe("calls", () => {
  function pair() {
    const network = new TestNetwork();
    return { network, a: network.universal(), b: network.universal() };
  }

  test("attached cycles: what is accepted stays, the rest comes back with the response", () => {
    const { network, a, b } = pair();
    const before = network.cycles(b);
    const script = ops.call({
      callee: b.bytes,
      cycles: 1_000_000_000_000n,
      data: concat(ops.cyclesAvailable(), ops.appendAcc(), ops.accept(400_000_000_000n), ops.appendAcc(), ops.reply()),
      onReply: concat(ops.appendArgument(), ops.cyclesRefunded(), ops.appendAcc(), ops.reply()),
    });
    const response = network.update(a, script);
    if (response.kind === "reject") throw new Error(response.reject.message);
    const view = new DataView(response.data.buffer, response.data.byteOffset);
    expect([0, 8, 16].map((at) => view.getBigUint64(at, true))).toEqual([
      1_000_000_000_000n,
      400_000_000_000n,
      600_000_000_000n,
    ]);
    const gained = network.cycles(b) - before;
    expect(gained).toBeLessThan(400_000_000_000n);
    expect(gained).toBeGreaterThan(399_900_000_000n);
    expect(network.trace()).toContain("respond b -> a: reply");
  });

  test("nothing is accepted by a callee that traps", () => {
    const { network, a, b } = pair();
    const script = ops.call({
      callee: b.bytes,
      cycles: 1_000_000n,
      data: concat(ops.accept(1_000_000n), ops.trap("no")),
      onReject: concat(ops.cyclesRefunded(), ops.replyAcc()),
    });
    expect(repliedNumber(network.update(a, script))).toBe(1_000_000n);
  });

  test("after the reply no cycles are available", () => {
    const { network, a, b } = pair();
    const inner = concat(
      ops.reply("x"),
      ops.call({ callee: a.bytes, data: ops.reply(), onReply: concat(ops.cyclesAvailable(), ops.store(0)) }),
      ops.set(0, 99),
    );
    network.update(a, ops.call({ callee: b.bytes, cycles: 5n, data: inner, onReply: ops.reply() }));
    network.subnet.executeUntilIdle(10);
    expect(repliedNumber(network.query(b, concat(ops.load(0), ops.replyAcc())))).toBe(0n);
  });

  test("a call costs its bytes and both executions; what was paid in advance comes back", () => {
    const { network, a, b } = pair();
    const fees = new Fees(13);
    const data = ops.reply("12345");
    const script = ops.call({ callee: b.bytes, data, onReply: ops.reply() });
    const before = network.cycles(a);
    network.update(a, script);
    const events = network.subnet.takeTrace();
    const own = events
      .filter((it) => it.kind === "executed" && it.canisterId === a.text)
      .reduce((sum, it) => sum + (it.kind === "executed" ? it.fee : 0n), 0n);
    const induction = fees.ingress(envelopeBytesOf({ method: "update", argument: script, caller: developer }));
    const call = 260_000n + 1_000n * BigInt("update".length + data.length) + 1_000n * 5n;
    expect(before - network.cycles(a)).toBe(own + induction + call);
  });

  test("call_perform gives 2 when the balance does not suffice, and the attached cycles are back", () => {
    const { network, a, b } = pair();
    const script = concat(ops.prepareCall({ callee: b.bytes, data: ops.reply() }), ops.balance(), ops.store(0));
    network.update(a, concat(script, ops.reply()));
    const poor = network.universal({ cycles: 420_000_000_000n, settings: { freezing_threshold: [0n] } });
    const spare = network.cycles(poor);
    network.update(poor, concat(ops.burn(spare - 90_000_000_000n - 60_000_000n), ops.reply()));
    network.trace();
    const attempt = (cycles: bigint) =>
      repliedNumber(
        network.update(poor, concat(ops.call({ callee: b.bytes, data: ops.reply(), cycles }), ops.replyAcc())),
      );
    expect(attempt(0n)).toBe(0n);
    network.subnet.executeUntilIdle(10);
    expect(attempt(10_000_000_000n)).toBe(2n);
    expect(network.cycles(poor)).toBeGreaterThan(80_000_000_000n);
  });

  test("burned cycles are gone", () => {
    const { network, a } = pair();
    const before = network.cycles(a);
    network.update(a, concat(ops.burn(7_000_000_000n), ops.reply()));
    expect(before - network.cycles(a)).toBeGreaterThan(7_000_000_000n);
    expect(before - network.cycles(a)).toBeLessThan(7_020_000_000n);
  });

  test("minimum_incoming_canister_call_cycles: calls with less are rejected and refunded, users and the canister itself are exempt", () => {
    const { network, a, b } = pair();
    network.updateSettings(b, { minimum_incoming_canister_call_cycles: [1_000n] });
    const callWith = (cycles: bigint): Script =>
      ops.call({
        callee: b.bytes,
        cycles,
        data: ops.reply("in"),
        onReply: concat(ops.appendArgument(), ops.reply()),
        onReject: concat(ops.rejectCode(), ops.appendAcc(), ops.cyclesRefunded(), ops.appendAcc(), ops.reply()),
      });
    expect(repliedText(network.update(a, callWith(1_000n)))).toBe("in");
    expect(repliedText(network.update(a, callWith(999n)))).toBe(
      "\u0005\0\0\0\0\0\0\0\u00e7\u0003\0\0\0\0\0\0".replace("\u00e7", "\ufffd"),
    );
    expect(repliedText(network.update(b, ops.reply("user")))).toBe("user");
    expect(repliedText(network.update(b, callWith(0n)))).toBe("in");
  });
});

describe("storage", () => {
  test("time costs what is held, charged every 10 s", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(a, concat(ops.stableGrow(1024), ops.reply()));
    network.subnet.executeUntilIdle(10);
    const before = network.cycles(a);
    network.subnet.advanceTime(9_000_000_000n);
    network.subnet.executeRound();
    expect(network.cycles(a)).toBe(before);
    network.subnet.advanceTime(86_391_000_000_000n);
    network.subnet.executeRound();
    const cost = before - network.cycles(a);
    const expected = 86_400n * (10_000n + (317_500n * (1024n * 65_536n + 262_144n)) / 1_073_741_824n);
    expect(cost).toBeGreaterThan(expected);
    expect(cost).toBeLessThan((expected * 1_001n) / 1_000n);
  });

  test("who cannot pay loses its code, and open calls are rejected", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: 400_000_000_000n });
    network.update(a, concat(ops.memoryGrow(100), ops.reply()));
    network.subnet.advanceTime(86_400_000_000_000n * 1_500n);
    network.subnet.executeRound();
    expect(network.trace()).toContain("out of cycles a");
    expect(network.subnet.canister(a)).toMatchObject({ cycles: 0n, heapBytes: 0 });
    expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
  });

  test("who cannot pay loses its snapshots and the list of its changes too, but not their number", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: 400_000_000_000n });
    replied(
      network.management(
        "take_canister_snapshot",
        snapshotArguments.take.encode({
          canister_id: principalOnWire(a),
          replace_snapshot: [],
          uninstall_code: [],
          sender_canister_version: [],
        }),
      ),
    );
    network.update(a, concat(ops.memoryGrow(100), ops.reply()));
    network.subnet.advanceTime(86_400_000_000_000n * 1_500n);
    network.subnet.executeRound();
    const status = resultShapes.canister_status.decode(
      replied(
        network.query(
          Principal.management,
          argumentShapes.canister.encode({ canister_id: principalOnWire(a) }),
          "canister_status",
        ),
      ),
    );
    expect(status?.memory_metrics).toMatchObject({ snapshots_size: 0n, canister_history_size: 0n });
    const version = network.subnet.canister(a)?.canisterVersion;
    network.subnet.advanceTime(86_400_000_000_000n);
    network.subnet.executeRound();
    expect(network.subnet.canister(a)?.canisterVersion).toBe(version);
  });

  test("who cannot pay loses its allocations, with code or without", () => {
    const network = new TestNetwork();
    const settings: Partial<SettingsArgument> = {
      compute_allocation: [1n],
      memory_allocation: [1_000_000n],
      freezing_threshold: [0n],
    };
    const cycles = 400_000_000_000n;
    const ids = [network.universal({ cycles, settings }), network.create({ cycles, settings })];
    network.subnet.advanceTime(86_400_000_000_000n);
    network.subnet.executeRound();
    for (const id of ids) {
      const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
      const answer = network.query(Principal.management, argument, "canister_status");
      expect(resultShapes.canister_status.decode(replied(answer))).toMatchObject({
        cycles: 0n,
        settings: { compute_allocation: 0n, memory_allocation: 0n },
      });
    }
  });
});

/** A 64-bit canister whose callbacks do nothing. */
function canister64(): Uint8Array {
  const builder = new WasmBuilder();
  builder.memory(1, undefined, true);
  const callback = builder.function({ params: ["i64"], code: [] });
  builder.table([callback, callback]);
  return builder.build();
}

describe("callbacks over an upgrade from 32 to 64 bits", () => {
  /** The canister calls for randomness, and is upgraded before the answer. */
  function upgraded() {
    const network = new TestNetwork();
    const a = network.universal();
    network.send(a, ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.reply() }));
    network.subnet.executeRound();
    return { network, a };
  }

  test("the callback is paid at the rate of the code that runs it", () => {
    const { network, a } = upgraded();
    const before = network.cycles(a);
    network.subnet.takeTrace();
    replied(network.upgrade(a, canister64()));
    network.subnet.executeUntilIdle(10);
    const fees = new Fees(13);
    const executed = network.subnet.takeTrace().filter((it) => it.kind === "executed");
    const callback = executed.find((it) => it.mode === "replyCallback");
    expect(callback?.fee).toBe(fees.execution(callback?.instructions ?? 0n, true));
    // What was paid for 32 bits came back but for the fee; nothing of the difference to 64 bits is kept.
    expect(network.cycles(a)).toBeGreaterThan(before);
  });

  test("a callback without code costs the base fee; what was attached and paid in advance comes back", () => {
    const { network, a } = upgraded();
    replied(network.manage("uninstall_code", a));
    const before = network.cycles(a);
    const fees = new Fees(13);
    network.subnet.executeUntilIdle(10);
    // The response has 42 bytes: a blob of 32 in Candid.
    const unused = fees.unusedResponse(42);
    expect(network.cycles(a) - before).toBe(fees.messagePrepayment(false) + unused - fees.execution(0n, false));
  });
});

test("a frozen canister is thawed by small settings, which are paid for when they hold", () => {
  const network = new TestNetwork();
  const a = network.universal();
  replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
  expect(rejectText(network.update(a, ops.reply()))).toContain("is out of cycles");
  const before = network.cycles(a);
  replied(network.updateSettings(a, { freezing_threshold: [0n] }));
  const argument = argumentShapes.update_settings.encode({
    canister_id: principalOnWire(a),
    settings: settingsArgument({ freezing_threshold: [0n] }),
    sender_canister_version: [],
  });
  expect(before - network.cycles(a)).toBe(new Fees(13).ingress("update_settings".length + argument.length));
  replied(network.update(a, ops.reply()));
  replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
  // Settings that leave the canister frozen cost nothing: it cannot pay.
  const frozen = network.cycles(a);
  replied(network.updateSettings(a, { freezing_threshold: [10n ** 14n] }));
  expect(network.cycles(a)).toBe(frozen);
  // Larger settings are paid for before: a frozen canister cannot.
  const variables = Array.from({ length: 20 }, (_, index) => ({ name: `NAME_${index}`, value: "value".repeat(5) }));
  const large = network.updateSettings(a, { freezing_threshold: [0n], environment_variables: [variables] });
  expect(rejectText(large)).toContain("is out of cycles");
});
