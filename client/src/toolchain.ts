import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { env, ProcessExecution, Task, TaskScope, tasks, Uri } from "vscode";
import type { BuildCommand } from "../../server/src/protocol/language.ts";
import { Obstacle } from "./obstacle.ts";
import type { Settings } from "./settings.ts";

/** The target that canisters are compiled for. */
const wasmTarget = "wasm32-unknown-unknown";
const probeMillisMax = 20_000;

const run = promisify(execFile);

/**
 * The command to start for a build: the settings' cargo, environment and arguments put in.
 * @throws Obstacle where cargo or the wasm32 target is missing, with a button that helps.
 */
export async function prepareBuild(build: BuildCommand, settings: Settings): Promise<BuildCommand> {
  const environment = { ...build.environment, ...settings.cargoEnvironment };
  if (build.program !== "cargo") return { ...build, environment };
  const program = await findCargo(settings, environment);
  if (program === undefined) throw cargoMissing(settings);
  if (!(await hasWasmTarget(program, build.workingDirectory, environment))) throw targetMissing();
  return { ...build, program, environment, args: [...build.args, ...settings.cargoExtraArguments] };
}

async function findCargo(settings: Settings, environment: BuildCommand["environment"]): Promise<string | undefined> {
  const executable = process.platform === "win32" ? "cargo.exe" : "cargo";
  const candidates =
    settings.cargoPath === "" ? ["cargo", join(homedir(), ".cargo", "bin", executable)] : [settings.cargoPath];
  for (const candidate of candidates) {
    if ((await output(candidate, ["--version"], homedir(), environment)) !== undefined) return candidate;
  }
  return undefined;
}

/** Looks for the target's libraries themselves: rustup's list knows only rustup's own toolchains. */
async function hasWasmTarget(
  cargo: string,
  workingDirectory: string,
  environment: BuildCommand["environment"],
): Promise<boolean> {
  const rustc = /cargo(\.exe)?$/.test(cargo) ? cargo.replace(/cargo(\.exe)?$/, "rustc$1") : "rustc";
  const printed = await output(
    rustc,
    ["--print", "target-libdir", "--target", wasmTarget],
    workingDirectory,
    environment,
  );
  // A toolchain that cannot be asked may still build: cargo then says itself what is wrong.
  if (printed === undefined) return true;
  return await access(printed.trim()).then(
    () => true,
    () => false,
  );
}

async function output(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: BuildCommand["environment"],
): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, args, {
      cwd,
      env: { ...process.env, ...environment },
      timeout: probeMillisMax,
    });
    return stdout;
  } catch {
    return undefined;
  }
}

function cargoMissing(settings: Settings): Obstacle {
  const where =
    settings.cargoPath === ""
      ? "on PATH or in .cargo/bin"
      : `at ${settings.cargoPath} (setting canisterWorkbench.cargo.path)`;
  return new Obstacle(
    `Building a canister needs Rust, but there is no cargo ${where}. Install Rust, then build again.`,
    [{ title: "Install Rust", run: () => env.openExternal(Uri.parse("https://rustup.rs")) }],
  );
}

function targetMissing(): Obstacle {
  return new Obstacle(
    `The Rust toolchain cannot compile for ${wasmTarget} yet. Add that target once, then build again.`,
    [{ title: "Add the Target", run: addWasmTarget }],
  );
}

async function addWasmTarget(): Promise<void> {
  const task = new Task(
    { type: "process" },
    TaskScope.Workspace,
    `Add ${wasmTarget}`,
    "Canister Workbench",
    new ProcessExecution("rustup", ["target", "add", wasmTarget]),
    [],
  );
  await tasks.executeTask(task);
}
