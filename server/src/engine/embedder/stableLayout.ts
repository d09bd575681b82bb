import { ByteWriter } from "../../wasm/byteWriter.ts";
import { type Limits, sectionIds } from "../../wasm/module.ts";
import { writeLimits } from "./sectionRewriter.ts";

/**
 * The 64-bit memory that holds the lower part of a canister's stable memory, so that its code reaches it without leaving
 * WebAssembly: first what host and code tell each other, then a mark for each page, then the bytes.
 */
export const stableLayout = {
  /**
   * i32, odd. A page whose mark is this was written in the present execution, one whose mark is one less was read. The
   * value changes with each execution, so no mark is ever cleared.
   */
  mark: 0,
  /** i32: pages that code may read for the first time in this execution without asking the host. */
  touchesLeft: 4,
  /** i64: bytes, counted from 0, that are both part of the stable memory and in this memory. */
  reachableBytes: 8,
  /** i32: 1 where the 32-bit functions must trap because the stable memory is too large for them. */
  beyond32Bits: 16,
  /** An i32 for each 4 KiB page. */
  marks: 4_096,
  bytes: 257 * 65_536,
} as const;

/** 4 KiB pages that have marks: those of 16 GiB less the marks themselves. */
export const markedPagesMax = (16 * 2 ** 30 - stableLayout.bytes) / 4_096;

/** Bounds of the memory: V8 has 64-bit memories of at most 16 GiB. */
export const stableLimits: Limits = { minimum: 257, maximum: 262_144, is64: true, shared: false };

/**
 * Whether this V8 can hold stable memory inside: a 64-bit memory as the second one of a module (Node 22, Chromium 133).
 */
export const hasStableInside: boolean = WebAssembly.validate(
  Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 4, 0),
);

/** Makes the memory of an empty stable memory; it takes room only where it is written. */
export function createStableMemory(): WebAssembly.Memory {
  module ??= new WebAssembly.Module(memoryModule());
  const { stable } = new WebAssembly.Instance(module).exports;
  if (!(stable instanceof WebAssembly.Memory)) throw new Error("The memory is none.");
  return stable;
}

let module: WebAssembly.Module | undefined;

function memoryModule(): Uint8Array<ArrayBuffer> {
  const memories = new ByteWriter(16);
  memories.byte(1);
  writeLimits(memories, stableLimits);
  const exports = new ByteWriter(16);
  exports.byte(1);
  exports.name("stable");
  exports.bytes([2, 0]);
  const out = new ByteWriter(64);
  out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sectionIds.memory]);
  out.sized(memories);
  out.byte(sectionIds.export);
  out.sized(exports);
  return out.toBytes();
}
