import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";

/**
 * What each operator costs in instructions, in the network's classic profile.
 * Source: dfinity/ic rs/embedders/src/wasm_utils/instrumentation.rs, as of 2026-11-21. Operators that no row names cost 1.
 */
const rows: readonly (readonly [cost: number, names: string])[] = [
  [0, "block loop else end"],
  [2, "if br br_if br_table global.get global.set"],
  [2, "f32.add f32.sub f32.mul f32.ceil f32.floor f32.trunc f32.nearest f32.copysign"],
  [2, "f64.add f64.sub f64.mul f64.ceil f64.floor f64.trunc f64.nearest"],
  [3, "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge"],
  [3, "f32.div f64.copysign return_call"],
  [3, "f32.convert_i32_s f32.convert_i64_s f64.convert_i32_s f64.convert_i64_s"],
  [5, "call f64.div f32.sqrt table.get table.set ref.is_null"],
  [8, "f64.sqrt"],
  [10, "i32.div_s i32.div_u i32.rem_s i32.rem_u i64.div_s i64.div_u i64.rem_s i64.rem_u call_indirect"],
  [16, "f32.convert_i32_u f32.convert_i64_u f64.convert_i32_u f64.convert_i64_u"],
  [18, "f32.min f32.max f64.min f64.max"],
  [20, "memory.size"],
  [20, "i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u"],
  [20, "i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u"],
  [20, "i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u"],
  [20, "i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u"],
  [60, "return_call_indirect"],
  [100, "table.size memory.fill memory.copy memory.init table.fill table.copy table.init"],
  [130, "ref.func"],
  [300, "memory.grow table.grow data.drop elem.drop"],
  // Vectors.
  [2, "i8x16.lt_u i8x16.gt_u i16x8.lt_u i16x8.gt_u i32x4.lt_u i32x4.gt_u i8x16.shr_u"],
  [2, "i16x8.shl i16x8.shr_s i16x8.shr_u i32x4.shl i32x4.shr_s i32x4.shr_u i64x2.shl i64x2.shr_u"],
  [2, "i16x8.extadd_pairwise_i8x16_u i16x8.extmul_high_i8x16_s i16x8.extmul_high_i8x16_u"],
  [2, "i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u"],
  [2, "i32x4.mul f32x4.abs f32x4.neg f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest f32x4.add f32x4.sub f32x4.mul"],
  [2, "f64x2.abs f64x2.neg f64x2.ceil f64x2.floor f64x2.trunc f64x2.nearest f64x2.add f64x2.sub f64x2.mul"],
  [2, "i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f64x2_s_zero"],
  [3, "i8x16.shuffle i8x16.popcnt i8x16.shl i8x16.shr_s i64x2.shr_s i32x4.extadd_pairwise_i16x8_u"],
  [3, "i32x4.trunc_sat_f64x2_u_zero"],
  [4, "i64x2.mul i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_u f32x4.min f32x4.max f64x2.min"],
  [5, "f32x4.sqrt f64x2.max"],
  [10, "f32x4.div"],
  [12, "f64x2.div"],
  [14, "f64x2.sqrt"],
];

const memoryAccess = /^(i32|i64|f32|f64|v128)\.(load|store)/;

/** Instructions of each operator, by dense operator number (`operatorSlot`); accesses cost double in 64-bit memories. */
export function instructionCosts(memory64: boolean): Uint16Array {
  const costs = new Map(rows.flatMap(([cost, names]) => names.split(" ").map((name) => [name, cost] as const)));
  const table = new Uint16Array(operatorSlots);
  for (const { code, name } of operators) {
    const accessCost = memoryAccess.test(name) && memory64 ? 2 : 1;
    table[operatorSlot(code)] = costs.get(name) ?? accessCost;
  }
  return table;
}
