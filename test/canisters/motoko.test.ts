/**
 * Canisters that Motoko's compiler made: 64-bit memories and tables, and a heap that stays over upgrades. The compiler is
 * the npm package `motoko`, put into the cache folder when it is not there.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { rejectText, replied, TestNetwork } from "../support/engine.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const version = "4.10.0";
const folder = join(process.env["CANISTER_WORKBENCH_CACHE"] ?? join(projectRoot, ".cache"), `motoko-${version}`);

/** Counts in a stable variable, calls itself, has timers and hooks of upgrades. */
const source = (revision: number, postUpgrade = "") => `
import Prim "mo:⛔";
persistent actor Counter {
  var count : Nat = 0;
  var log : Text = "";
  transient var ticks : Nat = 0;
  let big = Prim.Array_init<Nat>(1000, 7);
  public func increment() : async Nat { count += 1; count };
  public query func get() : async Nat { count };
  public query func revision() : async Nat { ${revision} };
  public query func seen() : async Text { log # debug_show (ticks) # "," # debug_show (big[999]) };
  public func callSelf() : async Nat { let before = count; let n = await increment(); assert n == before + 1; n };
  public func failAfterAwait() : async Nat { count += 100; ignore await increment(); count += 1000; assert false; 0 };
  public func tryFail() : async Text { try { ignore await failAfterAwait(); "no" } catch (e) { Prim.errorMessage(e) } };
  public func startTimer() : async () {
    ignore Prim.setTimer(1_000_000_000, false, func () : async () { ticks += 1 })
  };
  system func preupgrade() { log #= "pre;" };
  system func postupgrade() { log #= "post;"; ${postUpgrade} };
};`;

/** Calls another canister in every way that there is. */
const caller = (peer: string, revision = 1) => `
import Prim "mo:⛔";
persistent actor {
  var n : Nat = 0;
  var names : [Text] = [];
  transient let peer : actor {
    ping : query () -> async Nat; slow : () -> async Nat; boom : () -> async ()
  } = actor "${peer}";
  public query func ping() : async Nat { n + ${revision} };
  public composite query func ask() : async Nat { let a = await peer.ping(); let b = await peer.ping(); a + b + n };
  public func slow() : async Nat { n += 1; n };
  public func boom() : async () { n += 1000; assert false };
  public func bounded() : async Nat { await (with timeout = 5) peer.slow() };
  public func paid() : async Nat { await (with cycles = 1_000_000) peer.slow() };
  public func finalised() : async Nat { try { await peer.boom() } catch _ { n += 1 } finally { n += 10 }; n };
  public func fill() : async Nat { names := Prim.Array_tabulate<Text>(100_000, func i = debug_show (i)); names.size() };
  public query func last() : async Text { names[names.size() - 1] };
};`;

/** Candid of no arguments. */
const nothing = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);

const hasTable64 = WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 4, 4, 1, 0x70, 4, 0));

interface MotokoCompiler {
  readonly compiler: { gcFlags(flag: "classicOP" | "enhancedOP"): void };
  write(path: string, text: string): void;
  wasm(path: string, mode: "ic"): { readonly wasm: Uint8Array };
}

describe.skipIf(!hasTable64)("a canister of Motoko", () => {
  let compile: (text: string, persistence?: "classicOP" | "enhancedOP") => Uint8Array;

  beforeAll(() => {
    if (!existsSync(join(folder, "node_modules", "motoko"))) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { motoko: version } }));
      execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, shell: process.platform === "win32" });
    }
    const loaded: { readonly default: MotokoCompiler } = createRequire(join(folder, "package.json"))("motoko");
    compile = (text, persistence = "enhancedOP") => {
      loaded.default.compiler.gcFlags(persistence);
      loaded.default.write("Counter.mo", text);
      return new Uint8Array(loaded.default.wasm("Counter.mo", "ic").wasm);
    };
  });

  function installed() {
    const network = new TestNetwork();
    const id = network.create();
    replied(network.install(id, compile(source(1)), nothing));
    return { network, id };
  }

  const text = (network: TestNetwork, id: Principal, method: string) =>
    Buffer.from(replied(network.ingress(id, method, nothing)).subarray(7)).toString("latin1");
  const number = (network: TestNetwork, id: Principal, method: string) => text(network, id, method).charCodeAt(0);
  const upgrade = (network: TestNetwork, id: Principal, wasm: Uint8Array, heap: "keep" | "replace" | undefined) =>
    network.install(id, wasm, nothing, {
      upgrade: [
        {
          skip_pre_upgrade: [],
          wasm_memory_persistence: heap === undefined ? [] : [heap === "keep" ? { keep: null } : { replace: null }],
        },
      ],
    });

  test("runs: updates, queries, calls of itself, a trap after an await, a timer", () => {
    const { network, id } = installed();
    expect([number(network, id, "increment"), number(network, id, "increment")]).toEqual([1, 2]);
    expect(number(network, id, "callSelf")).toBe(3);
    const failed = text(network, id, "tryFail");
    expect(failed).toContain("IC0503: Error from Canister");
    expect(failed).toContain("Canister called `ic0.trap` with message: 'assertion failed at Counter.mo:");
    expect(number(network, id, "get")).toBe(104);
    text(network, id, "startTimer");
    network.subnet.advanceTime(2_000_000_000n);
    network.subnet.executeUntilIdle(100);
    expect(text(network, id, "seen").slice(1)).toBe("1,7");
  });

  test("keeps its heap over an upgrade that asks for it", () => {
    const { network, id } = installed();
    for (let count = 0; count < 5; count++) number(network, id, "increment");
    const next = compile(source(2));
    expect(rejectText(upgrade(network, id, next, undefined))).toContain(
      "Missing upgrade option: Enhanced orthogonal persistence requires the `wasm_memory_persistence` upgrade option.",
    );
    expect(number(network, id, "revision")).toBe(1);
    replied(upgrade(network, id, next, "keep"));
    expect([number(network, id, "revision"), number(network, id, "get")]).toEqual([2, 5]);
    expect(text(network, id, "seen").slice(1)).toBe("pre;post;0,7");
    expect(number(network, id, "increment")).toBe(6);
    expect(number(network, id, "callSelf")).toBe(7);
  });

  test("is as it was before when the upgrade fails", () => {
    const { network, id } = installed();
    number(network, id, "increment");
    const before = network.subnet.state("full").images;
    expect(rejectText(upgrade(network, id, compile(source(9, "assert false")), "keep"))).toContain("IC0503");
    expect(network.subnet.state("full").images).toEqual(before);
    expect(number(network, id, "revision")).toBe(1);
    expect(number(network, id, "increment")).toBe(2);
    expect(text(network, id, "seen").slice(1)).toBe("0,7");
  });

  test("loses its heap where the upgrade replaces it", () => {
    const { network, id } = installed();
    number(network, id, "increment");
    replied(upgrade(network, id, compile(source(2)), "replace"));
    expect(number(network, id, "get")).toBe(0);
  });

  test.each(["enhancedOP", "classicOP"] as const)(
    "calls others, and keeps its data over an upgrade (%s)",
    (persistence) => {
      const network = new TestNetwork();
      const [peer, id] = [network.create(), network.create()];
      const [code, next] = [1, 2].map((revision) => compile(caller(peer.text, revision), persistence));
      if (code === undefined || next === undefined) throw new Error("no code");
      for (const it of [peer, id]) replied(network.install(it, code, nothing));
      expect(["bounded", "paid", "finalised"].map((method) => number(network, id, method))).toEqual([1, 2, 11]);
      const asked = replied(network.query(id, nothing, "ask"));
      expect(asked[asked.length - 1]).toBe(3 + 3 + 11);
      network.ingress(id, "fill", nothing);
      const { stableBytes } = network.subnet.canister(id) ?? {};
      replied(upgrade(network, id, next, persistence === "enhancedOP" ? "keep" : undefined));
      expect(number(network, id, "ping")).toBe(13);
      expect(text(network, id, "last")).toBe("\u000699_999");
      // The classical way goes through stable memory, the enhanced one does not need it.
      expect((network.subnet.canister(id)?.stableBytes ?? 0) > (stableBytes ?? 0)).toBe(persistence === "classicOP");
    },
  );
});
