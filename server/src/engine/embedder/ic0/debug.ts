import { limits } from "../../limits.ts";
import { ExecutionTrap } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction } from "../systemApiRow.ts";

const text = new TextDecoder();

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
    const message = readText(it, source, size) ?? "(trap message out of memory bounds)";
    addToLog(it, `[TRAP]: ${message}`);
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

/** The oldest records make room for the new one; what earlier executions left in the log goes first. */
function addToLog(it: MessageExecution, content: string): void {
  const { logCapacityBytes, timeNanos } = it.input;
  it.log.push({ timestampNanos: timeNanos, content });
  it.logBytes += recordBytes(content);
  it.earlierLogBytes = Math.max(0, Math.min(it.earlierLogBytes, logCapacityBytes - it.logBytes));
  while (it.logBytes > logCapacityBytes && it.log.length > 1) it.logBytes -= recordBytes(it.log.shift()?.content ?? "");
}

function recordBytes(content: string): number {
  return limits.logRecordBytes + Buffer.byteLength(content);
}
