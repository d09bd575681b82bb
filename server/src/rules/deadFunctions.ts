import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { callersOf } from "./callers.ts";

/** Nothing of a canister leads to the function or names it, and no attribute makes an endpoint of it. */
export const isDead = new Derived((canister, inFunction: ModelFunction) => seemsDead(canister, inFunction, new Set()));

function seemsDead(canister: CanisterModel, inFunction: ModelFunction, seen: Set<ModelFunction>): boolean {
  const { name, attributes, implOf } = inFunction;
  if (canister.entryPoints.length === 0 || implOf !== undefined || seen.size > 8) return false;
  if (seen.has(inFunction)) return true;
  seen.add(inFunction);
  if (attributes.some((it) => !/^(allow|doc|inline|must_use|cfg)$/.test(it.path))) return false;
  if (canister.entryPoints.some((it) => it.function === inFunction)) return false;
  if (canister.itemMacros.some((it) => it.includes(name))) return false;
  const callers = callersOf(canister, inFunction);
  if (callers.some((it) => it !== inFunction && !seemsDead(canister, it, seen))) return false;
  const others = canister.functions.filter((it) => it !== inFunction && !callers.includes(it));
  // Whoever names another one of this name need not mean this one.
  return others.some((it) => it.name === name) || others.every((it) => !it.names.has(name));
}
