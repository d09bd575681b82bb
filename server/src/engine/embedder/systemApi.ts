import { type ValueType, valueTypes } from "../../wasm/module.ts";
import { callFunctions } from "./ic0/call.ts";
import { canisterFunctions } from "./ic0/canister.ts";
import { certifiedDataFunctions } from "./ic0/certifiedData.ts";
import { costFunctions } from "./ic0/costs.ts";
import { cyclesFunctions } from "./ic0/cycles.ts";
import { debugFunctions } from "./ic0/debug.ts";
import { msgFunctions } from "./ic0/msg.ts";
import { stableFunctions } from "./ic0/stable.ts";
import { timeFunctions } from "./ic0/time.ts";
import { type MessageExecution, refuseMode } from "./messageExecution.ts";
import type { SystemApiFunction } from "./systemApiRow.ts";

/**
 * Every function that a canister may import from `ic0`: in which contexts, of what type, for how many instructions.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-imports
 */
export const systemApi: ReadonlyMap<string, SystemApiFunction> = new Map(
  [
    ...msgFunctions,
    ...callFunctions,
    ...cyclesFunctions,
    ...stableFunctions,
    ...canisterFunctions,
    ...timeFunctions,
    ...certifiedDataFunctions,
    ...costFunctions,
    ...debugFunctions,
  ].map((row) => [row.name, row]),
);

/** Names that the network writes otherwise than `ic0_<name>` where it refuses a call. */
const refusedNames: ReadonlyMap<string, string> = new Map([
  ["root_key_copy", "ic0.root_key_copy"],
  ["subnet_self_copy", "ic0.subnet_self_copy"],
]);

/** The WebAssembly type of a letter of a signature. */
export function typeOfLetter(letter: string, memory64: boolean): ValueType {
  if (letter === "l" || (letter === "I" && memory64)) return valueTypes.i64;
  return valueTypes.i32;
}

/** The functions as WebAssembly takes them: argument conversion, charge and context check around each. */
export function bindSystemApi(it: MessageExecution, memory64: boolean): Record<string, ImportFunction> {
  return Object.fromEntries([...systemApi].map(([name, row]) => [name, bind(row, it, memory64)]));
}

/** A host function; i32 come and go as numbers, i64 as bigints. */
export type ImportFunction = (...args: (number | bigint)[]) => unknown;

function bind(row: SystemApiFunction, it: MessageExecution, memory64: boolean): ImportFunction {
  const { params, charge, modes, name } = row;
  const run = row.run as (it: MessageExecution, ...args: (number | bigint)[]) => unknown;
  const fixed = BigInt(charge.fixed);
  const unitAt = charge.perUnit?.argument ?? 0;
  const unitInstructions = BigInt(charge.perUnit?.instructions ?? 0);
  const enter = (units: number | bigint | undefined) => {
    it.charge(unitInstructions === 0n ? fixed : fixed + unitInstructions * BigInt(units ?? 0));
    if (!modes.has(it.input.mode)) {
      refuseMode(refusedNames.get(name) ?? `ic0_${name}`, it.input.mode);
    }
  };
  const [first, second, third] = [...params].map((letter) => converterOf(letter, memory64));
  const leave = resultConverter(row.result, memory64);
  if (first === undefined) {
    return () => {
      enter(0);
      return leave(run(it));
    };
  }
  if (params.length <= 3) {
    const convertSecond = second ?? unchanged;
    const convertThird = third ?? unchanged;
    return (a = 0, b = 0, c = 0) => {
      const x = first(a);
      const y = convertSecond(b);
      const z = convertThird(c);
      enter(unitAt === 0 ? x : unitAt === 1 ? y : z);
      return leave(run(it, x, y, z));
    };
  }
  const converters = [...params].map((letter) => converterOf(letter, memory64));
  return (...raw) => {
    const args = raw.map((value, index) => (converters[index] ?? unchanged)(value));
    enter(args[unitAt]);
    return leave(run(it, ...args));
  };
}

type Converter = (value: number | bigint) => number | bigint;

const unchanged: Converter = (value) => value;
const withoutSign32: Converter = (value) => (value as number) >>> 0;
const withoutSign64: Converter = (value) => BigInt.asUintN(64, value as bigint);
const address64: Converter = (value) => Number(BigInt.asUintN(64, value as bigint));

/** How an argument of WebAssembly becomes one of a row: numbers without sign, addresses always as numbers. */
function converterOf(letter: string, memory64: boolean): Converter {
  if (letter === "l") return withoutSign64;
  return letter === "I" && memory64 ? address64 : withoutSign32;
}

function resultConverter(result: SystemApiFunction["result"], memory64: boolean): (value: unknown) => unknown {
  if (result === "I" && memory64) return (value) => BigInt(typeof value === "number" ? value : 0);
  return result === "" ? () => undefined : (value) => value;
}
