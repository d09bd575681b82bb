/**
 * Random canisters, calls, traps, upgrades, stops and time, from a seed. After each run: rollback (a counter in the heap
 * and one in stable memory against a plain count), exactly one response for each call, and nothing left open. That
 * cycles are conserved is asserted by the engine after every round. `SIMULATION_SEED=n` runs one seed alone.
 */
import { expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import type { TraceEvent } from "../../server/src/engine/trace.ts";
import { repliedNumber, TestNetwork, TestSubnets, universal } from "../support/engine.ts";
import { concat, ops, type Script } from "../support/universalCanister.ts";

const seeds =
  process.env["SIMULATION_SEED"] === undefined
    ? Array.from({ length: Number(process.env["SIMULATION_SEEDS"] ?? 12) }, (_, index) => index + 1)
    : [Number(process.env["SIMULATION_SEED"])];
const steps = Number(process.env["SIMULATION_STEPS"] ?? 60);

test.each(seeds)("seed %i", (seed) => {
  simulate(seed, new TestNetwork({ seed: Uint8Array.of(seed) }), [undefined]);
});

test.each(seeds)("seed %i on three subnets", (seed) => {
  const run = () => {
    const pace = { latencyRounds: 1 + (seed % 3), bytesPerRound: seed % 2 === 0 ? 4_000 : 4_194_304 };
    const subnets = ["application", "fiduciary", "system"] as const;
    const network = new TestSubnets({ seed: Uint8Array.of(seed), subnets, pace });
    return simulate(
      seed,
      network,
      [0, 1, 2].map((place) => network.id(place)),
    );
  };
  const trace = run();
  if (seed % 4 === 0) expect(run()).toBe(trace);
});

/** Runs a simulation and gives its trace as text. */
function simulate(
  seed: number,
  network: TestNetwork | TestSubnets,
  subnets: readonly (Principal | undefined)[],
): string {
  const simulation = new Simulation(seed, network, subnets);
  for (let step = 0; step < steps; step++) simulation.step();
  simulation.finish();
  return simulation.trace();
}

/** Numbers that depend on a seed alone. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 2654435761;
  }

  /** 0 to sides - 1. */
  roll(sides: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 2246822519) + 3266489917) | 0;
    return ((this.state ^ (this.state >>> 13)) >>> 0) % sides;
  }

  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }
}

class Simulation {
  private readonly dice: Dice;
  private readonly network: TestNetwork | TestSubnets;
  private readonly canisters: Principal[] = [];
  private readonly sent: string[] = [];
  private readonly events: TraceEvent[] = [];
  private variant = 0;

  constructor(seed: number, network: TestNetwork | TestSubnets, subnets: readonly (Principal | undefined)[]) {
    this.dice = new Dice(seed);
    this.network = network;
    for (let index = 0; index < 3; index++) {
      const on = subnets[index % subnets.length];
      this.canisters.push(network.universal({ init: ops.stableGrow(1), ...(on === undefined ? {} : { on }) }));
    }
  }

  trace(): string {
    return JSON.stringify(this.events, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  }

  step(): void {
    const id = this.any();
    const action = this.dice.roll(20);
    if (action < 12) this.submit(id);
    else if (action < 15) this.network.subnet.executeRound();
    else if (action === 15) this.manage("upgrade", id);
    else if (action === 16) this.manage("stop_canister", id);
    else if (action === 17) this.manage("start_canister", id);
    else if (action === 18) this.network.subnet.advanceTime(BigInt(this.dice.roll(20)) * 1_000_000_000n);
    else this.network.query(id, this.script(1));
    this.events.push(...this.network.subnet.takeTrace());
  }

  finish(): void {
    const { subnet } = this.network;
    for (const id of this.canisters) this.manage("start_canister", id);
    subnet.executeUntilIdle(500);
    // Bounded waits end at the latest after five minutes.
    subnet.advanceTime(400_000_000_000n);
    subnet.executeUntilIdle(500);
    this.events.push(...subnet.takeTrace());
    expect(subnet.isIdle()).toBe(true);
    for (const id of this.sent) expect(this.network.responseOf(id), id).toBeDefined();
    this.checkResponses();
    for (const id of this.canisters) this.checkCounters(id);
    for (const id of this.canisters) expect(this.network.manage("stop_canister", id).kind).toBe("reply");
  }

  private any(): Principal {
    return this.canisters[this.dice.roll(this.canisters.length)]!;
  }

  private submit(id: Principal): void {
    const submission = this.network.subnet.submitIngress({
      caller: this.network.subnet.canister(id)!.controllers[0]!,
      canisterId: id,
      method: this.dice.chance(85) ? "update" : "query",
      argument: this.script(2),
    });
    if (submission.kind === "accepted") this.sent.push(submission.ingressId);
  }

  private manage(what: "upgrade" | "stop_canister" | "start_canister", id: Principal): void {
    if (what === "upgrade") {
      // A callback of the old code would run as something else in the new one, and count nothing.
      this.network.subnet.executeUntilIdle(100);
      this.variant++;
      const post = this.dice.chance(40) ? ops.trap("post_upgrade") : new Uint8Array(0);
      this.network.upgrade(id, universal({ variant: this.variant % 3 }), post);
      return;
    }
    if (what === "stop_canister") {
      // Not awaited: it may have to wait for calls, and be cancelled by a start.
      this.sent.push(this.network.sendManagement(what, id));
      return;
    }
    this.network.manage(what, id);
  }

  /** Every execution first counts itself, in the heap and in stable memory; then it does anything. */
  private script(depth: number): Script {
    const parts = [counted];
    if (this.dice.chance(30)) parts.push(ops.spin(this.dice.roll(1000) + 1));
    if (this.dice.chance(20)) parts.push(ops.print("x".repeat(this.dice.roll(300))));
    const calls = depth === 0 ? 0 : this.dice.roll(3);
    for (let index = 0; index < calls; index++) parts.push(this.call(depth));
    if (calls > 0 && this.dice.chance(10)) parts.push(ops.trap("after calls"));
    parts.push(this.ending());
    return concat(...parts);
  }

  private call(depth: number): Script {
    const missing = Uint8Array.of(7, 7, 1, 1);
    const random = this.dice.chance(10);
    return ops.call({
      callee: random ? new Uint8Array(0) : this.dice.chance(5) ? missing : this.any().bytes,
      method: random ? "raw_rand" : this.dice.chance(5) ? "nothing" : "update",
      data: this.script(depth - 1),
      onReply: this.callbackScript(depth),
      onReject: this.callbackScript(depth),
      ...(this.dice.chance(50)
        ? { onCleanup: concat(counted, this.dice.chance(30) ? ops.trap("cleanup") : new Uint8Array(0)) }
        : {}),
      ...(this.dice.chance(40) ? { cycles: BigInt(this.dice.roll(1_000_000)) } : {}),
      ...(this.dice.chance(30) ? { timeoutSeconds: this.dice.roll(30) } : {}),
    });
  }

  private callbackScript(depth: number): Script {
    const again = depth > 1 && this.dice.chance(20) ? this.call(depth - 1) : new Uint8Array(0);
    return concat(counted, again, this.ending());
  }

  private ending(): Script {
    const ending = this.dice.roll(10);
    if (ending < 5) return concat(ops.accept(BigInt(this.dice.roll(1_000_000))), ops.reply("done"));
    if (ending === 5) return ops.reject("no");
    if (ending === 6) return ops.trap("end");
    if (ending === 7) return ops.unreachable();
    return new Uint8Array(0);
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
    let total = 0n;
    for (const it of this.events) {
      if (
        it.kind === "management" &&
        it.method === "install_code" &&
        it.canisterId === id.text &&
        it.reject === undefined
      )
        heap = 0n;
      if (it.kind !== "executed" || it.canisterId !== id.text || !it.committed || !countedModes.has(it.mode)) continue;
      heap++;
      total++;
    }
    const read = (script: Script) => repliedNumber(this.network.query(id, script));
    expect(read(concat(ops.load(0), ops.replyAcc()))).toBe(heap);
    expect(read(concat(ops.appendStable(0, 8), ops.reply()))).toBe(total);
  }
}

const countedModes: ReadonlySet<string> = new Set(["update", "replyCallback", "rejectCallback", "cleanup"]);

/** One more execution: a heap cell, and a cell in stable memory. */
const counted = concat(ops.increase(0, 1), ops.increaseStable(0));
