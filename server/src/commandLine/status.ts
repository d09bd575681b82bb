import type { CanisterSummary, NetworkStatus, SubnetSummary } from "../protocol/network.ts";
import { type Command, exitCodes, misused } from "./command.ts";
import { readFormat, readWords } from "./commandArguments.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { onNetwork } from "./networkSession.ts";
import { bytesText, grouped, shortHash } from "./outcomeText.ts";
import { findProject } from "./projectFiles.ts";

/** `status`. */
export const statusCommand: Command = {
  usage: "status [--format text|json]",
  summary: "the canisters and identities of the workspace's network",
  async run(words, surroundings) {
    const { output } = surroundings;
    const read = readWords(words, { texts: ["format"], positionals: { min: 0, max: 0 } });
    if (typeof read === "string") return misused(output, statusCommand, read);
    const format = readFormat(read);
    if (format === undefined) return misused(output, statusCommand, "The format is text or json.");
    return onNetwork("status", findProject(surroundings), surroundings, async (host) => {
      const status = await host.request("network/status", {});
      if (format === "json") output.write(`${JSON.stringify({ version: 1, ...status }, undefined, 2)}\n`);
      else output.write(statusText(output, status));
      return exitCodes.done;
    });
  },
};

/** The state of a network as a person reads it. */
export function statusText(output: CommandOutput, status: NetworkStatus): string {
  const seconds = Number(BigInt(status.timeNanos) / 1_000_000_000n);
  const time = `${new Date(seconds * 1000).toISOString().replace(/\.000Z$/, "")} UTC`;
  const none = "No canister yet: `canister-workbench run NAME` installs one.\n";
  const canisters =
    status.canisters.length === 0 ? none : status.canisters.map((it) => canisterText(output, it)).join("");
  const identities = status.identities.map(({ name, principal }) => {
    return `  ${printable(name)}${name === status.selectedIdentity ? " (sends)" : ""}  ${styled(output, principal, "dim")}\n`;
  });
  const subnets = status.subnets.length < 2 ? "" : `\nsubnets\n${status.subnets.map(subnetText).join("")}`;
  return `${canisters}${subnets}\nidentities\n${identities.join("")}\nnetwork time  ${time}\n`;
}

function subnetText({ name, nodes, canisters }: SubnetSummary): string {
  return `  ${name}  ${nodes} nodes, ${canisters} ${canisters === 1 ? "canister" : "canisters"}\n`;
}

function canisterText(output: CommandOutput, canister: CanisterSummary): string {
  const name = styled(output, printable(canister.name ?? canister.canisterId), "bold");
  const id = canister.name === undefined ? "" : `  ${canister.canisterId}`;
  const memory = `${bytesText(canister.heapMemoryBytes)} heap, ${bytesText(canister.stableMemoryBytes)} stable`;
  const module = canister.moduleHash === undefined ? "no code" : `module ${shortHash(canister.moduleHash)}`;
  const subnet = canister.subnet === undefined ? "" : ` · on ${canister.subnet}`;
  return `${name}${id}\n  ${canister.status} · ${grouped(canister.cycles)} cycles · ${memory} · ${module}${subnet}\n`;
}
