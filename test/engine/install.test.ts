/** Installing, reinstalling, upgrading, uninstalling. Section 5, rules 9, 10, 14, 15, 19. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { Fees } from "../../server/src/engine/cycles/fees.ts";
import { envelopeBytesOf } from "../../server/src/engine/ingress.ts";
import { argumentShapes, type InstallModeArgument, principalOnWire } from "../../server/src/engine/management/idl.ts";
import { assembleModule } from "../support/assembleModule.ts";
import {
  developer,
  keepingHeap,
  rejectText,
  replied,
  repliedText,
  TestNetwork,
  universal,
  user,
} from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";

describe("install", () => {
  test("init runs with the argument, as the sender", () => {
    const network = new TestNetwork();
    const a = network.create();
    replied(network.install(a, universal(), concat(ops.set(0, 5), ops.certify("root"))));
    expect(network.cell(a, 0)).toBe(5n);
    expect(network.subnet.canister(a)?.certifiedData).toEqual(new TextEncoder().encode("root"));
    expect(network.subnet.canister(a)?.canisterVersion).toBe(1n);
  });

  test("new code sees the version it brings and a timer that is off", () => {
    const network = new TestNetwork();
    const later = 9n * 10n ** 18n;
    const note = concat(ops.version(), ops.store(0), ops.setTimer(later), ops.store(8));
    const a = network.universal({ init: note });
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([1n, 0n]);
    replied(network.upgrade(a, universal(), note));
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([2n, 0n]);
    replied(network.install(a, universal(), note, { reinstall: null }));
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([3n, 0n]);
    expect(network.subnet.canister(a)).toMatchObject({ canisterVersion: 3n, globalTimerNanos: later });
  });

  test("a trap in init leaves the canister empty", () => {
    const network = new TestNetwork();
    const a = network.create();
    expect(rejectText(network.install(a, universal(), ops.trap("no")))).toContain("IC0503 5 Error from Canister");
    expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
    expect(network.subnet.canister(a)?.canisterVersion).toBe(0n);
  });

  test("what is no Wasm is refused with a reason, and nothing changes", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.set(0, 5) });
    expect(rejectText(network.upgrade(a, Uint8Array.of(1, 2, 3)))).toMatch(
      new RegExp(`^IC0505 5 Error from Canister ${a.text}: Canister's Wasm module is not valid: `),
    );
    expect(network.cell(a, 0)).toBe(5n);
  });

  test("a module whose data segment lies outside its memory is refused, and the canister stays empty", () => {
    const network = new TestNetwork();
    const a = network.create();
    const wasm = assembleModule({
      imports: {},
      functions: [{ parameters: [], results: [], locals: [], body: [] }],
      table: [],
      memoryPages: 1,
      exports: { "canister_update nothing": 0 },
      data: { offset: 65_536, bytes: Uint8Array.of(1) },
    });
    expect(rejectText(network.install(a, wasm))).toMatch(/^IC0505 5 .* invalid data segment of 1 bytes at 65536/);
    expect(network.subnet.canister(a)?.moduleHash).toBeUndefined();
  });

  test("installing twice needs reinstall, which loses everything", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: concat(ops.set(0, 5), ops.certify("x"), ops.setTimer(9n * 10n ** 18n)) });
    expect(rejectText(network.install(a, universal()))).toContain(
      `IC0514 5 Canister ${a.text} cannot be installed because the canister is not empty.`,
    );
    replied(network.install(a, universal(), undefined, { reinstall: null }));
    expect(network.cell(a, 0)).toBe(0n);
    expect(network.subnet.canister(a)).toMatchObject({ globalTimerNanos: 0n, stableBytes: 0 });
    expect(network.subnet.canister(a)?.certifiedData.length).toBe(0);
  });

  test("a failed reinstall keeps the old code with its state", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.set(0, 5) });
    rejectText(network.install(a, universal({ variant: 1 }), ops.trap("no"), { reinstall: null }));
    expect(network.cell(a, 0)).toBe(5n);
  });

  test("only controllers install", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const stranger = user(9);
    expect(rejectText(network.manage("uninstall_code", a, stranger))).toContain(
      `IC0512 5 Only controllers of canister ${a.text} can call ic00 method uninstall_code`,
    );
  });

  test("the canister pays for compilation and init", () => {
    const network = new TestNetwork();
    const a = network.create();
    const before = network.cycles(a);
    replied(network.install(a, universal(), ops.spin(1000)));
    const cost = before - network.cycles(a);
    expect(cost).toBeGreaterThan(25_000_000n);
    const again = network.create();
    const second = network.cycles(again);
    replied(network.install(again, universal(), ops.spin(1000)));
    expect(second - network.cycles(again)).toBeLessThan(cost);
  });
});

describe("what the canister pays for installations that fail", () => {
  const fees = new Fees(13);
  /** The reject and what it cost beside the ingress message. */
  const attempt = (network: TestNetwork, id: Principal, wasm: Uint8Array, mode: InstallModeArgument) => {
    const argument = argumentShapes.install_code.encode({
      mode,
      canister_id: principalOnWire(id),
      wasm_module: wasm,
      arg: new Uint8Array(0),
      sender_canister_version: [],
    });
    const before = network.cycles(id);
    const text = rejectText(network.management("install_code", argument));
    const ingress = fees.ingress(envelopeBytesOf({ method: "install_code", argument, caller: developer }));
    return { text, cost: before - network.cycles(id) - ingress };
  };
  const upgrade = { upgrade: [] } as const;
  const install = { install: null };
  const noModule = new Uint8Array(1_000).fill(7);

  test("the base fee where nothing was executed yet", () => {
    const network = new TestNetwork();
    const full = attempt(network, network.universal(), universal(), install);
    expect(full.text).toContain("IC0514 5");
    expect(full.cost).toBe(fees.execution(0n, false));
    const empty = attempt(network, network.create(), universal(), upgrade);
    expect(empty.text).toContain("IC0537 5");
    expect(empty.cost).toBe(fees.execution(0n, false));
  });

  test("for an invalid module as much as for operators of one byte each, packed or not", () => {
    const network = new TestNetwork();
    const a = network.create();
    const plain = attempt(network, a, noModule, install);
    expect(plain.text).toContain("IC0505 5");
    expect(plain.cost).toBe(fees.execution(20_000_000n + 6_000n * 1_000n, false));
    const packed = attempt(network, a, gzipSync(noModule), install);
    expect(packed.text).toContain("IC0505 5");
    expect(packed.cost).toBe(plain.cost);
  });

  test("for pre_upgrade alone where it fails: the new module is looked at afterwards", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.keep("preUpgrade", ops.trap("pre")) });
    const { text, cost } = attempt(network, a, noModule, upgrade);
    expect(text).toContain("with message: 'pre'");
    expect(cost).toBeGreaterThan(fees.execution(0n, false));
    expect(cost).toBeLessThan(fees.execution(20_000_000n, false));
    const skipping = attempt(network, a, noModule, {
      upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }],
    });
    expect(skipping.text).toContain("IC0505 5");
  });

  test("nothing where it cannot pay, which is looked at before everything else", () => {
    const network = new TestNetwork();
    const a = network.create({ cycles: 100_000_000_000n, settings: { freezing_threshold: [0n] } });
    const { text, cost } = attempt(network, a, noModule, install);
    expect(text).toMatch(
      /^IC0207 2 Canister installation failed with `Canister \S+ is out of cycles: please top up the canister with at least [\d_]+ additional cycles`\./,
    );
    expect(cost).toBe(0n);
  });
});

describe("upgrade", () => {
  test("stable memory and certified data stay, the heap does not; pre and post run in order", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const save = concat(ops.stableGrow(1), ops.stableWrite(0, "kept"));
    network.update(a, concat(ops.set(0, 7), ops.certify("root"), ops.keep("preUpgrade", save), ops.reply()));
    network.trace();
    replied(network.upgrade(a, universal({ variant: 1 }), ops.set(8, 3)));
    expect(network.trace().split("\n").slice(1, 5)).toEqual([
      "execute a preUpgrade: committed",
      "compile for a",
      "execute a postUpgrade: committed",
      `management install_code a`,
    ]);
    expect([network.cell(a, 0), network.cell(a, 8)]).toEqual([0n, 3n]);
    expect(repliedText(network.query(a, concat(ops.appendStable(0, 4), ops.reply())))).toBe("kept");
    expect(network.subnet.canister(a)?.certifiedData).toEqual(new TextEncoder().encode("root"));
  });

  test("a trap in pre_upgrade leaves old state and old code", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(
      a,
      concat(ops.set(0, 7), ops.keep("preUpgrade", concat(ops.set(0, 8), ops.trap("pre"))), ops.reply()),
    );
    const hash = network.subnet.canister(a)?.moduleHash;
    expect(rejectText(network.upgrade(a, universal({ variant: 1 })))).toContain("with message: 'pre'");
    expect(network.cell(a, 0)).toBe(7n);
    expect(network.subnet.canister(a)?.moduleHash).toEqual(hash);
  });

  test("a trap in post_upgrade leaves old state and old code: what pre_upgrade wrote is undone", () => {
    const network = new TestNetwork();
    const a = network.universal();
    network.update(a, concat(ops.stableGrow(1), ops.stableWrite(0, "before"), ops.set(0, 7), ops.reply()));
    const pre = concat(ops.set(0, 8), ops.stableWrite(0, "after!"), ops.stableGrow(3));
    network.update(a, concat(ops.keep("preUpgrade", pre), ops.reply()));
    const { moduleHash, canisterVersion, stableBytes } = network.subnet.canister(a) ?? {};
    expect(
      rejectText(network.upgrade(a, universal({ variant: 1 }), concat(ops.stableWrite(0, "post!!"), ops.trap("post")))),
    ).toContain("'post'");
    expect(network.cell(a, 0)).toBe(7n);
    expect(repliedText(network.query(a, concat(ops.appendStable(0, 6), ops.reply())))).toBe("before");
    expect(network.subnet.canister(a)).toMatchObject({ moduleHash, canisterVersion, stableBytes });
    expect(repliedText(network.update(a, concat(ops.increase(0, 1), ops.reply("works"))))).toBe("works");
    expect(network.cell(a, 0)).toBe(8n);
  });

  test("a trap in post_upgrade without pre_upgrade: stable memory is untouched", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: concat(ops.stableGrow(1), ops.stableWrite(0, "before")) });
    const upgrade = network.install(
      a,
      universal({ variant: 1 }),
      concat(ops.stableWrite(0, "post!!"), ops.trap("post")),
      {
        upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }],
      },
    );
    expect(rejectText(upgrade)).toContain("'post'");
    expect(repliedText(network.query(a, concat(ops.appendStable(0, 6), ops.reply())))).toBe("before");
  });

  test("a heap is kept where old and new code know of it and the upgrade says so", () => {
    const persistent = (variant: number) => keepingHeap({ variant });
    const order = (...persistence: ({ keep: null } | { replace: null })[]) => ({
      upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: persistence }] as never,
    });
    const network = new TestNetwork();
    const a = network.create();
    replied(network.install(a, persistent(0), concat(ops.set(0, 5), ops.memoryGrow(3), ops.stableGrow(1))));
    expect(rejectText(network.upgrade(a, persistent(1)))).toBe(
      "IC0504 5 Missing upgrade option: Enhanced orthogonal persistence requires the `wasm_memory_persistence` upgrade option.",
    );
    expect(rejectText(network.install(a, universal(), undefined, order({ keep: null })))).toBe(
      "IC0504 5 Invalid upgrade option: The `wasm_memory_persistence: opt Keep` upgrade option requires that the new canister module supports enhanced orthogonal persistence.",
    );
    replied(network.install(a, persistent(1), ops.increase(0, 1), order({ keep: null })));
    expect(network.cell(a, 0)).toBe(6n);
    expect(network.subnet.canister(a)).toMatchObject({ heapBytes: 7 * 65_536, stableBytes: 65_536 });
    // A failure takes back what pre_upgrade and the new code wrote, and what they grew.
    network.update(a, concat(ops.keep("preUpgrade", concat(ops.increase(0, 100), ops.memoryGrow(1))), ops.reply()));
    const before = network.subnet.state("full").images;
    const failing = concat(ops.increase(0, 1000), ops.memoryGrow(1), ops.increaseStable(0), ops.trap("post"));
    expect(rejectText(network.install(a, persistent(2), failing, order({ keep: null })))).toContain("'post'");
    expect(network.subnet.state("full").images).toEqual(before);
    expect(network.cell(a, 0)).toBe(6n);
    replied(network.install(a, persistent(2), ops.increase(0, 1000), order({ keep: null })));
    expect(network.cell(a, 0)).toBe(1106n);
    expect(network.subnet.canister(a)?.heapBytes).toBe(8 * 65_536);
    replied(network.install(a, persistent(1), undefined, order({ replace: null })));
    expect(network.cell(a, 0)).toBe(0n);
    expect(network.subnet.canister(a)?.heapBytes).toBe(4 * 65_536);
  });

  test("skip_pre_upgrade skips it", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.keep("preUpgrade", ops.trap("pre")) });
    rejectText(network.upgrade(a, universal({ variant: 1 })));
    replied(
      network.install(a, universal({ variant: 1 }), undefined, {
        upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }],
      }),
    );
  });

  test("an upgrade turns the timer off", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.setTimer(9n * 10n ** 18n) });
    replied(network.upgrade(a, universal({ variant: 1 })));
    expect(network.subnet.canister(a)?.globalTimerNanos).toBe(0n);
    replied(network.upgrade(a, universal(), ops.setTimer(8n * 10n ** 18n)));
    expect(network.subnet.canister(a)?.globalTimerNanos).toBe(8n * 10n ** 18n);
  });

  test("an empty canister cannot be upgraded", () => {
    const network = new TestNetwork();
    const a = network.create();
    expect(rejectText(network.upgrade(a, universal()))).toContain("IC0537 5");
  });

  test("a call that is open over an upgrade gets its response from the new code", () => {
    const network = new TestNetwork();
    const a = network.universal();
    const random = ops.call({ callee: new Uint8Array(0), method: "raw_rand", onReply: ops.trap("old code") });
    const sent = network.send(a, random);
    network.subnet.executeRound();
    replied(network.upgrade(a, universal({ variant: 1 })));
    network.subnet.executeUntilIdle(10);
    const response = network.responseOf(sent);
    // The environment of the callback points into the new heap, where no script is: nothing replies.
    expect(response === undefined ? "" : rejectText(response)).toContain("IC0506");
  });
});

describe("uninstall", () => {
  test("code and state are gone, and the history tells who did it", () => {
    const network = new TestNetwork();
    const a = network.universal({ init: ops.setTimer(9n * 10n ** 18n) });
    replied(network.manage("uninstall_code", a));
    expect(network.subnet.canister(a)).toMatchObject({ heapBytes: 0, stableBytes: 0, globalTimerNanos: 0n });
    expect(rejectText(network.update(a, ops.reply()))).toContain("IC0537");
    replied(network.install(a, universal()));
    expect(repliedText(network.update(a, ops.reply("back")))).toBe("back");
  });
});
