/** Settings and the canister history: limits at N and at N + 1. Section 2.2, rules 14 and 15. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightResults } from "../../server/src/engine/management/insightShapes.ts";
import {
  developer,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  settingsArgument,
  TestNetwork,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const controllers = (count: number) =>
  [developer, ...Array.from({ length: count - 1 }, (_, index) => user(index + 2))].map(principalOnWire);
const variables = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `N${index}`, value: "v" }));

describe("settings", () => {
  test.each([
    [
      "controllers",
      { controllers: [controllers(10)] },
      { controllers: [controllers(11)] },
      "IC0408 4 Error decoding candid: Deserialize error: The number of elements exceeds maximum allowed 10",
    ],
    [
      "compute allocation",
      { compute_allocation: [100n] },
      { compute_allocation: [101n] },
      "IC0504 5 ComputeAllocation expected to be in the range [0..100], got 101",
    ],
    [
      "memory allocation",
      { memory_allocation: [1n] },
      { memory_allocation: [2n ** 48n + 1n] },
      "IC0504 5 MemoryAllocation expected to be in the range [0..281474976710656], got 281474976710657",
    ],
    [
      "freezing threshold",
      { freezing_threshold: [2n ** 64n - 1n] },
      { freezing_threshold: [2n ** 64n] },
      "IC0504 5 Freezing threshold expected to be in the range of [0..2^64-1], got 18446744073709551616",
    ],
    [
      "reserved cycles limit",
      { reserved_cycles_limit: [2n ** 128n - 1n] },
      { reserved_cycles_limit: [2n ** 128n] },
      "IC0504 5 Reserved cycles limit expected to be in the range of [0..2^128-1], got 340282366920938463463374607431768211456",
    ],
    [
      "Wasm memory threshold",
      { wasm_memory_threshold: [2n ** 64n - 1n] },
      { wasm_memory_threshold: [2n ** 64n] },
      "IC0504 5 Wasm memory threshold expected to be in the range of [0..2^64-1], got 18446744073709551616",
    ],
    [
      "Wasm memory limit",
      { wasm_memory_limit: [2n ** 48n] },
      { wasm_memory_limit: [2n ** 48n + 1n] },
      "IC0504 5 Wasm memory limit expected to be in the range of [0..2^64-1], got 281474976710657",
    ],
    [
      "environment variables",
      { environment_variables: [variables(32)] },
      { environment_variables: [variables(33)] },
      "IC0408 4 Too many environment variables: 33 (max: 32)",
    ],
    [
      "environment variable names",
      { environment_variables: [[{ name: "n".repeat(128), value: "v" }]] },
      { environment_variables: [[{ name: "n".repeat(129), value: "v" }]] },
      "exceeds the maximum allowed length of 128.",
    ],
    [
      "environment variable values",
      { environment_variables: [[{ name: "n", value: "v".repeat(128) }]] },
      { environment_variables: [[{ name: "n", value: "v".repeat(129) }]] },
      "exceeds the maximum allowed length of 128.",
    ],
  ] as const)("%s", (_what, most, more, text) => {
    const network = new TestNetwork();
    const a = network.create({ cycles: 10_000_000_000_000_000n });
    replied(network.updateSettings(a, most));
    const other = network.create();
    const refused = rejectText(network.updateSettings(other, more));
    expect(refused).toContain(text);
    expect(network.subnet.canister(other)?.canisterVersion).toBe(0n);
  });

  test("what is not given stays as it is", () => {
    const network = new TestNetwork();
    const a = network.create({ settings: { freezing_threshold: [77n] } });
    replied(network.updateSettings(a, { wasm_memory_threshold: [5n] }));
    const status = resultShapes.canister_status.decode(replied(network.manage("canister_status", a)));
    expect(status?.settings).toMatchObject({
      freezing_threshold: 77n,
      wasm_memory_threshold: 5n,
      compute_allocation: 0n,
    });
  });

  test("strangers are not heard, and the canister pays nothing for them", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const before = network.cycles(a);
    for (const method of ["start_canister", "stop_canister", "delete_canister"]) {
      expect(rejectText(network.manage(method, a, user(9)))).toContain("IC0512 5 Only controllers of canister");
    }
    expect(network.cycles(a)).toBe(before);
    network.updateSettings(a, { status_visibility: [{ public: null }] });
    expect(network.manage("canister_status", a, user(9)).kind).toBe("reply");
  });
});

describe("canister history", () => {
  function infoOf(network: TestNetwork, asker: Principal, id: Principal, changes: bigint) {
    const argument = argumentShapes.canister_info.encode({
      canister_id: principalOnWire(id),
      num_requested_changes: [changes],
    });
    const script = ops.call({
      callee: new Uint8Array(0),
      method: "canister_info",
      data: argument,
      onReply: concat(ops.appendArgument(), ops.reply()),
    });
    const info = resultShapes.canister_info.decode(replied(network.update(asker, script)));
    if (info === undefined) throw new Error("no canister_info");
    return info;
  }

  test("tells creation, deployments, uninstalls and controllers, with who did it", () => {
    const network = new TestNetwork();
    const asker = network.universal();
    const a = network.create();
    replied(network.install(a, universal()));
    replied(network.upgrade(a, universal({ variant: 1 })));
    replied(network.updateSettings(a, { controllers: [controllers(2)] }));
    replied(network.manage("uninstall_code", a));
    const info = infoOf(network, asker, a, 20n);
    expect(info.total_num_changes).toBe(5n);
    expect(info.recent_changes.map((it) => Object.keys((it as { details: object }).details)[0])).toEqual([
      "creation",
      "code_deployment",
      "code_deployment",
      "controllers_change",
      "code_uninstall",
    ]);
    expect(info.module_hash).toEqual([]);
    expect(infoOf(network, asker, a, 2n).recent_changes).toHaveLength(2);
  });

  test("keeps the last 20 changes and counts all", () => {
    const network = new TestNetwork();
    const asker = network.universal();
    const a = network.create();
    for (let index = 0; index < 25; index++)
      replied(network.updateSettings(a, { controllers: [controllers(1 + ((index + 1) % 2))] }));
    const info = infoOf(network, asker, a, 100n);
    expect(info.total_num_changes).toBe(26n);
    expect(info.recent_changes).toHaveLength(20);
  });
});

describe("logs", () => {
  const logsOf = (network: TestNetwork, id: Principal, caller = developer) =>
    network.query(
      Principal.management,
      argumentShapes.canister.encode({ canister_id: principalOnWire(id) }),
      "fetch_canister_logs",
      caller,
    );
  const texts = (network: TestNetwork, id: Principal) =>
    insightResults.fetch_canister_logs
      .decode(replied(logsOf(network, id)))
      ?.canister_log_records.map((it) => `${it.idx} ${new TextDecoder().decode(new Uint8Array(it.content))}`);

  test("prints and traps are kept in order, those of queries are not", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(a, concat(ops.print("one"), ops.print("two"), ops.reply()));
    network.update(a, concat(ops.print("three"), ops.trap("boom")));
    network.query(a, concat(ops.print("unseen"), ops.reply()));
    expect(texts(network, a)).toEqual(["0 one", "1 two", "2 three", "3 [TRAP]: boom"]);
    expect(network.subnet.logs(a).map((it) => it.content)).toEqual(["one", "two", "three", "[TRAP]: boom"]);
  });

  test("the oldest go when 4 KiB are full, 40 bytes for each record counted", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const print = (count: number) =>
      concat(...Array.from({ length: count }, () => ops.print("x".repeat(472))), ops.reply());
    network.update(a, print(8));
    expect(network.subnet.logs(a)).toHaveLength(8);
    network.update(a, print(1));
    expect(network.subnet.logs(a)).toHaveLength(8);
    expect(texts(network, a)?.[0]?.startsWith("1 x")).toBe(true);
  });

  test("a reinstall purges what the old code wrote, an upgrade and a failed reinstall do not", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.print("first") });
    replied(network.upgrade(a, universal(), ops.print("second")));
    rejectText(network.install(a, universal(), ops.trap("no"), { reinstall: null }));
    expect(texts(network, a)).toEqual(["0 first", "1 second", "2 [TRAP]: no"]);
    replied(network.install(a, universal(), ops.print("third"), { reinstall: null }));
    expect(texts(network, a)).toEqual(["3 third"]);
    network.update(a, concat(ops.print("fourth"), ops.reply()));
    expect(texts(network, a)).toEqual(["3 third", "4 fourth"]);
  });

  test("only who may see them does, as a query", () => {
    const network = new TestNetwork();
    const a = network.universal();
    expect(rejectText(logsOf(network, a, user(9)))).toContain("IC0406 4 Caller");
    network.updateSettings(a, { log_visibility: [{ allowed_viewers: [principalOnWire(user(9))] }] });
    expect(logsOf(network, a, user(9)).kind).toBe("reply");
    expect(rejectText(network.manage("fetch_canister_logs", a))).toContain("can not be called via ingress messages");
  });
});

describe("ids", () => {
  test("count upwards from the first, leaving out those that were asked for by name", () => {
    const network = new TestNetwork();
    expect(network.create().text).toBe("lxzze-o7777-77777-aaaaa-cai");
    const wanted = Principal.fromText("lz3um-vp777-77777-aaaba-cai");
    if (wanted === undefined) throw new Error("no principal");
    const create = () =>
      network.management(
        "provisional_create_canister_with_cycles",
        argumentShapes.provisional_create_canister_with_cycles.encode({
          amount: [],
          settings: [],
          specified_id: [principalOnWire(wanted)],
          sender_canister_version: [],
        }),
      );
    replied(create());
    expect(network.cycles(wanted)).toBe(100_000_000_000_000n);
    expect(rejectText(create())).toContain(`IC0538 5 Canister ${wanted.text} is already installed.`);
    expect([network.create().text, network.create().text]).toEqual([
      "lqy7q-dh777-77777-aaaaq-cai",
      "l62sy-yx777-77777-aaabq-cai",
    ]);
  });

  test("a message of the same id is executed once", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const call = {
      caller: developer,
      canisterId: a,
      method: "update",
      argument: concat(ops.increase(0, 1), ops.load(0), ops.replyAcc()),
      ingressId: "mine",
    };
    expect(network.subnet.submitIngress(call)).toEqual({ kind: "accepted", ingressId: "mine" });
    expect(network.subnet.submitIngress(call)).toEqual({ kind: "accepted", ingressId: "mine" });
    network.subnet.executeUntilIdle(10);
    expect(network.subnet.submitIngress(call)).toEqual({ kind: "accepted", ingressId: "mine" });
    network.subnet.executeUntilIdle(10);
    expect(repliedText(network.query(a, concat(ops.load(0), ops.replyAcc())))).toBe("\u0001\0\0\0\0\0\0\0");
  });

  test("also when its result was forgotten, until it could not come again", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const send = (ingressId: string, argument: Uint8Array) =>
      network.subnet.submitIngress({ caller: developer, canisterId: a, method: "update", argument, ingressId });
    const count = () => repliedNumber(network.query(a, concat(ops.load(0), ops.replyAcc())));
    send("mine", concat(ops.increase(0, 1), ops.reply()));
    for (let number = 0; number < 10_000; number++) send(`other ${number}`, ops.reply());
    network.subnet.executeUntilIdle(1_000);
    expect(network.subnet.ingressStatus("mine")).toEqual({ kind: "unknown" });
    send("mine", concat(ops.increase(0, 1), ops.reply()));
    network.subnet.executeUntilIdle(10);
    expect(count()).toBe(1n);
    network.subnet.advanceTime(331_000_000_000n);
    send("mine", concat(ops.increase(0, 1), ops.reply()));
    network.subnet.executeUntilIdle(10);
    expect(count()).toBe(2n);
  }, 60_000);

  test.each([
    [299_999_999_999n, undefined],
    [300_000_000_000n, "timed out waiting to start executing."],
  ])("an ingress message may wait 5 minutes: %i ns", (nanos, end) => {
    const network = new TestNetwork();
    const a = network.universal();
    const sent = network.send(a, ops.reply());
    network.subnet.advanceTime(nanos);
    network.subnet.executeUntilIdle(10);
    const response = network.responseOf(sent);
    if (response === undefined) throw new Error("no response");
    if (end === undefined) expect(response.kind).toBe("reply");
    else expect(rejectText(response)).toBe(`IC0202 2 Ingress message ${sent} ${end}`);
  });
});

test("a canister that names its version in a management call must name the right one", () => {
  const network = new TestNetwork();
  const a = network.universal();
  const version = network.subnet.canister(a)?.canisterVersion ?? 0n;
  const call = (named: bigint) =>
    ops.call({
      callee: new Uint8Array(0),
      method: "update_settings",
      data: argumentShapes.update_settings.encode({
        canister_id: principalOnWire(a),
        settings: settingsArgument({ freezing_threshold: [1n] }),
        sender_canister_version: [named],
      }),
      onReply: ops.reply("done"),
      onReject: concat(ops.appendRejectMessage(), ops.reply()),
    });
  replied(network.updateSettings(a, { controllers: [[principalOnWire(a), principalOnWire(developer)]] }));
  const actual = version + 1n;
  expect(repliedText(network.update(a, call(actual + 1n)))).toBe(
    `IC0504: Management canister call payload includes sender canister version ${actual + 1n} that does not match the actual sender canister version ${actual}.`,
  );
  // The update and its callback have counted.
  expect(repliedText(network.update(a, call(actual + 2n)))).toBe("done");
});
