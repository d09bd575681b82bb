/** Commands that do one thing to a canister, to the network or to its identities. */
import type { NetworkHost } from "../network/networkHost.ts";
import type { CallOutcome } from "../protocol/network.ts";
import { type Command, type CommandSurroundings, exitCodes, misused } from "./command.ts";
import { readWords } from "./commandArguments.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { onNetwork } from "./networkSession.ts";
import { printOutcome, traceText } from "./outcomeText.ts";
import { findProject } from "./projectFiles.ts";
import { statusText } from "./status.ts";

/** `stop NAME`. */
export const stopCommand = manageCommand("stop", "stopped", "stop a canister once its open calls are answered");

/** `start NAME`. */
export const startCommand = manageCommand("start", "started", "start a stopped canister");

/** `delete NAME`. */
export const deleteCommand = manageCommand(
  "delete",
  "deleted",
  "delete a stopped canister with its state and its cycles",
);

/** `uninstall NAME`. */
export const uninstallCommand = manageCommand(
  "uninstall",
  "uninstalled",
  "remove a canister's code and state, not the canister",
);

/** `logs NAME`. */
export const logsCommand: Command = {
  usage: "logs CANISTER",
  summary: "what a canister printed",
  run: (words, surroundings) =>
    withWords(logsCommand, words, surroundings, async ([canister = ""], host, output) => {
      const { lines } = await host.request("network/logs", { canister });
      for (const line of lines) output.write(`${printable(line)}\n`);
      return exitCodes.done;
    }),
};

/** `advance SECONDS`. */
export const advanceCommand: Command = {
  usage: "advance SECONDS",
  summary: "move the network's clock forward; timers and heartbeats that fall due run",
  run: (words, surroundings) =>
    withWords(advanceCommand, words, surroundings, async ([seconds = ""], host, output) => {
      const { trace } = await host.request("network/advanceTime", {
        seconds: seconds === "" ? Number.NaN : Number(seconds),
      });
      output.write(trace.length === 0 ? "Nothing fell due.\n" : traceText(output, trace));
      return exitCodes.done;
    }),
};

/** `reset`. */
export const resetCommand: Command = {
  usage: "reset [--subnets KIND,KIND …] [--metering PROFILE] [--rate-limits on|off]",
  summary: "remove every canister and all state; identities stay",
  details: [
    "--subnets LIST  the subnets to have then, such as application,application,nns; those of now unless given. Kinds:",
    "                application, verifiedApplication, fiduciary, sns, cloudEngine, system, nns, ii, bitcoin",
    "--metering PROFILE  how memory is charged from then on: deterministicMemoryTracker, as on the network since August",
    "                2026 (80,000 instructions for each 64 KiB page at its first access and at its first write), or",
    "                classic, as before (1,000 for each 4 KiB page changed); as now unless given",
    "--rate-limits on|off  whether canisters that install or write faster than the network keeps up with have to wait,",
    "                as on the mainnet; test environments have no such limits, nor has this one unless given",
  ],
  async run(words, surroundings) {
    const { output } = surroundings;
    const read = readWords(words, { texts: ["subnets", "metering", "rate-limits"], positionals: { min: 0, max: 0 } });
    if (typeof read === "string") return misused(output, resetCommand, read);
    const subnets = read.text("subnets")?.split(",");
    const metering = read.text("metering");
    const limits = read.text("rate-limits");
    if (limits !== undefined && limits !== "on" && limits !== "off") {
      return misused(output, resetCommand, `--rate-limits is on or off, not \`${limits}\`.`);
    }
    return onNetwork("reset", findProject(surroundings), surroundings, async (host) => {
      const status = await host.request("network/reset", {
        ...(subnets !== undefined && { subnets }),
        ...(metering !== undefined && { metering }),
        ...(limits !== undefined && { rateLimits: limits === "on" }),
      });
      const names = status.subnets.map((it) => it.name).join(", ");
      output.write(
        status.subnets.length === 1 ? "The network is empty.\n" : `The network is empty. Subnets: ${names}.\n`,
      );
      return exitCodes.done;
    });
  },
};

/** `identity [NAME]`. */
export const identityCommand: Command = {
  usage: "identity [NAME] [--create]",
  summary: "show the identities, or choose the one that sends calls",
  details: ["--create  makes a new key under NAME, in the workspace's folder, and chooses it"],
  async run(words, surroundings) {
    const read = readWords(words, { flags: ["create"], positionals: { min: 0, max: 1 } });
    if (typeof read === "string") return misused(surroundings.output, identityCommand, read);
    const [name] = read.positionals;
    if (name === undefined && read.flag("create")) {
      return misused(surroundings.output, identityCommand, "Name the new identity.");
    }
    return onNetwork("identity", findProject(surroundings), surroundings, async (host) => {
      const change = read.flag("create") ? "network/createIdentity" : "network/selectIdentity";
      const status =
        name === undefined ? await host.request("network/status", {}) : await host.request(change, { name });
      surroundings.output.write(statusText(surroundings.output, status));
      return exitCodes.done;
    });
  },
};

function manageCommand(verb: "stop" | "start" | "delete" | "uninstall", done: string, summary: string): Command {
  const command: Command = {
    usage: `${verb} CANISTER`,
    summary,
    run: (words, surroundings) =>
      withWords(command, words, surroundings, async ([canister = ""], host, output) => {
        const outcome: CallOutcome = await host.request(`network/${verb}`, { canister });
        if (outcome.kind === "replied") output.write(`${styled(output, done, "green")} ${printable(canister)}\n`);
        return printOutcome(output, outcome, { reply: false, trace: false });
      }),
  };
  return command;
}

/** Reads as many words as the usage names, and opens the network. */
async function withWords(
  command: Command,
  words: readonly string[],
  surroundings: CommandSurroundings,
  run: (positionals: readonly string[], host: NetworkHost, output: CommandOutput) => Promise<number>,
): Promise<number> {
  const [verb = "", ...wanted] = command.usage.split(" ");
  const read = readWords(words, { positionals: { min: wanted.length, max: wanted.length } });
  if (typeof read === "string") return misused(surroundings.output, command, read);
  return onNetwork(verb, findProject(surroundings), surroundings, (host) =>
    run(read.positionals, host, surroundings.output),
  );
}
