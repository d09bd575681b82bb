import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";

/**
 * Weights of operators in the complexity of a function. Source: dfinity/ic rs/embedders/src/wasm_utils/validation.rs,
 * as of 2026-11-21. Operators that no row names weigh 1.
 */
const rows: readonly (readonly [weight: number, names: RegExp])[] = [
  [50, /^(block|loop|if|br|br_if|br_table|call|call_indirect|memory\.grow)$/],
  [14, /^table\.get$/],
  [8, /^ref\.func$/],
  [6, /^ref\.is_null$/],
  [5, /^i(32|64)\.trunc_f(32|64)_[su]$|^i64\.extend_i32_[su]$|^f(32|64)\.convert_i(32|64)_[su]$|^f32\.demote_f64$/],
  [4, /^f(32|64)\.(neg|abs)$|^memory\.copy$/],
  [
    3,
    /^f(32|64)\.copysign$|^f64\.eq$|^i(32|64)\.(rem|div)_[su]$|^memory\.fill$|^[if](32|64)\.load|^i(32|64)\.trunc_sat_/,
  ],
  [2, /^global\.get$|^i(32|64)\.popcnt$|^select(_t)?$|^memory\.size$|^[if](32|64)\.store/],
  [2, /^i(32|64)\.(eqz|eq|ne|[lg][te]_[su])$|^f32\.(eq|ne|lt|gt|le|ge)$|^f64\.(ne|lt|gt|le|ge)$/],
  [
    2,
    /^f(32|64)\.(ceil|floor|sqrt|trunc)$|\.reinterpret_|^i32\.wrap_i64$|^i(32|64)\.extend(8|16|32)_s$|^f64\.promote_f32$/,
  ],
];

/** Operators that canisters may not use although they are valid WebAssembly. */
export const refusedOperators: ReadonlySet<string> = new Set([
  "table.grow",
  "table.set",
  "table.fill",
  "table.copy",
  "table.init",
]);

/** The weight of each operator by dense operator number; 0 for those that are refused. */
export const operatorWeights: Uint8Array = weights();

function weights(): Uint8Array {
  const table = new Uint8Array(operatorSlots);
  for (const { code, name } of operators) {
    const weight = rows.find(([, names]) => names.test(name))?.[0] ?? 1;
    table[operatorSlot(code)] = refusedOperators.has(name) ? 0 : weight;
  }
  return table;
}
