/**
 * Random canisters on a subnet whose memory is nearly all taken, from a seed: they grow, allocate, call with cycles, run
 * long, run out of cycles, are uninstalled, installed anew and deleted. The engine asserts after every round that cycles
 * are conserved; at the end nothing is in flight, and no room is kept for responses.
 */
import { expect, test } from "vitest";
import { Principal } from "../../../server/src/base/principal.ts";
import {
  argumentShapes,
  principalOnWire,
  resultShapes,
  type SettingsArgument,
} from "../../../server/src/engine/management/idl.ts";
import { Dice } from "../../support/dice.ts";
import { developer, replied, TestNetwork, TestSubnets, universal } from "../../support/engine.ts";
import { concat, ops, type Script } from "../../support/universalCanister.ts";

const steps = 80;
const gibibyte = 1n << 30n;

test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %i", (seed) => {
  const dice = new Dice(seed);
  const network = new TestNetwork({ seed: Uint8Array.of(seed), rateLimits: dice.chance(50) });
  simulate(new Run(seed, dice, network, [undefined]));
});

test.each([1, 2, 3, 4, 5, 6])("seed %i on three subnets, twice with the same end", (seed) => {
  const pace = { latencyRounds: 1 + (seed % 3), bytesPerRound: seed % 2 === 0 ? 4_000 : 4_194_304 };
  const subnets = ["application", "fiduciary", "system"] as const;
  const end = () => {
    const network = new TestSubnets({ seed: Uint8Array.of(seed), subnets, pace });
    const ids = [0, 1, 2].map((place) => network.id(place));
    return simulate(new Run(seed, new Dice(seed), network, ids));
  };
  expect(end()).toBe(end());
});

/** Gives the trace as text. */
function simulate(run: Run): string {
  for (let step = 0; step < steps; step++) run.step();
  return run.finish();
}

class Run {
  private readonly dice: Dice;
  private readonly network: TestNetwork | TestSubnets;
  private readonly subnets: readonly (Principal | undefined)[];
  private canisters: Principal[] = [];

  constructor(
    seed: number,
    dice: Dice,
    network: TestNetwork | TestSubnets,
    /** Where canisters are created in turns; undefined on a network of one subnet. */
    subnets: readonly (Principal | undefined)[],
  ) {
    this.dice = dice;
    this.network = network;
    this.subnets = subnets;
    this.network.create({
      cycles: 10n ** 20n,
      settings: { memory_allocation: [(700n + BigInt(seed) * 100n) * gibibyte], reserved_cycles_limit: [10n ** 20n] },
    });
    for (let index = 0; index < 4; index++) this.create();
  }

  step(): void {
    const id = this.any();
    const action = this.dice.roll(16);
    if (action < 6) this.submit(id);
    else if (action < 8) this.network.subnet.executeRound();
    else if (action === 8) this.settings(id);
    else if (action === 9) this.network.subnet.advanceTime(BigInt(this.dice.roll(40)) * 86_400_000_000_000n);
    else if (action === 10) this.network.manage("uninstall_code", id);
    else if (action === 11) this.network.install(id, universal(), this.init(), { reinstall: null });
    else if (action === 12) this.upload(id);
    else if (action === 13) this.replace(id);
    else if (action === 14) this.network.upgrade(id, universal({ variant: this.dice.roll(3) }), this.init());
    else this.network.subnet.addCycles(id, BigInt(this.dice.roll(1_000_000)) * 1_000_000n);
  }

  finish(): string {
    const { subnet } = this.network;
    subnet.executeUntilIdle(2_000);
    subnet.advanceTime(400_000_000_000n);
    subnet.executeUntilIdle(2_000);
    expect(subnet.isIdle()).toBe(true);
    if (this.network instanceof TestNetwork) this.expectNoMessages();
    return JSON.stringify(subnet.takeTrace(), (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  }

  /** Nothing but memory and compute is paid for: all messages are gone, and the room for their responses. */
  private expectNoMessages(): void {
    for (const id of this.canisters) {
      const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
      const answer = this.network.query(Principal.management, argument, "canister_status");
      const status = resultShapes.canister_status.decode(replied(answer));
      if (status === undefined) throw new Error("no status");
      const { memory_allocation: allocation, compute_allocation: compute } = status.settings;
      const bytes = allocation > status.memory_size ? allocation : status.memory_size;
      const base = bytes > 0n ? 10_000n : 0n;
      const idle = (bytes * 317_500n * 86_400n) / gibibyte + (base + 10_000_000n * compute) * 86_400n;
      expect(status.idle_cycles_burned_per_day).toBe(idle);
    }
  }

  private any(): Principal {
    const id = this.canisters[this.dice.roll(this.canisters.length)];
    if (id === undefined) throw new Error("no canister");
    return id;
  }

  private create(): void {
    const cycles = 10n ** BigInt(12 + this.dice.roll(4));
    const on = this.subnets[this.dice.roll(this.subnets.length)];
    const id = this.network.create({ cycles, ...(on === undefined ? {} : { on }) });
    this.network.install(id, universal(), this.init());
    this.canisters.push(id);
  }

  private init(): Script {
    return this.dice.chance(20) ? ops.trap("init") : ops.stableGrow(this.dice.roll(20_000));
  }

  private submit(id: Principal): void {
    this.network.subnet.submitIngress({
      caller: developer,
      canisterId: id,
      method: "update",
      argument: this.script(2),
    });
  }

  private script(depth: number): Script {
    const parts: Script[] = [];
    if (this.dice.chance(30)) parts.push(ops.stableGrow(this.dice.roll(30_000)));
    if (this.dice.chance(20)) parts.push(ops.memoryGrow(this.dice.roll(20)));
    if (this.dice.chance(10)) parts.push(ops.burn(BigInt(this.dice.roll(1_000_000))));
    if (this.dice.chance(4)) parts.push(ops.spin(400_000_000));
    for (let calls = depth === 0 ? 0 : this.dice.roll(3); calls > 0; calls--) parts.push(this.call(depth));
    if (this.dice.chance(15)) parts.push(ops.trap("end"));
    parts.push(ops.accept(BigInt(this.dice.roll(1_000_000))), ops.reply("done"));
    return concat(...parts);
  }

  private call(depth: number): Script {
    const again = concat(
      this.dice.chance(20) ? ops.stableGrow(this.dice.roll(10_000)) : new Uint8Array(0),
      ops.reply(),
    );
    return ops.call({
      callee: this.any().bytes,
      data: this.script(depth - 1),
      onReply: again,
      onReject: again,
      cycles: BigInt(this.dice.roll(1_000_000_000)),
      ...(this.dice.chance(30) ? { timeoutSeconds: this.dice.roll(30) } : {}),
    });
  }

  private settings(id: Principal): void {
    const settings: Partial<SettingsArgument> = {
      ...(this.dice.chance(40) ? { compute_allocation: [BigInt(this.dice.roll(4))] } : {}),
      ...(this.dice.chance(40) ? { memory_allocation: [BigInt(this.dice.roll(20)) * gibibyte] } : {}),
      ...(this.dice.chance(40) ? { freezing_threshold: [BigInt(this.dice.roll(5_000_000))] } : {}),
      ...(this.dice.chance(40) ? { reserved_cycles_limit: [10n ** BigInt(this.dice.roll(15))] } : {}),
    };
    this.network.updateSettings(id, settings);
  }

  private upload(id: Principal): void {
    const chunk = Uint8Array.of(this.dice.roll(256));
    const argument = argumentShapes.upload_chunk.encode({ canister_id: principalOnWire(id), chunk });
    this.network.management("upload_chunk", argument);
  }

  /** Deletes a canister, if it stops, and makes a new one. */
  private replace(id: Principal): void {
    this.network.subnet.executeUntilIdle(200);
    const { subnet } = this.network;
    const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
    const stop = { caller: developer, canisterId: Principal.management, method: "stop_canister", argument };
    if (subnet.submitIngress(stop).kind === "refused") return;
    subnet.executeUntilIdle(200);
    if (subnet.canister(id)?.status !== "stopped") return;
    if (this.network.manage("delete_canister", id).kind === "reject") {
      this.network.manage("start_canister", id);
      return;
    }
    this.canisters = this.canisters.filter((it) => it.key !== id.key);
    this.create();
  }
}
