import { ExecutionTrap, trapWith } from "../executionTrap.ts";
import { wasmPageBytes } from "../heapMemory.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { stableMemoryPagesMax } from "../stableMemory.ts";
import { on, only32, type SystemApiFunction } from "../systemApiRow.ts";

/** 64 KiB pages that the 32-bit functions can address. */
const pages32Max = 65_536;

/** Instructions of a read or write before those for each byte. */
const accessFixed = 20;

/** Instructions for each 4 KiB page that an execution writes for the first time, in the classic profile. */
const dirtyPage = 1_000n;

const growCharge = { fixed: 100 };
const free = { fixed: 0 };

/** Stable memory. */
export const stableFunctions: readonly SystemApiFunction[] = [
  only32(on("* s", "stable_size", "", "i", free, (it) => addressable(it).stable.wasmPages)),
  only32(
    on("* s", "stable_grow", "i", "i", growCharge, (it, pages) =>
      addressable(it).stable.wasmPages + pages > pages32Max ? -1 : grow(it, pages),
    ),
  ),
  only32(
    on("* s", "stable_write", "iii", "", perAccess(2), (it, offset, source, size) => {
      if (size > 0) write(addressable(it), offset, source, size);
    }),
  ),
  only32(
    on("* s", "stable_read", "iii", "", perAccess(2), (it, target, offset, size) => {
      if (size > 0) read(addressable(it), target, offset, size);
    }),
  ),
  on("* s", "stable64_size", "", "l", free, (it) => BigInt(it.stable.wasmPages)),
  on("* s", "stable64_grow", "l", "l", growCharge, (it, pages) => BigInt(grow(it, toNumber(pages)))),
  on("* s", "stable64_write", "lll", "", perAccess(2), (it, offset, source, size) => {
    if (size > 0n) write(it, toNumber(offset), toNumber(source), toNumber(size));
  }),
  on("* s", "stable64_read", "lll", "", perAccess(2), (it, target, offset, size) => {
    if (size > 0n) read(it, toNumber(target), toNumber(offset), toNumber(size));
  }),
];

function perAccess(argument: number) {
  return { fixed: accessFixed, perUnit: { argument, instructions: 1 } };
}

/** Beyond 2^53 a number is out of any bounds, whatever its low bits. */
function toNumber(value: bigint): number {
  return Number(value);
}

/** The old size in pages; -1 where so much may not be had. Ends the execution where it cannot be paid for. */
function grow(it: MessageExecution, pages: number): number {
  if (pages > stableMemoryPagesMax - it.stable.wasmPages) return -1;
  const refusal = it.allocate(pages * wasmPageBytes);
  if (refusal === undefined) return it.stable.grow(pages);
  if (refusal.kind === "outOfMemory") return -1;
  throw new ExecutionTrap(refusal);
}

function addressable(it: MessageExecution): MessageExecution {
  if (it.stable.wasmPages > pages32Max) trapWith("32 bit stable memory api used on a memory larger than 4GB");
  return it;
}

function write(it: MessageExecution, offset: number, source: number, size: number): void {
  if (offset + size > it.stable.bytes()) trapWith("stable memory out of bounds");
  const pages = it.stable.countNewDirtyPages(offset, size);
  if (pages > 0 && !it.tracker.isOn) it.charge(dirtyPage * BigInt(pages));
  const { bytes } = it.heap;
  if (source + size > bytes.length) trapWith("heap out of bounds");
  it.reachHeap(source, size, "read");
  it.reachStable(offset, size, "write");
  it.stable.write(offset, bytes.subarray(source, source + size));
}

function read(it: MessageExecution, target: number, offset: number, size: number): void {
  if (offset + size > it.stable.bytes()) trapWith("stable memory out of bounds");
  const { bytes } = it.heap;
  if (target + size > bytes.length) trapWith("heap out of bounds");
  it.reachStable(offset, size, "read");
  it.reachHeap(target, size, "write");
  it.stable.read(offset, bytes.subarray(target, target + size));
}
