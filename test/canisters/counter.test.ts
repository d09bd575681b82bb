/**
 * The counter sample, built by cargo as a user's own canister would be: built, installed, changed, built again, upgraded.
 * The command line runs from its bundle, each command in a process of its own.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../support/sourceFiles.ts";

const workspace = mkdtempSync(join(tmpdir(), "canister-workbench-cargo-"));
const source = join(workspace, "counter_v3", "src", "lib.rs");
const original = readFileSync(join(projectRoot, "media/samples/counter/counter_v3/src/lib.rs"), "utf8");

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(projectRoot, "server/out/commandLine.cjs"), ...args],
    {
      cwd: workspace,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  return { status, stdout, stderr };
}

beforeAll(() => {
  cpSync(join(projectRoot, "media/samples/counter"), workspace, {
    recursive: true,
    filter: (path) => !/[\\/](target|wasm|\.canister-workbench)$/.test(path),
  });
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

describe("a canister of a project, from source", () => {
  test("run builds the right package and installs what came of it", () => {
    const { status, stdout, stderr } = run("run", "counter_v3");
    expect(stderr + stdout).toContain("installed counter_v3 (lxzze-o7777-77777-aaaaa-cai)");
    expect(status).toBe(0);
    expect(run("call", "counter_v3", "increment").stdout).toContain("(1 : nat64)");
    expect(run("call", "counter_v3", "increment").stdout).toContain("(2 : nat64)");
  });

  test("run again, with nothing changed, installs nothing", () => {
    const { status, stdout } = run("run", "counter_v3");
    expect(status).toBe(0);
    expect(stdout).not.toContain("upgraded");
  });

  test("a build that fails installs nothing, and the canister goes on as it was", () => {
    writeFileSync(source, `${original}\nfn broken() -> u64 { "no number" }\n`);
    const { status, stdout, stderr } = run("upgrade", "counter_v3");
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("mismatched types");
    expect(stdout).not.toContain("upgraded");
    expect(run("call", "counter_v3", "get").stdout).toContain("(2 : nat64)");
  });

  test("a changed source is built and upgraded to, and the state is kept", () => {
    expect(original).toContain("count + 1");
    writeFileSync(source, original.replace("count + 1", "count + 10"));
    const { status, stdout } = run("upgrade", "counter_v3");
    expect(stdout).toContain("upgraded counter_v3 (lxzze-o7777-77777-aaaaa-cai)");
    expect(stdout).toMatch(/get +\(2 : nat64\) +\(2 : nat64\)/);
    expect(status).toBe(0);
    expect(run("call", "counter_v3", "increment").stdout).toContain("(12 : nat64)");
  });

  test("without cargo the command says what is missing, and what is installed goes on", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(projectRoot, "server/out/commandLine.cjs"), "build", "counter_v3"],
      { cwd: workspace, encoding: "utf8", env: { ...process.env, PATH: workspace, Path: workspace } },
    );
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/cargo.*rustup/s);
    expect(run("call", "counter_v3", "get").stdout).toContain("(12 : nat64)");
  });
});
