/** Snapshots as people take and load them, and that they survive the process. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openNetwork, sampleModule, type TestNetwork } from "./openNetwork.ts";

let directory: string;
let it: TestNetwork;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "snapshots-"));
  it = openNetwork(directory);
  install("install", "counter_v1");
});

afterEach(() => {
  it.network.close();
  rmSync(directory, { recursive: true, force: true });
});

const canister = "counter";

function install(mode: "install" | "upgrade", version: string) {
  const wasmPath = sampleModule("counter", version);
  return it.network.request("network/install", { name: canister, mode, wasmPath });
}

function call(method: string): string {
  const outcome = it.network.request("network/call", { canister, method, argument: "()" });
  return outcome.kind === "replied" ? outcome.reply : outcome.message;
}

const take = () => it.network.request("network/takeSnapshot", { canister });
const list = () => it.network.request("network/snapshots", { canister }).snapshots;
const load = (snapshot: string) => it.network.request("network/loadSnapshot", { canister, snapshot });
const remove = (snapshot: string) => it.network.request("network/deleteSnapshot", { canister, snapshot });

function reopen(): void {
  it.network.close();
  it = openNetwork(directory);
}

test("a snapshot is taken, listed and loaded by its number", () => {
  call("increment");
  const { outcome, snapshot } = take();
  expect(outcome).toMatchObject({ kind: "replied" });
  expect(snapshot).toMatchObject({ number: 0 });
  expect(list()).toEqual([snapshot]);
  const status = () => it.network.request("network/status", {}).canisters[0];
  const hash = status()?.moduleHash;
  call("increment");
  install("upgrade", "counter_v2");
  expect(status()?.moduleHash).not.toBe(hash);
  expect(load("0")).toMatchObject({ kind: "replied" });
  expect(status()?.moduleHash).toBe(hash);
  expect(call("get")).toBe("(1 : nat64)");
});

test("and by its id; a deleted one is gone, and its number is not given again", () => {
  const { snapshot } = take();
  expect(load(snapshot?.id ?? "")).toMatchObject({ kind: "replied" });
  expect(remove("0")).toMatchObject({ kind: "replied" });
  expect(list()).toEqual([]);
  expect(() => load("0")).toThrow("counter has no snapshots. Take one first.");
  expect(take().snapshot?.number).toBe(1);
  expect(() => remove("0")).toThrow("counter has no snapshot `0`. It has: 1.");
});

test("ten are the most; the network says so", () => {
  for (let count = 0; count < 10; count++) expect(take().snapshot?.number).toBe(count);
  expect(take()).toMatchObject({
    outcome: { kind: "rejected", errorCode: "IC0406", message: expect.stringContaining("maximum number of snapshots") },
  });
  expect(list()).toHaveLength(10);
});

test("they are there again after the process, of a canister without code too", () => {
  call("increment");
  take();
  call("increment");
  take();
  it.network.request("network/uninstall", { canister });
  reopen();
  expect(list().map(({ number }) => number)).toEqual([0, 1]);
  load("0");
  expect(call("get")).toBe("(1 : nat64)");
  reopen();
  expect(call("get")).toBe("(1 : nat64)");
  load("1");
  expect(call("get")).toBe("(2 : nat64)");
});

test("the modules of snapshots are kept as long as they are needed", () => {
  const modules = () => readdirSync(join(directory, "modules")).length;
  take();
  install("upgrade", "counter_v2");
  reopen();
  expect(modules()).toBe(2);
  load("0");
  expect(call("get")).toBe("(0 : nat64)");
});

test("a canister that is deleted takes its snapshots with it", () => {
  take();
  it.network.request("network/stop", { canister });
  it.network.request("network/delete", { canister });
  reopen();
  expect(it.network.request("network/status", {}).canisters).toEqual([]);
  install("install", "counter_v1");
  expect(list()).toEqual([]);
});
