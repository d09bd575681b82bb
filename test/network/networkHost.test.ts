import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NetworkHost } from "../../server/src/network/networkHost.ts";
import { projectRoot } from "../support/sourceFiles.ts";
import { sampleModule } from "./openNetwork.ts";

let folder: string;
let host: NetworkHost;
let mistakes: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "host-"));
  mistakes = [];
  host = new NetworkHost({
    directory: join(folder, ".canister-workbench"),
    program: "a test",
    worker: pathToFileURL(join(projectRoot, "test/network/hangingWorker.ts")),
    versions: {},
    changed: () => {},
    progress: () => {},
    mayRequest: async () => "not in this test",
    notice: (message) => mistakes.push(message),
    mistake: (stack) => mistakes.push(stack),
    reactionMillisMax: 500,
  });
});

afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const wasmPath = sampleModule("counter", "counter_v1");
const call = (method: string) => host.request("network/call", { canister: "counter", method, argument: "()" });

test("a Worker that does not react to a cancellation is ended by force, and its state comes from the disk again", async () => {
  await host.request("network/install", { name: "counter", mode: "install", wasmPath });
  await call("increment");
  const hanging = host.request("network/logs", { canister: "hang" });
  const behind = call("increment");
  const failures = Promise.allSettled([hanging, behind]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(host.cancel()).toBe(true);
  for (const failure of await failures) {
    expect(failure).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("ended by force") },
    });
  }
  expect(await call("get")).toMatchObject({ reply: "(1 : nat64)" });
  expect(await call("increment")).toMatchObject({ reply: "(2 : nat64)" });
  expect(mistakes).toEqual([]);
});

test("the folder is free again after closing, and a later request takes it again", async () => {
  const lock = join(folder, ".canister-workbench/lock");
  await host.request("network/status", {});
  expect(existsSync(lock)).toBe(true);
  await host.close();
  expect(existsSync(lock)).toBe(false);
  await host.request("network/status", {});
  expect(existsSync(lock)).toBe(true);
});

test("requests are answered in the order in which they came", async () => {
  await host.request("network/install", { name: "counter", mode: "install", wasmPath });
  const replies = await Promise.all([call("increment"), call("increment"), call("get")]);
  expect(replies.map((it) => it.kind === "replied" && it.reply)).toEqual(["(1 : nat64)", "(2 : nat64)", "(2 : nat64)"]);
});
