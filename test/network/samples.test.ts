/** What the samples' READMEs say, step by step. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallOutcome, InstallParams } from "../../server/src/protocol/network.ts";
import { openNetwork, sampleModule, type TestNetwork } from "./openNetwork.ts";

let directory: string;
let it: TestNetwork;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "samples-"));
  it = openNetwork(directory);
});

afterEach(() => {
  it.network.close();
  rmSync(directory, { recursive: true, force: true });
});

function install(sample: string, module: string, changes: Partial<InstallParams> = {}) {
  const wasmPath = sampleModule(sample, module);
  const result = it.network.request("network/install", { name: module, mode: "install", wasmPath, ...changes });
  expect(result.outcome).toMatchObject({ kind: "replied" });
  return result;
}

function call(canister: string, method: string, argument = "()", identity?: string): CallOutcome {
  return it.network.request("network/call", { canister, method, argument, ...(identity && { identity }) });
}

function reply(...words: Parameters<typeof call>): string {
  const outcome = call(...words);
  return outcome.kind === "replied" ? outcome.reply : outcome.message;
}

/** The trace as lines of text, without figures. */
function trace(outcome: CallOutcome): string[] {
  if (outcome.kind === "invalid") throw new Error(outcome.message);
  return outcome.trace.map((line) => `${"  ".repeat(line.depth)}${line.kind} ${line.canister}: ${line.label}`);
}

describe("counter", () => {
  test("the state in the heap is lost, and the upgrade says nothing of it but in its comparison", () => {
    install("counter", "counter_v1");
    for (let count = 1; count <= 3; count++) expect(reply("counter_v1", "increment")).toBe(`(${count} : nat64)`);
    const { before, after } = install("counter", "counter_v1", {
      mode: "upgrade",
      wasmPath: sampleModule("counter", "counter_v2"),
    });
    expect(before?.queries).toEqual([{ method: "get", result: "(3 : nat64)" }]);
    expect(after?.queries).toEqual([
      { method: "get", result: "(0 : nat64)" },
      { method: "last_increment", result: "(null)" },
    ]);
    expect(before?.moduleHash).not.toBe(after?.moduleHash);
  });

  test("the corrected version keeps it", () => {
    install("counter", "counter_v3");
    for (let count = 0; count < 3; count++) call("counter_v3", "increment");
    const { before, after } = install("counter", "counter_v3", { mode: "upgrade" });
    expect(before?.queries[0]).toEqual({ method: "get", result: "(3 : nat64)" });
    expect(after?.queries).toEqual(before?.queries);
    expect(after?.stableMemoryBytes).toBeGreaterThan(0);
  });
});

describe("vault", () => {
  const ids = {
    token: "lxzze-o7777-77777-aaaaa-cai",
    vault: "lqy7q-dh777-77777-aaaaq-cai",
    vault_fixed: "lz3um-vp777-77777-aaaba-cai",
    attacker: "l62sy-yx777-77777-aaabq-cai",
  };

  beforeEach(() => {
    expect(install("vault", "token").canisterId).toBe(ids.token);
    const argument = `(principal "${ids.token}")`;
    expect(install("vault", "vault", { argument }).canisterId).toBe(ids.vault);
    expect(install("vault", "vault_fixed", { argument }).canisterId).toBe(ids.vault_fixed);
    expect(install("vault", "attacker").canisterId).toBe(ids.attacker);
    call("token", "mint", `(principal "${ids.attacker}", 100)`);
  });

  test("pays twice, and the trace shows why", () => {
    call("token", "mint", `(principal "${ids.vault}", 1000)`);
    const attack = call("attacker", "attack", `(principal "${ids.vault}", 100)`);
    expect(attack).toMatchObject({
      kind: "replied",
      reply: expect.stringMatching(/tokens_before = 100 .*tokens_after = 200/s),
    });
    const lines = trace(attack);
    const withdrawals = lines.flatMap((line, index) =>
      line.trim() === "execute vault: update withdraw" ? [index] : [],
    );
    const firstReply = lines.findIndex((line) => line.trim() === "execute vault: reply callback of transfer");
    expect(withdrawals).toHaveLength(2);
    expect(withdrawals.every((index) => index < firstReply)).toBe(true);
    expect(reply("token", "balance_of", `(principal "${ids.vault}")`)).toBe("(900 : nat64)");
  });

  test("the corrected vault pays once", () => {
    call("token", "mint", `(principal "${ids.vault_fixed}", 1000)`);
    const attack = reply("attacker", "attack", `(principal "${ids.vault_fixed}", 100)`);
    expect(attack).toContain("the vault keeps 0 tokens for you, fewer than 100");
    expect(reply("token", "balance_of", `(principal "${ids.vault_fixed}")`)).toBe("(1_000 : nat64)");
  });
});

describe("trap_after_await", () => {
  test("what was written before the await stays", () => {
    install("trap_after_await", "tickets");
    const outcome = call("tickets", "buy", "(10)");
    expect(outcome).toMatchObject({
      kind: "rejected",
      errorCode: "IC0503",
      message: expect.stringContaining("the charge was refused"),
    });
    expect(trace(outcome)).toEqual([
      "ingress tickets: buy from developer",
      "  execute tickets: update buy",
      "    request tickets: calls charge of tickets, bounded wait",
      "      execute tickets: update charge",
      "      reply tickets: replies to tickets",
      "  trap tickets: reply callback of charge",
      expect.stringContaining("    log tickets: Panicked at 'the charge was refused"),
      expect.stringContaining("    log tickets: [TRAP]: Panicked at 'the charge was refused"),
      "  cleanup tickets: cleanup of charge",
      "  reject tickets: rejects buy of the sender",
    ]);
    expect(reply("tickets", "sold")).toBe("(1 : nat64)");
    expect(reply("tickets", "answers")).toBe("(0 : nat64)");
  });

  test("the reservation is given back in the correction", () => {
    install("trap_after_await", "tickets_fixed");
    expect(reply("tickets_fixed", "buy", "(10)")).toBe('(variant { Err = "a ticket costs 25, not 10" })');
    expect(reply("tickets_fixed", "sold")).toBe("(0 : nat64)");
    call("tickets_fixed", "buy", "(25)");
    expect(reply("tickets_fixed", "sold")).toBe("(1 : nat64)");
    expect(call("tickets_fixed", "buy_and_trap", "(25)")).toMatchObject({ kind: "rejected" });
    expect(reply("tickets_fixed", "sold")).toBe("(1 : nat64)");
  });
});

test("inspect: a message that is not accepted costs nothing, and keeps no canister out", () => {
  const { canisterId } = install("inspect", "inspect");
  install("inspect", "visitor");
  expect(reply("inspect", "set_greeting", '("Good morning")')).toBe("()");
  const refused = call("inspect", "reset_greeting", "()", "anonymous");
  expect(refused).toMatchObject({ kind: "rejected", errorCode: "IC0406", cost: { cycles: "0" } });
  const guarded = reply("visitor", "try_set_greeting", `(principal "${canisterId}", "Boo")`, "anonymous");
  expect(guarded).toContain("Err");
  expect(reply("inspect", "greeting")).toBe('("Good morning")');
  expect(reply("visitor", "try_reset_greeting", `(principal "${canisterId}")`, "anonymous")).toBe("(variant { Ok })");
  expect(reply("inspect", "greeting")).toBe('("Hello")');
});

test("timers: they go off as the clock moves, and after an upgrade", () => {
  install("timers", "timers");
  const { trace: lines } = it.network.request("network/advanceTime", { seconds: 30 });
  expect(lines.filter((line) => line.kind === "timer" && line.label === "global timer")).toHaveLength(3);
  expect(reply("timers", "ticks")).toBe("(3 : nat64)");
  install("timers", "timers", { mode: "upgrade" });
  expect(reply("timers", "ticks")).toBe("(3 : nat64)");
  it.network.request("network/advanceTime", { seconds: 30 });
  expect(reply("timers", "ticks")).toBe("(6 : nat64)");
});

test("factory: it creates canisters with its own cycles", () => {
  install("factory", "factory");
  const created = call("factory", "create_child", '("Ada")');
  expect(created).toMatchObject({ kind: "replied", reply: expect.stringContaining("Ok = principal") });
  expect(trace(created).filter((line) => line.includes("management"))).not.toEqual([]);
  expect(reply("factory", "greeting_of_youngest")).toBe('(variant { Ok = "I am Ada." })');
  expect(reply("factory", "create_child", '("Bob")')).toContain("Err");
  it.network.request("network/addCycles", { canister: "factory", amount: "2_000_000_000_000" });
  expect(reply("factory", "create_child", '("Bob")')).toContain("Ok = principal");
  expect(reply("factory", "children").match(/principal/g)).toHaveLength(2);
  const { canisters } = it.network.request("network/status", {});
  expect(canisters.map((canister) => canister.name)).toEqual(["factory", undefined, undefined]);
});
