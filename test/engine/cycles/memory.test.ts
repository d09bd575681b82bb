/** Memory of canisters and of the subnet: what counts, what is allocated, what it takes in cycles. Section 3.3 and 3.5. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../../server/src/base/principal.ts";
import { cyclesText } from "../../../server/src/engine/cycles/cyclesText.ts";
import { Fees } from "../../../server/src/engine/cycles/fees.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../../server/src/engine/management/idl.ts";
import { mayHaveCallback } from "../../../server/src/engine/resources.ts";
import {
  developer,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  TestNetwork,
  universal,
  user,
} from "../../support/engine.ts";
import { concat, ops } from "../../support/universalCanister.ts";
import { WasmBuilder } from "../../support/wasmBuilder.ts";

const gibibyte = 1n << 30n;
const subnetBytes = 2n << 40n;
const reservationThreshold = 750n * gibibyte;
const riches = 10n ** 21n;
const noLimit = 10n ** 21n;

function statusOf(network: TestNetwork, id: Principal) {
  const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", id)));
  if (status === undefined) throw new Error("no status");
  return status;
}

describe("what counts", () => {
  test("an empty canister has its history: 192 bytes for the change, 30 for its controller", () => {
    const network = new TestNetwork();
    const status = statusOf(network, network.create());
    expect(status.memory_metrics["canister_history_size"]).toBe(222n);
    expect(status.memory_size).toBe(222n);
    expect(status.idle_cycles_burned_per_day).toBe(86_400n * 10_000n + (222n * 317_500n * 86_400n) / gibibyte);
  });

  test("heap, globals, module, history and chunks add up; each chunk is a whole one", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.stableGrow(3) });
    const upload = argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(a), chunk: Uint8Array.of(1, 2) });
    replied(network.management("upload_chunk", upload));
    const { memory_metrics: metrics, memory_size: size } = statusOf(network, a);
    expect(metrics).toEqual({
      wasm_memory_size: 4n * 65_536n,
      stable_memory_size: 3n * 65_536n,
      global_memory_size: 8n,
      wasm_binary_size: BigInt(universal().length),
      custom_sections_size: 0n,
      canister_history_size: 222n + 192n,
      wasm_chunk_store_size: 1_048_576n,
      snapshots_size: 0n,
      log_memory_store_size: 0n,
    });
    expect(size).toBe(Object.values(metrics).reduce((sum, it) => sum + it, 0n));
  });

  test("an open call keeps room for its response on both sides, which costs as memory does", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    const before = statusOf(network, a).idle_cycles_burned_per_day;
    const slow = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.reply() });
    network.send(a, ops.call({ callee: b.bytes, data: slow, onReply: ops.reply() }));
    network.subnet.executeRound();
    const reserved = (2_097_296n * 317_500n * 86_400n) / gibibyte;
    const argument = (id: Principal) => argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
    const query = (id: Principal) => {
      const { response } = network.subnet.query({
        caller: developer,
        canisterId: Principal.management,
        method: "canister_status",
        argument: argument(id),
      });
      return resultShapes.canister_status.decode(replied(response))?.idle_cycles_burned_per_day;
    };
    expect(query(a)).toBe(before + reserved);
    // `b` owes one response and waits for one.
    expect(query(b)).toBe(before + (2n * 2_097_296n * 317_500n * 86_400n) / gibibyte);
    network.subnet.executeUntilIdle(10);
    expect([query(a), query(b)]).toEqual([before, before]);
  });
});

describe("memory allocation and the subnet's capacity", () => {
  test("a subnet has 2 TiB; a byte more is refused with what is left", () => {
    const network = new TestNetwork();
    const settings = { memory_allocation: [subnetBytes] as [bigint], reserved_cycles_limit: [noLimit] as [bigint] };
    const a = network.create({ cycles: riches, settings });
    replied(network.updateSettings(a, { memory_allocation: [subnetBytes] }));
    expect(rejectText(network.updateSettings(a, { memory_allocation: [subnetBytes + 1n] }))).toBe(
      "IC0101 1 Canister requested 2.00 TiB of memory but only 2.00 TiB are available in the subnet.\n" +
        "Try moving to another subnet. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#subnet-memory-capacity-oversubscribed",
    );
    replied(network.updateSettings(a, { memory_allocation: [subnetBytes - 1000n] }));
    const b = network.create({ cycles: riches });
    expect(rejectText(network.updateSettings(b, { memory_allocation: [1001n] }))).toContain(
      "Canister requested 1001 B of memory but only 1000 B are available in the subnet.",
    );
    replied(network.updateSettings(b, { memory_allocation: [1000n] }));
  });

  test("an allocation is what is paid for, until more is used", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings: { memory_allocation: [gibibyte] } });
    const cost = 86_400n * (10_000n + 317_500n);
    expect(statusOf(network, a).idle_cycles_burned_per_day).toBe(cost);
    replied(network.update(a, concat(ops.stableGrow(16_384), ops.reply())));
    expect(statusOf(network, a).idle_cycles_burned_per_day).toBeGreaterThan(cost);
  });

  test("memory that the subnet does not have: stable memory says -1, the heap traps", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: riches, settings: { reserved_cycles_limit: [noLimit] } });
    const free = (pages: bigint) => subnetBytes - statusOf(network, a).memory_size - 222n - pages * 65_536n;
    const b = network.create({ cycles: riches, settings: { reserved_cycles_limit: [noLimit] } });
    replied(network.updateSettings(b, { memory_allocation: [free(2n) + 222n] }));
    const grow = (pages: number) => repliedNumber(network.update(a, concat(ops.stableGrow(pages), ops.replyAcc())));
    expect(BigInt.asIntN(64, grow(3))).toBe(-1n);
    expect(grow(1)).toBe(0n);
    expect(rejectText(network.update(a, concat(ops.memoryGrow(2), ops.reply())))).toContain(
      `IC0507 5 Error from Canister ${a.text}: Canister cannot grow its memory usage..`,
    );
    expect(repliedNumber(network.update(a, concat(ops.memoryGrow(1), ops.replyAcc())))).toBe(4n);
    expect(BigInt.asIntN(64, grow(1))).toBe(-1n);
  });

  test("code is installed as long as the subnet has room for it, to the byte", () => {
    const network = new TestNetwork();
    const sizeOf = (id: Principal) => statusOf(network, id).memory_size;
    const like = network.create();
    const empty = sizeOf(like);
    replied(network.install(like, universal()));
    const more = sizeOf(like) - empty;
    const a = network.create({ cycles: riches, settings: { reserved_cycles_limit: [noLimit] } });
    const other = network.create({ cycles: riches, settings: { reserved_cycles_limit: [noLimit] } });
    const leave = (bytes: bigint) =>
      network.updateSettings(other, { memory_allocation: [subnetBytes - sizeOf(like) - sizeOf(a) - bytes] });
    replied(leave(more - 1n));
    expect(rejectText(network.install(a, universal()))).toContain("IC0101 1 ");
    expect(sizeOf(a)).toBe(empty);
    replied(leave(more));
    replied(network.install(a, universal()));
    expect(sizeOf(a)).toBe(empty + more);
  });

  test("an allocation that would freeze the canister is refused with what is missing", () => {
    const network = new TestNetwork();
    const threshold = (bytes: bigint, percent = 0n) =>
      (new Fees(13).idlePerDay({
        memoryBytes: 222n,
        messageBytes: 0n,
        memoryAllocationBytes: bytes,
        computeAllocation: percent,
      }) *
        2_592_000n) /
      86_400n;
    const a = network.create({ cycles: threshold(10n * gibibyte) });
    const missing = threshold(11n * gibibyte) - threshold(10n * gibibyte);
    const ofUpdates = network.subnet.canister(a)?.cycles ?? 0n;
    const refused = rejectText(network.updateSettings(a, { memory_allocation: [11n * gibibyte] }));
    expect(ofUpdates).toBe(threshold(10n * gibibyte));
    expect(refused).toBe(
      `IC0531 5 Cannot increase memory allocation to 11811160064B due to insufficient cycles. At least ${cyclesText(missing)} additional cycles are required.\n` +
        "Top up the canister with more cycles. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#insufficient-cycles-in-memory-allocation",
    );
    network.subnet.addCycles(a, threshold(0n, 3n));
    const balance = network.cycles(a);
    expect(rejectText(network.updateSettings(a, { compute_allocation: [7n] }))).toContain(
      `IC0530 5 Cannot increase compute allocation to 7% due to insufficient cycles. At least ${cyclesText(threshold(0n, 7n) - balance)} additional cycles are required.`,
    );
    replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
  });

  test("all canisters together have 299 % of compute", () => {
    const network = new TestNetwork();
    const [a, b, c] = [1, 2, 3].map(() => network.create({ cycles: riches }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("no canisters");
    replied(network.updateSettings(a, { compute_allocation: [100n] }));
    replied(network.updateSettings(b, { compute_allocation: [100n] }));
    expect(rejectText(network.updateSettings(c, { compute_allocation: [100n] }))).toBe(
      "IC0101 1 Canister requested a compute allocation of 100% which cannot be satisfied because the Subnet's remaining compute capacity is 99%.\n" +
        "Try moving to another subnet. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#subnet-compute-capacity-oversubscribed",
    );
    replied(network.updateSettings(c, { compute_allocation: [99n] }));
  });
});

describe("reserve for storage", () => {
  /** A subnet that uses 750 GiB, and a canister on it. */
  function crowded(reservedCyclesLimit?: bigint) {
    const network = new TestNetwork();
    const settings =
      reservedCyclesLimit === undefined ? {} : { reserved_cycles_limit: [reservedCyclesLimit] as [bigint] };
    const a = network.universal({ cycles: riches, settings });
    const own = statusOf(network, a).memory_size;
    network.create({ cycles: riches, settings: { memory_allocation: [reservationThreshold - own] } });
    return { network, a };
  }

  test("growing moves cycles to the reserve, which pays for storage first", () => {
    const { network, a } = crowded();
    const before = network.cycles(a);
    replied(network.update(a, concat(ops.stableGrow(16_384), ops.reply())));
    const reserved = new Fees(13).storageReservation(gibibyte, reservationThreshold);
    expect(reserved).toBeGreaterThan(0n);
    expect(statusOf(network, a).reserved_cycles).toBe(reserved);
    expect(before - network.cycles(a)).toBeGreaterThan(reserved);
    const left = network.cycles(a);
    network.subnet.advanceTime(10_000_000_000n);
    network.subnet.executeRound();
    expect(network.cycles(a)).toBe(left);
    expect(statusOf(network, a).reserved_cycles).toBeLessThan(reserved);
  });

  test("a trap gives the reserve back", () => {
    const { network, a } = crowded();
    rejectText(network.update(a, concat(ops.stableGrow(16_384), ops.trap("no"))));
    expect(statusOf(network, a).reserved_cycles).toBe(0n);
  });

  test("the limit holds to the cycle: growing, allocating, and lowering the limit", () => {
    const reserved = new Fees(13).storageReservation(gibibyte, reservationThreshold);
    const fits = crowded(reserved);
    replied(fits.network.update(fits.a, concat(ops.stableGrow(16_384), ops.reply())));
    const { network, a } = crowded(reserved - 1n);
    expect(rejectText(network.update(a, concat(ops.stableGrow(16_384), ops.reply())))).toBe(
      `IC0534 5 Error from Canister ${a.text}: Canister cannot grow memory by 1073741824 bytes due to its reserved cycles limit. The current limit (${cyclesText(reserved - 1n)}) would be exceeded by 1..\n` +
        "Try increasing the canister's reserved cycles limit. See documentation: https://internetcomputer.org/docs/current/references/execution-errors#reserved-cycles-limit-exceeded-in-memory-grow",
    );
    const used = statusOf(network, a).memory_size;
    const allocation = used + gibibyte;
    expect(rejectText(network.updateSettings(a, { memory_allocation: [allocation] }))).toContain(
      `IC0533 5 Cannot increase memory allocation to ${allocation}B due to its reserved cycles limit. The current limit (${cyclesText(reserved - 1n)}) would be exceeded by 1.\n`,
    );
    replied(network.updateSettings(a, { memory_allocation: [allocation], reserved_cycles_limit: [reserved] }));
    expect(statusOf(network, a).reserved_cycles).toBe(reserved);
    expect(rejectText(network.updateSettings(a, { reserved_cycles_limit: [reserved - 1n] }))).toContain(
      `IC0540 5 Cannot set the reserved cycles limit ${cyclesText(reserved - 1n)} below the reserved cycles balance of the canister ${cyclesText(reserved)}.`,
    );
  });
});

describe("installing", () => {
  test("new code takes its memory at the end; what would freeze the canister is refused and nothing is kept", () => {
    const network = new TestNetwork();
    // Enough to pay the longest installation in advance, and for the memory of nothing but the history.
    const a = network.create({ cycles: 2n * 10n ** 12n, settings: { freezing_threshold: [10n ** 8n] } });
    const refused = network.install(a, universal(), ops.stableGrow(16_384));
    expect(rejectText(refused)).toMatch(
      /^IC0532 5 Canister cannot grow memory by \d+ bytes due to insufficient cycles\. At least [\d_]+ additional cycles are required\.\nTop up the canister with more cycles\. See documentation: \S+#insufficient-cycles-in-memory-grow-1$/,
    );
    expect(network.subnet.canister(a)).toMatchObject({ heapBytes: 0, stableBytes: 0 });
    replied(network.updateSettings(a, { freezing_threshold: [0n] }));
    replied(network.install(a, universal(), ops.stableGrow(16_384)));
  });

  test("new code sets cycles aside, up to the limit of the settings", () => {
    const network = new TestNetwork();
    const a = network.create({ cycles: riches });
    network.create({ cycles: riches, settings: { memory_allocation: [reservationThreshold - 222n] } });
    const bytes = BigInt(universal().length) + 4n * 65_536n + 8n + 192n + gibibyte;
    const cycles = new Fees(13).storageReservation(bytes, reservationThreshold);
    replied(network.updateSettings(a, { reserved_cycles_limit: [cycles - 1n] }));
    expect(rejectText(network.install(a, universal(), ops.stableGrow(16_384)))).toContain(
      `IC0534 5 Canister cannot grow memory by ${bytes} bytes due to its reserved cycles limit. The current limit (${cyclesText(cycles - 1n)}) would be exceeded by 1.\n`,
    );
    replied(network.updateSettings(a, { reserved_cycles_limit: [cycles] }));
    replied(network.install(a, universal(), ops.stableGrow(16_384)));
    expect(statusOf(network, a).reserved_cycles).toBe(cycles);
  });

  test("a module whose heap begins above the limit is refused", () => {
    const network = new TestNetwork();
    const builder = new WasmBuilder();
    builder.memory(3);
    const at = network.create({ settings: { wasm_memory_limit: [3n * 65_536n] } });
    replied(network.install(at, builder.build()));
    const above = network.create({ settings: { wasm_memory_limit: [3n * 65_536n - 1n] } });
    expect(rejectText(network.install(above, builder.build()))).toContain(
      "Canister exceeded its current Wasm memory limit of 196607 bytes. The peak Wasm memory usage was 196608 bytes.",
    );
  });

  test("a chunk costs 200 million instructions, and cannot be had for less", () => {
    const upload = (network: TestNetwork, id: Principal) =>
      network.management(
        "upload_chunk",
        argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(id), chunk: Uint8Array.of(7) }),
      );
    const cost = (cycles: bigint) => {
      const network = new TestNetwork();
      const id = network.create({ cycles, settings: { freezing_threshold: [0n] } });
      const response = upload(network, id);
      return { network, id, response, paid: cycles - network.cycles(id) };
    };
    const { network, id, paid } = cost(10n ** 12n);
    const again = upload(network, id);
    const induction = 10n ** 12n - paid - network.cycles(id);
    expect(again.kind).toBe("reply");
    expect(paid - induction).toBe(200_000_000n);
    expect(cost(paid).response.kind).toBe("reply");
    expect(rejectText(cost(paid - 1n).response)).toMatch(
      /^IC0504 5 Error from Wasm chunk store: Error charging for 'upload_chunk': Canister \S+ is out of cycles: please top up the canister with at least 1 additional cycles\.\n/,
    );
  });
});

describe("growing and the freezing threshold", () => {
  test("an update that would freeze its canister by growing traps; who controls it learns what is missing", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: 600_000_000_000n });
    const script = concat(ops.stableGrow(65_536), ops.reply());
    expect(rejectText(network.update(a, script))).toMatch(
      /^IC0532 5 Error from Canister \S+: Canister cannot grow memory by 4294967296 bytes due to insufficient cycles\. At least [\d_]+ additional cycles are required\.\.\nTry topping up the canister\./,
    );
    expect(rejectText(network.update(a, script, user(2)))).toContain(
      "Canister cannot grow memory by 4294967296 bytes due to insufficient cycles..\nTry topping up",
    );
  });

  test("a callback may grow as it likes", () => {
    const network = new TestNetwork();
    const a = network.universal({ cycles: 600_000_000_000n });
    const script = ops.call({
      callee: a.bytes,
      data: ops.reply(),
      onReply: concat(ops.stableGrow(65_536), ops.reply("grown")),
    });
    expect(repliedText(network.update(a, script))).toBe("grown");
  });
});

test("50 callbacks are every canister's own; the others all share a million", () => {
  expect(mayHaveCallback(1_000, 999_999)).toBe(true);
  expect(mayHaveCallback(49, 1_000_000)).toBe(true);
  expect(mayHaveCallback(50, 1_000_000)).toBe(false);
});

test("responses to unbounded waits have 15 GiB: 7679 calls may wait on a subnet, the next is refused by call_perform", () => {
  const network = new TestNetwork();
  const a = network.universal({ cycles: 10n ** 18n, settings: { freezing_threshold: [0n] } });
  const callees = Array.from({ length: 16 }, () => network.create());
  const count = (callee: Principal, calls: number) =>
    Array.from({ length: calls }, () => concat(ops.call({ callee: callee.bytes }), ops.when(ops.increase(16, 1))));
  const other = network.create();
  // A call with a bounded wait has no room kept for its response: it is performed all the same.
  const bounded = concat(ops.call({ callee: other.bytes, timeoutSeconds: 1 }), ops.when(ops.increase(16, 1)));
  const script = concat(...callees.flatMap((it) => count(it, 500)), bounded, ops.load(16), ops.replyAcc());
  expect(script.length).toBeLessThan(2_097_152);
  expect(repliedNumber(network.update(a, script))).toBe(8_000n - 7_679n);
  network.subnet.executeUntilIdle(100);
  // The room is free again.
  const again = concat(ops.set(16, 0), ...count(callees[0] ?? a, 1), ops.load(16), ops.replyAcc());
  expect(repliedNumber(network.update(a, again))).toBe(0n);
});
