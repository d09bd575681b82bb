/** The pure parts of the explorer: which canisters it lists and what it offers for each. */
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCycles, parseSeconds } from "../../client/src/commands/readAmounts.ts";
import { contextWords, cyclesText, describeCanister, joinCanisters } from "../../client/src/explorer/canisterItem.ts";
import { readFromWebview } from "../../client/src/explorer/readFromWebview.ts";
import { keptWasmFiles, newestWasm, sourceNewerThan } from "../../client/src/wasmFiles.ts";
import type { ProjectCanister } from "../../server/src/protocol/language.ts";
import type { CanisterSummary } from "../../server/src/protocol/network.ts";

const counter = rustCanister("counter", "/p");
const running: CanisterSummary = {
  canisterId: "lxzze-o7777-77777-aaaaa-cai",
  name: "counter",
  status: "running",
  cycles: "1999876543210",
  moduleHash: "ab".repeat(32),
  controllers: [],
  heapMemoryBytes: 1,
  stableMemoryBytes: 0,
  canisterVersion: "1",
};
const { name: _, moduleHash: __, ...nameless } = running;

describe("the list of canisters", () => {
  test("joins manifests and network by name, and keeps what only one of them knows", () => {
    const child = { ...nameless, canisterId: "child-id" };
    const items = joinCanisters([counter, rustCanister("ledger", "/p")], [child, running]);
    expect(items.map((it) => [it.name, it.project?.name, it.summary?.canisterId])).toEqual([
      ["counter", "counter", running.canisterId],
      ["ledger", "ledger", undefined],
      ["child-id", undefined, "child-id"],
    ]);
  });

  test("says what each is", () => {
    expect(describeCanister({ name: "a", project: counter })).toBe("not installed");
    expect(describeCanister({ name: "a", summary: running })).toBe("running · 2.000 T cycles");
    expect(describeCanister({ name: "a", summary: nameless })).toBe("empty · 2.000 T cycles");
    expect(cyclesText("512300000")).toBe("512.300 M cycles");
    expect(cyclesText("17")).toBe("17 cycles");
  });

  test("offers what fits", () => {
    expect(contextWords({ name: "a", project: counter })).toBe("canister absent buildable installable");
    expect(contextWords({ name: "a", project: counter, summary: running })).toBe(
      "canister installed running buildable installable",
    );
    expect(contextWords({ name: "a", summary: { ...nameless, status: "stopped" } })).toBe("canister empty stopped");
  });
});

describe("amounts that users write", () => {
  test.each([
    ["1t", "1000000000000"],
    ["1.5t", "1500000000000"],
    ["20B", "20000000000"],
    ["500_000", "500000"],
    ["0.0001k", undefined],
    ["-1t", undefined],
    ["many", undefined],
    ["", undefined],
  ])("%s cycles", (written, expected) => expect(parseCycles(written)).toBe(expected));

  test.each([
    ["30", 30],
    ["30s", 30],
    ["5m", 300],
    ["2h", 7_200],
    ["1d", 86_400],
    ["1w", undefined],
    ["", undefined],
  ])("%s of time", (written, expected) => expect(parseSeconds(written)).toBe(expected));
});

describe("messages of the webview", () => {
  test("known ones pass, with nothing but what they are made of", () => {
    const call = { kind: "call", method: "get", argument: "()" };
    expect(readFromWebview({ ...call, more: "x" })).toEqual(call);
    expect(readFromWebview({ kind: "command", command: "install" })).toEqual({ kind: "command", command: "install" });
  });

  test.each([
    [undefined],
    ["call"],
    [{ kind: "call", method: 1, argument: "()" }],
    [{ kind: "command", command: "workbench.action.quit" }],
    [{ kind: "command", command: "toString" }],
    [{ kind: "else" }],
  ])("%j is dropped", (message) => expect(readFromWebview(message)).toBeUndefined());
});

describe("the Wasm of a canister", () => {
  test("is the newest of those that were built or kept, and older than a source that changed since", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wasm-files-"));
    const canister = rustCanister("counter", directory);
    expect(await newestWasm(canister)).toBeUndefined();

    write(join(directory, "wasm/counter.wasm"), 10);
    write(join(directory, "wasm/counter_v2.wasm"), 10);
    write(join(directory, "src/lib.rs"), 5);
    const kept = await newestWasm(canister);
    expect(kept?.path).toBe(join(directory, "wasm/counter.wasm"));
    expect(await sourceNewerThan(canister, kept!)).toBeUndefined();
    expect(await keptWasmFiles(canister)).toEqual([
      join(directory, "wasm/counter.wasm"),
      join(directory, "wasm/counter_v2.wasm"),
    ]);

    write(join(directory, "src/lib.rs"), 20);
    write(join(directory, "target/debug/generated.rs"), 90);
    expect(await sourceNewerThan(canister, kept!)).toBe(join(directory, "src/lib.rs"));

    write(join(directory, "target/counter.wasm"), 30);
    const built = await newestWasm(canister);
    expect(built?.path).toBe(join(directory, "target/counter.wasm"));
    expect(await sourceNewerThan(canister, built!)).toBeUndefined();
  });
});

function rustCanister(name: string, directory: string): ProjectCanister {
  const wasmPath = join(directory, `target/${name}.wasm`);
  return {
    name,
    projectDirectory: directory,
    manifestPath: join(directory, "icp.yaml"),
    source: { kind: "rust", packageName: name, crateDirectory: directory },
    build: { program: "cargo", args: ["build"], workingDirectory: directory, environment: {}, wasmPath },
    wasmPath,
  };
}

/** A file that was modified `seconds` after 1970-01-01. */
function write(path: string, seconds: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  utimesSync(path, seconds, seconds);
}
