/**
 * Canisters of the crates that most projects stand on: ic-cdk 0.17, 0.18 and 0.20, stable structures, timers, the types
 * of ICRC ledgers, the asset canister. Built by cargo and used through the network, arguments and replies as text.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CallOutcome } from "../../server/src/protocol/network.ts";
import { openNetwork, type TestNetwork } from "../network/openNetwork.ts";
import { builtCrate } from "./cargoCrate.ts";

let directory: string;
let it: TestNetwork;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "crates-"));
  it = openNetwork(directory);
});

afterEach(() => {
  it.network.close();
  rmSync(directory, { recursive: true, force: true });
});

function install(
  name: string,
  wasmPath: string,
  argument = "()",
  mode: "install" | "upgrade" = "install",
  candid?: string,
) {
  const params = { name, mode, wasmPath, argument, ...(candid === undefined ? {} : { candid }) };
  const result = it.network.request("network/install", params);
  expect(result.outcome).toMatchObject({ kind: "replied" });
  return result;
}

function call(canister: string, method: string, argument = "()", identity?: string): CallOutcome {
  const params = { canister, method, argument, ...(identity === undefined ? {} : { identity }) };
  return it.network.request("network/call", params);
}

/** The reply as text; fails the test when there is none. */
function replyOf(outcome: CallOutcome): string {
  if (outcome.kind !== "replied") throw new Error(JSON.stringify(outcome));
  return outcome.reply;
}

const instructionsOf = (outcome: CallOutcome) => (outcome.kind === "invalid" ? 0n : BigInt(outcome.cost.instructions));

describe("ic-cdk 0.17", () => {
  let wasmPath: string;

  beforeAll(() => {
    wasmPath = builtCrate("cdk_017");
  });

  test("calls, one-way calls, randomness, and a trap after an await", () => {
    install("one", wasmPath);
    const { canisterId } = install("two", wasmPath);
    expect(replyOf(call("one", "add", "(5)"))).toBe("(5 : nat64)");
    expect(replyOf(call("one", "add_elsewhere", `(principal "${canisterId}", 7)`))).toBe(
      "(variant { Ok = 7 : nat64 })",
    );
    expect(replyOf(call("one", "tell", `(principal "${canisterId}", 3)`))).toBe("()");
    expect(replyOf(call("two", "count"))).toBe("(10 : nat64)");
    expect(replyOf(call("one", "random"))).not.toBe(replyOf(call("one", "random")));
    expect(call("one", "trap_after", `(principal "${canisterId}")`)).toMatchObject({
      kind: "rejected",
      errorCode: "IC0503",
      message: expect.stringContaining("after the await"),
    });
    expect(replyOf(call("one", "count"))).toBe("(105 : nat64)");
    expect(replyOf(call("two", "count"))).toBe("(11 : nat64)");
    expect(replyOf(call("one", "add_elsewhere", '(principal "aaaaa-aa", 7)'))).toContain(
      "Unable to route management canister request add: MethodNotFound",
    );
  });

  test("timers fire, and state goes over an upgrade by stable_save", () => {
    install("one", wasmPath);
    call("one", "add", "(42)");
    it.network.request("network/advanceTime", { seconds: 35 });
    expect(replyOf(call("one", "ticks"))).toBe("(3 : nat64)");
    install("one", wasmPath, "()", "upgrade");
    expect(replyOf(call("one", "count"))).toBe("(42 : nat64)");
    expect(replyOf(call("one", "ticks"))).toBe("(0 : nat64)");
    it.network.request("network/advanceTime", { seconds: 11 });
    expect(replyOf(call("one", "ticks"))).toBe("(1 : nat64)");
  });
});

describe("ic-stable-structures and ic-cdk-timers with ic-cdk 0.20", () => {
  let wasmPath: string;

  beforeAll(() => {
    wasmPath = builtCrate("stable_structures");
  });

  test("a map keeps what it holds over an upgrade, a trap leaves nothing", () => {
    install("map", wasmPath);
    expect(replyOf(call("map", "fill", "(0, 2000)"))).toBe("(2_000 : nat64)");
    expect(call("map", "fill_and_trap", "(5000, 2000)")).toMatchObject({ kind: "rejected", errorCode: "IC0503" });
    expect(replyOf(call("map", "get", "(5000)"))).toBe("(null)");
    install("map", wasmPath, "()", "upgrade");
    expect(replyOf(call("map", "get", "(1999)"))).toBe('(opt "value of 1999")');
    expect(replyOf(call("map", "range_sum", "(10, 20)"))).toBe("(145 : nat64)");
    expect(replyOf(call("map", "fill", "(2000, 10)"))).toBe("(2_010 : nat64)");
  });

  test("the same work costs the same instructions, whatever was undone before", () => {
    install("one", wasmPath);
    install("two", wasmPath);
    call("two", "fill_and_trap", "(0, 500)");
    const [first, second] = [call("one", "fill", "(0, 500)"), call("two", "fill", "(0, 500)")];
    expect(instructionsOf(first)).toBe(instructionsOf(second));
    expect(instructionsOf(first)).toBeGreaterThan(1_000_000n);
  });

  test("an interval runs every minute, and writes a log that stays", () => {
    install("ticking", wasmPath);
    it.network.request("network/advanceTime", { seconds: 301 });
    expect(replyOf(call("ticking", "log_length"))).toBe("(5 : nat64)");
    install("ticking", wasmPath, "()", "upgrade");
    it.network.request("network/advanceTime", { seconds: 61 });
    expect(replyOf(call("ticking", "log_length"))).toBe("(6 : nat64)");
  });

  test("a bounded-wait call brings its answer", () => {
    install("one", wasmPath);
    const { canisterId } = install("two", wasmPath);
    expect(replyOf(call("one", "fill_elsewhere", `(principal "${canisterId}", 12)`))).toBe(
      "(variant { Ok = 12 : nat64 })",
    );
    expect(replyOf(call("two", "get", "(11)"))).toBe('(opt "value of 11")');
  });
});

describe("a ledger on icrc-ledger-types", () => {
  let wasmPath: string;

  beforeAll(() => {
    wasmPath = builtCrate("icrc_ledger");
  });

  const principalOf = (name: string) => {
    const { identities } = it.network.request("network/status", {});
    return identities.find((identity) => identity.name === name)?.principal ?? "";
  };
  const account = (name: string) => `record { owner = principal "${principalOf(name)}"; subaccount = null }`;
  const transfer = (to: string, amount: number, created = "null") =>
    `(record { to = ${account(to)}; amount = ${amount} : nat; fee = opt (10 : nat); memo = null; from_subaccount = null; created_at_time = ${created} })`;

  test("transfers, refuses what is not there, knows duplicates, and keeps all over an upgrade", () => {
    it.network.request("network/createIdentity", { name: "alice" });
    it.network.request("network/selectIdentity", { name: "developer" });
    const argument = `(${account("developer")}, 1000 : nat)`;
    install("ledger", wasmPath, argument);
    expect(replyOf(call("ledger", "icrc1_transfer", transfer("alice", 300)))).toBe("(variant { Ok = 0 : nat })");
    const time = it.network.request("network/status", {}).timeNanos;
    const dated = transfer("alice", 100, `opt (${time} : nat64)`);
    expect(replyOf(call("ledger", "icrc1_transfer", dated))).toBe("(variant { Ok = 1 : nat })");
    expect(replyOf(call("ledger", "icrc1_transfer", dated))).toContain("Duplicate = record { duplicate_of = 1 : nat }");
    expect(replyOf(call("ledger", "icrc1_transfer", transfer("developer", 500), "alice"))).toContain(
      "InsufficientFunds = record { balance = 400 : nat }",
    );
    install("ledger", wasmPath, argument, "upgrade");
    expect(replyOf(call("ledger", "icrc1_balance_of", `(${account("alice")})`))).toBe("(400 : nat)");
    expect(replyOf(call("ledger", "icrc1_balance_of", `(${account("developer")})`))).toBe("(580 : nat)");
    expect(replyOf(call("ledger", "icrc1_transfer", dated))).toContain("Duplicate");
  });
});

describe("the asset canister (ic-certified-assets)", () => {
  let wasmPath: string;

  beforeAll(() => {
    wasmPath = builtCrate("certified_assets");
  });

  /** What is used here of its interface, which the crate does not put into the module. */
  const candid = `
    type Header = record { text; text };
    service : (opt record {}) -> {
      store : (record { key : text; content_type : text; content_encoding : text; content : blob; sha256 : opt blob }) -> ();
      http_request : (record { method : text; url : text; headers : vec Header; body : blob; certificate_version : opt nat16 })
        -> (record { status_code : nat16; headers : vec Header; body : blob }) query;
    }`;
  const store = (key: string, content: string) =>
    `(record { key = "${key}"; content_type = "text/html"; content_encoding = "identity"; content = blob "${content}"; sha256 = null })`;
  const request = (url: string) =>
    `(record { method = "GET"; url = "${url}"; headers = vec {}; body = blob ""; certificate_version = opt (2 : nat16) })`;

  test("stores, certifies and serves, and keeps the assets over an upgrade", () => {
    install("assets", wasmPath, "(null)", "install", candid);
    expect(replyOf(call("assets", "store", store("/index.html", "<h1>hello</h1>")))).toBe("()");
    const served = replyOf(call("assets", "http_request", request("/index.html")));
    expect(served).toContain("status_code = 200 : nat16");
    expect(served).toContain("<h1>hello</h1>");
    expect(served).toMatch(/"IC-Certificate";\s+"version=2, certificate=:2dn3/);
    expect(replyOf(call("assets", "http_request", request("/missing.css")))).toContain("certificate=:");
    install("assets", wasmPath, "(null)", "upgrade", candid);
    expect(replyOf(call("assets", "http_request", request("/index.html")))).toContain("<h1>hello</h1>");
    it.network.request("network/createIdentity", { name: "mallory" });
    expect(call("assets", "store", store("/index.html", "mine"), "mallory")).toMatchObject({ kind: "rejected" });
  });
});
