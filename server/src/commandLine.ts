/** Entry point for terminals and CI: `canister-workbench COMMAND`. */
import { buildCommand } from "./commandLine/build.ts";
import { callCommand } from "./commandLine/call.ts";
import {
  advanceCommand,
  deleteCommand,
  identityCommand,
  logsCommand,
  resetCommand,
  startCommand,
  stopCommand,
  uninstallCommand,
} from "./commandLine/canisterCommands.ts";
import { type Command, exitCodes, misused } from "./commandLine/command.ts";
import type { CommandOutput } from "./commandLine/commandOutput.ts";
import { productVersion } from "./commandLine/packageFiles.ts";
import { runCommand, upgradeCommand } from "./commandLine/run.ts";
import { statusCommand } from "./commandLine/status.ts";

/** The rules and their parser are loaded for this command only. */
const checkCommand: Command = {
  usage: "check [PATH] [--format text|json|sarif] [--severity error|warning|information|hint]",
  summary: "diagnostics for Rust, Candid and manifests; exit code 1 on errors",
  async run(words, { output }) {
    const { parseCheckArguments, runCheck } = await import("./commandLine/check.ts");
    const read = parseCheckArguments(words);
    return typeof read === "string" ? misused(output, checkCommand, read) : runCheck(read, output);
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
  ["identity", identityCommand],
  ["advance", advanceCommand],
  ["reset", resetCommand],
]);

const output: CommandOutput = {
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  color: hasColor(),
};

// A reader that has seen enough, such as `head`, is no reason to fail.
process.stdout.on("error", (error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

async function main([word, ...words]: readonly string[]): Promise<number> {
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
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "cjs";
  const worker = new URL(`./networkWorker.${extension}`, import.meta.url);
  return command.run(words, { workingDirectory: process.cwd(), environment: process.env, output, worker });
}

function generalHelp(): string {
  const width = Math.max(...[...commands.keys()].map((it) => it.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return (
    "Check, run, call and upgrade Internet Computer canisters written in Rust.\n\n" +
    `Usage: canister-workbench COMMAND …\n\n${lines.join("")}\n` +
    "`canister-workbench help COMMAND` says more. The network's state lies in .canister-workbench of the workspace;\n" +
    "the editor uses the same. Exit codes: 0 done, 1 failed, 2 misused, 130 cancelled.\n"
  );
}

function commandHelp({ usage, summary, details = [] }: Command): string {
  const lines = details.map((it) => `  ${it}\n`).join("");
  return `${summary}\n\nUsage: canister-workbench ${usage}\n${lines === "" ? "" : `\n${lines}`}`;
}

function hasColor(): boolean {
  if (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== "") return false;
  if (process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== "0") return true;
  return process.stdout.isTTY === true && process.env.TERM !== "dumb";
}
