/** Several subnets in one network: ids, routes, streams between them, cycles on their way, state on disk. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { Fees } from "../../server/src/engine/cycles/fees.ts";
import { argumentShapes, principalOf, principalOnWire, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightArguments, insightResults } from "../../server/src/engine/management/insightShapes.ts";
import { SubnetNetwork } from "../../server/src/engine/subnetNetwork.ts";
import {
  developer,
  embedder,
  plenty,
  rejectText,
  replied,
  repliedNumber,
  repliedText,
  TestNetwork,
  TestSubnets,
  universal,
} from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const twoApplications = ["application", "application"] as const;

/** A canister on each of two application subnets. */
function neighbours(options: Partial<Parameters<typeof SubnetNetwork.create>[0]> = {}) {
  const network = new TestSubnets({ subnets: twoApplications, ...options });
  const a = network.universal();
  const b = network.universal({ on: network.id(1) });
  return { network, a, b };
}

const rejection = concat(ops.rejectCode(), ops.appendAcc(), ops.appendRejectMessage(), ops.reply());

/** The reject that a canister sees: its code, then its message. */
function seenReject(data: Uint8Array): { readonly code: number; readonly message: string } {
  return { code: data[0] ?? 0, message: new TextDecoder().decode(data.subarray(8)) };
}

describe("ids", () => {
  test("new canisters get ids from the top downwards, a range for each subnet; the first as in a network of one", () => {
    const network = new TestSubnets({ subnets: ["application", "fiduciary", "nns"] });
    expect(network.create().text).toBe("lxzze-o7777-77777-aaaaa-cai");
    const [, onFiduciary, onNns] = [0, 1, 2].map((place) => network.create({ on: network.id(place) }));
    expect(onFiduciary?.bytes.slice(0, 8)).toEqual(Uint8Array.of(255, 255, 255, 255, 255, 208, 0, 0));
    expect(onNns?.bytes.slice(0, 8)).toEqual(Uint8Array.of(255, 255, 255, 255, 255, 192, 0, 0));
    expect(network.subnet.canisters()).toHaveLength(4);
    expect(network.subnet.subnetOf(onNns!)?.text).toBe(network.id(2).text);
  });

  test("a specified id belongs to the subnet that has it on the mainnet", () => {
    const network = new TestSubnets({ subnets: ["application", "fiduciary", "nns"] });
    const ledger = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    const evmRpc = Principal.fromText("7hfb6-caaaa-aaaar-qadga-cai")!;
    expect(network.create({ id: ledger }).text).toBe(ledger.text);
    expect(network.create({ id: evmRpc }).text).toBe(evmRpc.text);
    expect(network.subnet.subnetOf(ledger)?.text).toBe(network.id(2).text);
    expect(network.subnet.subnetOf(evmRpc)?.text).toBe(network.id(1).text);
  });

  test("an id that no subnet has is refused with 405, one beside the end of a range too", () => {
    const network = new TestSubnets({ subnets: ["application", "nns"] });
    const create = (id: string) =>
      network.management(
        "provisional_create_canister_with_cycles",
        argumentShapes.provisional_create_canister_with_cycles.encode({
          amount: [],
          settings: [],
          specified_id: [principalOnWire(Principal.fromText(id)!)],
          sender_canister_version: [],
        }),
      );
    const outside = "mf7xa-laaaa-aaaar-qaaaa-cai";
    expect(rejectText(create(outside))).toBe(
      `IC0405 4 Unsuccessful validation of specified ID: Specified CanisterId ${outside} is not hosted by subnet ${network.id(0).text}.\nThis is an internal error on the IC. Please report it to IC devs on the forum: https://forum.dfinity.org`,
    );
    // The NNS has the ids up to 6, then from 8 on; 7 is Internet Identity's.
    expect(create("renrk-eyaaa-aaaaa-aaada-cai").kind).toBe("reply");
    expect(rejectText(create("rdmx6-jaaaa-aaaaa-aaadq-cai"))).toMatch(/^IC0405/);
  });

  test("in a network of one subnet a canister can have any id", () => {
    const network = new TestSubnets({});
    const ledger = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    expect(network.create({ id: ledger }).text).toBe(ledger.text);
    expect(network.subnet.subnets()[0]?.canisterRanges).toEqual([]);
  });

  test("an effective id that names no subnet is refused with 404", () => {
    const network = new TestSubnets({ subnets: twoApplications });
    const nowhere = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    const submission = network.subnet.submitIngress({
      caller: developer,
      canisterId: Principal.management,
      method: "provisional_create_canister_with_cycles",
      argument: new Uint8Array([68, 73, 68, 76, 1, 108, 0, 1, 0]),
      effectiveId: nowhere,
    });
    expect(submission).toMatchObject({ kind: "refused", reject: { errorCode: 404 } });
  });
});

describe("kinds", () => {
  test("nobody pays on a system subnet, and everybody by its size on the others", () => {
    const network = new TestSubnets({ subnets: ["application", "fiduciary", "system"] });
    const ids = [0, 1, 2].map((place) => network.universal({ on: network.id(place) }));
    const costs = ids.map((id) => {
      const before = network.cycles(id);
      replied(network.update(id, ops.reply()));
      return before - network.cycles(id);
    });
    expect(network.subnet.subnets().map((it) => it.subnetSize)).toEqual([13, 34, 13]);
    expect(costs[2]).toBe(0n);
    expect((costs[1]! * 13n) / costs[0]!).toBe(33n);
  });

  test("a free subnet costs nothing, a system subnet only signatures; both are kept with the state", () => {
    const network = new TestSubnets({ subnets: [{ kind: "application", costSchedule: "free" }, "system"] });
    const ids = [0, 1].map((place) => network.universal({ on: network.id(place) }));
    const options = { embedder, seed: new Uint8Array(0), timeNanos: 0n };
    const restored = new TestSubnets(SubnetNetwork.restore(options, network.subnet.state("full")));
    for (const id of ids) {
      const before = restored.cycles(id);
      replied(restored.update(id, ops.reply()));
      expect(restored.cycles(id)).toBe(before);
    }
    expect(restored.subnet.subnets().map((it) => it.costSchedule)).toEqual(["free", "system"]);
    expect(new Fees(34, "system").signature()).toBe(26_153_846_153n);
    expect(new Fees(34, "free").signature()).toBe(0n);
  });

  test("for benchmarks a message may use 99,999,999,999,999 instructions, which are paid in advance", () => {
    const network = new TestSubnets({ subnets: [{ kind: "application", instructions: "benchmarking" }] });
    const id = network.create({ cycles: 10n ** 18n });
    replied(network.install(id, universal()));
    replied(network.update(id, ops.reply()));
    const poor = network.create({ cycles: 99_000_000_000_000n });
    expect(rejectText(network.install(poor, universal()))).toMatch(/^IC0207/);
  });

  test("a message on a system subnet may use 50 billion instructions", () => {
    const limits: bigint[] = [];
    const watch = {
      slicePassed: (_: bigint, limit: bigint) => {
        limits.push(limit);
        return "cancel" as const;
      },
    };
    const network = new TestSubnets({ subnets: ["system"], watch });
    expect(network.update(network.universal(), ops.loopForever()).kind).toBe("reject");
    expect(limits).toEqual([50_000_000_000n]);
  });

  test("an ingress message has at most 2 MiB, on the NNS 3.5 MiB", () => {
    const network = new TestSubnets({ subnets: ["application", "nns"] });
    const [a, b] = [network.universal(), network.universal({ on: network.id(1) })];
    const largest = 3.5 * 1024 * 1024;
    const argument = new Uint8Array(largest + 1);
    argument.set(ops.reply("large"));
    const submit = (canisterId: Principal, bytes: number) =>
      network.subnet.submitIngress({
        caller: developer,
        canisterId,
        method: "query",
        argument: argument.subarray(0, bytes),
      }).kind;
    expect(submit(b, largest)).toBe("accepted");
    expect(submit(b, largest + 1)).toBe("refused");
    expect(submit(a, 2 * 1024 * 1024)).toBe("accepted");
    expect(submit(a, 2 * 1024 * 1024 + 1)).toBe("refused");
  });
});

describe("calls", () => {
  test("a call to another subnet takes two rounds there and two back", () => {
    const { network, a, b } = neighbours();
    const call = ops.call({ callee: b.bytes, data: ops.reply("there"), onReply: ops.reply("back") });
    const first = network.subnet.round;
    const id = network.send(a, call);
    expect(network.subnet.awaitIngress(id, 100)).toMatchObject({ kind: "done" });
    expect(repliedText(network.responseOf(id)!)).toBe("back");
    const rounds = network.subnet
      .takeTrace()
      .filter((it) => it.kind === "executed")
      .map((it) => [it.round - first, it.subnetId === network.id(0).text ? "a" : "b"]);
    expect(rounds).toEqual([
      [1, "a"],
      [3, "b"],
      [5, "a"],
    ]);
  });

  test("latency is configurable: one round each way", () => {
    const { network, a, b } = neighbours({ pace: { latencyRounds: 1, bytesPerRound: 1_000_000 } });
    const id = network.send(a, ops.call({ callee: b.bytes, data: ops.reply(), onReply: ops.reply() }));
    const first = network.subnet.round;
    network.subnet.awaitIngress(id, 100);
    expect(network.subnet.round - first).toBe(3);
  });

  test("messages from one canister to another arrive in the order in which they were sent, however few bytes cross", () => {
    const { network, a, b } = neighbours({ pace: { latencyRounds: 1, bytesPerRound: 500 } });
    const push = (mark: string) =>
      ops.call({ callee: b.bytes, data: concat(ops.print(mark), ops.append("x".repeat(300)), ops.reply()) });
    const marks = ["1", "2", "3", "4", "5"];
    replied(network.update(a, concat(...marks.map(push), ops.reply())));
    network.subnet.executeUntilIdle(100);
    const printed = network.subnet.logs(b).map((it) => it.content);
    expect(printed).toEqual(marks);
    const rounds = network.subnet.takeTrace().flatMap((it) => (it.kind === "log" ? it.round : []));
    // A block takes at least one message, and not two of them.
    expect(new Set(rounds).size).toBe(marks.length);
  });

  test("attached cycles cross, what is not accepted comes back, and the sender pays its own subnet's fees", () => {
    const { network, a, b } = neighbours();
    const before = network.cycles(b);
    const call = ops.call({
      callee: b.bytes,
      data: concat(ops.accept(600_000_000n), ops.reply()),
      cycles: 1_000_000_000n,
      onReply: concat(ops.cyclesRefunded(), ops.replyAcc()),
    });
    expect(repliedNumber(network.update(a, call))).toBe(400_000_000n);
    expect(network.cycles(b)).toBeGreaterThan(before + 500_000_000n);
  });

  test("2 MiB cross, one byte more does not: the caller gets the network's words", () => {
    const network = new TestSubnets({ subnets: ["application", "nns"] });
    const onNns = network.universal({ on: network.id(1) });
    const elsewhere = network.universal();
    const neighbour = network.universal({ on: network.id(1) });
    const limit = 2 * 1024 * 1024;
    const call = (callee: Principal, bytes: number) => {
      const data = new Uint8Array(bytes - "nothing".length);
      const script = ops.call({ callee: callee.bytes, method: "nothing", data, onReject: rejection });
      return seenReject(replied(network.update(onNns, script)));
    };
    expect(call(elsewhere, limit).message).toContain("has no update method 'nothing'");
    expect(call(neighbour, limit + 1).message).toContain("has no update method 'nothing'");
    expect(call(elsewhere, limit + 1)).toEqual({
      code: 5,
      message: `Canister ${onNns.text} violated contract: attempted to send a message of size ${limit + 1} exceeding the limit ${limit}`,
    });
  });

  test("there is no route to an id that no subnet has; one that a subnet could have is not found", () => {
    const { network, a, b } = neighbours();
    const ask = (callee: Principal) =>
      seenReject(replied(network.update(a, ops.call({ callee: callee.bytes, onReject: rejection }))));
    const ledger = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    expect(ask(ledger)).toEqual({ code: 3, message: `No route to canister ${ledger.text}` });
    const next = Principal.ofBytes(b.bytes.map((it, index) => (index === 7 ? 9 : it)));
    expect(ask(next)).toEqual({ code: 3, message: `Canister ${next.text} not found` });
  });

  test("a network of one subnet has no route to canisters of the mainnet either", () => {
    const network = new TestSubnets({});
    const a = network.universal();
    const ledger = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    const call = ops.call({ callee: ledger.bytes, onReject: rejection });
    expect(seenReject(replied(network.update(a, call))).message).toBe(`No route to canister ${ledger.text}`);
  });

  test("a composite query reaches canisters of its own subnet only", () => {
    const { network, a, b } = neighbours();
    const near = network.universal();
    const ask = (callee: Principal) =>
      network.query(
        a,
        ops.call({
          callee: callee.bytes,
          method: "query",
          data: ops.reply(),
          onReply: ops.reply("near"),
          onReject: rejection,
        }),
        "composite",
      );
    expect(repliedText(ask(near))).toBe("near");
    expect(seenReject(replied(ask(b)))).toMatchObject({ code: 3 });
  });
});

describe("the management canister", () => {
  test("a controller installs and manages a canister of another subnet", () => {
    const network = new TestSubnets({ subnets: twoApplications });
    const a = network.universal();
    const b = network.create({ on: network.id(1), settings: { controllers: [[a, developer].map(principalOnWire)] } });
    const manage = (method: string, data: Uint8Array) =>
      network.update(
        a,
        ops.call({
          callee: new Uint8Array(0),
          method,
          data,
          onReply: concat(ops.appendArgument(), ops.reply()),
          onReject: rejection,
        }),
      );
    replied(
      manage(
        "install_code",
        argumentShapes.install_code.encode({
          mode: { install: null },
          canister_id: principalOnWire(b),
          wasm_module: universal(),
          arg: new Uint8Array(0),
          sender_canister_version: [],
        }),
      ),
    );
    expect(network.subnet.canister(b)?.moduleHash).toBeDefined();
    expect(repliedText(network.update(b, ops.reply("installed")))).toBe("installed");
    const lost = Principal.fromText("ryjl3-tyaaa-aaaaa-aaaba-cai")!;
    const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(lost) });
    expect(seenReject(replied(manage("canister_status", argument))).message).toMatch(
      /^Unable to route management canister request canister_status: SubnetNotFound/,
    );
  });

  test("a question about a subnet reaches that subnet; there is no route to one that the network does not have", () => {
    const { network, a } = neighbours();
    const ask = (subnet: Principal) => {
      const data = insightArguments.subnet_info.encode({ subnet_id: principalOnWire(subnet) });
      const call = { callee: new Uint8Array(0), method: "subnet_info", data, onReject: rejection };
      return replied(network.update(a, ops.call({ ...call, onReply: concat(ops.appendArgument(), ops.reply()) })));
    };
    for (const place of [0, 1]) {
      expect(insightResults.subnet_info.decode(ask(network.id(place)))?.replica_version).toContain(
        "canister-workbench",
      );
    }
    const nowhere = Principal.ofBytes(new Uint8Array(29).fill(7));
    expect(seenReject(ask(nowhere))).toEqual({ code: 3, message: `No route to canister ${nowhere.text}` });
  });

  test("create_canister creates on the caller's subnet; elsewhere only for canisters of the NNS", () => {
    const network = new TestSubnets({ subnets: ["application", "application", "nns"] });
    const create = (from: Principal, callee: Principal) => {
      const data = argumentShapes.create_canister.encode({ settings: [], sender_canister_version: [] });
      const onReply = concat(ops.appendArgument(), ops.reply());
      const call = { callee: callee.bytes, method: "create_canister", data, cycles: 2_000_000_000_000n };
      return replied(network.update(from, ops.call({ ...call, onReply, onReject: rejection })));
    };
    const subnetOfNew = (data: Uint8Array) => {
      const id = resultShapes.canister.decode(data);
      return id === undefined ? "none" : network.subnet.subnetOf(principalOf(id.canister_id))?.text;
    };
    const [a, onNns] = [network.universal({ on: network.id(1) }), network.universal({ on: network.id(2) })];
    expect(subnetOfNew(create(a, Principal.management))).toBe(network.id(1).text);
    expect(subnetOfNew(create(a, network.id(1)))).toBe(network.id(1).text);
    expect(subnetOfNew(create(onNns, network.id(0)))).toBe(network.id(0).text);
    expect(seenReject(create(a, network.id(0)))).toEqual({
      code: 5,
      message: `IC0504: Incorrect sender subnet id: ${network.id(1).text}. Sender should be on the same subnet or on the NNS subnet.`,
    });
  });
});

describe("time", () => {
  test("subnets have the same time and round, also after one of them was busy for several rounds", () => {
    const { network, a } = neighbours();
    replied(network.update(a, concat(ops.spin(450_000_000n), ops.reply())));
    const [first, second] = network.subnet.subnets();
    expect(first?.subnetId.text).not.toBe(second?.subnetId.text);
    const before = network.subnet.timeNanos;
    network.subnet.advanceTime(5_000_000_000n);
    expect(network.subnet.timeNanos).toBe(before + 5_000_000_000n);
    const b = network.universal({ on: network.id(1) });
    const seen = [a, b].map((id) => repliedNumber(network.query(id, concat(ops.time(), ops.replyAcc()))));
    expect(seen[0]).toBe(seen[1]);
  });

  test("a bounded wait ends at its deadline while the request is on its way, and the cycles are lost", () => {
    const { network, a, b } = neighbours({ pace: { latencyRounds: 5, bytesPerRound: 1_000_000 } });
    const call = ops.call({ callee: b.bytes, timeoutSeconds: 10, cycles: 7n, onReject: rejection });
    const id = network.send(a, call);
    network.subnet.executeRound();
    network.subnet.advanceTime(11_000_000_000n);
    network.subnet.executeUntilIdle(100);
    expect(seenReject(replied(network.responseOf(id)!))).toEqual({ code: 6, message: "Call deadline has expired." });
    const dropped = network.subnet.takeTrace().filter((it) => it.kind === "requestDropped");
    expect(dropped).toMatchObject([
      { canisterId: b.text, caller: a.text, cyclesLost: 7n, subnetId: network.id(1).text },
    ]);
  });

  test("a response that crosses after the deadline is dropped, with the cycles that it brings back", () => {
    const { network, a, b } = neighbours({ pace: { latencyRounds: 3, bytesPerRound: 1_000_000 } });
    const call = ops.call({
      callee: b.bytes,
      data: ops.reply(),
      timeoutSeconds: 10,
      cycles: 9n,
      onReply: ops.reply("late"),
      onReject: rejection,
    });
    const id = network.send(a, call);
    for (let round = 0; round < 4; round++) network.subnet.executeRound();
    network.subnet.advanceTime(11_000_000_000n);
    network.subnet.executeUntilIdle(100);
    expect(seenReject(replied(network.responseOf(id)!)).code).toBe(6);
    const dropped = network.subnet.takeTrace().filter((it) => it.kind === "responseDropped");
    expect(dropped).toMatchObject([{ canisterId: a.text, cyclesLost: 9n }]);
  });
});

describe("streams", () => {
  test("more calls than a stream to a system subnet has room for wait with their sender, and all arrive", () => {
    const network = new TestSubnets({
      subnets: ["application", "system"],
      pace: { latencyRounds: 1, bytesPerRound: 20_000 },
    });
    const b = network.universal({ on: network.id(1) });
    const call = (data: Script) => ops.call({ callee: b.bytes, data, onReply: ops.increase(0, 1) });
    const many = concat(...Array.from({ length: 150 }, () => call(ops.reply())), ops.reply());
    const senders = [network.universal(), network.universal()];
    for (const id of senders) network.send(id, many);
    network.subnet.executeUntilIdle(500);
    for (const id of senders) {
      expect(repliedNumber(network.query(id, concat(ops.load(0), ops.replyAcc())))).toBe(150n);
    }
  });

  test("a request that has waited five minutes for room comes back", () => {
    const network = new TestSubnets({
      subnets: ["application", "system"],
      pace: { latencyRounds: 1, bytesPerRound: 1 },
    });
    const b = network.universal({ on: network.id(1) });
    const call = ops.call({ callee: b.bytes, data: ops.reply(), cycles: 5n, onReject: ops.increase(0, 1) });
    const a = network.universal();
    network.send(a, concat(...Array.from({ length: 210 }, () => call), ops.reply()));
    network.subnet.executeRound();
    network.subnet.advanceTime(301_000_000_000n);
    network.subnet.executeUntilIdle(1_000);
    expect(repliedNumber(network.query(a, concat(ops.load(0), ops.replyAcc())))).toBe(10n);
  });
});

describe("determinism and state", () => {
  const script = ({ network, a, b }: ReturnType<typeof neighbours>) => {
    const back = ops.call({ callee: a.bytes, data: ops.reply(), onReply: ops.reply("both") });
    network.send(a, ops.call({ callee: b.bytes, data: back, cycles: 1_000n, onReply: ops.reply("all") }));
    network.send(b, ops.call({ callee: a.bytes, data: ops.trap("no"), onReject: ops.reply("trapped") }));
  };

  test("the same seed and inputs give the same trace, byte for byte", () => {
    const traces = [1, 2].map(() => {
      const surroundings = neighbours();
      script(surroundings);
      surroundings.network.subnet.executeUntilIdle(100);
      return JSON.stringify(surroundings.network.subnet.takeTrace(), (_, value) =>
        typeof value === "bigint" ? `${value}n` : value,
      );
    });
    expect(traces[0]).toBe(traces[1]);
    expect(traces[0]).toContain("trapped");
  });

  test("a network saved while messages are on their way goes on as if nothing had been", () => {
    const run = (saves: boolean) => {
      const surroundings = neighbours();
      script(surroundings);
      let { subnet } = surroundings.network;
      for (let round = 0; round < 12; round++) {
        subnet.executeRound();
        if (!saves) continue;
        const options = { embedder, seed: new Uint8Array(0), timeNanos: 0n, tracing: true };
        subnet = SubnetNetwork.restore(options, subnet.state("full"));
      }
      const { a, b } = surroundings;
      return { round: subnet.round, idle: subnet.isIdle(), cycles: [a, b].map((id) => subnet.canister(id)?.cycles) };
    };
    expect(run(true)).toEqual(run(false));
    expect(run(false).idle).toBe(true);
  });

  test("the state of a single subnet opens as a network, and a network of one is written as a single subnet", () => {
    const single = new TestNetwork();
    const a = single.universal();
    replied(single.update(a, concat(ops.set(0, 5), ops.reply())));
    const options = { embedder, seed: new Uint8Array(0), timeNanos: 0n };
    const network = SubnetNetwork.restore(options, single.subnet.state("full"));
    expect(network.canister(a)?.cycles).toBe(single.cycles(a));
    expect(network.subnets()).toMatchObject([{ kind: "application", subnetSize: 13, canisters: 1 }]);
    const again = SubnetNetwork.restore(options, network.state("full"));
    expect(again.canister(a)?.moduleHash).toEqual(network.canister(a)?.moduleHash);
    const opened = new TestSubnets(again);
    expect(repliedNumber(opened.query(a, concat(ops.load(0), ops.replyAcc())))).toBe(5n);
    expect(opened.cycles(a)).toBeLessThan(plenty);
  });
});
