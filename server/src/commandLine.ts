/** Entry point for terminals and CI, `canister-workbench COMMAND`, and for the threads of a large check. */
import { isMainThread } from "node:worker_threads";
import { completeHost } from "./base/groupBy.ts";
import type { CommandOutput } from "./commandLine/commandOutput.ts";
import { runWords } from "./commandLine/commands.ts";

completeHost();

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

if (isMainThread) runCommandLine();
else void import("./commandLine/checkThreads.ts").then(({ serveCheckThread }) => serveCheckThread());

function runCommandLine(): void {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "cjs";
  const surroundings = {
    workingDirectory: process.cwd(),
    environment: process.env,
    output,
    worker: new URL(`./networkWorker.${extension}`, import.meta.url),
    checkThread: new URL(import.meta.url),
  };
  runWords(process.argv.slice(2), surroundings).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      const stack = error instanceof Error ? error.stack : String(error);
      output.writeError(`This is a mistake of Canister Workbench:\n${stack}\n`);
      process.exitCode = 1;
    },
  );
}

function hasColor(): boolean {
  if (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== "") return false;
  if (process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== "0") return true;
  return process.stdout.isTTY === true && process.env.TERM !== "dumb";
}
