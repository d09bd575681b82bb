import type { CommandOutput } from "./commandOutput.ts";

/** What a command works in. */
export interface CommandSurroundings {
  /** The folder that the command was started in. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: CommandOutput;
  /** The module of the network's Worker. */
  readonly worker: URL;
  /** The module of the threads of a large check; absent where everything is to happen in this one. */
  readonly checkThread?: URL;
  /** Servers that canisters may send requests to: host names, or `*` for all. None when absent. */
  readonly allowedHosts?: readonly string[];
}

/** One command of `canister-workbench`. */
export interface Command {
  /** E.g. `call CANISTER METHOD ['(argument)']`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `help COMMAND` says beyond that; lines. */
  readonly details?: readonly string[];
  /** Answers the exit code: 0 done, 1 it failed, 2 the words make no sense, 130 cancelled. */
  run(words: readonly string[], surroundings: CommandSurroundings): Promise<number>;
}

/** Exit codes of all commands. */
export const exitCodes = { done: 0, failed: 1, misused: 2, cancelled: 130 } as const;

/** Says what is wrong with the words of a command. */
export function misused(output: CommandOutput, command: Command, message: string): number {
  output.writeError(`${message}\nUsage: canister-workbench ${command.usage}\n`);
  return exitCodes.misused;
}
