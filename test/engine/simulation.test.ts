/**
 * Random canisters, calls, traps, upgrades, snapshots, stops, uninstalls, deadlines, queries and time, from a seed. Each
 * seed runs twice, once with every execution held against a plain copy of the canister, and must give the same trace,
 * byte for byte. After a run: counters in heap and stable memory are what the trace says was committed; each call got
 * exactly one response; nothing is left open. That cycles are conserved is asserted by the engine after every round.
 * `SIMULATION_SEED=n` runs one seed alone, `SIMULATION_SEEDS` and `SIMULATION_STEPS` more of them.
 */
import { expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import type { Embedder } from "../../server/src/engine/embedder/contract.ts";
import { argumentShapes, type InstallModeArgument, principalOnWire } from "../../server/src/engine/management/idl.ts";
import { snapshotArguments } from "../../server/src/engine/management/snapshotShapes.ts";
import type { TraceEvent } from "../../server/src/engine/trace.ts";
import { checkedEmbedder } from "../support/checkedEmbedder.ts";
import { Dice } from "../support/dice.ts";
import { developer, embedder, keepingHeap, repliedNumber, TestNetwork, TestSubnets } from "../support/engine.ts";
import { concat, noArguments, ops, type Script, utf8 } from "../support/universalCanister.ts";

const seeds =
  process.env["SIMULATION_SEED"] === undefined
    ? Array.from({ length: Number(process.env["SIMULATION_SEEDS"] ?? 12) }, (_, index) => index + 1)
    : [Number(process.env["SIMULATION_SEED"])];
const steps = Number(process.env["SIMULATION_STEPS"] ?? 70);
const second = 1_000_000_000n;
const none = new Uint8Array(0);

test.each(seeds)("seed %i", (seed) => {
  const comparisons = { undone: 0, repeated: 0, holds: 0 };
  const checked = new Simulation(seed, checkedEmbedder(embedder, comparisons));
  const plain = new Simulation(seed, embedder);
  for (const simulation of [checked, plain]) {
    for (let step = 0; step < steps; step++) simulation.step();
    simulation.finish();
  }
  expect(plain.traceText()).toBe(checked.traceText());
  expect(comparisons.repeated).toBeGreaterThan(steps / 3);
  expect(comparisons.undone).toBeGreaterThan(steps / 10);
});

test.each(seeds)("seed %i on three subnets", (seed) => {
  const pace = { latencyRounds: 1 + (seed % 3), bytesPerRound: seed % 2 === 0 ? 4_000 : 4_194_304 };
  const run = () => {
    const subnets = ["application", "fiduciary", "system"] as const;
    const network = new TestSubnets({ seed: Uint8Array.of(seed), subnets, pace });
    const simulation = new Simulation(seed, embedder, network);
    for (let step = 0; step < steps; step++) simulation.step();
    simulation.finish();
    return simulation.traceText();
  };
  const trace = run();
  if (seed % 4 === 0) expect(run()).toBe(trace);
});

/** How an installation treats the memories. */
type Order = "keep" | "replace" | "fresh";

class Simulation {
  private readonly dice: Dice;
  private readonly network: TestNetwork | TestSubnets;
  private readonly canisters: Principal[] = [];
  private readonly sent: string[] = [];
  private readonly events: TraceEvent[] = [];
  /** Installations in the order in which their events will come, by canister. */
  private readonly orders = new Map<string, Order[]>();
  /** Numbers of the snapshots that will be loaded, in the order of their events, by canister. */
  private readonly loads = new Map<string, number[]>();
  private variant = 0;

  constructor(seed: number, embedder: Embedder, subnets?: TestSubnets) {
    this.dice = new Dice(seed);
    this.network = subnets ?? new TestNetwork({ seed: Uint8Array.of(seed), embedder });
    for (let index = 0; index < 3; index++) {
      const id = this.network.create(subnets === undefined ? {} : { on: subnets.id(index) });
      this.canisters.push(id);
      this.install(id, { install: null }, "fresh", ops.stableGrow(1));
    }
  }

  step(): void {
    const id = this.any();
    const action = this.dice.roll(43);
    if (action < 18) this.submit(id);
    else if (action < 23) this.network.subnet.executeRound();
    else if (action < 26) this.upgrade(id);
    else if (action === 26) this.sendManagement("stop_canister", id);
    else if (action === 27) this.sendManagement("uninstall_code", id);
    else if (action === 28) this.freeze(id);
    else if (action < 33) this.repair();
    else if (action < 36) this.passTime();
    else if (action < 40) this.query(id);
    else if (action < 42) this.takeSnapshot(id);
    else this.loadSnapshot(id);
    this.collect();
  }

  finish(): void {
    const { subnet } = this.network;
    for (const id of this.canisters) {
      this.network.updateSettings(id, { freezing_threshold: [0n] });
      this.sendManagement("start_canister", id);
    }
    subnet.executeUntilIdle(500);
    // Bounded waits end at the latest after five minutes.
    subnet.advanceTime(400n * second);
    subnet.executeUntilIdle(500);
    this.collect();
    expect(subnet.isIdle()).toBe(true);
    for (const id of this.sent) expect(this.network.responseOf(id), id).toBeDefined();
    this.checkResponses();
    for (const id of this.canisters) this.checkCounters(id);
    for (const id of this.canisters) expect(this.network.manage("stop_canister", id).kind).toBe("reply");
    this.collect();
  }

  /** Everything that happened. */
  traceText(): string {
    return this.events
      .map((event) =>
        JSON.stringify(event, (_key, value: unknown) =>
          typeof value === "bigint"
            ? `${value}n`
            : value instanceof Uint8Array
              ? Buffer.from(value).toString("hex")
              : value,
        ),
      )
      .join("\n");
  }

  private collect(): void {
    this.events.push(...this.network.subnet.takeTrace());
  }

  /** In the middle of calls, so that some waits end before their answers come. */
  private passTime(): void {
    this.submit(this.any());
    this.network.subnet.executeRound();
    this.network.subnet.advanceTime(BigInt(this.dice.roll(20)) * second);
  }

  private any(): Principal {
    return this.canisters[this.dice.roll(this.canisters.length)]!;
  }

  private send(canisterId: Principal, method: string, argument: Uint8Array): boolean {
    const submission = this.network.subnet.submitIngress({ caller: developer, canisterId, method, argument });
    if (submission.kind === "accepted") this.sent.push(submission.ingressId);
    return submission.kind === "accepted";
  }

  private submit(id: Principal): void {
    this.send(id, this.dice.chance(85) ? "update" : this.dice.chance(80) ? "query" : "composite", this.script(2));
  }

  /** Not awaited: a stop may have to wait for calls, and be cancelled by a start. */
  private sendManagement(method: string, id: Principal): void {
    this.send(Principal.management, method, argumentShapes.canister.encode({ canister_id: principalOnWire(id) }));
  }

  /** Also not awaited: other messages of the round come before and after. */
  private install(id: Principal, mode: InstallModeArgument, order: Order, argument: Script): void {
    this.variant++;
    const wasm = keepingHeap({ variant: this.variant % 3 });
    const accepted = this.send(
      Principal.management,
      "install_code",
      argumentShapes.install_code.encode({
        mode,
        canister_id: principalOnWire(id),
        wasm_module: wasm,
        arg: argument,
        sender_canister_version: [],
      }),
    );
    if (!accepted) return;
    const orders = this.orders.get(id.text) ?? [];
    this.orders.set(id.text, [...orders, order]);
  }

  private upgrade(id: Principal): void {
    const argument = concat(ops.set(64, 1), ops.memoryGrow(1), this.dice.chance(40) ? ops.trap("post_upgrade") : none);
    const skip: [] | [boolean] = this.dice.chance(30) ? [true] : [];
    if (this.dice.chance(60)) {
      this.install(
        id,
        { upgrade: [{ skip_pre_upgrade: skip, wasm_memory_persistence: [{ keep: null }] }] },
        "keep",
        argument,
      );
      return;
    }
    // A callback of the old code would find something else in a new heap: all calls end first.
    this.network.subnet.executeUntilIdle(100);
    this.install(
      id,
      { upgrade: [{ skip_pre_upgrade: skip, wasm_memory_persistence: [{ replace: null }] }] },
      "replace",
      argument,
    );
    this.network.subnet.executeUntilIdle(100);
  }

  /** Not awaited; the oldest one makes room. */
  private takeSnapshot(id: Principal): void {
    const kept = this.network.subnet.snapshots(id);
    const argument = snapshotArguments.take.encode({
      canister_id: principalOnWire(id),
      replace_snapshot: kept.length > 3 && kept[0] !== undefined ? [kept[0].id] : [],
      uninstall_code: [],
      sender_canister_version: [],
    });
    this.send(Principal.management, "take_canister_snapshot", argument);
  }

  /** As with an upgrade that replaces the heap, callbacks would find something else: all calls end first. */
  private loadSnapshot(id: Principal): void {
    this.network.subnet.executeUntilIdle(100);
    const kept = this.network.subnet.snapshots(id);
    const snapshot = kept[this.dice.roll(Math.max(1, kept.length))];
    // The timer goes on, and would run what the older heap has in the place of its task.
    const hasTimer = this.network.subnet.canister(id)?.globalTimerNanos !== 0n;
    if (snapshot === undefined || hasTimer) return;
    const argument = snapshotArguments.load.encode({
      canister_id: principalOnWire(id),
      snapshot_id: snapshot.id,
      sender_canister_version: [],
    });
    if (!this.send(Principal.management, "load_canister_snapshot", argument)) return;
    this.loads.set(id.text, [...(this.loads.get(id.text) ?? []), snapshot.id[7] ?? 0]);
    this.network.subnet.executeUntilIdle(100);
  }

  /** Whoever has no code gets some, whoever is stopped is started, all are thawed. */
  private repair(): void {
    for (const id of this.canisters) {
      const view = this.network.subnet.canister(id);
      if (view?.status !== "running") this.sendManagement("start_canister", id);
      if (view?.moduleHash === undefined) this.install(id, { install: null }, "fresh", ops.stableGrow(1));
      this.network.updateSettings(id, { freezing_threshold: [2_592_000n] });
    }
  }

  private freeze(id: Principal): void {
    this.network.updateSettings(id, { freezing_threshold: [10n ** 14n] });
  }

  private query(id: Principal): void {
    const isComposite = this.dice.chance(60);
    const script = isComposite ? this.compositeScript(2) : concat(counted, scribble, this.queryEnding());
    this.network.query(id, script, isComposite ? "composite" : "query");
  }

  /** Every execution first counts itself, in the heap and in stable memory; then it does anything. */
  private script(depth: number): Script {
    const parts = [counted];
    if (this.dice.chance(30)) parts.push(ops.spin(this.dice.roll(1000) + 1));
    if (this.dice.chance(20)) parts.push(ops.print("x".repeat(this.dice.roll(300))));
    if (this.dice.chance(10)) parts.push(ops.memoryGrow(1));
    if (this.dice.chance(10)) parts.push(ops.stableGrow(1));
    if (this.dice.chance(10)) parts.push(ops.certify(String(this.dice.roll(1000))));
    if (this.dice.chance(10)) parts.push(ops.burn(BigInt(this.dice.roll(1000))));
    if (this.dice.chance(15)) parts.push(this.timer(depth));
    if (this.dice.chance(10)) parts.push(ops.keep("preUpgrade", this.dice.chance(30) ? ops.trap("pre") : scribble));
    const calls = depth === 0 ? 0 : this.dice.roll(3);
    for (let index = 0; index < calls; index++) parts.push(this.call(depth));
    if (calls > 0 && this.dice.chance(10)) parts.push(ops.trap("after calls"));
    parts.push(this.ending());
    return concat(...parts);
  }

  /** A timer that counts, and may call. */
  private timer(depth: number): Script {
    const task = concat(counted, depth > 0 && this.dice.chance(40) ? this.call(1) : none);
    const due = this.network.subnet.timeNanos + BigInt(this.dice.roll(10)) * second;
    return concat(ops.keep("globalTimer", task), ops.setTimer(due));
  }

  private call(depth: number): Script {
    const missing = Uint8Array.of(7, 7, 1, 1);
    const random = this.dice.chance(25);
    const method = this.dice.chance(5) ? "nothing" : this.dice.chance(15) ? "query" : "update";
    const script = this.script(depth - 1);
    return ops.call({
      callee: random ? none : this.dice.chance(5) ? missing : this.any().bytes,
      method: random ? "raw_rand" : method,
      data: random ? noArguments : script,
      onReply: this.callbackScript(depth),
      onReject: this.callbackScript(depth),
      ...(this.dice.chance(50)
        ? { onCleanup: concat(counted, this.dice.chance(30) ? ops.trap("cleanup") : none) }
        : {}),
      // Now and then more than there is: then call_perform does nothing.
      ...(this.dice.chance(40) ? { cycles: this.dice.chance(5) ? 10n ** 15n : BigInt(this.dice.roll(1_000_000)) } : {}),
      ...(this.dice.chance(30) ? { timeoutSeconds: this.dice.roll(10) } : {}),
    });
  }

  private callbackScript(depth: number): Script {
    const again = depth > 1 && this.dice.chance(20) ? this.call(depth - 1) : none;
    return concat(counted, again, this.ending());
  }

  private compositeScript(depth: number): Script {
    const parts = [ops.increase(0, 1), scribble];
    const calls = depth === 0 ? 0 : this.dice.roll(3);
    for (let index = 0; index < calls; index++) {
      const callback = concat(ops.increase(0, 1), this.dice.chance(20) ? ops.memoryGrow(1) : none, this.queryEnding());
      const call = ops.call({
        callee: this.any().bytes,
        method: this.dice.chance(50) ? "composite" : "query",
        data: this.compositeScript(depth - 1),
        onReply: callback,
        onReject: callback,
        ...(this.dice.chance(50) ? { onCleanup: ops.increase(0, 1) } : {}),
      });
      parts.push(call);
    }
    if (calls === 0 || this.dice.chance(20)) parts.push(this.queryEnding());
    return concat(...parts);
  }

  private queryEnding(): Script {
    const ending = this.dice.roll(10);
    if (ending < 6) return ops.reply("done");
    if (ending === 6) return ops.reject("no");
    if (ending === 7) return ops.trap("end");
    if (ending === 8) return ops.unreachable();
    return none;
  }

  private ending(): Script {
    const ending = this.dice.roll(10);
    if (ending < 5) return concat(ops.accept(BigInt(this.dice.roll(1_000_000))), ops.reply("done"));
    if (ending === 5) return ops.reject("no");
    if (ending === 6) return ops.trap("end");
    if (ending === 7) return ops.unreachable();
    return none;
  }

  private checkResponses(): void {
    const count = (kind: TraceEvent["kind"], more: (it: TraceEvent) => boolean = () => true) =>
      this.events.filter((it) => it.kind === kind && more(it)).length;
    const toCanisters = count("responded", (it) => it.kind === "responded" && it.to !== "ingress");
    const neverExecuted = count("expired", (it) => it.kind === "expired" && it.requestDropped);
    expect(toCanisters + neverExecuted + count("requestDropped")).toBe(count("requestSent"));
    const toUsers = new Map<string, number>();
    for (const it of this.events) {
      if (it.kind !== "responded" || it.to !== "ingress" || it.root.kind !== "ingress") continue;
      toUsers.set(it.root.ingressId, (toUsers.get(it.root.ingressId) ?? 0) + 1);
    }
    for (const id of this.sent) expect(toUsers.get(id), id).toBe(1);
  }

  private checkCounters(id: Principal): void {
    let heap = 0n;
    let stable = 0n;
    const orders = [...(this.orders.get(id.text) ?? [])];
    const loads = [...(this.loads.get(id.text) ?? [])];
    const kept: { readonly heap: bigint; readonly stable: bigint }[] = [];
    for (const it of this.events) {
      if (it.kind === "management" && it.canisterId === id.text) {
        const order = it.method === "install_code" ? orders.shift() : it.method === "uninstall_code" ? "fresh" : "keep";
        const loaded = it.method === "load_canister_snapshot" ? loads.shift() : undefined;
        if (it.reject !== undefined) continue;
        if (it.method === "take_canister_snapshot") kept.push({ heap, stable });
        const state = loaded === undefined ? undefined : kept[loaded];
        if (state !== undefined) ({ heap, stable } = state);
        if (order !== "keep") heap = 0n;
        if (order === "fresh") stable = 0n;
      }
      if (it.kind !== "executed" || it.canisterId !== id.text || !it.committed || !countedModes.has(it.mode)) continue;
      heap++;
      stable++;
    }
    expect(orders).toEqual([]);
    expect(loads).toEqual([]);
    if (this.network.subnet.canister(id)?.moduleHash === undefined) return;
    const read = (script: Script) => repliedNumber(this.network.query(id, script));
    expect(read(concat(ops.load(0), ops.replyAcc()))).toBe(heap);
    expect(read(concat(ops.appendStable(0, 8), ops.reply()))).toBe(stable);
  }
}

const countedModes: ReadonlySet<string> = new Set([
  "update",
  "replyCallback",
  "rejectCallback",
  "cleanup",
  "globalTimer",
]);

/** One more execution: a heap cell, and a cell in stable memory. */
const counted = concat(ops.increase(0, 1), ops.increaseStable(0));

/** Writes that count nothing. */
const scribble = concat(ops.increase(72, 3), ops.stableWrite(4_000, utf8("across the end of a page ".repeat(10))));
