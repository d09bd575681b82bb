/** The commands that need a network, run as processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runWords } from "../../server/src/commandLine/commands.ts";
import { sampleModule } from "../network/openNetwork.ts";
import { spinningModule } from "../network/testModules.ts";
import { recordOutput } from "../support/commandOutput.ts";
import { projectRoot } from "../support/sourceFiles.ts";

let folder: string;
let running: ChildProcess[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "command-line-")));
  running = [];
  cpSync(join(projectRoot, "media/samples/counter"), folder, {
    recursive: true,
    filter: (path) => !/[\\/](target|\.canister-workbench)$/.test(path),
  });
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

function start(words: readonly string[], { cwd = folder, env = {} }: Options = {}) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(projectRoot, "server/src/commandLine.ts"), ...words], {
    cwd,
    env: { ...inherited, NODE_NO_WARNINGS: "1", ...env },
  });
  running.push(child);
  const seen = { out: "", errors: "" };
  child.stdout.on("data", (text) => {
    seen.out += text;
  });
  child.stderr.on("data", (text) => {
    seen.errors += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...seen })));
  return { child, ended, seen };
}

/** As a process of its own does it, but in this one. */
async function run(...words: string[]): Promise<Ended> {
  return runIn(folder, words);
}

async function runIn(workingDirectory: string, words: readonly string[]): Promise<Ended> {
  const output = recordOutput();
  const worker = pathToFileURL(join(projectRoot, "server/src/networkWorker.ts"));
  const code = await runWords(words, { workingDirectory, environment: process.env, output, worker });
  return { code, out: output.text, errors: output.errors };
}

async function succeed(...words: string[]): Promise<string> {
  const { code, out, errors } = await run(...words);
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return out;
}

describe("canister-workbench", () => {
  test("installs, calls, upgrades; what was lost stands beside what was there", async () => {
    expect(await succeed("run", "counter", "--wasm", "wasm/counter_v1.wasm")).toBe(
      "installed counter (lxzze-o7777-77777-aaaaa-cai)\n",
    );
    expect(await succeed("call", "counter", "increment")).toMatch(
      /^\(1 : nat64\)\n[\d,]+ instructions \(memory tracker\) · [\d,]+ cycles\n$/,
    );
    expect(await succeed("run", "counter", "--wasm", "wasm/counter_v1.wasm")).toContain("runs this module already");
    const traced = await succeed("call", "counter", "increment", "--trace");
    expect(traced).toMatch(/^\(2 : nat64\)\n {2}ingress counter: increment from developer {2}\(\) · [\d,]+ cycles\n/);
    expect(traced).toMatch(/\n {4}execute counter: update increment {2}\d+ pages committed · [\d,]+ instructions\n/);
    const upgraded = await succeed("run", "counter", "--wasm", "wasm/counter_v2.wasm");
    expect(upgraded).toMatch(/^upgraded counter .*\n +before +after\n/);
    expect(upgraded).toMatch(/\n {2}get +\(2 : nat64\) +\(0 : nat64\) {2}changed\n/);
  });

  test("finds the state from a folder below, and says json to machines", async () => {
    await succeed("run", "counter", "--wasm", "wasm/counter_v1.wasm");
    const inside = join(folder, "counter_v1", "src");
    const { out } = await runIn(inside, ["call", "counter", "increment", "--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      kind: "replied",
      reply: "(1 : nat64)",
      trace: expect.any(Array),
    });
    const status = JSON.parse((await runIn(inside, ["status", "--format", "json"])).out);
    expect(status).toMatchObject({ version: 1, canisters: [{ name: "counter", status: "running" }] });
    expect(readFileSync(join(folder, ".canister-workbench/.gitignore"), "utf8")).toBe("*\n");
  });

  test("goes through the life of a canister", async () => {
    await succeed("run", "counter", "--wasm", "wasm/counter_v3.wasm");
    expect(await run("delete", "counter")).toMatchObject({ code: 1, errors: expect.stringContaining("IC0510") });
    expect(await succeed("stop", "counter")).toBe("stopped counter\n");
    expect(await succeed("status")).toContain("stopped ·");
    expect(await succeed("start", "counter")).toBe("started counter\n");
    expect(await succeed("identity", "alice", "--create")).toContain("alice (sends)");
    expect(await succeed("upgrade", "counter", "--wasm", "wasm/counter_v3.wasm")).toContain("upgraded counter");
    expect(await succeed("reset")).toBe("The network is empty.\n");
    expect(await succeed("status")).toContain("No canister yet");
  });

  test("has several subnets when they are asked for", async () => {
    expect(await succeed("reset", "--subnets", "application,nns")).toBe(
      "The network is empty. Subnets: application, nns.\n",
    );
    await succeed("run", "counter", "--wasm", "wasm/counter_v1.wasm", "--subnet", "nns");
    const status = await succeed("status");
    expect(status).toMatch(/^counter .*\n.* · on nns\n/);
    expect(status).toContain("\nsubnets\n  application  13 nodes, 0 canisters\n  nns  40 nodes, 1 canister\n");
    const lost = await run("run", "other", "--wasm", "wasm/counter_v1.wasm", "--subnet", "sns");
    expect(lost).toMatchObject({
      code: 1,
      errors: expect.stringContaining("no subnet `sns`. It has: application, nns"),
    });
  });

  test("charges for memory by the profile that was chosen at a reset", async () => {
    await succeed("reset", "--metering", "classic");
    await succeed("run", "counter", "--wasm", "wasm/counter_v1.wasm");
    expect(await succeed("call", "counter", "get")).toMatch(/\d instructions \(classic\)\n$/);
  });

  test.each([
    [["reset", "--metering", "free"], 1, "There is no metering profile `free`"],
    [["reset", "--rate-limits", "yes"], 2, "--rate-limits is on or off, not `yes`"],
    [["reset", "--subnets", "main"], 1, "There is no kind of subnet `main`"],
    [["call"], 2, "Usage: canister-workbench call CANISTER METHOD"],
    [["call", "counter", "get", "()", "more"], 2, "one word too many"],
    [["call", "counter", "get", "--quick"], 2, "--quick"],
    [["deploy"], 2, "There is no command `deploy`"],
    [["run"], 2, "name one: counter_v1, counter_v2, counter_v3"],
    [["run", "nobody"], 2, "the project has counter_v1, counter_v2, counter_v3"],
    [["run", "counter", "--wasm", "nothing.wasm"], 2, "There is no file `nothing.wasm`"],
    [["run", "counter_v1", "--no-build"], 2, "Build it first"],
    [["run", "counter", "--wasm", "icp.yaml"], 1, "cannot be installed"],
    [["call", "counter", "get"], 1, "`canister-workbench run NAME` installs one of the project"],
    [["status", "--format", "xml"], 2, "text or json"],
  ])("%j ends with %i", async (words, code, message) => {
    const ended = await run(...words);
    expect(ended).toMatchObject({ code, out: "", errors: expect.stringContaining(message) });
  });

  test("explains itself", async () => {
    expect(await succeed("help")).toMatch(/ {2}check +diagnostics/);
    expect(await succeed("call", "--help")).toContain("--as IDENTITY");
    expect(await succeed("--version")).toMatch(/^canister-workbench \d+\.\d+\.\d+\n$/);
    expect(await run()).toMatchObject({ code: 2, out: expect.stringContaining("Usage") });
  });

  test("has colour only where it is wished for", async () => {
    const install = ["run", "counter", "--wasm", "wasm/counter_v1.wasm"];
    const colored = await start(install, { env: { FORCE_COLOR: "1" } }).ended;
    expect(colored.out).toContain("\u001b[32minstalled\u001b[0m");
    const plain = await start(["status"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).ended;
    expect(plain.out).not.toContain("\u001b");
  });
});

describe("a canister that spins", () => {
  beforeEach(async () => {
    writeFileSync(join(folder, "spin.wasm"), spinningModule());
    await succeed("run", "spinner", "--wasm", "spin.wasm");
    await succeed("call", "spinner", "count");
  });

  test.skipIf(process.platform === "win32")(
    "holds the folder against a second process, and ends on Ctrl-C without losing anything",
    async () => {
      const { child, ended } = start(["call", "spinner", "spin"]);
      await expect.poll(() => existsSync(join(folder, ".canister-workbench/lock")), { timeout: 30_000 }).toBe(true);
      // Long enough for the method to have begun.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const second = await run("status");
      expect(second.code).toBe(1);
      expect(second.errors).toContain(`in use by canister-workbench call (process ${child.pid})`);
      child.kill("SIGINT");
      expect(await ended).toMatchObject({ code: 130, errors: expect.stringContaining("What was committed is kept") });
      expect(await succeed("call", "spinner", "read")).toContain("(1 : nat64)");
    },
  );
});

/** Programs of the same names that do as the test says; the real ones are tested with real canisters. */
describe.skipIf(process.platform === "win32")("building", () => {
  function programs(scripts: Record<string, string>): Options {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    // Without scripts, nothing is to be found at all.
    return { env: { PATH: Object.keys(scripts).length === 0 ? bin : `${bin}${delimiter}/usr/bin${delimiter}/bin` } };
  }

  test("a build that succeeds is installed; one that fails installs nothing, though a module lies there", async () => {
    const libraries = `mkdir -p "${folder}/lib"; echo "${folder}/lib"`;
    const target = join(folder, "target/wasm32-unknown-unknown/release");
    const copy = `mkdir -p "${target}"; cp "${sampleModule("counter", "counter_v1")}" "${target}/"; echo Compiling >&2`;
    const options = programs({ cargo: `${copy}; echo "$@" > arguments`, rustc: libraries });
    const built = await start(["run", "counter_v1"], options).ended;
    expect(built).toMatchObject({ code: 0, out: expect.stringContaining("installed counter_v1") });
    expect(built.errors).toContain("Compiling");
    const words = readFileSync(join(folder, "arguments"), "utf8");
    expect(words).toMatch(/^build --release --target wasm32-unknown-unknown -p counter_v1( --locked)?\n$/);

    await start(["call", "counter_v1", "increment"], options).ended;
    copyFileSync(sampleModule("counter", "counter_v2"), join(target, "counter_v1.wasm"));
    writeFileSync(join(folder, "bin/cargo"), "#!/bin/sh\necho 'error[E0425]' >&2; exit 101\n");
    for (const command of ["run", "upgrade"]) {
      const failed = await start([command, "counter_v1"], options).ended;
      expect(failed).toMatchObject({ code: 1, out: "", errors: expect.stringContaining("exit code 101") });
      expect(failed.errors).toContain("error[E0425]");
    }
    expect(await succeed("call", "counter_v1", "get")).toContain("(1 : nat64)");
  });

  test("a missing cargo is explained", async () => {
    const { code, errors } = await start(["build", "counter_v1"], programs({})).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(/cargo was not found\. Install Rust.*--wasm FILE/);
  });

  test("a missing target is explained, and cargo is not even started", async () => {
    const options = programs({ cargo: "touch started", rustc: `echo "${folder}/nowhere"` });
    const { code, errors } = await start(["build", "counter_v1"], options).ended;
    expect(code).toBe(1);
    expect(errors).toContain("rustup target add wasm32-unknown-unknown");
    expect(existsSync(join(folder, "started"))).toBe(false);
  });

  test("without a name, every canister of the project is built", async () => {
    const script = `mkdir -p target/wasm32-unknown-unknown/release; touch "target/wasm32-unknown-unknown/release/$6.wasm"`;
    const options = programs({ cargo: script, rustc: `echo "${folder}"` });
    const { code, out } = await start(["build"], options).ended;
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual(["built counter_v1", "built counter_v2", "built counter_v3"]);
  });
});

test("snapshots are taken, shown, loaded and deleted", async () => {
  const wasm = sampleModule("counter", "counter_v1");
  await run("run", "counter", "--wasm", wasm);
  expect((await run("snapshot", "list", "counter")).out).toBe("counter has no snapshots.\n");
  expect((await run("snapshot", "take", "counter")).out).toMatch(/^snapshot 0 of counter, [\d.]+ [KM]iB\n/);
  await run("call", "counter", "increment");
  expect((await run("snapshot", "list", "counter")).out).toMatch(/^ {2}0 {2}20\d\d-.*Z .*iB {2}0{16}[0-9a-f]{20}\n$/);
  expect((await run("snapshot", "load", "counter", "0")).out).toContain("loaded snapshot 0 of counter\n");
  expect((await run("call", "counter", "get")).out).toContain("(0 : nat64)");
  expect(await run("snapshot", "load", "counter", "7")).toMatchObject({ code: 1 });
  expect((await run("snapshot", "delete", "counter", "0")).out).toContain("deleted snapshot 0 of counter\n");
  expect(await run("snapshot", "load", "counter")).toMatchObject({ code: 2 });
  expect(await run("snapshot", "take", "counter", "0")).toMatchObject({ code: 2 });
  expect(await run("snapshot", "keep", "counter")).toMatchObject({ code: 2 });
});
