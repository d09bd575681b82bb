/** What the management canister tells of canisters and their subnet. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOf, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightArguments, insightResults } from "../../server/src/engine/management/insightShapes.ts";
import {
  callRejection,
  developer,
  rejectText,
  replied,
  repliedText,
  TestNetwork,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const admin = user(50);
const stranger = user(51);

function canister(id: Principal): Uint8Array {
  return argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
}

describe("the subnet", () => {
  test("list_canisters tells its admins the ranges of ids", () => {
    const network = new TestNetwork({ subnetAdmins: [admin] });
    const ids = [network.create(), network.create(), network.create(), network.create()];
    network.manage("stop_canister", ids[1] ?? admin);
    replied(network.manage("delete_canister", ids[1] ?? admin));
    const argument = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);
    const ask = (caller: Principal) => network.query(Principal.management, argument, "list_canisters", caller);
    const listed = insightResults.list_canisters.decode(replied(ask(admin)))?.canisters;
    expect(listed?.map((it) => [principalOf(it.start).text, principalOf(it.end).text])).toEqual([
      [ids[0]?.text, ids[0]?.text],
      [ids[2]?.text, ids[3]?.text],
    ]);
    expect(rejectText(ask(developer))).toContain("IC0410 4 Only subnet admins");
    expect(rejectText(new TestNetwork().query(Principal.management, argument, "list_canisters", admin))).toBe(
      "IC0406 4 list_canisters is only available on subnets with subnet admins",
    );
    expect(rejectText(network.query(Principal.management, Uint8Array.of(1), "list_canisters", admin))).toContain(
      "IC0408",
    );
  });

  test("subnet_info and node_metrics_history answer for this subnet only", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const subnetId = Principal.ofBytes(Uint8Array.from({ length: 29 }, (_, index) => (index === 28 ? 2 : index + 1)));
    const own = insightArguments.subnet_info.encode({ subnet_id: principalOnWire(subnetId) });
    const info = insightResults.subnet_info.decode(replied(network.callManagement(a, "subnet_info", own)));
    expect(info?.replica_version).not.toBe("");
    const history = insightArguments.node_metrics_history.encode({
      subnet_id: principalOnWire(subnetId),
      start_at_timestamp_nanos: 0n,
    });
    const nodes = insightResults.node_metrics_history.decode(
      replied(network.callManagement(a, "node_metrics_history", history)),
    );
    expect(nodes).toEqual([]);
    const other = insightArguments.subnet_info.encode({ subnet_id: principalOnWire(user(3)) });
    expect(callRejection(network.callManagement(a, "subnet_info", other))).toContain(
      "does not match current subnet ID",
    );
  });
});

describe("what is counted", () => {
  const statusOf = (network: TestNetwork, id: Principal) => {
    const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", id)));
    if (status === undefined) throw new Error("no status");
    return status;
  };
  const metricsOf = (network: TestNetwork, id: Principal) => {
    const data = replied(network.query(Principal.management, canister(id), "canister_metrics"));
    const metrics = insightResults.canister_metrics.decode(data);
    if (metrics === undefined) throw new Error("no metrics");
    return metrics.cycles_consumed;
  };

  test("queries: their number, instructions and bytes", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const b = network.universal();
    const script = ops.reply("12345");
    network.query(a, script);
    network.query(a, ops.trap("no"));
    const called = ops.call({ callee: a.bytes, method: "query", data: script, onReply: ops.reply("x") });
    network.query(b, called, "composite");
    const stats = statusOf(network, a).query_stats;
    expect(stats).toMatchObject({
      num_calls_total: 3n,
      request_payload_bytes_total: BigInt(2 * script.length + ops.trap("no").length),
      response_payload_bytes_total: 10n,
    });
    expect(stats["num_instructions_total"]).toBeGreaterThan(1000n);
    expect(statusOf(network, b).query_stats).toMatchObject({
      num_calls_total: 1n,
      request_payload_bytes_total: BigInt(called.length),
      response_payload_bytes_total: 1n,
    });
  });

  test("cycles by what they went for, as much as the balance lost", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const start = { cycles: network.cycles(a), metrics: metricsOf(network, a) };
    expect(start.metrics.instructions).toBeGreaterThan(0n);
    replied(network.update(a, concat(ops.burn(1_000n), ops.reply())));
    network.update(a, ops.call({ callee: a.bytes, data: ops.reply(), onReply: ops.reply("done") }));
    network.subnet.advanceTime(100n * 10n ** 9n);
    network.subnet.executeUntilIdle(10);
    const end = { cycles: network.cycles(a), metrics: metricsOf(network, a) };
    const spent = Object.entries(end.metrics).map(([use, cycles]) => [
      use,
      cycles - start.metrics[use as keyof typeof start.metrics],
    ]);
    const by = Object.fromEntries(spent) as typeof end.metrics;
    expect(by.burned_cycles).toBe(1_000n);
    for (const use of ["memory", "ingress_induction", "instructions", "request_and_response_transmission"] as const) {
      expect(by[use]).toBeGreaterThan(0n);
    }
    expect(by.compute_allocation).toBe(0n);
    expect(Object.values(by).reduce((sum, it) => sum + it, 0n)).toBe(start.cycles - end.cycles);
  });

  test("the fee of creation, and what was left when the cycles ran out", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const argument = argumentShapes.create_canister.encode({ settings: [], sender_canister_version: [] });
    const reply = replied(network.callManagement(a, "create_canister", argument, 500_000_000_000n));
    const created = principalOf(resultShapes.canister.decode(reply)?.canister_id ?? principalOnWire(a));
    const asked = replied(network.callManagement(a, "canister_metrics", canister(created)));
    expect(insightResults.canister_metrics.decode(asked)?.cycles_consumed.canister_creation).toBe(500_000_000_000n);
    const poor = network.create({ cycles: 1_000n, settings: { compute_allocation: [0n] } });
    replied(network.manage("canister_status", network.create()));
    network.subnet.advanceTime(10n ** 18n);
    network.subnet.executeUntilIdle(10);
    expect(metricsOf(network, poor).uninstall + metricsOf(network, poor).memory).toBe(1_000n);
  });
});

describe("logs", () => {
  const logsOf = (network: TestNetwork, id: Principal, filter?: object) => {
    const argument = insightArguments.fetch_canister_logs.encode({
      canister_id: principalOnWire(id),
      filter: filter === undefined ? [] : [filter],
    });
    const data = replied(network.query(Principal.management, argument, "fetch_canister_logs"));
    return insightResults.fetch_canister_logs
      .decode(data)
      ?.canister_log_records.map((it) => new TextDecoder().decode(new Uint8Array(it.content)));
  };
  const prints = (...texts: string[]) => concat(...texts.map((it) => ops.print(it)), ops.reply());

  test("by index and by time, the end of a range left out", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(a, prints("0", "1", "2", "3"));
    const [record] = network.subnet.logs(a);
    const time = record?.timestampNanos ?? 0n;
    expect(logsOf(network, a, { by_idx: { start: 1n, end: 3n } })).toEqual(["1", "2"]);
    expect(logsOf(network, a, { by_idx: { start: 3n, end: 1n } })).toEqual([]);
    expect(logsOf(network, a, { by_timestamp_nanos: { start: time, end: time + 1n } })).toHaveLength(4);
    expect(logsOf(network, a, { by_timestamp_nanos: { start: 0n, end: time } })).toEqual([]);
  });

  test("between canisters for the fees of the call alone, but not where those are free", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings: { log_visibility: [{ public: null }] } });
    const b = network.universal();
    network.update(a, prints("one"));
    const argument = insightArguments.fetch_canister_logs.encode({ canister_id: principalOnWire(a), filter: [] });
    const before = network.cycles(b);
    const data = replied(network.callManagement(b, "fetch_canister_logs", argument, 10n ** 12n));
    expect(insightResults.fetch_canister_logs.decode(data)?.canister_log_records).toHaveLength(1);
    expect(before - network.cycles(b)).toBeLessThan(30_000_000n);
    const free = new TestNetwork({ costSchedule: "free" });
    const c = free.universal();
    const ofItself = insightArguments.fetch_canister_logs.encode({ canister_id: principalOnWire(c), filter: [] });
    expect(callRejection(free.callManagement(c, "fetch_canister_logs", ofItself))).toBe(
      "IC0504: fetch_canister_logs can only be called by a canister on a subnet with a normal cost schedule.",
    );
  });

  test("as many bytes as the settings say, from 4 KiB to 2 MiB, or none", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const long = "x".repeat(960);
    replied(network.updateSettings(a, { log_memory_limit: [8_192n] }));
    network.update(a, prints(...Array.from({ length: 9 }, () => long)));
    expect(logsOf(network, a)).toHaveLength(8);
    replied(network.updateSettings(a, { log_memory_limit: [4_096n] }));
    expect(logsOf(network, a)).toHaveLength(4);
    replied(network.updateSettings(a, { log_memory_limit: [0n] }));
    expect(logsOf(network, a)).toEqual([]);
    network.update(a, prints("unheard"));
    expect(logsOf(network, a)).toEqual([]);
    replied(network.updateSettings(a, { log_memory_limit: [2_097_152n] }));
    expect(rejectText(network.updateSettings(a, { log_memory_limit: [4_095n] }))).toBe(
      "IC0406 4 The canister log memory limit 4095 is too low. It must be at least 4096.",
    );
    expect(rejectText(network.updateSettings(a, { log_memory_limit: [2_097_153n] }))).toBe(
      "IC0406 4 The canister log memory limit 2097153 is too high. It must be at most 2097152.",
    );
    const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", a)));
    expect(status?.settings.log_memory_limit).toBe(2_097_152n);
  });
});

describe("canister_metadata", () => {
  test("says what is not there", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const empty = network.create();
    const ask = (id: Principal) =>
      callRejection(
        network.callManagement(
          a,
          "canister_metadata",
          argumentShapes.canister_metadata.encode({ canister_id: principalOnWire(id), name: "dfx" }),
        ),
      );
    expect(ask(empty)).toBe(
      `IC0406: The canister ${empty.text} has no Wasm module and hence no metadata is available.`,
    );
    expect(ask(a)).toBe(`IC0406: The canister ${a.text} has no metadata section with the name dfx.`);
  });

  test("tells what is private to controllers only, and the canister itself is none", () => {
    const network = new TestNetwork();
    const a = network.create();
    const name = new TextEncoder().encode("icp:private dfx");
    const section = Uint8Array.of(0, name.length + 3, name.length, ...name, 7, 8);
    replied(network.install(a, concat(universal(), section)));
    const argument = argumentShapes.canister_metadata.encode({ canister_id: principalOnWire(a), name: "dfx" });
    const ask = () => network.callManagement(a, "canister_metadata", argument);
    expect(callRejection(ask())).toBe(`IC0406: The canister ${a.text} has no metadata section with the name dfx.`);
    replied(network.updateSettings(a, { controllers: [[principalOnWire(a)]] }));
    expect(resultShapes.metadata.decode(replied(ask()))?.value).toEqual(Uint8Array.of(7, 8));
  });
});

test("raw_rand gives 32 bytes, other ones each time", () => {
  const network = new TestNetwork();
  const a = network.universal();
  const first = replied(network.callManagement(a, "raw_rand", Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)));
  const second = replied(network.callManagement(a, "raw_rand", Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)));
  expect(resultShapes.blob.decode(first)).toHaveLength(32);
  expect(first).not.toEqual(second);
  expect(callRejection(network.callManagement(a, "raw_rand", new Uint8Array(0)))).toContain(
    "IC0408: Error decoding candid",
  );
  expect(repliedText(network.query(a, ops.reply("still there")))).toBe("still there");
});

describe("canister_info", () => {
  const infoOf = (network: TestNetwork, id: Principal, changes: bigint) => {
    const argument = argumentShapes.canister_info.encode({
      canister_id: principalOnWire(id),
      num_requested_changes: [changes],
    });
    const info = resultShapes.canister_info.decode(
      replied(network.query(Principal.management, argument, "canister_info", stranger)),
    );
    if (info === undefined) throw new Error("no info");
    return info;
  };

  test("tells at a canister's creation a hash of its environment variables, if its creator named any", () => {
    const network = new TestNetwork();
    const variables = [
      { name: "B", value: "2" },
      { name: "A", value: "1" },
    ];
    const a = network.create({ settings: { environment_variables: [variables] } });
    const b = network.create({ settings: { environment_variables: [variables.toReversed()] } });
    const c = network.create({ settings: { controllers: [] } });
    const hashOf = (id: Principal) => {
      const [change] = infoOf(network, id, 1n).recent_changes;
      const { creation } = (change as { details: { creation: { environment_variables_hash: Uint8Array[] } } }).details;
      return creation.environment_variables_hash.map((it) => Buffer.from(it).toString("hex"));
    };
    const sha = (text: string) => createHash("sha256").update(text).digest("hex");
    const pairs = [sha("A") + sha("1"), sha("B") + sha("2")].sort().join("");
    const expected = createHash("sha256").update(Buffer.from(pairs, "hex")).digest("hex");
    expect(hashOf(a)).toEqual([expected]);
    expect(hashOf(b)).toEqual([expected]);
    expect(hashOf(c)).toEqual([]);
  });

  test("names the controllers in the network's order: canisters, then users by their bytes", () => {
    const network = new TestNetwork();
    const a = network.create();
    const given = [user(9), developer, a, user(3)];
    replied(network.updateSettings(a, { controllers: [given.map(principalOnWire)] }));
    const expected = [a, developer, user(3), user(9)].map((it) => it.text);
    expect(infoOf(network, a, 0n).controllers.map((it) => principalOf(it).text)).toEqual(expected);
    const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", a)));
    expect(status?.settings.controllers.map((it) => principalOf(it).text)).toEqual(expected);
    expect(callRejection(network.callManagement(network.universal(), "start_canister", canister(a)))).toContain(
      expected.join(" "),
    );
  });
});
