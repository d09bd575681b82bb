import { type ChildProcess, fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import type { NetworkMethod, NetworkRequests, Progress } from "../../server/src/protocol/network.ts";
import { projectRoot } from "../support/sourceFiles.ts";
import { sampleModule } from "./openNetwork.ts";
import { spinningModule } from "./testModules.ts";

let folder: string;
let directory: string;
let servers: ServerProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "server-"));
  directory = join(folder, ".canister-workbench");
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The network server as the extension starts it. */
class ServerProcess {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly progress: Progress[] = [];
  readonly notices: string[] = [];
  changes = 0;
  errors = "";

  constructor() {
    const server = join(projectRoot, "server/src/networkServer.ts");
    this.process = fork(server, ["--state-directory", directory], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.process.stderr?.on("data", (text) => {
      this.errors += text;
    });
    this.connection = createMessageConnection(new IPCMessageReader(this.process), new IPCMessageWriter(this.process));
    this.connection.onNotification("network/progress", (it: Progress) => {
      this.progress.push(it);
    });
    this.connection.onNotification("network/changed", () => {
      this.changes++;
    });
    this.connection.onNotification("network/notice", ({ message }: { readonly message: string }) => {
      this.notices.push(message);
    });
    this.connection.listen();
    servers.push(this);
  }

  ask<M extends NetworkMethod>(method: M, params: NetworkRequests[M]["params"]): Promise<NetworkRequests[M]["result"]> {
    return this.connection.sendRequest<NetworkRequests[M]["result"]>(method as string, params);
  }

  async end(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.connection.dispose();
    if (this.process.connected) this.process.disconnect();
    return ended;
  }
}

describe("the network server", () => {
  test("installs and calls a canister, and a later process finds what was left", async () => {
    const server = new ServerProcess();
    const wasmPath = sampleModule("counter", "counter_v1");
    const installed = await server.ask("network/install", { name: "counter", mode: "install", wasmPath });
    expect(installed).toMatchObject({ canisterId: "lxzze-o7777-77777-aaaaa-cai", outcome: { kind: "replied" } });
    const call = { canister: "counter", method: "increment", argument: "()" };
    expect(await server.ask("network/call", call)).toMatchObject({ kind: "replied", reply: "(1 : nat64)" });
    const { form } = await server.ask("network/interface", { canister: "counter" });
    expect(form.methods.map((it) => [it.name, it.mode])).toEqual([
      ["get", "query"],
      ["increment", "update"],
    ]);
    expect(server.changes).toBe(2);
    expect(await server.end()).toBe(0);
    expect(existsSync(join(directory, "lock"))).toBe(false);

    const next = new ServerProcess();
    expect(await next.ask("network/call", { ...call, method: "get" })).toMatchObject({ reply: "(1 : nat64)" });
    expect((await next.ask("network/status", {})).versions).toMatchObject({
      node: expect.any(String),
      engine: "0.1.0",
    });
  });

  test("keeps what was committed when it is killed", async () => {
    const server = new ServerProcess();
    const wasmPath = sampleModule("counter", "counter_v1");
    await server.ask("network/install", { name: "counter", mode: "install", wasmPath });
    for (let count = 0; count < 3; count++) {
      await server.ask("network/call", { canister: "counter", method: "increment", argument: "()" });
    }
    const ended = new Promise((resolve) => server.process.once("exit", resolve));
    server.process.kill("SIGKILL");
    await ended;
    const next = new ServerProcess();
    const reply = await next.ask("network/call", { canister: "counter", method: "get", argument: "()" });
    expect(reply).toMatchObject({ reply: "(3 : nat64)" });
    expect(next.errors).toBe("");
  });

  test("answers while a canister spins; cancelling ends the execution and loses nothing", async () => {
    const server = new ServerProcess();
    const wasmPath = join(folder, "spin.wasm");
    writeFileSync(wasmPath, spinningModule());
    await server.ask("network/install", { name: "spinner", mode: "install", wasmPath });
    await server.ask("network/call", { canister: "spinner", method: "count", argument: "()" });
    const before = await server.ask("network/call", { canister: "spinner", method: "read", argument: "()" });
    const spinning = server.ask("network/call", { canister: "spinner", method: "spin", argument: "()" });
    await expect.poll(() => server.progress.length, { timeout: 50_000 }).toBeGreaterThan(0);
    expect(server.progress[0]).toMatchObject({ title: "spinner: update spin", instructionLimit: "40000000000" });
    expect(await server.ask("network/cancel", {})).toEqual({ cancelled: true });
    expect(await spinning).toMatchObject({ kind: "rejected", message: expect.stringContaining("cancelled by hand") });
    expect(await server.ask("network/call", { canister: "spinner", method: "read", argument: "()" })).toMatchObject({
      replyHex: before.kind === "replied" ? before.replyHex : "",
    });
    expect(await server.ask("network/cancel", {})).toEqual({ cancelled: false });
  });

  test("refuses a folder that another process holds, and takes it when that one is gone", async () => {
    const first = new ServerProcess();
    await first.ask("network/status", {});
    const second = new ServerProcess();
    const refused = second.ask("network/status", {});
    await expect(refused).rejects.toMatchObject({ code: -32001 });
    await expect(refused).rejects.toThrow(`in use by the editor (process ${first.process.pid})`);
    await first.end();
    expect(await second.ask("network/status", {})).toMatchObject({ canisters: [] });
  });

  test("names what is wrong with a request", async () => {
    const server = new ServerProcess();
    await expect(server.ask("network/call", { canister: "x", method: "m", argument: "()" })).rejects.toMatchObject({
      code: -32002,
      message: expect.stringContaining("There is no canister `x`"),
    });
    const wasmPath = join(folder, "nothing.wasm");
    const install = server.ask("network/install", { name: "a", mode: "install", wasmPath });
    await expect(install).rejects.toThrow("there is no such file");
  });

  test("state that cannot be read is kept aside, which the client is told", async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "state-000001.bin"), "something else");
    const server = new ServerProcess();
    expect(await server.ask("network/status", {})).toMatchObject({ canisters: [] });
    expect(server.notices.join()).toMatch(/not a file of Canister Workbench.*kept as .*unreadable-/s);
  });

  test("a folder that cannot be used is said, and the process lives on", async () => {
    writeFileSync(directory, `in the way on ${hostname()}`);
    const server = new ServerProcess();
    await expect(server.ask("network/status", {})).rejects.toMatchObject({ code: -32003 });
    rmSync(directory);
    expect(await server.ask("network/status", {})).toMatchObject({ canisters: [] });
  });
});
