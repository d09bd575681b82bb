import type { TextRange } from "../base/textRange.ts";

/** What a crate is to the Internet Computer: its entry points, its state, and what happens in which message execution. */
export interface CanisterModel {
  readonly packageName: string;
  /** Files of the crate's module tree, the root first. */
  readonly files: readonly string[];
  readonly entryPoints: readonly EntryPoint[];
}

/** What the Internet Computer can call, or calls on its own. */
export type EntryPointKind =
  | "update"
  | "query"
  | "compositeQuery"
  | "init"
  | "preUpgrade"
  | "postUpgrade"
  | "heartbeat"
  | "inspectMessage"
  | "onLowWasmMemory"
  | "globalTimer";

/** A function that the network calls, however its attribute is spelled. */
export interface EntryPoint {
  readonly kind: EntryPointKind;
  /** Name that callers use, which `name = "…"` may set apart from the function's; absent for lifecycle hooks. */
  readonly method?: string;
  readonly path: string;
  /** The function's item, its attributes included. */
  readonly range: TextRange;
  /** The function's name. */
  readonly nameRange: TextRange;
}
