import { valueTypes, type WasmModule } from "../../wasm/module.ts";
import type { GlobalFact, GlobalKind } from "./contract.ts";

/**
 * The globals that the network keeps of a module, in its order: exported ones, then hidden ones that can change.
 * `constantOf` gives the value of an exported global that cannot.
 */
export function globalFacts(module: WasmModule, constantOf: (name: string) => number | bigint): readonly GlobalFact[] {
  const positions = new Map<number, number>();
  let next = 0;
  for (const [index, { type, mutable }] of module.globals.entries()) {
    if (!mutable) continue;
    positions.set(index, next);
    next += type === valueTypes.v128 ? 2 : 1;
  }
  const exported = module.exports.filter(({ kind }) => kind === "global");
  const hidden = [...positions.keys()].filter((index) => exported.every((it) => it.index !== index));
  const factOf = (index: number, constant: number | bigint): GlobalFact => {
    const kind = kindOf(module.globals[index]?.type);
    const at = positions.get(index);
    return { kind, value: at === undefined ? { bits: globalBits(kind, constant) } : { at } };
  };
  return [
    ...exported.map(({ index, name }) => factOf(index, positions.has(index) ? 0 : constantOf(name))),
    ...hidden.map((index) => factOf(index, 0)),
  ];
}

/** The bits of a global as JavaScript shows it. */
export function globalBits(kind: GlobalKind, value: number | bigint): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (kind === "f32") {
    view.setFloat32(0, Number(value));
    return BigInt(view.getUint32(0));
  }
  if (kind === "f64") {
    view.setFloat64(0, Number(value));
    return view.getBigUint64(0);
  }
  return BigInt.asUintN(kind === "i32" ? 32 : 64, BigInt(value));
}

function kindOf(type: number | undefined): GlobalKind {
  switch (type) {
    case valueTypes.i64:
      return "i64";
    case valueTypes.f32:
      return "f32";
    case valueTypes.f64:
      return "f64";
    case valueTypes.v128:
      return "v128";
    default:
      return "i32";
  }
}
