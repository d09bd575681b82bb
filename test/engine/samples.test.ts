/** The sample canisters, built by cargo with ic-cdk, on the engine: what each of them is there to show. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IDL } from "@dfinity/candid";
import { Principal as WirePrincipal } from "@dfinity/principal";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import type { CallResponse } from "../../server/src/engine/trace.ts";
import { rejectText, replied, TestNetwork, user } from "../support/engine.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const sampleModule = (sample: string, name: string) =>
  new Uint8Array(readFileSync(join(projectRoot, "media/samples", sample, "wasm", `${name}.wasm`)));

const outcome = IDL.Variant({ Ok: IDL.Null, Err: IDL.Text });
const wire = (id: Principal) => WirePrincipal.fromUint8Array(id.bytes);
const none = IDL.encode([], []);
const decode = (type: IDL.Type, response: CallResponse): unknown => IDL.decode([type], replied(response))[0];
const nat64 = (value: number | bigint) => IDL.encode([IDL.Nat64], [BigInt(value)]);

function installed(network: TestNetwork, sample: string, name: string, argument: Uint8Array = none): Principal {
  const id = network.create();
  replied(network.install(id, sampleModule(sample, name), argument));
  return id;
}

describe("counter", () => {
  const get = (network: TestNetwork, id: Principal) => decode(IDL.Nat64, network.query(id, none, "get"));

  test("the upgrade without post_upgrade loses the count, the corrected one keeps it", () => {
    const network = new TestNetwork();
    const id = installed(network, "counter", "counter_v1");
    network.ingress(id, "increment", none);
    expect(decode(IDL.Nat64, network.ingress(id, "increment", none))).toBe(2n);
    replied(network.upgrade(id, sampleModule("counter", "counter_v2"), none));
    expect(get(network, id)).toBe(0n);

    const kept = installed(network, "counter", "counter_v3");
    network.ingress(kept, "increment", none);
    replied(network.upgrade(kept, sampleModule("counter", "counter_v3"), none));
    expect(get(network, kept)).toBe(1n);
  });
});

describe("vault", () => {
  const withdrawals = IDL.Record({
    tokens_before: IDL.Nat64,
    tokens_after: IDL.Nat64,
    first_withdrawal: outcome,
    second_withdrawal: outcome,
  });

  function attack(vaultName: "vault" | "vault_fixed") {
    const network = new TestNetwork();
    const token = installed(network, "vault", "token");
    const vault = installed(network, "vault", vaultName, IDL.encode([IDL.Principal], [wire(token)]));
    const attacker = installed(network, "vault", "attacker");
    for (const [owner, amount] of [
      [vault, 1000n],
      [attacker, 100n],
    ] as const) {
      replied(network.ingress(token, "mint", IDL.encode([IDL.Principal, IDL.Nat64], [wire(owner), amount])));
    }
    network.trace();
    const argument = IDL.encode([IDL.Principal, IDL.Nat64], [wire(vault), 100n]);
    const report = decode(
      IDL.Variant({ Ok: withdrawals, Err: IDL.Text }),
      network.ingress(attacker, "attack", argument),
    );
    return { report, trace: network.trace() };
  }

  test("pays twice: both withdrawals are checked before either is paid", () => {
    const { report, trace } = attack("vault");
    expect(report).toEqual({
      Ok: { tokens_before: 100n, tokens_after: 200n, first_withdrawal: { Ok: null }, second_withdrawal: { Ok: null } },
    });
    const lines = trace.split("\n").map((it) => it.trim());
    const withdrawals = lines.flatMap((line, index) => (line.startsWith("request b -> a transfer") ? [index] : []));
    const answers = lines.flatMap((line, index) => (line.startsWith("execute b replyCallback") ? [index] : []));
    expect(withdrawals.slice(-2).every((index) => index < (answers.at(-2) ?? 0))).toBe(true);
  });

  test("corrected, it pays once", () => {
    expect(attack("vault_fixed").report).toMatchObject({ Ok: { tokens_before: 100n, tokens_after: 100n } });
  });
});

describe("a trap after an await", () => {
  test("is told with the functions that it came through, by their readable names", () => {
    const network = new TestNetwork();
    const tickets = installed(network, "trap_after_await", "tickets");
    const text = rejectText(network.ingress(tickets, "buy", new Uint8Array(3)));
    expect(text).toMatch(/^IC0503 .*Canister called `ic0\.trap` with message: 'Panicked at /s);
    const [, lines = ""] = text.split("Canister Backtrace:\n");
    expect(lines.split("\n")).toEqual(expect.arrayContaining(["ic0::trap", "core::panicking::panic_fmt"]));
    expect(lines).not.toMatch(/_ZN|_R[A-Z]/);
  });

  test("keeps the ticket sold; the corrected canister gives it back", () => {
    const network = new TestNetwork();
    const tickets = installed(network, "trap_after_await", "tickets");
    expect(decode(IDL.Nat64, network.ingress(tickets, "buy", nat64(25)))).toBe(1n);
    expect(rejectText(network.ingress(tickets, "buy", nat64(1)))).toContain("IC0503");
    expect(decode(IDL.Nat64, network.query(tickets, none, "sold"))).toBe(2n);
    expect(decode(IDL.Nat64, network.query(tickets, none, "answers"))).toBe(1n);

    const fixed = installed(network, "trap_after_await", "tickets_fixed");
    const sale = IDL.Variant({ Ok: IDL.Nat64, Err: IDL.Text });
    expect(decode(sale, network.ingress(fixed, "buy", nat64(1)))).toHaveProperty("Err");
    expect(decode(IDL.Nat64, network.query(fixed, none, "sold"))).toBe(0n);
    expect(rejectText(network.ingress(fixed, "buy_and_trap", nat64(25)))).toContain("IC0503");
    expect(network.trace()).toContain("cleanup: committed");
    expect(decode(IDL.Nat64, network.query(fixed, none, "sold"))).toBe(0n);
  });
});

describe("timers", () => {
  test("go off when time passes, and again after an upgrade", () => {
    const network = new TestNetwork();
    const id = installed(network, "timers", "timers");
    const ticks = () => decode(IDL.Nat64, network.query(id, none, "ticks"));
    network.subnet.executeUntilIdle(50);
    expect(ticks()).toBe(0n);
    for (let step = 0; step < 3; step++) {
      network.subnet.advanceTime(10_000_000_000n);
      network.subnet.executeUntilIdle(50);
    }
    expect(ticks()).toBe(3n);
    replied(network.upgrade(id, sampleModule("timers", "timers"), none));
    network.subnet.advanceTime(10_000_000_000n);
    network.subnet.executeUntilIdle(50);
    expect(ticks()).toBe(4n);
  });
});

describe("inspect_message", () => {
  test("refuses strangers' messages, but not those of canisters", () => {
    const network = new TestNetwork();
    const id = installed(network, "inspect", "inspect");
    const visitor = installed(network, "inspect", "visitor");
    const stranger = user(9);
    expect(rejectText(network.ingress(id, "reset_greeting", none, stranger))).toContain("IC0406 4");
    replied(network.ingress(id, "set_greeting", IDL.encode([IDL.Text], ["Moin"])));
    const target = IDL.encode([IDL.Principal], [wire(id)]);
    expect(decode(outcome, network.ingress(visitor, "try_reset_greeting", target, stranger))).toEqual({ Ok: null });
    expect(decode(IDL.Text, network.query(id, none, "greeting"))).toBe("Hello");
    const refused = network.ingress(
      visitor,
      "try_set_greeting",
      IDL.encode([IDL.Principal, IDL.Text], [wire(id), "x"]),
      stranger,
    );
    expect(decode(outcome, refused)).toHaveProperty("Err");
  });
});

describe("factory", () => {
  test("creates a canister, installs it and calls it", () => {
    const network = new TestNetwork();
    const id = installed(network, "factory", "factory");
    const created = decode(
      IDL.Variant({ Ok: IDL.Principal, Err: IDL.Text }),
      network.ingress(id, "create_child", IDL.encode([IDL.Text], ["Ada"])),
    );
    expect(created).toHaveProperty("Ok");
    expect(network.subnet.canisters()).toHaveLength(2);
    const greeting = decode(
      IDL.Variant({ Ok: IDL.Text, Err: IDL.Text }),
      network.ingress(id, "greeting_of_youngest", none),
    );
    expect(greeting).toMatchObject({ Ok: expect.stringContaining("Ada") });
  });
});
