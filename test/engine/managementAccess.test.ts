/** Who may call which method of the management canister, as update by users, between canisters, and as query. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOf, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightArguments, insightResults } from "../../server/src/engine/management/insightShapes.ts";
import { snapshotArguments } from "../../server/src/engine/management/snapshotShapes.ts";
import type { CallResponse } from "../../server/src/engine/trace.ts";
import {
  developer,
  rejectText,
  replied,
  repliedText,
  settingsArgument,
  TestNetwork,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const admin = user(50);
const stranger = user(51);
const nothing = new Uint8Array(0);

/** The answer of the management canister to a canister: the reply, or the reject code and message as text. */
function callFrom(network: TestNetwork, caller: Principal, method: string, argument: Uint8Array, cycles = 0n) {
  const script = ops.call({
    callee: nothing,
    method,
    data: argument,
    cycles,
    onReply: concat(ops.appendArgument(), ops.reply()),
    onReject: concat(ops.append("reject "), ops.appendRejectMessage(), ops.reply()),
  });
  return network.update(caller, script);
}

function rejectOf(response: CallResponse): string | undefined {
  if (response.kind === "reject") return rejectText(response);
  const text = new TextDecoder().decode(response.data);
  return text.startsWith("reject ") ? text.slice(7) : undefined;
}

/** Methods about a canister, with an argument and what must have happened before. */
const aboutCanister: Record<string, (id: Principal, network: TestNetwork) => Uint8Array> = {
  canister_status: (id) => canister(id),
  start_canister: (id) => canister(id),
  stop_canister: (id) => canister(id),
  delete_canister: (id, network) => {
    network.manage("stop_canister", id);
    return canister(id);
  },
  uninstall_code: (id) =>
    argumentShapes.uninstall_code.encode({ canister_id: principalOnWire(id), sender_canister_version: [] }),
  update_settings: (id) =>
    argumentShapes.update_settings.encode({
      canister_id: principalOnWire(id),
      settings: settingsArgument({}),
      sender_canister_version: [],
    }),
  install_code: (id) =>
    argumentShapes.install_code.encode({
      canister_id: principalOnWire(id),
      mode: { reinstall: null },
      wasm_module: universal(),
      arg: nothing,
      sender_canister_version: [],
    }),
  upload_chunk: (id) =>
    argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(id), chunk: Uint8Array.of(1) }),
  stored_chunks: (id) => canister(id),
  clear_chunk_store: (id) => canister(id),
  canister_metrics: (id) => canister(id),
  canister_info: (id) =>
    argumentShapes.canister_info.encode({ canister_id: principalOnWire(id), num_requested_changes: [] }),
  canister_metadata: (id) => argumentShapes.canister_metadata.encode({ canister_id: principalOnWire(id), name: "x" }),
  fetch_canister_logs: (id) =>
    insightArguments.fetch_canister_logs.encode({ canister_id: principalOnWire(id), filter: [] }),
  deposit_cycles: (id) => canister(id),
  take_canister_snapshot: (id) => takeArgument(id),
  list_canister_snapshots: (id) => canister(id),
  load_canister_snapshot: (id, network) =>
    snapshotArguments.load.encode({ ...snapshotOf(id, network), sender_canister_version: [] }),
  delete_canister_snapshot: (id, network) => snapshotArguments.snapshot.encode(snapshotOf(id, network)),
  read_canister_snapshot_metadata: (id, network) => snapshotArguments.snapshot.encode(snapshotOf(id, network)),
  read_canister_snapshot_data: (id, network) =>
    snapshotArguments.readData.encode({ ...snapshotOf(id, network), kind: { wasm_memory: { offset: 0n, size: 1n } } }),
};

function canister(id: Principal): Uint8Array {
  return argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
}

function takeArgument(id: Principal): Uint8Array {
  return snapshotArguments.take.encode({
    canister_id: principalOnWire(id),
    replace_snapshot: [],
    uninstall_code: [],
    sender_canister_version: [],
  });
}

function snapshotOf(id: Principal, network: TestNetwork) {
  replied(network.management("take_canister_snapshot", takeArgument(id)));
  return { canister_id: principalOnWire(id), snapshot_id: concat(new Uint8Array(8), id.bytes) };
}

const controllers = "Only the controllers of the canister";

/**
 * Who may call a method about a canister: `C` its controllers, `S` the canister itself, `A` admins of its subnet, `E`
 * everybody. Users and canisters are asked in turn; `canisters` are methods that users cannot call at all.
 */
const rows: readonly (readonly [method: string, may: string, denial: string, callers?: "canisters"])[] = [
  ["canister_status", "CSA", "is not allowed to read the canister status"],
  ["start_canister", "CA", controllers],
  ["stop_canister", "CA", controllers],
  ["delete_canister", "CA", controllers],
  ["uninstall_code", "CA", controllers],
  ["update_settings", "C", controllers],
  ["install_code", "C", controllers],
  ["upload_chunk", "CS", controllers],
  ["stored_chunks", "CS", controllers],
  ["clear_chunk_store", "CS", controllers],
  ["canister_metrics", "CA", controllers, "canisters"],
  ["canister_info", "E", "", "canisters"],
  ["deposit_cycles", "E", "", "canisters"],
  ["fetch_canister_logs", "C", "is not allowed to access canister logs", "canisters"],
  ["take_canister_snapshot", "C", controllers],
  ["load_canister_snapshot", "C", controllers],
  ["delete_canister_snapshot", "C", controllers],
  ["list_canister_snapshots", "C", "is not allowed to call list_canister_snapshots"],
  ["read_canister_snapshot_metadata", "C", "is not allowed to call read_canister_snapshot_metadata"],
  ["read_canister_snapshot_data", "C", "is not allowed to call read_canister_snapshot_data"],
];

describe.each(rows.map(([method, may, denial, callers]) => ({ method, may, denial, callers })))(
  "$method may be called by $may",
  ({ method, may, denial, callers }) => {
    const prepared = () => {
      const network = new TestNetwork({ subnetAdmins: [admin] });
      const id = network.universal({ settings: {} });
      const argument = aboutCanister[method]?.(id, network) ?? nothing;
      return { network, id, argument };
    };
    const everybody = may === "E";

    if (callers === undefined)
      test.each([
        ["a controller", developer, true],
        ["an admin of the subnet", admin, may.includes("A")],
        ["somebody else", stranger, everybody],
      ] as const)("%s", (_who, caller, allowed) => {
        const { network, argument } = prepared();
        const text = rejectOf(network.management(method, argument, caller));
        if (allowed) expect(text).toBeUndefined();
        else expect(text).toContain(denial);
      });

    if (callers === "canisters")
      test("not by users", () => {
        const { network, argument } = prepared();
        expect(rejectText(network.management(method, argument))).toBe(
          method === "fetch_canister_logs"
            ? "IC0406 4 fetch_canister_logs API is not accessible via ingress in replicated mode"
            : `IC0406 4 Only canisters can call ic00 method ${method}`,
        );
      });

    test("another canister", () => {
      const { network, argument } = prepared();
      const text = rejectOf(callFrom(network, network.universal(), method, argument, 10n ** 12n));
      if (everybody) expect(text).toBeUndefined();
      else expect(text).toContain(denial);
    });

    test("a canister that is a controller", () => {
      const { network, id, argument } = prepared();
      const caller = network.universal();
      replied(network.updateSettings(id, { controllers: [[caller, developer].map(principalOnWire)] }));
      expect(rejectOf(callFrom(network, caller, method, argument, 10n ** 12n))).toBeUndefined();
    });

    if (may.includes("S"))
      test("the canister itself", () => {
        const { network, id, argument } = prepared();
        expect(rejectOf(callFrom(network, id, method, argument))).toBeUndefined();
      });
  },
);

describe("what admins are refused says who they are", () => {
  test("on subnets with admins, and not on others", () => {
    const network = new TestNetwork({ subnetAdmins: [admin] });
    const a = network.create();
    expect(rejectText(network.manage("start_canister", a, stranger))).toContain("IC0541 5");
    expect(rejectText(network.manage("start_canister", a, stranger))).toContain(admin.text);
    const plain = new TestNetwork();
    const b = plain.create();
    expect(rejectText(plain.manage("start_canister", b, admin))).toContain("IC0512 5");
  });
});

describe("queries", () => {
  const query = (network: TestNetwork, method: string, argument: Uint8Array, caller = developer) =>
    network.query(Principal.management, argument, method, caller);

  test.each(["canister_status", "canister_info", "canister_metrics", "fetch_canister_logs"])(
    "%s is one, by users and by composite queries",
    (method) => {
      const network = new TestNetwork();
      const caller = network.universal();
      const a = network.universal({ settings: { controllers: [[caller, developer].map(principalOnWire)] } });
      const argument = aboutCanister[method]?.(a, network) ?? nothing;
      const direct = query(network, method, argument);
      expect(rejectOf(direct)).toBeUndefined();
      const onReply = concat(ops.appendArgument(), ops.reply());
      const script = ops.call({ callee: nothing, method, data: argument, onReply });
      expect(replied(network.query(caller, script, "composite"))).toEqual(replied(direct));
    },
  );

  test.each(["start_canister", "list_canister_snapshots", "canister_metadata", "raw_rand", "nothing"])(
    "%s is none",
    (method) => {
      const network = new TestNetwork();
      expect(rejectText(query(network, method, canister(network.create())))).toBe(
        `IC0536 5 Query method ${method} not found.`,
      );
    },
  );

  test("of canisters that are not there", () => {
    const network = new TestNetwork();
    const gone = user(1);
    for (const method of ["canister_status", "canister_info", "canister_metrics", "fetch_canister_logs"]) {
      const argument = aboutCanister[method]?.(gone, network) ?? nothing;
      expect(rejectText(query(network, method, argument))).toContain(`IC0301 3 Canister ${gone.text} not found`);
      expect(rejectText(query(network, method, Uint8Array.of(1, 2)))).toContain("IC0408 4 Error decoding candid");
    }
  });
});

describe("methods that cannot be called", () => {
  test("unknown ones, and those that need Bitcoin", () => {
    const network = new TestNetwork();
    expect(rejectText(network.management("no_such_method", nothing))).toBe(
      "IC0536 5 Management canister has no method 'no_such_method'",
    );
    const text = rejectOf(callFrom(network, network.universal(), "bitcoin_get_balance", nothing));
    expect(text).toContain("IC0536: Management canister method 'bitcoin_get_balance' needs a connection to Bitcoin");
  });

  test.each(Object.keys(aboutCanister).filter((it) => rows.find((row) => row[0] === it)?.[3] === undefined))(
    "%s with an argument that is none",
    (method) => {
      if (method === "canister_metadata") return;
      const network = new TestNetwork();
      expect(rejectText(network.management(method, Uint8Array.of(1, 2, 3)))).toBe(
        `IC0408 4 Failed to decode payload for ic00 method: ${method}`,
      );
      const text = rejectOf(callFrom(network, network.universal(), method, Uint8Array.of(1, 2, 3)));
      expect(text).toContain("IC0408: Error decoding candid");
    },
  );

  test.each(["raw_rand", "subnet_info", "node_metrics_history", "list_canisters", "create_canister", "http_request"])(
    "%s by a user",
    (method) => {
      expect(rejectText(new TestNetwork().management(method, nothing))).toBe(
        `IC0406 4 Only canisters can call ic00 method ${method}`,
      );
    },
  );
});

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
    const info = insightResults.subnet_info.decode(replied(callFrom(network, a, "subnet_info", own)));
    expect(info?.replica_version).not.toBe("");
    const history = insightArguments.node_metrics_history.encode({
      subnet_id: principalOnWire(subnetId),
      start_at_timestamp_nanos: 0n,
    });
    const nodes = insightResults.node_metrics_history.decode(
      replied(callFrom(network, a, "node_metrics_history", history)),
    );
    expect(nodes).toEqual([]);
    const other = insightArguments.subnet_info.encode({ subnet_id: principalOnWire(user(3)) });
    expect(rejectOf(callFrom(network, a, "subnet_info", other))).toContain("does not match current subnet ID");
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
    const reply = replied(callFrom(network, a, "create_canister", argument, 500_000_000_000n));
    const created = principalOf(resultShapes.canister.decode(reply)?.canister_id ?? principalOnWire(a));
    const asked = replied(callFrom(network, a, "canister_metrics", canister(created)));
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

  test("between canisters for a fee, which must come with the call", () => {
    const network = new TestNetwork();
    const a = network.universal({ settings: { log_visibility: [{ public: null }] } });
    const b = network.universal();
    network.update(a, prints("one"));
    const argument = insightArguments.fetch_canister_logs.encode({ canister_id: principalOnWire(a), filter: [] });
    expect(rejectOf(callFrom(network, b, "fetch_canister_logs", argument))).toMatch(
      /fetch_canister_logs request sent with 0 cycles, but \d+ cycles are required\./,
    );
    const before = network.cycles(b);
    const data = replied(callFrom(network, b, "fetch_canister_logs", argument, 10n ** 12n));
    expect(insightResults.fetch_canister_logs.decode(data)?.canister_log_records).toHaveLength(1);
    const fee = (5_000_000n + 80n * BigInt(data.length)) * 13n;
    expect(before - network.cycles(b)).toBeGreaterThan(fee);
    expect(before - network.cycles(b)).toBeLessThan(fee + 30_000_000n);
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
      rejectOf(
        callFrom(
          network,
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
});

test("raw_rand gives 32 bytes, other ones each time", () => {
  const network = new TestNetwork();
  const a = network.universal();
  const first = replied(callFrom(network, a, "raw_rand", Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)));
  const second = replied(callFrom(network, a, "raw_rand", Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)));
  expect(resultShapes.blob.decode(first)).toHaveLength(32);
  expect(first).not.toEqual(second);
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
    expect(rejectText(network.manage("start_canister", a, stranger))).toContain(expected.join(" "));
  });
});

test("the network's governance canister may uninstall every canister's code, and do nothing else with it", () => {
  const network = new TestNetwork();
  const governance = network.universal();
  const argument = argumentShapes.provisional_create_canister_with_cycles.encode({
    amount: [10n ** 13n],
    settings: [],
    specified_id: [principalOnWire(Principal.ofBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1)))],
    sender_canister_version: [],
  });
  const data = replied(network.management("provisional_create_canister_with_cycles", argument));
  const real = principalOf(resultShapes.canister.decode(data)?.canister_id ?? principalOnWire(governance));
  expect(real.text).toBe("rrkah-fqaaa-aaaaa-aaaaq-cai");
  replied(network.install(real, universal()));
  const a = network.universal();
  const uninstall = aboutCanister["uninstall_code"]?.(a, network) ?? nothing;
  expect(rejectOf(callFrom(network, governance, "uninstall_code", uninstall))).toContain(controllers);
  expect(rejectOf(callFrom(network, real, "stop_canister", canister(a)))).toContain(controllers);
  expect(rejectOf(callFrom(network, real, "uninstall_code", uninstall))).toBeUndefined();
  expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
});
