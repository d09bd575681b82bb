import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { Derived, isSameList } from "../analysis/derived.ts";

/** The functions of a crate that may call one of them, tasks included, in the order of the crate. */
export function callersOf(canister: CanisterModel, called: ModelFunction): readonly ModelFunction[] {
  return callersOfOne.of(canister, called);
}

const callersOfOne = new Derived((canister, called: ModelFunction) => callersOfAll.of(canister, "").get(called) ?? [], {
  isSame: isSameList,
});

/** The same for all functions that are called. */
export const callersOfAll = new Derived((canister) => {
  const callers = new Map<ModelFunction, ModelFunction[]>();
  for (const caller of canister.functions) {
    for (const called of caller.summary.callees) {
      const others = callers.get(called);
      if (others === undefined) callers.set(called, [caller]);
      else others.push(caller);
    }
  }
  return callers;
});
