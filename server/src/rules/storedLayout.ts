import type { CanisterModel } from "../analysis/canisterModel.ts";
import { type MemoryUse, memoryUses } from "./memoryUses.ts";
import { type StoredStruct, storedStructs } from "./storedStructs.ts";
import { type StoredBound, storedBounds } from "./storedTypes.ts";

/** What a version of a crate keeps where in stable memory, which the next version has to find there. */
export interface StoredLayout {
  readonly memories: readonly MemoryUse[];
  readonly bounds: readonly HeldBound[];
  readonly structs: readonly StoredStruct[];
  /** Part of the source could not be read: nothing follows from what is missing. */
  readonly isIncomplete: boolean;
  /** The files that say all this. */
  readonly files: readonly string[];
}

/** A promise of a type's size, and which structures hold values of it. */
export interface HeldBound extends StoredBound {
  /** Structures that order their pages by it, and those that refuse to open when it changed in any way. */
  readonly heldBy: "map" | "vec" | undefined;
}

/** Reads what a crate keeps in stable memory. */
export function readLayout(canister: CanisterModel): StoredLayout {
  const types = canister.state.flatMap((it) => [it.type, ...it.fields.map((field) => field.type)]);
  const structs = storedStructs(canister);
  const declaring = new Set(structs.flatMap((it) => it.fields.map((field) => field.path)));
  return {
    memories: memoryUses(canister),
    bounds: storedBounds(canister).map((it) => ({ ...it, heldBy: heldBy(it.name, types) })),
    structs,
    isIncomplete: canister.hasError,
    files: canister.files.filter((it) => declaring.has(it) || layoutText.test(canister.textOf(it))),
  };
}

/** What a file has to mention so that it can say something of the layout. */
const layoutText = /\bMemoryId\b|\bStorable\b|\bBoundedStorable\b|\bStable[A-Z]\w+/;

function heldBy(name: string, types: readonly string[]): HeldBound["heldBy"] {
  const within = (structure: string) =>
    types.some((it) => new RegExp(`\\b${structure}\\s*<[^;]*\\b${name}\\b`).test(it));
  if (within("(Stable|ic_stable_structures::)(Vec|MinHeap)")) return "vec";
  return within("(Stable|ic_stable_structures::)BTree(Map|Set)") ? "map" : undefined;
}
