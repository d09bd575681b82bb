import type { FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";

/** A call that a function comes to, and the calls that lead there. */
export interface CallReached {
  readonly call: FunctionCall;
  readonly inFunction: ModelFunction;
  readonly way: readonly { readonly call: FunctionCall; readonly inFunction: ModelFunction }[];
}

/** Every call of a function, and of the functions of the crate that it surely calls. */
export function callsReached(from: ModelFunction): CallReached[] {
  const found: CallReached[] = [];
  const seen = new Set([from]);
  const open: Omit<CallReached, "call">[] = [{ inFunction: from, way: [] }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { inFunction, way } = next;
    for (const call of inFunction.calls) {
      if (call.kind !== "functionCall") continue;
      found.push({ call, inFunction, way });
      if (!call.isCertain && call.targets.length !== 1) continue;
      for (const target of call.targets) {
        if (seen.has(target)) continue;
        seen.add(target);
        open.push({ inFunction: target, way: [...way, { call, inFunction }] });
      }
    }
  }
  return found;
}
