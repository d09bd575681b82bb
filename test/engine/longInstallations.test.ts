/** Installations that take several rounds: until the last one, queries see the canister before. Sections 3.1 and 5, rule 10. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import {
  argumentShapes,
  type InstallModeArgument,
  principalOnWire,
  resultShapes,
} from "../../server/src/engine/management/idl.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { embedder, epochNanos, keepingHeap, rejectText, replied, TestNetwork, universal } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

/** Executes for two rounds. */
const spin = ops.spin(2_200_000_000n / 6n);

/** Sends the installation and executes its first round. */
function beginInstallation(
  network: TestNetwork,
  id: Principal,
  wasm: Uint8Array,
  mode: InstallModeArgument,
  script: Script,
): string {
  const argument = argumentShapes.install_code.encode({
    mode,
    canister_id: principalOnWire(id),
    wasm_module: wasm,
    arg: concat(script, spin),
    sender_canister_version: [],
  });
  const sent = network.send(Principal.management, argument, "install_code");
  network.subnet.executeRound();
  expect(network.responseOf(sent)).toBeUndefined();
  return sent;
}

/** Heap, sizes of both memories, version and stable memory, as a query sees them. */
const look = concat(
  ...[ops.load(0), ops.appendAcc(), ops.memoryGrow(0), ops.appendAcc(), ops.stableSize(), ops.appendAcc()],
  ...[ops.version(), ops.appendAcc(), ops.appendStable(0, 3), ops.reply()],
);

function seen(network: TestNetwork, id: Principal, method = "query") {
  const bytes = replied(network.query(id, look, method));
  const numbers = [0, 8, 16, 24].map((at) =>
    Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true)),
  );
  return [...numbers, new TextDecoder().decode(bytes.subarray(32))];
}

/** What a query of the management canister tells, without cycles and the size of the history. */
function statusOf(network: TestNetwork, id: Principal) {
  const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
  const data = replied(network.query(Principal.management, argument, "canister_status"));
  const { version, module_hash, memory_metrics } = resultShapes.canister_status.decode(data)!;
  return { version, module_hash, memory_metrics: { ...memory_metrics, canister_history_size: 0n } };
}

const old = concat(ops.set(0, 7), ops.stableGrow(1), ops.stableWrite(0, "old"), ops.certify("old"));
const change = concat(ops.memoryGrow(2), ops.stableGrow(3), ops.stableWrite(0, "new"), ops.certify("new"));
const newer = { variant: 1, keptQuery: true };
const keep: InstallModeArgument = { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }] };

describe("while an installation goes on", () => {
  test.each([
    ["an upgrade", universal(), universal(newer), { upgrade: [] }, change, [0, 6, 4, "new"]],
    ["an upgrade that keeps the heap", keepingHeap(), keepingHeap(newer), keep, change, [8, 8, 4, "new"]],
    ["a new installation", universal(), universal(newer), { reinstall: null }, change, [0, 6, 3, "new"]],
  ] as const)(
    "%s: queries run the old code on the old state",
    (_, before, after, mode, script, result) => {
      const network = new TestNetwork();
      const a = network.create();
      const preUpgrade = concat(ops.increase(0, 1), ops.memoryGrow(2), ops.stableWrite(0, "pre"));
      replied(network.install(a, before, concat(old, ops.keep("preUpgrade", preUpgrade))));
      const then = seen(network, a);
      const status = statusOf(network, a);
      const sent = beginInstallation(network, a, after, mode, script);
      expect(statusOf(network, a)).toEqual(status);
      for (const method of ["query", "query", "composite"]) expect(seen(network, a, method)).toEqual(then);
      expect(rejectText(network.query(a, new Uint8Array(0), "kept"))).toContain("IC0536");
      expect(new TextDecoder().decode(network.subnet.canister(a)?.certifiedData)).toBe("old");
      network.subnet.executeUntilIdle(10);
      expect(network.responseOf(sent)?.kind).toBe("reply");
      const [heap, heapPages, stablePages, version, stable] = seen(network, a);
      expect([heap, heapPages, stablePages, stable]).toEqual(result);
      expect(version).toBe(Number(then[3]) + 1);
      expect(network.query(a, new Uint8Array(0), "kept")).toBeDefined();
      replied(network.update(a, concat(ops.increase(0, 1), ops.stableWrite(0, "end"), ops.reply())));
      expect(seen(network, a).at(-1)).toBe("end");
    },
    60_000,
  );

  test("there is no code before the first one", () => {
    const network = new TestNetwork();
    const a = network.create();
    beginInstallation(network, a, universal(), { install: null }, old);
    expect(rejectText(network.query(a, look))).toContain("IC0537");
    network.subnet.executeUntilIdle(10);
    expect(seen(network, a).at(-1)).toBe("old");
  }, 60_000);

  test("one that fails changes nothing", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: old });
    const then = seen(network, a);
    const sent = beginInstallation(
      network,
      a,
      universal(newer),
      { upgrade: [] },
      concat(change, ops.spin(400_000_000n), ops.trap("no")),
    );
    expect(seen(network, a)).toEqual(then);
    network.subnet.executeUntilIdle(10);
    expect(network.responseOf(sent)?.kind).toBe("reject");
    expect(seen(network, a)).toEqual(then);
  }, 60_000);

  test("what is written to the disk meanwhile is the new state", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: old });
    network.subnet.state("changed");
    beginInstallation(network, a, universal(newer), { upgrade: [] }, change);
    seen(network, a);
    const restored = new TestNetwork(
      Subnet.restore({ embedder, seed: Uint8Array.of(1), timeNanos: epochNanos }, network.subnet.state("full")),
    );
    network.subnet.executeUntilIdle(10);
    restored.subnet.executeUntilIdle(10);
    expect(seen(restored, a)).toEqual(seen(network, a));
  }, 60_000);
});
