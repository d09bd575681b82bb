import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDirectory } from "../../server/src/network/directoryLock.ts";

let directory: string;
let other: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
});

afterEach(() => {
  other?.kill("SIGKILL");
  other = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const lockPath = () => join(directory, "lock");

function writeLock(lock: Record<string, unknown>): void {
  writeFileSync(lockPath(), JSON.stringify({ program: "VS Code", host: hostname(), sinceMillis: Date.now(), ...lock }));
}

test("a directory is held until it is released, and leaves nothing behind", () => {
  const lock = lockDirectory(directory, "canister-workbench call");
  expect(JSON.parse(readFileSync(lockPath(), "utf8"))).toMatchObject({
    pid: process.pid,
    program: "canister-workbench call",
  });
  expect(() => lockDirectory(directory, "again")).toThrow(/in use by canister-workbench call/);
  lock.release();
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
  lockDirectory(directory, "again").release();
});

test("a second process is refused, naming the first and what to do", () => {
  other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeLock({ pid: other.pid });
  const attempt = () => lockDirectory(directory, "canister-workbench run");
  expect(attempt).toThrow(`is in use by VS Code (process ${other.pid})`);
  expect(attempt).toThrow(`delete ${lockPath()}`);
  expect(attempt).toThrow(expect.objectContaining({ code: -32001 }));
});

test("the lock of a process that is gone is taken over", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeLock({ pid });
  const lock = lockDirectory(directory, "canister-workbench run");
  expect(JSON.parse(readFileSync(lockPath(), "utf8"))).toMatchObject({ pid: process.pid });
  lock.release();
  expect(existsSync(lockPath())).toBe(false);
});

test("a lock from before the machine started is taken over although its number is in use", () => {
  other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeLock({ pid: other.pid, sinceMillis: 1000 });
  lockDirectory(directory, "canister-workbench run").release();
});

test("a lock that cannot be read is taken over", () => {
  writeFileSync(lockPath(), '{"pid": 12');
  lockDirectory(directory, "canister-workbench run").release();
});

test("the lock of another machine is left alone", () => {
  writeLock({ pid: 1, host: "elsewhere" });
  expect(() => lockDirectory(directory, "canister-workbench run")).toThrow(/on elsewhere/);
});
