/** Instances that give their memories back while others need the room: nobody can tell. */
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../../server/src/base/principal.ts";
import { AwakeInstances, type Sleeper } from "../../../server/src/engine/embedder/awakeInstances.ts";
import { createV8Embedder } from "../../../server/src/engine/embedder/v8Embedder.ts";
import { Subnet } from "../../../server/src/engine/subnet.ts";
import type { SubnetState } from "../../../server/src/engine/subnetState.ts";
import { ImageAssembly } from "../../../server/src/network/stateRecords.ts";
import { repliedNumber, repliedText, TestNetwork, universal } from "../../support/engine.ts";
import { concat, ops, type Script } from "../../support/universalCanister.ts";

function tight(awakeInstancesMax: number) {
  return createV8Embedder({
    gunzip: (packed, maxOutputLength) => gunzipSync(packed, { maxOutputLength }),
    awakeInstancesMax,
  });
}

function five(network: TestNetwork): Principal[] {
  return Array.from({ length: 5 }, () => network.universal({ init: ops.stableGrow(1) }));
}

const read = concat(ops.load(0), ops.replyAcc());
const readStable = concat(ops.appendStable(0, 8), ops.reply());
const count = concat(ops.increase(0, 1), ops.increaseStable(0));

describe("canisters that sleep", () => {
  test("go on where they were: the trace is that of canisters that are always awake", () => {
    const run = (awakeInstancesMax: number) => {
      const network = new TestNetwork({ embedder: tight(awakeInstancesMax) });
      const ids = five(network);
      for (let turn = 0; turn < 4; turn++) {
        for (const [index, id] of ids.entries()) {
          const next = ids[(index + 2) % ids.length]!;
          const call = ops.call({
            callee: next.bytes,
            data: concat(count, ops.reply()),
            onReply: concat(count, ops.reply()),
          });
          network.update(id, concat(count, ops.memoryGrow(1), call));
          network.update(id, concat(count, ops.trap("undone")));
          if (turn === 2) network.upgrade(id, universal({ variant: index % 3 }));
        }
      }
      const values = ids.map((id) => [read, readStable].map((script) => repliedNumber(network.query(id, script))));
      return { values, trace: network.trace() };
    };
    const asleep = run(1);
    expect(asleep).toEqual(run(100));
    expect(asleep.values[0]?.[1]).toBe(12n);
  });

  test("composite queries see what they wrote, and nothing of it stays", () => {
    const network = new TestNetwork({ embedder: tight(1) });
    const [a, b, c] = five(network) as [Principal, Principal, Principal];
    const ask = (callee: Principal, data: Script, onReply: Script) =>
      ops.call({ callee: callee.bytes, method: "composite", data, onReply });
    const inner = concat(count, ask(c, concat(count, ops.reply()), concat(count, read)));
    const outer = concat(count, ask(b, inner, concat(count, ops.appendArgument(), ops.reply())));
    expect(repliedText(network.query(a, outer, "composite")).charCodeAt(0)).toBe(2);
    for (const id of [a, b, c]) expect(repliedNumber(network.query(id, read))).toBe(0n);
  });

  test("are saved as if they had been awake: changed pages of before and after they slept", () => {
    const network = new TestNetwork({ embedder: tight(1) });
    const ids = five(network);
    const disk = new Map<string, ImageAssembly>();
    let last: SubnetState = network.subnet.state("full");
    const save = (kind: "full" | "changed") => {
      last = network.subnet.state(kind);
      for (const image of last.images) {
        const assembly = disk.get(image.canisterId) ?? new ImageAssembly();
        assembly.apply(image);
        disk.set(image.canisterId, assembly);
      }
    };
    save("full");
    for (let turn = 0; turn < 6; turn++) {
      for (const id of ids) network.update(id, concat(count, ops.set(8 * (turn + 1), turn), ops.reply()));
      // After odd turns the changes wait until the canisters have slept and woken again.
      if (turn % 2 === 0) save("changed");
    }
    network.update(ids[0]!, concat(ops.set(8, 0), ops.reply()));
    save("changed");
    const images = [...disk].flatMap(([id, assembly]) => assembly.image(id) ?? []);
    const state = { facts: last.facts, modules: last.modules, images };
    const restored = new TestNetwork(
      Subnet.restore({ embedder: tight(100), seed: new Uint8Array(0), timeNanos: 0n }, state),
    );
    for (const id of ids) {
      expect(repliedNumber(restored.query(id, read))).toBe(6n);
      expect(repliedNumber(restored.query(id, readStable))).toBe(6n);
      for (let turn = 1; turn < 6; turn++) {
        const value = repliedNumber(restored.query(id, concat(ops.load(8 * (turn + 1)), ops.replyAcc())));
        expect(value).toBe(BigInt(turn));
      }
    }
  });
});

describe("who sleeps", () => {
  class Bed implements Sleeper {
    used = false;
    canSleep = true;
    isAsleep = false;

    wasUsed(): boolean {
      const { used } = this;
      this.used = false;
      return used;
    }

    sleep(): boolean {
      this.isAsleep = this.canSleep;
      return this.canSleep;
    }
  }

  test("those that were not used for longest, never those that cannot", () => {
    const awake = new AwakeInstances(4);
    const beds = Array.from({ length: 4 }, () => new Bed());
    for (const bed of beds) awake.add(bed);
    expect(beds.map((it) => it.isAsleep)).toEqual([false, false, false, false]);
    beds[0]!.canSleep = false;
    beds[1]!.used = true;
    const more = new Bed();
    awake.add(more);
    expect(beds.map((it) => it.isAsleep)).toEqual([false, false, true, false]);
  });

  test("all that can, where there is no room at all; somebody even if all are in use", () => {
    const awake = new AwakeInstances(2);
    const beds = [new Bed(), new Bed()];
    for (const bed of beds) {
      bed.used = true;
      awake.add(bed);
    }
    const more = new Bed();
    awake.add(more);
    expect(beds.filter((it) => it.isAsleep)).toHaveLength(1);
    expect(awake.putAllToSleep()).toBe(true);
    expect(more.isAsleep).toBe(true);
    expect(awake.putAllToSleep()).toBe(false);
  });
});
