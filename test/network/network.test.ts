import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallOutcome, CallParams, InstallParams } from "../../server/src/protocol/network.ts";
import { openNetwork, sampleModule, type TestNetwork } from "./openNetwork.ts";
import { environmentModule, longModule, spinningModule } from "./testModules.ts";

let directory: string;
let it: TestNetwork;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "network-"));
  it = openNetwork(directory);
});

afterEach(() => {
  it.network.close();
  rmSync(directory, { recursive: true, force: true });
});

function install(changes: Partial<InstallParams> = {}) {
  const wasmPath = sampleModule("counter", "counter_v1");
  return it.network.request("network/install", { name: "counter", mode: "install", wasmPath, ...changes });
}

function call(changes: Partial<CallParams> = {}): CallOutcome {
  return it.network.request("network/call", { canister: "counter", method: "get", argument: "()", ...changes });
}

function summary(name = "counter") {
  const { canisters } = it.network.request("network/status", {});
  const found = canisters.find((canister) => canister.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe("installing", () => {
  test("creates the canister with 2 T cycles on the first id of an application subnet, for the developer", () => {
    const { canisterId, outcome } = install();
    expect(canisterId).toBe("lxzze-o7777-77777-aaaaa-cai");
    expect(outcome).toMatchObject({ kind: "replied" });
    const { identities, selectedIdentity } = it.network.request("network/status", {});
    expect(selectedIdentity).toBe("developer");
    const developer = identities.find((identity) => identity.name === "developer");
    const { cycles, controllers, status } = summary();
    expect(status).toBe("running");
    expect(controllers).toEqual([developer?.principal]);
    // Beside the install, the canister paid for the update_settings that told it the canister ids.
    const spent = 2_000_000_000_000n - BigInt(cycles) - BigInt(outcome.kind === "replied" ? outcome.cost.cycles : 0);
    expect(spent).toBeGreaterThan(1_200_000n);
    expect(spent).toBeLessThan(3_000_000n);
  });

  test("a second canister has the next id, and both keep their names", () => {
    install();
    const { canisterId } = install({ name: "other" });
    expect(canisterId).toBe("lqy7q-dh777-77777-aaaaq-cai");
    expect(call({ canister: canisterId })).toMatchObject({ reply: "(0 : nat64)" });
    expect(call({ canister: "other" })).toMatchObject({ reply: "(0 : nat64)" });
  });

  test("every canister of the project can read the ids of all others", () => {
    const wasmPath = join(directory, "environment.wasm");
    writeFileSync(wasmPath, environmentModule("PUBLIC_CANISTER_ID:second"));
    install({ name: "first", wasmPath });
    expect(call({ canister: "first", method: "read" })).toMatchObject({ replyHex: "4449444c0000" });
    const { canisterId } = install({ name: "second" });
    const outcome = call({ canister: "first", method: "read" });
    expect(Buffer.from(outcome.kind === "replied" ? outcome.replyHex : "", "hex").toString("latin1")).toBe(
      `DIDL\0\0${canisterId}`,
    );
  });

  test("what is no Wasm is refused before a canister is created", () => {
    const wasmPath = join(directory, "text.wasm");
    writeFileSync(wasmPath, "this is no module");
    expect(() => install({ wasmPath })).toThrow(/text\.wasm cannot be installed/);
    expect(it.network.request("network/status", {}).canisters).toEqual([]);
  });

  test("a canister with code is not harmed by what is no Wasm", () => {
    install();
    call({ method: "increment" });
    const wasmPath = join(directory, "text.wasm");
    writeFileSync(wasmPath, "this is no module");
    const { outcome, after } = install({ wasmPath, mode: "upgrade" });
    expect(outcome).toMatchObject({ kind: "rejected", errorCode: "IC0505" });
    expect(after).toBeUndefined();
    expect(call()).toMatchObject({ reply: "(1 : nat64)" });
  });

  test("an argument that does not fit creates nothing and says where", () => {
    const wasmPath = sampleModule("vault", "vault");
    const { canisterId, outcome } = install({ name: "vault", wasmPath, argument: "(5)" });
    expect(canisterId).toBe("");
    expect(outcome).toMatchObject({
      kind: "invalid",
      message: expect.stringMatching(/argument 1.*expected principal/),
    });
    expect(install({ name: "vault", wasmPath }).outcome).toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("is missing"),
    });
    expect(it.network.request("network/status", {}).canisters).toEqual([]);
  });

  test("installing over code says what to do instead, upgrading without code too", () => {
    install();
    expect(install().outcome).toMatchObject({ errorCode: "IC0514", message: expect.stringContaining("upgrade it") });
    it.network.request("network/uninstall", { canister: "counter" });
    expect(install({ mode: "upgrade" }).outcome).toMatchObject({ errorCode: "IC0537" });
  });

  test("a reinstall empties the state and shows both sides", () => {
    install();
    call({ method: "increment" });
    const { before, after } = install({ mode: "reinstall" });
    expect([before?.queries[0]?.result, after?.queries[0]?.result]).toEqual(["(1 : nat64)", "(0 : nat64)"]);
  });

  test("an upgrade that needs no argument takes none, whatever the first install took", () => {
    const wasmPath = sampleModule("vault", "vault");
    install({ name: "vault", wasmPath, argument: '(principal "aaaaa-aa")' });
    expect(install({ name: "vault", wasmPath, mode: "upgrade" }).outcome).not.toMatchObject({ kind: "invalid" });
  });
});

describe("calling", () => {
  beforeEach(() => void install());

  test("an update costs cycles and instructions, a query only instructions", () => {
    const { cycles } = summary();
    const update = call({ method: "increment" });
    expect(update).toMatchObject({ kind: "replied", reply: "(1 : nat64)", replyHex: "4449444c0001780100000000000000" });
    if (update.kind !== "replied") throw new Error("it replied");
    expect(BigInt(cycles) - BigInt(summary().cycles)).toBe(BigInt(update.cost.cycles));
    // 5 M for the execution, 1.2 M and 2 000 a byte for the signed envelope, 1 an instruction.
    const forEnvelope = BigInt(update.cost.cycles) - 5_000_000n - 1_200_000n - BigInt(update.cost.instructions);
    expect(forEnvelope % 2_000n).toBe(0n);
    expect(Number(forEnvelope / 2_000n)).toBeGreaterThan(250);
    expect(call()).toMatchObject({ kind: "replied", cost: { cycles: "0", rounds: 0 } });
  });

  test("as a query, an update method does not exist", () => {
    expect(call({ method: "increment", as: "query" })).toMatchObject({ kind: "rejected", errorCode: "IC0536" });
    expect(call({ as: "update" })).toMatchObject({ kind: "replied", reply: "(0 : nat64)" });
  });

  test.each([
    ["an argument too many", { argument: "(1)" }, "expected no argument, found 1"],
    ["text that is no Candid", { argument: "(1" }, ""],
    ["a method that is not there", { method: "got" }, "Its methods: get, increment."],
  ])("%s: nothing is sent", (_, changes, message) => {
    const { cycles, canisterVersion } = summary();
    expect(call(changes)).toEqual({ kind: "invalid", message: expect.stringContaining(message) });
    expect(summary()).toMatchObject({ cycles, canisterVersion });
  });

  test("a canister that is not there is answered with those that are", () => {
    expect(() => call({ canister: "cuonter" })).toThrow("Canisters on the network: counter.");
    expect(() => call({ canister: "lqy7q-dh777-77777-aaaaq-cai" })).toThrow(expect.objectContaining({ code: -32002 }));
  });

  test("the interface comes from the module, with a form for each method", () => {
    const { candid, form } = it.network.request("network/interface", { canister: "counter" });
    expect(candid).toContain("increment");
    expect(form.methods.map(({ name, mode, results }) => [name, mode, results])).toEqual([
      ["get", "query", "(nat64)"],
      ["increment", "update", "(nat64)"],
    ]);
  });

  test("a cancelled execution leaves the state as it was", () => {
    const wasmPath = join(directory, "spin.wasm");
    writeFileSync(wasmPath, spinningModule());
    install({ name: "spinner", wasmPath });
    call({ canister: "spinner", method: "count" });
    it.cancels = true;
    const outcome = call({ canister: "spinner", method: "spin" });
    expect(outcome).toMatchObject({ kind: "rejected", message: expect.stringContaining("cancelled by hand") });
    it.cancels = false;
    expect(call({ canister: "spinner", method: "read" })).toMatchObject({ reply: "(1 : nat64)" });
    expect(it.progress.at(-1)).toMatchObject({ title: "spinner: update spin" });
  });
});

describe("the life of a canister", () => {
  beforeEach(() => void install());

  test("stop, start, stop, delete", () => {
    const target = { canister: "counter" };
    expect(it.network.request("network/delete", target)).toMatchObject({ kind: "rejected", errorCode: "IC0510" });
    expect(it.network.request("network/stop", target)).toMatchObject({ kind: "replied" });
    expect(summary().status).toBe("stopped");
    expect(call({ method: "increment" })).toMatchObject({ kind: "rejected", errorCode: "IC0508" });
    expect(it.network.request("network/start", target)).toMatchObject({ kind: "replied" });
    expect(call({ method: "increment" })).toMatchObject({ kind: "replied" });
    it.network.request("network/stop", target);
    expect(it.network.request("network/delete", target)).toMatchObject({ kind: "replied" });
    expect(it.network.request("network/status", {}).canisters).toEqual([]);
    expect(install().canisterId).toBe("lqy7q-dh777-77777-aaaaq-cai");
  });

  test("the identity selected for calls does not stand in the way of an upgrade", () => {
    it.network.request("network/selectIdentity", { name: "anonymous" });
    expect(install({ mode: "upgrade" }).outcome).toMatchObject({ kind: "replied" });
    const refused = install({ mode: "upgrade", identity: "anonymous" }).outcome;
    expect(refused).toMatchObject({ kind: "rejected", errorCode: "IC0512" });
  });

  test("a new identity is selected, kept and unknown to nobody", () => {
    const { selectedIdentity, identities } = it.network.request("network/createIdentity", { name: "alice" });
    expect(selectedIdentity).toBe("alice");
    it.network.close();
    it = openNetwork(directory);
    const status = it.network.request("network/status", {});
    expect(status.selectedIdentity).toBe("alice");
    expect(status.identities).toEqual(identities);
    expect(() => it.network.request("network/selectIdentity", { name: "bob" })).toThrow("anonymous, developer, alice");
  });

  test.each(["", "1.5", "-1", "many"])("`%s` is no amount of cycles", (amount) => {
    expect(() => it.network.request("network/addCycles", { canister: "counter", amount })).toThrow(
      "no amount of cycles",
    );
  });
});

describe("state on disk", () => {
  test("everything is there again: code, heap, names, cycles, time", () => {
    install();
    call({ method: "increment" });
    it.network.request("network/advanceTime", { seconds: 3600 });
    const before = it.network.request("network/status", {});
    it.network.close();
    it = openNetwork(directory);
    expect(it.notices).toEqual([]);
    const after = it.network.request("network/status", {});
    expect(after.canisters).toEqual(before.canisters);
    expect(BigInt(after.timeNanos) - BigInt(before.timeNanos)).toBeLessThan(1_000n);
    expect(call({ method: "increment" })).toMatchObject({ reply: "(2 : nat64)" });
  });

  test("a process that was killed loses nothing that was answered", () => {
    install();
    for (let count = 0; count < 5; count++) call({ method: "increment" });
    // Not closed: what is on disk now is what a killed process leaves.
    const other = openNetwork(directory);
    const reply = other.network.request("network/call", { canister: "counter", method: "get", argument: "()" });
    expect(reply).toMatchObject({ reply: "(5 : nat64)" });
    other.network.close();
  });

  test("a call writes the pages that it changed, not the heap", () => {
    install();
    const bytes = () => statSync(join(directory, stateFile())).size;
    const before = bytes();
    call({ method: "increment" });
    expect(bytes() - before).toBeLessThan(60_000);
    expect(bytes() - before).toBeGreaterThan(4_096);
    const between = bytes();
    call();
    expect(bytes()).toBe(between);
  });

  test("state that cannot be written is told once, and the network goes on", () => {
    install();
    const modules = join(directory, "modules");
    rmSync(modules, { recursive: true });
    writeFileSync(modules, "in the way");
    install({ name: "other", wasmPath: sampleModule("counter", "counter_v2") });
    call({ canister: "other", method: "increment" });
    expect(it.notices).toEqual([expect.stringMatching(/cannot be written/)]);
    expect(it.network.request("network/status", {}).problem).toContain("cannot be written");
    expect(call({ canister: "other" })).toMatchObject({ reply: "(1 : nat64)" });
    rmSync(modules);
    it.network.close();
    rmSync(modules, { recursive: true, force: true });
  });

  test("state of another version is kept aside, and an empty network opened", () => {
    install();
    it.network.close();
    const path = join(directory, stateFile());
    writeFileSync(path, "something else");
    it = openNetwork(directory);
    expect(it.notices.join()).toMatch(/cannot be read.*kept as/s);
    expect(it.network.request("network/status", {}).canisters).toEqual([]);
    expect(readdirSync(directory).some((name) => name.startsWith("unreadable-state-"))).toBe(true);
  });

  test("state with a module that this host refuses is left as it is, for the host that made it", () => {
    install();
    it.network.close();
    const before = readFileSync(join(directory, stateFile()));
    const refuse = { prepare: () => ({ kind: "invalid", message: "It needs a newer Node." }) as const };
    expect(() => openNetwork(directory, { embedder: { ...it.embedder, ...refuse } })).toThrow(
      /left as it is: the saved module .* cannot be run here\. It needs a newer Node\. .*delete .* to begin anew/,
    );
    expect(readFileSync(join(directory, stateFile()))).toEqual(before);
    it = openNetwork(directory);
    expect(it.notices).toEqual([]);
    expect(it.network.request("network/status", {}).canisters).toHaveLength(1);
  });

  test("a reset leaves identities and nothing else", () => {
    install();
    it.network.request("network/createIdentity", { name: "alice" });
    const status = it.network.request("network/reset", {});
    expect(status.canisters).toEqual([]);
    expect(status.identities.map((identity) => identity.name)).toEqual(["anonymous", "developer", "alice"]);
    it.network.close();
    it = openNetwork(directory);
    expect(it.network.request("network/status", {}).canisters).toEqual([]);
    expect(install().canisterId).toBe("lxzze-o7777-77777-aaaaa-cai");
  });

  function stateFile(): string {
    const name = readdirSync(directory).find((file) => /^state-\d+\.bin$/.test(file));
    if (name === undefined) throw new Error("there is no state file");
    return name;
  }
});

describe("several subnets", () => {
  const reset = (...subnets: string[]) => it.network.request("network/reset", { subnets });

  test("a network has one application subnet, of which nothing is said, until others are asked for", () => {
    install();
    expect(summary()).not.toHaveProperty("subnet");
    const { subnets } = reset("application", "nns", "application");
    expect(subnets.map(({ name, kind, nodes, canisters }) => ({ name, kind, nodes, canisters }))).toEqual([
      { name: "application 1", kind: "application", nodes: 13, canisters: 0 },
      { name: "nns", kind: "nns", nodes: 40, canisters: 0 },
      { name: "application 2", kind: "application", nodes: 13, canisters: 0 },
    ]);
  });

  test("a canister is created where the request says, shows it, and pays what its subnet asks", () => {
    reset("application", "nns");
    expect(install().canisterId).toBe("lxzze-o7777-77777-aaaaa-cai");
    install({ name: "governed", subnet: "nns" });
    expect(summary().subnet).toBe("application");
    expect(summary("governed").subnet).toBe("nns");
    const outcome = call({ canister: "governed", method: "increment" });
    expect(outcome).toMatchObject({ kind: "replied", reply: "(1 : nat64)", cost: { cycles: "0" } });
    expect(outcome.kind === "replied" && outcome.trace.every((line) => line.subnet === "nns")).toBe(true);
    expect(() => install({ name: "other", subnet: "sns" })).toThrow(
      "This network has no subnet `sns`. It has: application, nns.",
    );
  });

  test("all of them come back from the disk, with the canisters on them", () => {
    reset("application", "fiduciary");
    install({ subnet: "fiduciary" });
    call({ method: "increment" });
    it.network.close();
    it = openNetwork(directory, { subnets: ["application", "fiduciary"] });
    expect(it.notices).toEqual([]);
    expect(call()).toMatchObject({ reply: "(1 : nat64)" });
    expect(summary().subnet).toBe("fiduciary");
  });

  test("a network with canisters keeps its subnets and says so; an empty one takes those of the setting", () => {
    it.network.close();
    it = openNetwork(directory, { subnets: ["system"] });
    expect(it.network.request("network/status", {}).subnets.map((subnet) => subnet.kind)).toEqual(["system"]);
    install();
    it.network.close();
    it = openNetwork(directory, { subnets: ["application"] });
    expect(it.notices).toEqual([
      "The network has canisters and keeps its subnets: system. Reset it to have those that the settings name: application.",
    ]);
    expect(call()).toMatchObject({ reply: "(0 : nat64)" });
    expect(it.network.request("network/reset", {}).subnets.map((subnet) => subnet.kind)).toEqual(["system"]);
  });

  test("what is no list of kinds changes nothing", () => {
    install();
    expect(() => reset("application", "main")).toThrow("There is no kind of subnet `main`. There are: application,");
    expect(() => reset()).toThrow("A network has at least one subnet.");
    it.network.close();
    expect(() => openNetwork(directory, { subnets: ["main"] })).toThrow("There is no kind of subnet `main`.");
    it = openNetwork(directory);
    expect(call()).toMatchObject({ reply: "(0 : nat64)" });
  });
});

describe("time", () => {
  test("a timer runs when the machine's clock has reached it, and not before", () => {
    install({ name: "timers", wasmPath: sampleModule("timers", "timers") });
    expect(it.network.millisToNextTick()).toBeGreaterThan(9_000);
    it.now += 9_000_000_000n;
    expect(it.network.tick()).toBe(false);
    it.now += 1_001_000_000n;
    expect(it.network.millisToNextTick()).toBe(1);
    expect(it.network.tick()).toBe(true);
    expect(call({ canister: "timers", method: "ticks" })).toMatchObject({ reply: "(1 : nat64)" });
  });

  test("without timers and heartbeats there is nothing to wait for", () => {
    install();
    expect(it.network.millisToNextTick()).toBeUndefined();
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("the clock does not move by %s", (seconds) => {
    expect(() => it.network.request("network/advanceTime", { seconds })).toThrow("forward only");
  });

  test("what was moved ahead stays ahead", () => {
    const before = BigInt(it.network.request("network/status", {}).timeNanos);
    it.network.request("network/advanceTime", { seconds: 60 });
    it.now += 5_000_000_000n;
    const passed = BigInt(it.network.request("network/status", {}).timeNanos) - before;
    expect(passed / 1_000_000_000n).toBe(65n);
  });
});

describe("charging for memory", () => {
  function cost() {
    const outcome = call({ method: "increment" });
    if (outcome.kind !== "replied") throw new Error("it replied");
    return outcome.cost;
  }

  test("follows the profile that was asked for, which the network remembers", () => {
    install();
    const tracked = cost();
    expect(tracked.metering).toBe("deterministicMemoryTracker");
    expect(Number(tracked.instructions)).toBeGreaterThan(160_000);
    it.network.close();
    it = openNetwork(directory, { metering: "classic" });
    const classic = cost();
    expect(classic.metering).toBe("classic");
    expect(Number(classic.instructions)).toBeLessThan(80_000);
    it.network.close();
    it = openNetwork(directory);
    expect(it.notices).toEqual([]);
    expect(cost().metering).toBe("classic");
    it.network.request("network/reset", { metering: "deterministicMemoryTracker" });
    install();
    expect(cost().metering).toBe("deterministicMemoryTracker");
  });

  test("knows no other profile", () => {
    expect(() => it.network.request("network/reset", { metering: "none" })).toThrow(
      "There is no metering profile `none`. Choose one of: classic, deterministicMemoryTracker.",
    );
  });
});

describe("rate limits", () => {
  /** Installs another module each time: one that was compiled before costs next to nothing. */
  const replace = () => {
    const wasmPath = join(directory, "long.wasm");
    writeFileSync(wasmPath, longModule(length--));
    const { outcome } = install({ wasmPath, mode: "reinstall" });
    return outcome.kind === "rejected" ? outcome.errorCode : outcome.kind;
  };
  let length: number;

  test("are off unless they are asked for; seconds pay off what an installation used", () => {
    // Compiling takes 2.1 billion instructions, and a round pays 2 billion, that of the installation too.
    length = 350_000;
    install();
    expect([replace(), replace()]).toEqual(["replied", "replied"]);
    it.network.close();
    it = openNetwork(directory, { rateLimits: true });
    expect(replace()).toBe("replied");
    expect(it.network.millisToNextTick()).toBe(1_000);
    it.now += 1_000_000_000n;
    expect(replace()).toBe("replied");
    it.network.request("network/advanceTime", { seconds: 1 });
    expect(replace()).toBe("replied");
    it.network.close();
    it = openNetwork(directory);
    expect(replace()).toBe("IC0209");
  });
});
