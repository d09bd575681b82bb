import { NetworkError } from "../network/networkError.ts";
import { NetworkHost } from "../network/networkHost.ts";
import { questionOf, refusedText } from "../network/outcallQuestion.ts";
import type { Progress } from "../protocol/network.ts";
import { networkErrors } from "../protocol/network.ts";
import { type CommandSurroundings, exitCodes } from "./command.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { grouped } from "./outcomeText.ts";
import { productVersion } from "./packageFiles.ts";
import type { CommandProject } from "./projectFiles.ts";

/**
 * Runs a command on the network of a project: opens it, shows progress, cancels the running message execution on Ctrl-C,
 * writes the state at the end. Answers the command's exit code, or says what went wrong and answers 1.
 */
export async function onNetwork(
  command: string,
  project: CommandProject,
  { output, worker, allowedHosts = [] }: CommandSurroundings,
  run: (host: NetworkHost) => Promise<number>,
): Promise<number> {
  const progress = new ProgressLine(output);
  let failed = false;
  const host = new NetworkHost({
    directory: project.stateDirectory,
    program: `canister-workbench ${command}`,
    worker,
    versions: { engine: productVersion(), node: process.versions.node, v8: process.versions.v8 },
    changed: () => {},
    progress: (it) => progress.show(it),
    notice: (message) => {
      failed = true;
      output.writeError(`${styled(output, "warning", "yellow")}: ${printable(message)}\n`);
    },
    mistake: (stack) => output.writeError(`${stack}\n`),
    mayRequest: async (outcall) => {
      const question = questionOf(outcall);
      const isAllowed = allowedHosts.includes("*") || allowedHosts.includes(question.host);
      return isAllowed || refusedText(question, `Allow it with --allow-http ${question.host}.`);
    },
  });
  const interruption = onInterrupt(host, output);
  let code: number;
  try {
    code = await run(host);
  } catch (error) {
    code = exitCodes.failed;
    output.writeError(`${styled(output, "failed", "red")}: ${printable(messageOf(error, project))}\n`);
  } finally {
    progress.clear();
    if (failed) await sayWhatIsLost(host, output);
    await host.close();
    interruption.end();
  }
  if (interruption.happened) return exitCodes.cancelled;
  return failed && code === exitCodes.done ? exitCodes.failed : code;
}

/** The network would go on in memory and write later; the command's process ends, and its changes with it. */
async function sayWhatIsLost(host: NetworkHost, output: CommandOutput): Promise<void> {
  const { problem } = await host.request("network/status", {}).catch(() => ({ problem: undefined }));
  if (problem === undefined) return;
  output.writeError(`${styled(output, "not saved", "red")}: what this command changed is lost with its end.\n`);
}

/** The first Ctrl-C ends the running message execution, so that the state can be written; the second ends the process. */
function onInterrupt(host: NetworkHost, output: CommandOutput) {
  const interruption = {
    happened: false,
    end: () => {
      process.removeListener("SIGINT", interrupt);
      process.removeListener("SIGTERM", interrupt);
    },
  };
  const interrupt = () => {
    if (interruption.happened) process.exit(exitCodes.cancelled);
    interruption.happened = true;
    host.cancel();
    output.writeError("\nCancelling. What was committed is kept; once more ends at once.\n");
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return interruption;
}

function messageOf(error: unknown, { canisters }: CommandProject): string {
  if (!(error instanceof NetworkError)) return error instanceof Error ? error.message : String(error);
  if (error.code !== networkErrors.canisterNotFound) return error.message;
  const names = canisters.map((it) => it.name);
  const hint =
    names.length === 0 ? "" : ` \`canister-workbench run NAME\` installs one of the project: ${names.join(", ")}.`;
  return error.message + hint;
}

/** One line at the foot of a terminal that tells how far a long message execution is. */
class ProgressLine {
  readonly #output: CommandOutput;
  #shown = false;

  constructor(output: CommandOutput) {
    this.#output = output;
  }

  show({ title, instructions, instructionLimit }: Progress): void {
    if (!this.#output.isTerminal) return;
    this.#shown = true;
    const text = `${printable(title)}: ${grouped(instructions)} of ${grouped(instructionLimit)} instructions`;
    this.#output.writeError(`\r\u001b[K${text}`);
  }

  clear(): void {
    if (this.#shown) this.#output.writeError("\r\u001b[K");
  }
}
