/** Who may call which method of the management canister, as update by users, between canisters, and as query. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { argumentShapes, principalOf, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightArguments } from "../../server/src/engine/management/insightShapes.ts";
import { snapshotArguments } from "../../server/src/engine/management/snapshotShapes.ts";
import { SubnetNetwork } from "../../server/src/engine/subnetNetwork.ts";
import {
  callRejection,
  developer,
  embedder,
  rejectText,
  replied,
  repliedText,
  settingsArgument,
  TestNetwork,
  TestSubnets,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

const admin = user(50);
const stranger = user(51);
const nothing = new Uint8Array(0);

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

/** The same for a user, whose call is not even taken. */
const onlyControllers = (id: Principal, method: string) =>
  `IC0512 5 Only controllers of canister ${id.text} can call ic00 method ${method}`;

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
        const { network, id, argument } = prepared();
        const text = callRejection(network.management(method, argument, caller));
        if (allowed) expect(text).toBeUndefined();
        else if (denial === controllers && !may.includes("A")) expect(text).toBe(onlyControllers(id, method));
        else expect(text).toContain(denial);
      });

    if (callers === "canisters")
      test("not by users", () => {
        const { network, argument } = prepared();
        expect(rejectText(network.management(method, argument))).toBe(
          method === "canister_info" || method === "canister_metrics"
            ? `IC0406 4 Only canisters can call ic00 method ${method}`
            : `IC0406 4 ic00 method ${method} can not be called via ingress messages`,
        );
      });

    test("another canister", () => {
      const { network, argument } = prepared();
      const text = callRejection(network.callManagement(network.universal(), method, argument, 10n ** 12n));
      if (everybody) expect(text).toBeUndefined();
      else expect(text).toContain(denial);
    });

    test("a canister that is a controller", () => {
      const { network, id, argument } = prepared();
      const caller = network.universal();
      replied(network.updateSettings(id, { controllers: [[caller, developer].map(principalOnWire)] }));
      expect(callRejection(network.callManagement(caller, method, argument, 10n ** 12n))).toBeUndefined();
    });

    if (may.includes("S"))
      test("the canister itself", () => {
        const { network, id, argument } = prepared();
        expect(callRejection(network.callManagement(id, method, argument))).toBeUndefined();
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
    expect(rejectText(plain.manage("start_canister", b, admin))).toBe(onlyControllers(b, "start_canister"));
  });
});

test("a subnet has the admins that it is made with, also after the way to the disk", () => {
  const network = new TestSubnets({ subnets: [{ kind: "cloudEngine", subnetAdmins: [admin] }, "application"] });
  const ids = [0, 1].map((place) => network.create({ on: network.id(place) }));
  const options = { embedder, seed: new Uint8Array(0), timeNanos: 0n };
  const restored = new TestSubnets(SubnetNetwork.restore(options, network.subnet.state("full")));
  for (const it of [network, restored]) {
    expect(ids.map((id) => it.manage("stop_canister", id, admin).kind)).toEqual(["reply", "reject"]);
  }
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
      expect(callRejection(direct)).toBeUndefined();
      const onReply = concat(ops.appendArgument(), ops.reply());
      const script = ops.call({ callee: nothing, method, data: argument, onReply });
      expect(replied(network.query(caller, script, "composite"))).toEqual(replied(direct));
    },
  );

  test.each(["start_canister", "list_canister_snapshots", "canister_metadata", "raw_rand"])(
    "%s is none, which composite queries learn without an error code",
    (method) => {
      const network = new TestNetwork();
      const onReject = concat(ops.appendRejectMessage(), ops.reply());
      const script = ops.call({ callee: nothing, method, data: canister(network.create()), onReject });
      expect(repliedText(network.query(network.universal(), script, "composite"))).toBe(
        `Query method ${method} not found.`,
      );
      expect(rejectText(query(network, method, canister(network.create())))).toBe(
        `IC0536 5 Query method ${method} not found.`,
      );
    },
  );

  test("composite queries learn nothing of methods that nobody knows", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const script = ops.call({ callee: nothing, method: "nothing", data: nothing, onReject: ops.reply("rejected") });
    expect(rejectText(network.query(a, script, "composite"))).toBe(
      `IC0506 5 Canister ${a.text} did not produce a response`,
    );
    expect(rejectText(query(network, "nothing", nothing))).toBe("IC0536 5 Query method nothing not found.");
  });

  test("of canisters that are not there", () => {
    const network = new TestNetwork();
    const gone = user(1);
    for (const method of ["canister_status", "canister_info", "canister_metrics", "fetch_canister_logs"]) {
      const argument = aboutCanister[method]?.(gone, network) ?? nothing;
      expect(rejectText(query(network, method, argument))).toBe(`IC0301 3 Canister ${gone.text} not found`);
      const called = callRejection(network.callManagement(network.universal(), method, argument));
      expect(called).toBe(`IC0301: Canister ${gone.text} not found${method === "fetch_canister_logs" ? "" : "."}`);
      expect(rejectText(query(network, method, Uint8Array.of(1, 2)))).toContain("IC0408 4 Error decoding candid");
    }
  });
});

describe("methods that cannot be called", () => {
  test("unknown ones, and those that need Bitcoin", () => {
    const network = new TestNetwork();
    expect(rejectText(network.management("no_such_method", nothing))).toBe(
      "IC0536 5 ic00 interface does not expose method no_such_method",
    );
    const unknown = callRejection(network.callManagement(network.universal(), "no_such_method", nothing));
    expect(unknown).toBe(
      'Unable to route management canister request no_such_method: MethodNotFound("no_such_method")',
    );
    expect(rejectText(network.management("bitcoin_get_balance", nothing))).toBe(
      "IC0406 4 ic00 method bitcoin_get_balance can not be called via ingress messages",
    );
    const text = callRejection(network.callManagement(network.universal(), "bitcoin_get_balance", nothing));
    expect(text).toContain("IC0536: Management canister method 'bitcoin_get_balance' needs a connection to Bitcoin");
  });

  test.each(Object.keys(aboutCanister).filter((it) => rows.find((row) => row[0] === it)?.[3] === undefined))(
    "%s with an argument that is none",
    (method) => {
      if (method === "canister_metadata") return;
      const network = new TestNetwork();
      expect(rejectText(network.management(method, Uint8Array.of(1, 2, 3)))).toContain(
        `IC0408 4 Failed to parse payload for ic00 method ${method}: IC0408: Error decoding candid`,
      );
      const text = callRejection(network.callManagement(network.universal(), method, Uint8Array.of(1, 2, 3)));
      expect(text).toContain(
        `Unable to route management canister request ${method}: UserError(UserError { code: InvalidManagementPayload, description: "Error decoding candid: `,
      );
    },
  );

  test.each(["raw_rand", "subnet_info", "node_metrics_history", "list_canisters", "create_canister", "http_request"])(
    "%s by a user",
    (method) => {
      expect(rejectText(new TestNetwork().management(method, nothing))).toBe(
        `IC0406 4 ic00 method ${method} can not be called via ingress messages`,
      );
    },
  );
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
  expect(callRejection(network.callManagement(governance, "uninstall_code", uninstall))).toContain(controllers);
  expect(callRejection(network.callManagement(real, "stop_canister", canister(a)))).toContain(controllers);
  expect(callRejection(network.callManagement(real, "uninstall_code", uninstall))).toBeUndefined();
  expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
});
