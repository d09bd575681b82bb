import type { CanisterModel } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";

/** What the crate's short name for a type stands for, as it is written: `u64` for `type Cycles = u64;`. */
export function aliasedType(canister: CanisterModel, name: string): string | undefined {
  return aliases.of(canister, "").get(name);
}

const isSame = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
  before.size === after.size && [...before].every(([name, type]) => after.get(name) === type);

const aliasesOfFile = new Derived(
  (canister, path: string): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    for (const [, name = "", type = ""] of canister.textOf(path).matchAll(/\btype\s+(\w+)\s*=\s*(?=([^;]+);)/g)) {
      if (!found.has(name)) found.set(name, type);
    }
    return found;
  },
  { isSame },
);

/** The first of each name counts. */
const aliases = new Derived(
  (canister): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    for (const path of canister.files) {
      for (const [name, type] of aliasesOfFile.of(canister, path)) if (!found.has(name)) found.set(name, type);
    }
    return found;
  },
  { isSame },
);
