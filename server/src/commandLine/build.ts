import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { BuildCommand, ProjectCanister } from "../protocol/language.ts";
import { type Command, type CommandSurroundings, exitCodes, misused } from "./command.ts";
import { readWords } from "./commandArguments.ts";
import { styled } from "./commandOutput.ts";
import { chooseCanister, findProject } from "./projectFiles.ts";

/** The target that canisters are compiled for. */
const wasmTarget = "wasm32-unknown-unknown";

/** `build [NAME]`. */
export const buildCommand: Command = {
  usage: "build [NAME]",
  summary: "compile a canister, or all of the project, with cargo",
  async run(words, surroundings) {
    const read = readWords(words, { positionals: { min: 0, max: 1 } });
    if (typeof read === "string") return misused(surroundings.output, buildCommand, read);
    const project = findProject(surroundings);
    const [name] = read.positionals;
    const chosen = name === undefined && project.canisters.length > 0 ? undefined : chooseCanister(project, name);
    if (typeof chosen === "string") return misused(surroundings.output, buildCommand, chosen);
    const canisters = chosen === undefined ? project.canisters.filter((it) => it.build !== undefined) : [chosen];
    if (canisters.length === 0) {
      surroundings.output.writeError("No canister of the project is built with cargo.\n");
      return exitCodes.failed;
    }
    for (const canister of canisters) {
      const wasmPath = await buildCanister(canister, surroundings);
      if (wasmPath === undefined) return exitCodes.failed;
      surroundings.output.write(`${styled(surroundings.output, "built", "green")} ${canister.name}: ${wasmPath}\n`);
    }
    return exitCodes.done;
  },
};

/** Builds a canister and answers its module, or says why there is none and answers undefined. */
export async function buildCanister(
  canister: ProjectCanister,
  surroundings: CommandSurroundings,
): Promise<string | undefined> {
  const { output } = surroundings;
  const { build, source } = canister;
  if (build === undefined) {
    const reason =
      source.kind === "custom"
        ? source.explanation
        : `${canister.manifestPath} names no Rust package to build; install its module with --wasm FILE.`;
    output.writeError(`${canister.name} cannot be built: ${reason}\n`);
    return undefined;
  }
  const obstacle = targetObstacle(build, surroundings);
  if (obstacle !== undefined) {
    output.writeError(`${canister.name} cannot be built: ${obstacle}\n`);
    return undefined;
  }
  output.writeError(styled(output, `$ ${[build.program, ...build.args].join(" ")}\n`, "dim"));
  const problem = await runBuild(build, surroundings);
  if (problem !== undefined) {
    output.writeError(`${styled(output, "not built", "red")}: ${canister.name}: ${problem}\n`);
    return undefined;
  }
  return build.wasmPath;
}

/** Runs the build without a shell; its output goes where ours goes. Answers what went wrong. */
function runBuild(build: BuildCommand, { environment }: CommandSurroundings): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(build.program, build.args, {
      cwd: build.workingDirectory,
      env: { ...environment, ...build.environment },
      // What cargo says is progress, not the command's result.
      stdio: ["ignore", process.stderr, process.stderr],
      windowsHide: true,
    });
    child.once("error", (error) => resolve(startProblem(build, error)));
    child.once("exit", (code, signal) => {
      if (code === 0 && existsSync(build.wasmPath)) resolve(undefined);
      else if (code === 0) resolve(`the build succeeded, but left no ${build.wasmPath}.`);
      else resolve(`the build ${signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`}.`);
    });
  });
}

function startProblem({ program, workingDirectory }: BuildCommand, error: Error): string {
  if (!("code" in error) || error.code !== "ENOENT") return `${program} cannot be started: ${error.message}.`;
  if (!existsSync(workingDirectory)) return `the folder ${workingDirectory} does not exist.`;
  return (
    `${program} was not found. Install Rust (https://rustup.rs), then run \`rustup target add ${wasmTarget}\`. ` +
    "Without Rust, a module that is built already can be installed with --wasm FILE."
  );
}

/** Looks for the target's libraries themselves: rustup's own list knows only rustup's toolchains. */
function targetObstacle(build: BuildCommand, { environment }: CommandSurroundings): string | undefined {
  if (build.program !== "cargo" || !build.args.includes(wasmTarget)) return undefined;
  const { status, stdout } = spawnSync("rustc", ["--print", "target-libdir", "--target", wasmTarget], {
    cwd: build.workingDirectory,
    env: { ...environment, ...build.environment },
    encoding: "utf8",
    windowsHide: true,
  });
  // A toolchain that cannot be asked may still build; cargo says itself what is wrong.
  if (status !== 0 || existsSync(stdout.trim())) return undefined;
  return `Rust's target ${wasmTarget} is not installed. Run \`rustup target add ${wasmTarget}\`.`;
}
