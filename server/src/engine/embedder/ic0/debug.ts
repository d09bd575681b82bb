import { limits } from "../../limits.ts";
import type { Trap } from "../contract.ts";
import { ExecutionTrap } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction } from "../systemApiRow.ts";

const text = new TextDecoder();

/** Bytes of a trap's message that are shown. */
const trapMessageBytesMax = 32_768;

/** Instructions for each byte given to the log, and for each that finds room in it. */
const bytePassed = 2;
const byteKept = 50;

/** The canister log. */
export const debugFunctions: readonly SystemApiFunction[] = [
  on("* s", "debug_print", "II", "", { fixed: 100 }, (it, source, size) => {
    chargeForLog(it, size);
    addToLog(it, readText(it, source, size) ?? "(debug_print message out of memory bounds)");
  }),
  on("* s", "trap", "II", "", perByte(1), (it, source, size) => {
    chargeForLog(it, size);
    const shown = Math.min(size, trapMessageBytesMax);
    const message = readText(it, source, shown) ?? "(trap message out of memory bounds)";
    throw new ExecutionTrap({ kind: "calledTrap", message });
  }),
];

function readText(it: MessageExecution, source: number, size: number): string | undefined {
  const { bytes } = it.heap;
  if (source + size > bytes.length) return undefined;
  it.reachHeap(source, size, "read");
  return text.decode(bytes.subarray(source, source + size));
}

function chargeForLog(it: MessageExecution, size: number): void {
  const { logCapacityBytes } = it.input;
  const room = Math.max(0, logCapacityBytes - it.earlierLogBytes - it.logBytes);
  it.charge(BigInt(bytePassed * Math.min(size, logCapacityBytes) + byteKept * Math.min(size, room)));
}

/** Writes the end of an execution into the canister's log: traps and their backtraces, no other errors. */
export function logTrap(it: MessageExecution, trap: Trap, backtrace: readonly string[]): void {
  if (trap.kind !== "trapped" && trap.kind !== "calledTrap") return;
  const message = trap.kind === "trapped" ? trap.reason : trap.message === "" ? "(no message)" : trap.message;
  const lines = backtrace.length === 0 ? "" : `\nCanister Backtrace:\n${backtrace.join("\n")}\n`;
  addToLog(it, `[TRAP]: ${message}${lines}`);
}

/**
 * The oldest records make room for the new one; what earlier executions left in the log goes first. One that is too
 * large for the whole log is cut.
 */
function addToLog(it: MessageExecution, whole: string): void {
  const { logCapacityBytes, timeNanos } = it.input;
  const bytesMax = Math.max(0, logCapacityBytes - limits.logRecordBytes);
  const content = Buffer.byteLength(whole) <= bytesMax ? whole : Buffer.from(whole).toString("utf8", 0, bytesMax);
  it.log.push({ timestampNanos: timeNanos, content });
  it.logBytes += recordBytes(content);
  it.earlierLogBytes = Math.max(0, Math.min(it.earlierLogBytes, logCapacityBytes - it.logBytes));
  while (it.logBytes > logCapacityBytes && it.log.length > 1) it.logBytes -= recordBytes(it.log.shift()?.content ?? "");
}

function recordBytes(content: string): number {
  return limits.logRecordBytes + Buffer.byteLength(content);
}
