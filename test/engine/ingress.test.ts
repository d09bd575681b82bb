/** What users' calls are refused for before they are taken in, and what is looked at first. */
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire } from "../../server/src/engine/management/idl.ts";
import { rejectText, replied, settingsArgument, TestNetwork, user } from "../support/engine.ts";
import { ops } from "../support/universalCanister.ts";

const stranger = user(9);

const refused = (network: TestNetwork, canisterId: Principal, method: string, caller = stranger) => {
  const submission = network.subnet.submitIngress({ caller, canisterId, method, argument: ops.reply() });
  return submission.kind === "refused"
    ? rejectText({ kind: "reject", reject: submission.reject })
    : `taken as ${submission.ingressId}`;
};

/** Says no to everything. */
const closed = { inspectMessage: true, init: ops.keep("inspectMessage", ops.trap("no")) };

describe("calls of canisters", () => {
  test("composite queries are not even inspected", () => {
    const network = new TestNetwork();
    const a = network.universal(closed);
    expect(refused(network, a, "composite")).toBe("IC0527 5 Composite query cannot be called in replicated mode");
    expect(refused(network, a, "update")).toContain("IC0503 5");
    expect(network.subnet.executeRound().executions).toBe(0);
  });

  test("cycles are looked at first, then whether the canister runs, then the method, then inspect_message", () => {
    const network = new TestNetwork();
    const a = network.universal(closed);
    replied(network.manage("stop_canister", a));
    expect(refused(network, a, "composite")).toBe(`IC0508 5 Canister ${a.text} is stopped`);
    replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
    expect(refused(network, a, "composite")).toBe(`IC0207 2 Canister ${a.text} is out of cycles`);
    expect(refused(network, user(3), "update")).toBe(`IC0301 3 Canister ${user(3).text} not found`);
  });
});

describe("calls about canisters", () => {
  test("the canister must be there, can pay, and know the caller", () => {
    const network = new TestNetwork();
    const a = network.universal();
    expect(rejectText(network.manage("stop_canister", user(3), stranger))).toBe(
      `IC0301 3 Canister ${user(3).text} not found`,
    );
    expect(rejectText(network.manage("stop_canister", a, stranger))).toBe(
      `IC0512 5 Only controllers of canister ${a.text} can call ic00 method stop_canister`,
    );
    replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
    expect(rejectText(network.manage("stop_canister", a, stranger))).toBe(
      `IC0207 2 Canister ${a.text} is out of cycles`,
    );
  });

  test("small settings are not paid for before, so that only the caller counts", () => {
    const network = new TestNetwork();
    const a = network.create({ cycles: 10n ** 12n });
    replied(network.updateSettings(a, { freezing_threshold: [10n ** 15n] }));
    const argument = argumentShapes.update_settings.encode({
      canister_id: principalOnWire(a),
      settings: settingsArgument({ freezing_threshold: [0n] }),
      sender_canister_version: [],
    });
    expect(rejectText(network.management("update_settings", argument, stranger))).toBe(
      `IC0512 5 Only controllers of canister ${a.text} can call ic00 method update_settings`,
    );
  });
});
