import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";
import { accessBytes, isStoreSlot } from "./memoryAccesses.ts";
import { absorbedNans, producedNans } from "./nanOperators.ts";

/** What a scan does at an operator; small numbers, for a dense switch in `FunctionScan`. */
const actionNumbers: Readonly<Record<string, number>> = {
  "local.get": 1,
  "local.set": 2,
  "local.tee": 3,
  "i32.const": 4,
  "i32.add": 5,
  "i32.sub": 6,
  "memory.grow": 9,
  "memory.init": 10,
  "data.drop": 11,
  "memory.copy": 12,
  "memory.fill": 13,
  block: 14,
  loop: 15,
  if: 16,
  else: 17,
  end: 18,
  br: 19,
  br_if: 20,
  br_table: 21,
  unreachable: 22,
  return: 22,
  return_call: 23,
  return_call_indirect: 23,
  call: 24,
  call_indirect: 25,
};

/** Actions below this one do nothing in code that is never reached. */
export const firstControlAction = 14;

/** The action of each operator by dense operator number: 7 for marked accesses, 8 for what takes or makes NaNs, else 0. */
export function scanActions(marksLoads: boolean, marksStores: boolean): Uint8Array {
  const actions = new Uint8Array(operatorSlots);
  for (const { code, name } of operators) {
    const slot = operatorSlot(code);
    const isMarked = accessBytes[slot] !== 0 && (isStoreSlot[slot] === 1 ? marksStores : marksLoads);
    const takesPart = absorbedNans[slot] !== 0 || producedNans[slot] !== 0;
    actions[slot] = actionNumbers[name] ?? (isMarked ? 7 : takesPart ? 8 : 0);
  }
  return actions;
}
