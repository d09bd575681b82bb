import { valueTypes } from "../../wasm/module.ts";
import { operatorSlot, operatorSlots, operators } from "../../wasm/opcodes.ts";

/**
 * The network makes every NaN that arithmetic produces the canonical one, so that all nodes see the same bits (Cranelift's
 * `enable_nan_canonicalization`; its list of operators as of 2026-11-21). V8 leaves the bits to the processor. So NaNs
 * are made canonical here too, but only where their bits can be seen: what one arithmetic operator hands to the next, to a
 * comparison or to a conversion needs nothing, since any NaN does the same there.
 */
export interface NanShape {
  /** Type of the value. */
  readonly type: number;
  /** A constant of canonical NaNs. */
  readonly constant: readonly number[];
  /** Whether a value differs from itself; for numbers, not for vectors. */
  readonly differs?: readonly number[];
  /** Compares a vector with itself, then chooses its lanes or those of the constant. */
  readonly choose: readonly number[];
}

const nan32 = [0, 0, 0xc0, 0x7f];
const nan64 = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];

/** Shapes by their number; 0 is none. */
export const nanShapes: readonly (NanShape | undefined)[] = [
  undefined,
  { type: valueTypes.f32, constant: [0x43, ...nan32], differs: [0x5c], choose: [] },
  { type: valueTypes.f64, constant: [0x44, ...nan64], differs: [0x62], choose: [] },
  {
    type: valueTypes.v128,
    constant: [0xfd, 12, ...nan32, ...nan32, ...nan32, ...nan32],
    choose: [0xfd, 0x41, 0xfd, 0x52],
  },
  { type: valueTypes.v128, constant: [0xfd, 12, ...nan64, ...nan64], choose: [0xfd, 0x47, 0xfd, 0x52] },
];

/** Shape of the NaNs that a local of a type may hold; vectors have no one shape. */
export function shapeOfLocal(type: number): number {
  return type === valueTypes.f32 ? 1 : type === valueTypes.f64 ? 2 : 0;
}

const shapeNumbers: Readonly<Record<string, number>> = { f32: 1, f64: 2, f32x4: 3, f64x2: 4 };

const arithmetic = /^(f32|f64|f32x4|f64x2)\.(ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max)$/;
const conversion = /^(f32|f64|f32x4|f64x2)\.(demote|promote)_/;
const comparison = /^(f32|f64|f32x4|f64x2)\.(eq|ne|lt|gt|le|ge)$/;
const scalarInput = /^(?:i32|i64)\.trunc_(?:sat_)?(f32|f64)_|^f32\.demote_(f64)$|^f64\.promote_(f32)$/;

/** Shape of the NaNs that an operator may produce, by dense operator number. */
export const producedNans: Uint8Array = table((name) => (arithmetic.exec(name) ?? conversion.exec(name))?.[1]);

/** Shape of the NaNs whose bits make no difference to an operator, by dense operator number. */
export const absorbedNans: Uint8Array = table((name) => {
  const scalar = scalarInput.exec(name);
  return scalar === null
    ? (arithmetic.exec(name) ?? comparison.exec(name))?.[1]
    : (scalar[1] ?? scalar[2] ?? scalar[3]);
});

function table(shapeOf: (name: string) => string | undefined): Uint8Array {
  const shapes = new Uint8Array(operatorSlots);
  for (const { code, name } of operators) shapes[operatorSlot(code)] = shapeNumbers[shapeOf(name) ?? ""] ?? 0;
  return shapes;
}
