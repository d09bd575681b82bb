import { expect, test } from "vitest";
import { traceText } from "../../server/src/commandLine/outcomeText.ts";
import type { TraceLine } from "../../server/src/protocol/network.ts";
import { recordOutput } from "../support/commandOutput.ts";

const message = "Canister called `ic0.trap`: 'no'\nCanister Backtrace:\ndebit\ntransfer";
const lines: readonly TraceLine[] = [
  {
    kind: "trap",
    depth: 0,
    canister: "ledger",
    label: "update pay",
    detail: `IC0503: ${message} (0 pages rolled back)`,
  },
  { kind: "reject", depth: 0, canister: "ledger", label: "rejects pay of shop", detail: `IC0503: ${message}` },
  { kind: "execute", depth: 0, canister: "shop", label: "reject callback of pay", detail: "1 page committed" },
];

test("a backtrace that stands above the trace is not printed again", () => {
  expect(traceText(recordOutput(), lines, message)).toBe(
    "  trap ledger: update pay  IC0503: Canister called `ic0.trap`: 'no' … (0 pages rolled back)\n" +
      "  reject ledger: rejects pay of shop  IC0503: Canister called `ic0.trap`: 'no' …\n" +
      "  execute shop: reject callback of pay  1 page committed\n",
  );
});

test("a backtrace of a callee, which the caller did not pass on, is printed where it happened and only there", () => {
  const text = traceText(recordOutput(), lines, "the shop is closed");
  expect(text).toContain("\n    Canister Backtrace:\n    debit\n    transfer (0 pages rolled back)\n");
  expect(text.split("debit")).toHaveLength(2);
  expect(text).toContain("rejects pay of shop  IC0503: Canister called `ic0.trap`: 'no' …\n");
});
