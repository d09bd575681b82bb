import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { NetworkHost } from "../network/networkHost.ts";
import type { InstallParams, InstallResult } from "../protocol/network.ts";
import { buildCanister } from "./build.ts";
import { type Command, type CommandSurroundings, exitCodes, misused } from "./command.ts";
import { type OutputFormat, type ReadWords, readFormat, readWords } from "./commandArguments.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { onNetwork } from "./networkSession.ts";
import { comparisonText, printOutcome, shortHash } from "./outcomeText.ts";
import {
  type CommandProject,
  chooseCanister,
  findProject,
  projectCandid,
  withManifestProblem,
} from "./projectFiles.ts";

const texts = ["wasm", "argument", "as", "format", "subnet"];

/** `run [NAME]`. */
export const runCommand: Command = {
  usage:
    "run [NAME] [--wasm FILE | --no-build] [--argument '(…)'] [--reinstall] [--as IDENTITY] [--subnet NAME] [--format text|json]",
  summary: "build a canister and install it, or upgrade it when its module changed",
  details: [
    "--wasm FILE      installs this module under NAME, without building",
    "--no-build       installs the module that the last build left",
    "--argument TEXT  the install argument as textual Candid; else the manifest's",
    "--reinstall      begins anew: heap and stable memory are emptied",
    "--subnet NAME    where a new canister is created, in a network of several: application, nns, 'application 2' …",
  ],
  run: (words, surroundings) => installCommand(runCommand, words, surroundings, ["no-build", "reinstall"]),
};

/** `upgrade NAME`. */
export const upgradeCommand: Command = {
  usage: "upgrade [NAME] [--wasm FILE | --no-build] [--argument '(…)'] [--as IDENTITY] [--format text|json]",
  summary: "upgrade a canister, with its queries before and after",
  details: ["--argument TEXT  what post_upgrade takes, as textual Candid; nothing unless given"],
  run: (words, surroundings) => installCommand(upgradeCommand, words, surroundings, ["no-build"]),
};

/** What to install, found before the network is opened: a failed build never installs anything. */
interface Module {
  readonly name: string;
  readonly wasmPath: string;
  readonly candid?: string;
  readonly initArgument?: string;
}

async function installCommand(
  command: Command,
  words: readonly string[],
  surroundings: CommandSurroundings,
  flags: readonly string[],
): Promise<number> {
  const { output } = surroundings;
  const read = readWords(words, { texts, flags, positionals: { min: 0, max: 1 } });
  if (typeof read === "string") return misused(output, command, read);
  const format = readFormat(read);
  if (format === undefined) return misused(output, command, "The format is text or json.");
  const project = findProject(surroundings);
  const module = await findModule(project, read, surroundings);
  if (typeof module === "string") return misused(output, command, module);
  if (module === undefined) return exitCodes.failed;
  const verb = command === upgradeCommand ? "upgrade" : "run";
  return onNetwork(verb, project, surroundings, async (host) => {
    const wanted = verb === "upgrade" ? "upgrade" : read.flag("reinstall") ? "reinstall" : "asNeeded";
    const mode = await modeOf(host, module, wanted);
    if (mode === undefined) {
      printUnchanged(output, format, module);
      return exitCodes.done;
    }
    const argument = read.text("argument") ?? (mode === "upgrade" ? undefined : module.initArgument);
    const identity = read.text("as");
    const subnet = read.text("subnet");
    const params: InstallParams = {
      name: module.name,
      mode,
      wasmPath: module.wasmPath,
      ...(argument !== undefined && { argument }),
      ...(module.candid !== undefined && { candid: module.candid }),
      ...(identity !== undefined && { identity }),
      ...(subnet !== undefined && { subnet }),
    };
    const result = await host.request("network/install", params);
    return printInstallation(output, format, params, result);
  });
}

/** The module to install; a text says what is wrong with the words, undefined that the build failed and said so. */
async function findModule(
  project: CommandProject,
  words: ReadWords,
  surroundings: CommandSurroundings,
): Promise<Module | string | undefined> {
  const [name] = words.positionals;
  const wasm = words.text("wasm");
  const canister = chooseCanister(project, name);
  if (wasm !== undefined) {
    const wasmPath = path.resolve(surroundings.workingDirectory, wasm);
    if (!existsSync(wasmPath)) return `There is no file \`${wasm}\`.`;
    const known = typeof canister === "string" ? undefined : canister;
    const chosen = name ?? known?.name ?? path.basename(wasmPath).replace(/\.wasm(\.gz)?$/, "");
    return { name: chosen, wasmPath, ...(known !== undefined && extrasOf(known)) };
  }
  if (typeof canister === "string") return canister;
  const extras = extrasOf(canister);
  if (canister.build !== undefined && !words.flag("no-build")) {
    const wasmPath = await buildCanister(canister, surroundings);
    return wasmPath === undefined ? undefined : { name: canister.name, wasmPath, ...extras };
  }
  if (canister.wasmPath !== undefined && existsSync(canister.wasmPath)) {
    return { name: canister.name, wasmPath: canister.wasmPath, ...extras };
  }
  if (canister.source.kind === "custom") {
    return withManifestProblem(`${canister.name}: ${canister.source.explanation}`, project);
  }
  const place = canister.wasmPath === undefined ? "" : ` at ${canister.wasmPath}`;
  return `There is no module of ${canister.name}${place}. Build it first, or name one with --wasm FILE.`;
}

function extrasOf(canister: Parameters<typeof projectCandid>[0]): Pick<Module, "candid" | "initArgument"> {
  const candid = projectCandid(canister);
  return {
    ...(candid !== undefined && { candid }),
    ...(canister.initArgument !== undefined && { initArgument: canister.initArgument }),
  };
}

/** What has to be done; undefined when the canister runs this module already. */
async function modeOf(
  host: NetworkHost,
  { name, wasmPath }: Module,
  wanted: "asNeeded" | "upgrade" | "reinstall",
): Promise<InstallParams["mode"] | undefined> {
  const { canisters } = await host.request("network/status", {});
  const moduleHash = canisters.find((it) => it.name === name)?.moduleHash;
  if (moduleHash === undefined) return "install";
  if (wanted !== "asNeeded") return wanted;
  const hash = createHash("sha256").update(readFileSync(wasmPath)).digest("hex");
  return hash === moduleHash ? undefined : "upgrade";
}

function printUnchanged(output: CommandOutput, format: OutputFormat, { name }: Module): void {
  if (format === "json") output.write(`${JSON.stringify({ version: 1, name, mode: "unchanged" }, undefined, 2)}\n`);
  else output.write(`${printable(name)} runs this module already. \`upgrade\` upgrades it all the same.\n`);
}

function printInstallation(
  output: CommandOutput,
  format: OutputFormat,
  { name, mode }: InstallParams,
  result: InstallResult,
): number {
  const { outcome, before, after } = result;
  const done = outcome.kind === "replied";
  if (format === "json") {
    output.write(`${JSON.stringify({ version: 1, name, mode, ...result }, undefined, 2)}\n`);
    return done ? exitCodes.done : exitCodes.failed;
  }
  if (done) {
    const verb = { install: "installed", reinstall: "reinstalled", upgrade: "upgraded" }[mode];
    const hash = after === undefined ? "" : ` to ${shortHash(after.moduleHash)}`;
    output.write(`${styled(output, verb, "green")} ${printable(name)} (${result.canisterId})${hash}\n`);
  }
  const code = printOutcome(output, outcome, { reply: false, trace: false });
  if (!done && mode !== "install") output.writeError("The canister is as it was before.\n");
  if (before !== undefined && after !== undefined) output.write(comparisonText(output, before, after));
  return code;
}
