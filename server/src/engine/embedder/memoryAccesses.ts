import { valueTypes } from "../../wasm/module.ts";
import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";

/** Bytes that each load and store reaches, by dense operator number; 0 for all other operators. */
export const accessBytes = new Uint8Array(operatorSlots);

/** The type of the operand above the address, by dense operator number; 0 where the address is on top. */
export const operandAboveAddress = new Uint8Array(operatorSlots);

/** 1 for stores, by dense operator number. */
export const isStoreSlot = new Uint8Array(operatorSlots);

const valueLetters: Readonly<Record<string, number>> = {
  i: valueTypes.i32,
  l: valueTypes.i64,
  f: valueTypes.f32,
  d: valueTypes.f64,
  v: valueTypes.v128,
};

const typeBytes: Readonly<Record<string, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

for (const { code, name, takes } of operators) {
  const parts = /^(i32|i64|f32|f64|v128)\.(load|store)(\d+)?(?:x(\d))?/.exec(name);
  if (parts === null) continue;
  const [, type = "", kind, bits, lanes] = parts;
  const slot = operatorSlot(code);
  accessBytes[slot] = bits === undefined ? (typeBytes[type] ?? 0) : (Number(bits) / 8) * Number(lanes ?? 1);
  operandAboveAddress[slot] = valueLetters[takes[1] ?? ""] ?? 0;
  isStoreSlot[slot] = kind === "store" ? 1 : 0;
}
