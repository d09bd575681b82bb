import type { CanisterModel, EntryPoint, ModelFunction } from "./canisterModel.ts";
import { Derived } from "./derived.ts";

/**
 * The functions that a canister can execute, each with an entry point that leads to it. A function that is only named
 * (handed on as a value) counts as called.
 */
export function reachableFunctions(canister: CanisterModel): ReadonlyMap<ModelFunction, EntryPoint> {
  return reached.of(canister, "");
}

const reached = new Derived(findReachable, { isSame: isSameWay });

function isSameWay(a: ReadonlyMap<ModelFunction, EntryPoint>, b: ReadonlyMap<ModelFunction, EntryPoint>): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [function_, entry] of a) {
    const other = others.next().value;
    if (function_ !== other?.[0] || entry !== other[1]) return false;
  }
  return true;
}

function findReachable(canister: CanisterModel): Map<ModelFunction, EntryPoint> {
  const free = new Map<string, ModelFunction[]>();
  for (const it of canister.functions) {
    if (it.displayName !== it.name) continue;
    const others = free.get(it.name);
    if (others === undefined) free.set(it.name, [it]);
    else others.push(it);
  }
  const found = new Map<ModelFunction, EntryPoint>();
  for (const entry of canister.entryPoints) {
    const guards = entry.guards.flatMap((it) => free.get(it.slice(it.lastIndexOf(":") + 1)) ?? []);
    const open = [entry.function, ...guards];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.set(next, entry);
      open.push(...next.summary.callees);
      for (const name of next.names) {
        const named = free.get(name);
        if (named !== undefined) open.push(...named);
      }
    }
  }
  return found;
}
