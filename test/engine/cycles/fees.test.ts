/** Fees against the published table. Source: developer-docs docs/references/cycle-costs.md and engine figures of 2026-11-21. */
import { describe, expect, test } from "vitest";
import { Fees } from "../../../server/src/engine/cycles/fees.ts";

const published: readonly {
  readonly what: string;
  readonly cost: (fees: Fees) => bigint;
  readonly at13: bigint;
  readonly at34: bigint;
}[] = [
  { what: "canister creation", cost: (it) => it.canisterCreation, at13: 500_000_000_000n, at34: 1_307_692_307_692n },
  { what: "update message", cost: (it) => it.execution(0n, false), at13: 5_000_000n, at34: 13_076_923n },
  {
    what: "a billion instructions",
    cost: (it) => it.execution(1_000_000_000n, false) - it.execution(0n, false),
    at13: 1_000_000_000n,
    at34: 2_615_384_615n,
  },
  { what: "call", cost: (it) => it.call, at13: 260_000n, at34: 680_000n },
  { what: "byte of a call", cost: (it) => it.transmission(1000) - it.call, at13: 1_000_000n, at34: 2_615_384n },
  { what: "ingress message", cost: (it) => it.ingress(0), at13: 1_200_000n, at34: 3_138_461n },
  { what: "1000 bytes of ingress", cost: (it) => it.ingress(1000) - it.ingress(0), at13: 2_000_000n, at34: 5_230_000n },
  { what: "GiB and second of storage", cost: (it) => it.memory(1_073_741_824n, 1n), at13: 317_500n, at34: 830_384n },
  { what: "percent and second of compute", cost: (it) => compute(it, 1n), at13: 10_000_000n, at34: 26_153_846n },
  { what: "second of being there", cost: (it) => being(it), at13: 10_000n, at34: 26_153n },
  { what: "byte of an ingress message", cost: (it) => it.ingress(1) - it.ingress(0), at13: 2_000n, at34: 5_230n },
  {
    what: "request byte of an outcall",
    cost: (it) => it.httpRequest(1n, 0n) - it.httpRequest(0n, 0n),
    at13: 5_200n,
    at34: 13_600n,
  },
  {
    what: "response byte of an outcall",
    cost: (it) => it.httpRequest(0n, 1n) - it.httpRequest(0n, 0n),
    at13: 10_400n,
    at34: 27_200n,
  },
  { what: "HTTP outcall, base", cost: (it) => it.httpRequest(0n, 0n), at13: 49_140_000n, at34: 171_360_000n },
  { what: "threshold signature", cost: (it) => it.signature(), at13: 10_000_000_000n, at34: 26_153_846_153n },
];

const nothing = { memoryBytes: 0n, messageBytes: 0n, memoryAllocationBytes: 0n, computeAllocation: 0n };
const compute = (it: Fees, percent: bigint) => it.idlePerDay({ ...nothing, computeAllocation: percent }) / 86_400n;
const being = (it: Fees) => it.idlePerDay({ ...nothing, memoryBytes: 1n }) / 86_400n;

describe("fees", () => {
  for (const { what, cost, at13, at34 } of published) {
    test(`${what} at 13 and 34 nodes`, () => {
      expect([cost(new Fees(13)), cost(new Fees(34))]).toEqual([at13, at34]);
    });
  }

  test.each([
    [13, 5_000_001n],
    [34, 13_076_926n],
  ])("an execution of one instruction costs on %i nodes what the replica's own tests expect", (nodes, cycles) => {
    const fees = new Fees(nodes);
    expect(fees.messagePrepayment(false) - fees.unusedInstructions(39_999_999_999n, false)).toBe(cycles);
  });

  test("64-bit code costs twice as much per instruction", () => {
    const fees = new Fees(13);
    expect(fees.execution(1_000n, true)).toBe(5_002_000n);
  });

  test("what is paid in advance and not used comes back without the base fee", () => {
    const fees = new Fees(13);
    const prepaid = fees.messagePrepayment(false);
    expect(prepaid).toBe(40_005_000_000n);
    expect(prepaid - fees.unusedInstructions(40_000_000_000n - 2_019n, false)).toBe(5_002_019n);
  });

  test("a response that is longer than the longest gives nothing back", () => {
    const fees = new Fees(13);
    expect(fees.unusedResponse(0)).toBe(2_097_152_000n);
    expect(fees.unusedResponse(2_097_152)).toBe(0n);
    expect(fees.unusedResponse(2_097_153)).toBe(0n);
  });

  test("being there costs storage and a base, an empty canister nothing", () => {
    const fees = new Fees(13);
    const holdings = { memoryBytes: 0n, memoryAllocationBytes: 0n, computeAllocation: 0n, messageBytes: 0n };
    expect(fees.idlePerDay(holdings)).toBe(0n);
    expect(fees.idlePerDay({ ...holdings, memoryBytes: 1_073_741_824n })).toBe(86_400n * (317_500n + 10_000n));
    expect(fees.idlePerDay({ ...holdings, memoryAllocationBytes: 1_073_741_824n })).toBe(86_400n * 327_500n);
    expect(fees.idlePerDay({ ...holdings, messageBytes: 1_073_741_824n })).toBe(86_400n * 317_500n);
    expect(fees.idlePerDay({ ...holdings, computeAllocation: 3n })).toBe(86_400n * 30_000_000n);
  });

  test("the freezing threshold is the idle cost of its seconds, less what is reserved, never negative", () => {
    const fees = new Fees(13);
    expect(fees.freezingThreshold(864_000n, 2_592_000n, 0n)).toBe(25_920_000n);
    expect(fees.freezingThreshold(864_000n, 2_592_000n, 20_000n)).toBe(25_900_000n);
    expect(fees.freezingThreshold(864_000n, 0n, 20_000n)).toBe(0n);
  });

  test("cycles are set aside above 750 GiB, along a triangle up to 300 million seconds at 2 TiB", () => {
    const fees = new Fees(13);
    const threshold = 750n << 30n;
    const capacity = 1n << 41n;
    expect(fees.storageReservation(threshold, 0n)).toBe(0n);
    const full = fees.memory(capacity - threshold, 150_000_000n);
    expect(fees.storageReservation(capacity, 0n)).toBe(full);
    // Half the way up takes a quarter of all.
    const half = (capacity - threshold) / 2n;
    expect(fees.storageReservation(half, threshold)).toBe(full / 4n);
    expect(fees.storageReservation(half, threshold + half)).toBe(full - full / 4n);
    // What would lie above the capacity is not counted.
    expect(fees.storageReservation(capacity, threshold)).toBe(full);
  });

  test("on a free subnet everything costs nothing", () => {
    const fees = new Fees(13, "free");
    const costs = [
      fees.call,
      fees.responsePrepayment,
      fees.canisterCreation,
      fees.execution(1_000_000n, true),
      fees.messagePrepayment(false),
      fees.transmission(1000),
      fees.ingress(1000),
      fees.idlePerDay({
        memoryBytes: 1n << 40n,
        messageBytes: 1n << 30n,
        memoryAllocationBytes: 0n,
        computeAllocation: 50n,
      }),
      fees.storageReservation(1n << 40n, 1n << 40n),
      fees.httpRequest(1000n, 1000n),
      fees.signature(),
    ];
    expect(costs).toEqual(costs.map(() => 0n));
  });
});
