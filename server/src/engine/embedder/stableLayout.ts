import type { Limits } from "../../wasm/module.ts";
import { memoryModule } from "./memoryModule.ts";

/** Of the memories that hold the lower part of a canister's stable memory. */
export interface StableMemories {
  /** The bytes: a 64-bit memory, which code reaches without leaving WebAssembly. */
  readonly stable: WebAssembly.Memory;
  /** What host and code tell each other, and a mark for each page of the bytes; see `stableLayout`. */
  readonly marks: WebAssembly.Memory;
}

/** Offsets in the memory of the marks. */
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
} as const;

/** Bounds of the memory of the bytes: V8 has 64-bit memories of at most 16 GiB. */
export const stableLimits: Limits = { minimum: 0, maximum: 262_144, is64: true, shared: false };

/** Bounds of the memory of the marks: for 60 MiB at first. */
export const stableMarksLimits: Limits = { minimum: 1, maximum: 257, is64: false, shared: false };

/**
 * Whether this V8 can hold stable memory inside: a 64-bit memory as the second one of a module (Node 22, Chromium 133).
 */
export const hasStableInside: boolean = WebAssembly.validate(
  Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 4, 0),
);

/** Makes the memories of an empty stable memory; they take room only where they are written. */
export function createStableMemories(): StableMemories {
  module ??= memoryModule({ stable: stableLimits, marks: stableMarksLimits });
  const { stable, marks } = new WebAssembly.Instance(module).exports;
  if (!(stable instanceof WebAssembly.Memory && marks instanceof WebAssembly.Memory)) {
    throw new Error("The memories are none.");
  }
  return { stable, marks };
}

let module: WebAssembly.Module | undefined;
