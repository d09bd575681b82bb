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
  { what: "1000 bytes of ingress", cost: (it) => it.ingress(1000) - it.ingress(0), at13: 2_000_000n, at34: 5_230_769n },
  { what: "GiB and second of storage", cost: (it) => it.memory(1_073_741_824n, 1n), at13: 317_500n, at34: 830_384n },
  { what: "HTTP outcall, base", cost: (it) => it.httpRequest(0n, 0n), at13: 49_140_000n, at34: 171_360_000n },
  { what: "threshold signature", cost: (it) => it.signature(), at13: 10_000_000_000n, at34: 26_153_846_153n },
];

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
    const holdings = { memoryBytes: 0n, memoryAllocationBytes: 0n, computeAllocation: 0n };
    expect(fees.idlePerDay(holdings)).toBe(0n);
    expect(fees.idlePerDay({ ...holdings, memoryBytes: 1_073_741_824n })).toBe(86_400n * (317_500n + 10_000n));
    expect(fees.idlePerDay({ ...holdings, memoryAllocationBytes: 1_073_741_824n })).toBe(86_400n * 317_500n);
    expect(fees.idlePerDay({ ...holdings, computeAllocation: 3n })).toBe(86_400n * 30_000_000n);
  });

  test("the freezing threshold is the idle cost of its seconds, less what is reserved, never negative", () => {
    const fees = new Fees(13);
    expect(fees.freezingThreshold(864_000n, 2_592_000n, 0n)).toBe(25_920_000n);
    expect(fees.freezingThreshold(864_000n, 2_592_000n, 20_000n)).toBe(25_900_000n);
    expect(fees.freezingThreshold(864_000n, 0n, 20_000n)).toBe(0n);
  });
});
