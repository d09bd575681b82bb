import { buildCommand } from "./build.ts";
import { callCommand } from "./call.ts";
import {
  advanceCommand,
  deleteCommand,
  identityCommand,
  logsCommand,
  resetCommand,
  startCommand,
  stopCommand,
  uninstallCommand,
} from "./canisterCommands.ts";
import { type Command, type CommandSurroundings, exitCodes, misused } from "./command.ts";
import { productVersion } from "./packageFiles.ts";
import { runCommand, upgradeCommand } from "./run.ts";
import { snapshotCommand } from "./snapshot.ts";
import { statusCommand } from "./status.ts";

/** The rules and their parser are loaded for this command only. */
const checkCommand: Command = {
  usage:
    "check [PATH] [--format text|json|sarif] [--severity S] [--fail-on S] [--rule RULE=S] [--all-rules] [--against REVISION] [--allow-missing]",
  summary: "diagnostics for Rust, Candid and manifests; exit code 1 on errors",
  details: [
    "PATH                  a folder, or one file in the light of its project; else the working directory",
    "--format FORMAT       text, json, or sarif (2.1.0, for code scanning)",
    "--severity S          shows findings from S up: error, warning, information (unless told) or hint",
    "--fail-on S           exit code 1 with findings from S up: error unless told",
    "--rule RULE=S         gives a rule another severity, turns it off, or an opt-in rule on; any number of times",
    "--all-rules           turns all opt-in rules on",
    "--against REVISION    compares interfaces and stable memory with this revision of git: HEAD unless told",
    "--allow-missing       exit code 0 although a file could not be read or something could not be analysed",
    "",
    "Severities that .vscode/settings.json gives to rules count here too, below those of --rule. In the source,",
    "`// canister-workbench: allow(RULE) because …` accepts a finding. Exit codes: 0 clean, 1 findings,",
    "or something was not read or analysed, 2 misused.",
  ],
  async run(words, { output, checkThread }) {
    const { parseCheckArguments, runCheck } = await import("./check.ts");
    const read = parseCheckArguments(words);
    return typeof read === "string" ? misused(output, checkCommand, read) : runCheck(read, output, checkThread);
  },
};

const commands = new Map<string, Command>([
  ["check", checkCommand],
  ["build", buildCommand],
  ["run", runCommand],
  ["call", callCommand],
  ["upgrade", upgradeCommand],
  ["status", statusCommand],
  ["logs", logsCommand],
  ["stop", stopCommand],
  ["start", startCommand],
  ["uninstall", uninstallCommand],
  ["delete", deleteCommand],
  ["snapshot", snapshotCommand],
  ["identity", identityCommand],
  ["advance", advanceCommand],
  ["reset", resetCommand],
]);

/** Runs what the words after `canister-workbench` say. Answers the exit code. */
export async function runWords(
  [word, ...words]: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> {
  const { output } = surroundings;
  if (word === undefined || word === "help" || word === "--help" || word === "-h") {
    const command = commands.get(words[0] ?? "");
    output.write(command === undefined ? generalHelp() : commandHelp(command));
    return word === undefined ? exitCodes.misused : exitCodes.done;
  }
  if (word === "--version" || word === "-V") {
    output.write(`canister-workbench ${productVersion()}\n`);
    return exitCodes.done;
  }
  const command = commands.get(word);
  if (command === undefined) {
    output.writeError(`There is no command \`${word}\`. \`canister-workbench help\` lists them.\n`);
    return exitCodes.misused;
  }
  if (words.includes("--help") || words.includes("-h")) {
    output.write(commandHelp(command));
    return exitCodes.done;
  }
  const allowed = readAllowedHosts(words);
  if (typeof allowed === "string") return misused(output, command, allowed);
  return command.run(allowed.words, { ...surroundings, allowedHosts: allowed.hosts });
}

/** Takes `--allow-http HOST,HOST` out of the words of any command; a text says what is wrong with it. */
function readAllowedHosts(
  words: readonly string[],
): { readonly words: readonly string[]; readonly hosts: readonly string[] } | string {
  const at = words.indexOf("--allow-http");
  if (at < 0) return { words, hosts: [] };
  const value = words[at + 1];
  if (value === undefined || value.startsWith("-")) return "--allow-http needs host names, or * for all.";
  return { words: [...words.slice(0, at), ...words.slice(at + 2)], hosts: value.split(",") };
}

function generalHelp(): string {
  const width = Math.max(...[...commands.keys()].map((it) => it.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return (
    "Check, run, call and upgrade Internet Computer canisters written in Rust.\n\n" +
    `Usage: canister-workbench COMMAND …\n\n${lines.join("")}\n` +
    "`canister-workbench help COMMAND` says more. The network's state lies in .canister-workbench of the workspace;\n" +
    "the editor uses the same. With --allow-http HOST[,HOST] (or '*') canisters' HTTPS outcalls to these servers are made\n" +
    "from this machine; without, they are rejected. Exit codes: 0 done, 1 failed, 2 misused, 130 cancelled.\n"
  );
}

function commandHelp({ usage, summary, details = [] }: Command): string {
  const lines = details.map((it) => (it === "" ? "\n" : `  ${it}\n`)).join("");
  return `${summary}\n\nUsage: canister-workbench ${usage}\n${lines === "" ? "" : `\n${lines}`}`;
}
