import type { ModelFunction } from "../analysis/canisterModel.ts";

const known = new WeakMap<readonly ModelFunction[], ReadonlyMap<ModelFunction, readonly ModelFunction[]>>();

/** The functions of a crate that may call one of them, tasks included, in the order of the crate. */
export function callersOf(functions: readonly ModelFunction[], called: ModelFunction): readonly ModelFunction[] {
  let callers = known.get(functions);
  if (callers === undefined) {
    callers = readCallers(functions);
    known.set(functions, callers);
  }
  return callers.get(called) ?? [];
}

function readCallers(functions: readonly ModelFunction[]): ReadonlyMap<ModelFunction, readonly ModelFunction[]> {
  const callers = new Map<ModelFunction, ModelFunction[]>();
  for (const caller of functions) {
    for (const called of caller.summary.callees) {
      const others = callers.get(called);
      if (others === undefined) callers.set(called, [caller]);
      else others.push(caller);
    }
  }
  return callers;
}
