import type { CrateSurface, MethodSurface } from "../analysis/crateSurface.ts";
import { type CandidType, type MethodType, primitive, type ServiceType } from "../candid/types.ts";

/**
 * The interface of a canister that has no `.did` file, from its Rust source. Arguments of unknown types accept anything,
 * results of unknown types can be decoded as anything. Undefined where methods may be missing.
 */
export function sourceInterface({ methods, isIncomplete }: CrateSurface): ServiceType | undefined {
  if (isIncomplete || methods.length === 0) return undefined;
  return { kind: "service", methods: methods.map(methodType) };
}

const modes = { query: ["query"], compositeQuery: ["composite_query"], update: [] } as const;

function methodType({ name, kind, isCustom, arguments: taken, results }: MethodSurface): MethodType {
  const types = (list: readonly (CandidType | undefined)[], unknown: CandidType) =>
    list.map((type) => ({ type: type ?? unknown }));
  const reserved = primitive("reserved");
  // Bytes of its own: nobody can tell how many values there are.
  const any = isCustom ? [] : types(taken, reserved);
  const given = isCustom
    ? Array.from({ length: 8 }, () => ({ type: primitive("empty") }))
    : types(results, primitive("empty"));
  return { name, type: { kind: "func", arguments: any, results: given, modes: modes[kind] } };
}
