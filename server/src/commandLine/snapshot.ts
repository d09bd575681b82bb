import type { NetworkHost } from "../network/networkHost.ts";
import type { SnapshotSummary } from "../protocol/network.ts";
import { type Command, exitCodes, misused } from "./command.ts";
import { readWords } from "./commandArguments.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { onNetwork } from "./networkSession.ts";
import { bytesText, printOutcome } from "./outcomeText.ts";
import { findProject } from "./projectFiles.ts";

type Action = (host: NetworkHost, output: CommandOutput, canister: string, snapshot: string) => Promise<number>;

/** What can be done, and whether it needs the number of a snapshot. */
const actions: Readonly<Record<string, { readonly wantsSnapshot: boolean; readonly run: Action }>> = {
  take: { wantsSnapshot: false, run: take },
  list: { wantsSnapshot: false, run: list },
  load: { wantsSnapshot: true, run: (host, output, ...it) => change(host, output, "load", ...it) },
  delete: { wantsSnapshot: true, run: (host, output, ...it) => change(host, output, "delete", ...it) },
};

/** `snapshot take|list|load|delete NAME [NUMBER]`. */
export const snapshotCommand: Command = {
  usage: "snapshot take|list|load|delete CANISTER [NUMBER]",
  summary: "keep a canister's code and state, and bring it back",
  details: [
    "take CANISTER            keeps code, heap, stable memory and certified data as they are, at most ten times",
    "list CANISTER            shows what is kept, with numbers",
    "load CANISTER NUMBER     brings it back; cycles, settings, log and global timer stay as they are",
    "delete CANISTER NUMBER   frees its memory",
  ],
  async run(words, surroundings) {
    const { output } = surroundings;
    const read = readWords(words, { positionals: { min: 2, max: 3 } });
    if (typeof read === "string") return misused(output, snapshotCommand, read);
    const [verb = "", canister = "", snapshot] = read.positionals;
    const action = actions[verb];
    if (action === undefined) return misused(output, snapshotCommand, `There is no \`snapshot ${verb}\`.`);
    if (action.wantsSnapshot !== (snapshot !== undefined)) {
      const problem = action.wantsSnapshot
        ? "Which one? Give its number, as `snapshot list` shows it."
        : `\`${snapshot}\` is one word too many.`;
      return misused(output, snapshotCommand, problem);
    }
    return onNetwork("snapshot", findProject(surroundings), surroundings, (host) =>
      action.run(host, output, canister, snapshot ?? ""),
    );
  },
};

async function take(host: NetworkHost, output: CommandOutput, canister: string): Promise<number> {
  const { outcome, snapshot } = await host.request("network/takeSnapshot", { canister });
  if (snapshot !== undefined) {
    output.write(
      `${styled(output, `snapshot ${snapshot.number}`, "green")} of ${printable(canister)}, ${bytesText(snapshot.bytes)}\n`,
    );
  }
  return printOutcome(output, outcome, { reply: false, trace: false });
}

async function list(host: NetworkHost, output: CommandOutput, canister: string): Promise<number> {
  const { snapshots } = await host.request("network/snapshots", { canister });
  if (snapshots.length === 0) output.write(`${printable(canister)} has no snapshots.\n`);
  for (const it of snapshots) output.write(`${lineOf(it)}\n`);
  return exitCodes.done;
}

async function change(
  host: NetworkHost,
  output: CommandOutput,
  verb: "load" | "delete",
  canister: string,
  snapshot: string,
): Promise<number> {
  const outcome = await host.request(`network/${verb}Snapshot`, { canister, snapshot });
  const done = verb === "load" ? "loaded" : "deleted";
  if (outcome.kind === "replied") {
    output.write(`${styled(output, done, "green")} snapshot ${printable(snapshot)} of ${printable(canister)}\n`);
  }
  return printOutcome(output, outcome, { reply: false, trace: false });
}

function lineOf({ number, takenAt, bytes, id }: SnapshotSummary): string {
  return `${String(number).padStart(3)}  ${takenAt}  ${bytesText(bytes).padStart(9)}  ${id}`;
}
