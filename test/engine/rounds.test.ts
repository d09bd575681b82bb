/** Rounds: slices of long executions, instructions and threads, order, rate limits. Sections 3.1 and 3.6. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire } from "../../server/src/engine/management/idl.ts";
import type { Scheduler } from "../../server/src/engine/scheduler.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { embedder, epochNanos, rejectText, replied, repliedText, TestNetwork, universal } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

/** Instructions of a slice. */
const slice = 2_000_000_000n;

/** A script that executes at least so many instructions, and hardly more. */
function spinFor(instructions: bigint) {
  return ops.spin(instructions / 6n);
}

function executedInstructions(network: TestNetwork): bigint {
  const executed = network.subnet.takeTrace().find((it) => it.kind === "executed");
  return executed?.kind === "executed" ? executed.instructions : 0n;
}

describe("long executions", () => {
  /** Rounds from the one that begins the execution to the one with the response. */
  function roundsOf(network: TestNetwork, sent: string): number {
    let rounds = 0;
    while (network.responseOf(sent) === undefined && rounds < 100) {
      network.subnet.executeRound();
      rounds++;
    }
    return rounds;
  }

  test("take a round for each 2 billion instructions begun", () => {
    const network = new TestNetwork();
    const a = network.universal();
    for (const target of [slice / 2n, (slice * 9n) / 10n, (slice * 11n) / 10n, (slice * 5n) / 2n]) {
      const rounds = roundsOf(network, network.send(a, concat(spinFor(target), ops.reply())));
      const instructions = executedInstructions(network);
      expect(rounds, String(instructions)).toBe(Number((instructions + slice - 1n) / slice));
    }
  }, 60_000);

  test("other canisters run meanwhile, the same one does not", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    const long = network.send(a, concat(spinFor(slice * 2n), ops.reply("long")));
    const behind = network.send(a, ops.reply("behind"));
    network.subnet.executeRound();
    const other = network.send(b, ops.reply("other"));
    network.subnet.executeRound();
    expect(network.responseOf(other)?.kind).toBe("reply");
    expect(network.responseOf(long)).toBeUndefined();
    expect(network.responseOf(behind)).toBeUndefined();
    expect(network.subnet.isIdle()).toBe(false);
    network.subnet.executeUntilIdle(10);
    expect(repliedText(network.responseOf(long) ?? { kind: "reply", data: new Uint8Array(0) })).toBe("long");
    expect(repliedText(network.responseOf(behind) ?? { kind: "reply", data: new Uint8Array(0) })).toBe("behind");
  }, 60_000);

  test("queries see the state before, until the last round begins", () => {
    const network = new TestNetwork();
    const a = network.universal({
      init: concat(ops.stableGrow(1), ops.stableWrite(0, "old"), ops.set(0, 1)),
    });
    const look = concat(
      ops.load(0),
      ops.appendAcc(),
      ops.stableSize(),
      ops.appendAcc(),
      ops.version(),
      ops.appendAcc(),
      ops.appendStable(0, 3),
      ops.reply(),
    );
    const seen = () => replied(network.query(a, look));
    const fields = (bytes: Uint8Array) => ({
      numbers: [0, 8, 16].map((at) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true)),
      stable: new TextDecoder().decode(bytes.subarray(24)),
    });
    const before = fields(seen());
    expect(before).toMatchObject({ stable: "old" });
    network.send(
      a,
      concat(
        ops.set(0, 2),
        ops.memoryGrow(3),
        ops.stableGrow(2),
        ops.stableWrite(0, "new"),
        ops.certify("new"),
        spinFor(slice * 2n),
        ops.reply(),
      ),
    );
    network.subnet.executeRound();
    expect(fields(seen())).toEqual(before);
    expect(seen()).toEqual(seen());
    expect(fields(replied(network.query(a, look, "composite")))).toEqual(before);
    expect(network.subnet.canister(a)?.certifiedData).toEqual(new Uint8Array(0));
    network.subnet.executeRound();
    expect(fields(seen())).toEqual(before);
    network.subnet.executeUntilIdle(10);
    const [stored = 0n, pages = 0n, version = 0n] = before.numbers;
    expect(fields(seen())).toEqual({ numbers: [stored + 1n, pages + 2n, version + 1n], stable: "new" });
    expect(network.subnet.canister(a)?.certifiedData).toEqual(new TextEncoder().encode("new"));
    expect(network.update(a, ops.reply("on")).kind).toBe("reply");
    expect(fields(seen()).stable).toBe("new");
  }, 60_000);

  test("calls leave at the end; management calls about the canister wait", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    const sent = network.send(
      a,
      concat(ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.reply("end") }), spinFor(slice * 2n)),
    );
    network.subnet.executeRound();
    const stop = network.sendManagement("stop_canister", a);
    expect(network.trace()).not.toContain("execute b");
    network.subnet.executeRound();
    expect(network.subnet.canister(a)?.status).toBe("running");
    network.subnet.executeUntilIdle(20);
    expect(network.responseOf(sent)?.kind).toBe("reply");
    expect(network.responseOf(stop)?.kind).toBe("reply");
    expect(network.subnet.canister(a)?.status).toBe("stopped");
  }, 60_000);

  test("survive the way to the disk and back", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const sent = network.send(a, concat(spinFor(slice * 2n), ops.reply("long")));
    network.subnet.executeRound();
    const again = new TestNetwork(
      Subnet.restore({ embedder, seed: Uint8Array.of(1), timeNanos: epochNanos }, network.subnet.state("full")),
    );
    expect(again.responseOf(sent)).toBeUndefined();
    network.subnet.executeUntilIdle(10);
    again.subnet.executeUntilIdle(10);
    expect(again.responseOf(sent)).toEqual(network.responseOf(sent));
    expect(again.subnet.round).toBe(network.subnet.round);
  }, 60_000);
});

describe("a round", () => {
  test("ends on a thread when less than a slice is left of its instructions", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const probe = network.send(a, ops.reply());
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(probe)?.kind).toBe("reply");
    const each = 2_000_000 + Number(executedInstructions(network));
    const sent = Array.from({ length: 1_100 }, () => network.send(a, ops.reply()));
    network.subnet.executeRound();
    const answered = sent.filter((it) => network.responseOf(it) !== undefined).length;
    // 8 million count for the canister; the last message begins when 2 billion are not exceeded yet.
    expect(answered).toBe(Math.floor((2_000_000_000 - 8_000_000) / each) + 1);
    network.subnet.executeRound();
    expect(sent.every((it) => network.responseOf(it) !== undefined)).toBe(true);
  });

  test("has four threads: the fifth canister with long messages waits behind the first", () => {
    const network = new TestNetwork();
    const canisters = Array.from({ length: 5 }, () => network.universal());
    const half = (slice * 11n) / 20n;
    const sent = canisters.map((id) => [1, 2].map(() => network.send(id, concat(spinFor(half), ops.reply()))));
    network.subnet.executeRound();
    const answers = sent.map((it) => it.filter((id) => network.responseOf(id) !== undefined).length);
    expect(answers).toEqual([2, 2, 2, 2, 0]);
    network.subnet.executeRound();
    expect(sent.flat().every((id) => network.responseOf(id) !== undefined)).toBe(true);
  }, 60_000);

  test("lets a canister with a compute allocation go first more often", () => {
    const network = new TestNetwork();
    const canisters = Array.from({ length: 8 }, () => network.universal({ cycles: 10n ** 17n }));
    const last = canisters[7];
    if (last === undefined) throw new Error("no canister");
    replied(network.updateSettings(last, { compute_allocation: [80n] }));
    const firsts = new Map<string, number>();
    for (let round = 0; round < 40; round++) {
      for (const id of canisters) network.send(id, ops.reply());
      network.subnet.takeTrace();
      network.subnet.executeRound();
      const order = network.subnet.takeTrace().flatMap((it) => (it.kind === "executed" ? [it.canisterId] : []));
      for (const id of order.slice(0, 4)) firsts.set(id, (firsts.get(id) ?? 0) + 1);
    }
    const others = canisters.slice(0, 7).map((id) => firsts.get(id.text) ?? 0);
    expect(firsts.get(last.text)).toBeGreaterThanOrEqual(32);
    expect(Math.max(...others) - Math.min(...others)).toBeLessThanOrEqual(2);
  });
});

describe("rate limits", () => {
  const limited = () => new TestNetwork({ rateLimits: true });

  /** Writes whole 4 KiB pages of stable memory, then calls itself. */
  function writeAndCall(self: Principal, pages: number) {
    const one = Array.from({ length: pages }, (_, index) => ops.increaseStable(index * 4096));
    return concat(...one, ops.call({ callee: self.bytes, data: ops.reply(), onReply: ops.reply() }));
  }

  test("installations that took more instructions than the rounds since then allow are refused for a while", () => {
    const network = limited();
    const a = network.create();
    replied(network.install(a, universal(), spinFor(slice * 2n)));
    expect(rejectText(network.upgrade(a, universal()))).toBe(
      `IC0209 2 Canister ${a.text} is rate limited because it executed too many instructions in the previous install_code messages. Please retry installation after several minutes.\n` +
        "Retry the installation at a later time. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#install-code-rate-limited",
    );
    for (let round = 0; round < 3; round++) network.subnet.executeRound();
    replied(network.upgrade(a, universal()));
    const free = new TestNetwork();
    const b = free.create();
    replied(free.install(b, universal(), spinFor(slice * 2n)));
    replied(free.upgrade(b, universal()));
  }, 60_000);

  test("a canister that wrote 75 MiB in a round waits for the next; a page less, and it goes on", () => {
    const pagesOfLimit = (75 * 1024 * 1024) / 4096;
    const roundsFor = (pages: number) => {
      const network = limited();
      const a = network.universal({ init: ops.stableGrow(1_300) });
      network.subnet.executeRound();
      // Heap pages count too: those of the script, which its copy in the heap fills.
      const sent = network.send(a, writeAndCall(a, pages));
      let rounds = 0;
      while (network.responseOf(sent) === undefined && rounds < 10) {
        network.subnet.executeRound();
        rounds++;
      }
      const executed = network.subnet.takeTrace().find((it) => it.kind === "executed");
      return { rounds, pages: executed?.kind === "executed" ? executed.dirtyHeapPages + executed.dirtyStablePages : 0 };
    };
    const probe = roundsFor(1_000);
    const perPage = probe.pages / 1_000;
    expect(probe.rounds).toBe(1);
    const enough = roundsFor(Math.ceil(pagesOfLimit / perPage) + 60);
    expect(enough.pages).toBeGreaterThanOrEqual(pagesOfLimit);
    expect(enough.rounds).toBeGreaterThan(1);
    const less = roundsFor(Math.floor(pagesOfLimit / perPage) - 60);
    expect(less.pages).toBeLessThan(pagesOfLimit);
    expect(less.rounds).toBe(1);
  }, 60_000);

  test("chunks count with 200 million instructions each: eleven begin before a slice's room is used", () => {
    const roundsFor = (chunks: number) => {
      const network = limited();
      const a = network.create();
      const sent = Array.from({ length: chunks }, (_, index) => {
        const chunk = { canister_id: principalOnWire(a), chunk: Uint8Array.of(index) };
        return network.send(Principal.management, argumentShapes.upload_chunk.encode(chunk), "upload_chunk");
      });
      let rounds = 0;
      while (sent.some((it) => network.responseOf(it) === undefined)) {
        network.subnet.executeRound();
        rounds++;
      }
      return rounds;
    };
    expect([roundsFor(11), roundsFor(12)]).toEqual([1, 2]);
  });
});

describe("a scheduler", () => {
  /** Any order and any queue, from a seed. */
  function exploring(seed: number): Scheduler {
    let state = seed;
    const roll = (sides: number) => {
      state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
      return ((state ^ (state >>> 13)) >>> 0) % sides;
    };
    return {
      order(canisters) {
        const rest = [...canisters].sort((a, b) => (a.id.key < b.id.key ? -1 : 1));
        const order = [];
        while (rest.length > 0) order.push(...rest.splice(roll(rest.length), 1));
        return order;
      },
      take(input) {
        const queues = input.waiting();
        const queue = queues[queues.length === 0 ? 0 : roll(queues.length)];
        return queue === undefined ? undefined : input.takeFrom(queue);
      },
    };
  }

  /** Six canisters that call each other, with timers; gives the trace as text. */
  function run(scheduler: Scheduler | undefined): string {
    const network = new TestNetwork(scheduler === undefined ? {} : { scheduler });
    const canisters = Array.from({ length: 6 }, () => network.universal());
    const sent = canisters.flatMap((id, index) =>
      [1, 2, 3].map((step) => {
        const callee = canisters[(index + step) % canisters.length] ?? id;
        const call = { callee: callee.bytes, data: ops.reply(), onReply: ops.reply("done") };
        return network.send(id, concat(ops.call(call), ops.call({ ...call, callee: id.bytes })));
      }),
    );
    network.subnet.executeUntilIdle(50);
    for (const id of sent) expect(network.responseOf(id)?.kind).toBe("reply");
    return network.trace();
  }

  test("gives the same trace for the same inputs, byte for byte; another one gives another", () => {
    expect(run(undefined)).toBe(run(undefined));
    expect(run(exploring(7))).toBe(run(exploring(7)));
    expect(run(exploring(7))).not.toBe(run(exploring(8)));
    expect(run(exploring(7))).not.toBe(run(undefined));
  });
});
