import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";

/** Operands that each operator takes, by dense operator number; calls and blocks take more, by their types. */
export const takesCount = new Uint8Array(operatorSlots);

/** Results that each operator leaves. */
export const leavesCount = new Uint8Array(operatorSlots);
for (const { code, takes, leaves } of operators) {
  takesCount[operatorSlot(code)] = takes.length;
  leavesCount[operatorSlot(code)] = leaves.length;
}
