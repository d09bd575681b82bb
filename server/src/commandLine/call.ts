import { type Command, exitCodes, misused } from "./command.ts";
import { readFormat, readWords } from "./commandArguments.ts";
import { onNetwork } from "./networkSession.ts";
import { printOutcome } from "./outcomeText.ts";
import { findProject } from "./projectFiles.ts";

/** `call CANISTER METHOD`. */
export const callCommand: Command = {
  usage: "call CANISTER METHOD ['(argument)'] [--as IDENTITY] [--query | --update] [--trace] [--format text|json]",
  summary: "call a method; the argument is textual Candid",
  details: [
    "CANISTER       the project's name of a canister, or its id",
    "--as IDENTITY  who calls: developer unless given, anonymous, or one made with `identity --create NAME`",
    "--query        as a query, --update as an update call; else as the interface declares it",
    "--trace        shows every message execution that the call caused",
  ],
  async run(words, surroundings) {
    const { output } = surroundings;
    const read = readWords(words, {
      texts: ["as", "format"],
      flags: ["query", "update", "trace"],
      positionals: { min: 2, max: 3 },
    });
    if (typeof read === "string") return misused(output, callCommand, read);
    const format = readFormat(read);
    if (format === undefined) return misused(output, callCommand, "The format is text or json.");
    if (read.flag("query") && read.flag("update")) return misused(output, callCommand, "Choose --query or --update.");
    const [canister = "", method = "", argument = "()"] = read.positionals;
    const as = read.flag("query") ? "query" : read.flag("update") ? "update" : undefined;
    const identity = read.text("as");
    return onNetwork("call", findProject(surroundings), surroundings, async (host) => {
      const outcome = await host.request("network/call", {
        canister,
        method,
        argument,
        ...(as !== undefined && { as }),
        ...(identity !== undefined && { identity }),
      });
      if (format === "text") return printOutcome(output, outcome, { reply: true, trace: read.flag("trace") });
      output.write(`${JSON.stringify({ version: 1, ...outcome }, undefined, 2)}\n`);
      return outcome.kind === "replied" ? exitCodes.done : exitCodes.failed;
    });
  },
};
