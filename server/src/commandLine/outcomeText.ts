import { assertNever } from "../base/assert.ts";
import type { CallCost, CallOutcome, TraceLine, UpgradeSide } from "../protocol/network.ts";
import { exitCodes } from "./command.ts";
import { type CommandOutput, printable, styled, type TextStyle } from "./commandOutput.ts";

/** Names of the reject codes. https://internetcomputer.org/docs/references/ic-interface-spec#reject-codes */
const rejectNames: Readonly<Record<number, string>> = {
  1: "SYS_FATAL",
  2: "SYS_TRANSIENT",
  3: "DESTINATION_INVALID",
  4: "CANISTER_REJECT",
  5: "CANISTER_ERROR",
  6: "SYS_UNKNOWN",
};

/** Prints how a call ended and what it used up; `reply` is left out where it says nothing. Answers the exit code. */
export function printOutcome(
  output: CommandOutput,
  outcome: CallOutcome,
  show: { reply: boolean; trace: boolean },
): number {
  switch (outcome.kind) {
    case "replied":
      if (show.reply) output.write(`${printable(outcome.reply)}\n`);
      break;
    case "rejected":
      output.writeError(`${rejectText(output, outcome)}\n`);
      break;
    case "invalid":
      output.writeError(`${styled(output, "not sent", "red")}: ${printable(outcome.message)}\n`);
      return exitCodes.failed;
    default:
      return assertNever(outcome);
  }
  if (show.trace) output.write(traceText(output, outcome.trace, outcome.kind === "rejected" ? outcome.message : ""));
  if (show.reply) output.write(`${styled(output, costText(outcome.cost), "dim")}\n`);
  return outcome.kind === "replied" ? exitCodes.done : exitCodes.failed;
}

/** Text such as `rejected (5 CANISTER_ERROR, IC0503): Error from Canister …`. */
export function rejectText(output: CommandOutput, outcome: CallOutcome & { kind: "rejected" }): string {
  const code = `${outcome.rejectCode} ${rejectNames[outcome.rejectCode] ?? "unknown"}`;
  const error = outcome.errorCode === undefined ? "" : `, ${outcome.errorCode}`;
  return `${styled(output, `rejected (${code}${error})`, "red")}: ${printable(outcome.message)}`;
}

function costText({ instructions, metering, cycles, rounds }: CallCost): string {
  const parts = [`${grouped(instructions)} instructions (${metering === "classic" ? "classic" : "memory tracker"})`];
  if (cycles !== "0") parts.push(`${grouped(cycles)} cycles`);
  if (rounds > 1) parts.push(`${rounds} rounds`);
  return parts.join(" · ");
}

const lineStyles: Readonly<Partial<Record<TraceLine["kind"], TextStyle>>> = {
  trap: "red",
  reject: "red",
  rollback: "red",
  reply: "green",
  log: "dim",
  timer: "cyan",
  request: "blue",
};

/**
 * The message trace, a line for each event, indented by nesting. A text of several lines, such as a backtrace, is printed
 * once: `shown` stands above the trace already.
 */
export function traceText(output: CommandOutput, trace: readonly TraceLine[], shown = ""): string {
  const texts = [shown];
  return trace
    .map((line) => {
      if (line.detail === undefined) return `${traceLine(output, line)}\n`;
      const detail = withoutTexts(line.detail, texts);
      texts.push(line.detail.replace(/ \([^()]*rolled back\)$/, ""));
      return `${traceLine(output, { ...line, detail })}\n`;
    })
    .join("");
}

/** The detail with only the first line of each text that was shown before. */
function withoutTexts(detail: string, texts: readonly string[]): string {
  const known = texts.filter((it) => it.includes("\n") && detail.includes(it));
  return known.reduce((text, it) => text.replace(it, () => `${it.slice(0, it.indexOf("\n"))} …`), detail);
}

function traceLine(output: CommandOutput, line: TraceLine): string {
  const style = lineStyles[line.kind];
  const kind = styled(output, line.kind, ...(style === undefined ? [] : [style]));
  const figures = [
    ...(line.instructions === undefined ? [] : [`${grouped(line.instructions)} instructions`]),
    ...(line.cycles === undefined ? [] : [`${grouped(line.cycles)} cycles`]),
  ];
  const behind = [line.detail === undefined ? undefined : printable(line.detail), ...figures];
  const text = behind.filter((it) => it !== undefined).join(" · ");
  // A trap's message has lines of its own, which belong below their line.
  const indent = "  ".repeat(line.depth + 1);
  const words = `${indent}${kind} ${printable(line.canister)}: ${printable(line.label.trimEnd())}`;
  return `${words}${text === "" ? "" : styled(output, `  ${text}`, "dim")}`.replaceAll("\n", `\n${indent}  `);
}

/** The canister before and after an upgrade, with what changed marked. */
export function comparisonText(output: CommandOutput, before: UpgradeSide, after: UpgradeSide): string {
  const rows: (readonly [string, string, string])[] = [
    ["module", shortHash(before.moduleHash), shortHash(after.moduleHash)],
    ["heap memory", bytesText(before.heapMemoryBytes), bytesText(after.heapMemoryBytes)],
    ["stable memory", bytesText(before.stableMemoryBytes), bytesText(after.stableMemoryBytes)],
    ["cycles", grouped(before.cycles), grouped(after.cycles)],
  ];
  const replies = new Map(after.queries.map((it) => [it.method, it.result]));
  for (const { method, result } of before.queries)
    rows.push([method, result, replies.get(method) ?? "(no such method)"]);
  const known = new Set(before.queries.map((it) => it.method));
  for (const { method, result } of after.queries)
    if (!known.has(method)) rows.push([method, "(no such method)", result]);
  const cells = rows.map((row) => row.map((it) => printable(it).replaceAll("\n", " ")));
  const widths = [0, 1].map((column) => Math.min(48, Math.max(6, ...cells.map((row) => (row[column] ?? "").length))));
  const pad = (text: string, column: number) => text.padEnd(widths[column] ?? 0);
  const head = styled(output, `  ${pad("", 0)}  ${pad("before", 1)}  after\n`, "dim");
  const lines = cells.map(([name = "", old = "", now = ""], index) => {
    // Cycles always change: they are no finding.
    const mark = old === now || index === 3 ? "" : styled(output, "  changed", "yellow");
    return `  ${pad(name, 0)}  ${pad(old, 1)}  ${now}${mark}\n`;
  });
  return head + lines.join("");
}

/** A decimal number with its thousands apart: `16,846`. */
export function grouped(decimal: string): string {
  return decimal.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A size in the unit that a person would choose. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"];
  let amount = bytes;
  let unit = "B";
  for (const larger of units) {
    if (amount < 1024) break;
    amount /= 1024;
    unit = larger;
  }
  return `${amount < 10 ? amount.toFixed(2) : amount.toFixed(1)} ${unit}`.replace(/\.?0+ /, " ");
}

/** The first digits of a hash, enough to tell two modules apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
