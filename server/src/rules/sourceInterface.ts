import type { CrateSurface, MethodSurface } from "../analysis/crateSurface.ts";
import {
  type ArgumentType,
  type CandidType,
  type FunctionType,
  type MethodType,
  primitive,
  type ServiceType,
} from "../candid/types.ts";

/**
 * The interface of a canister that has no `.did` file, from its Rust source. Arguments of unknown types accept anything,
 * results of unknown types can be decoded as anything. Undefined where methods may be missing.
 */
export function sourceInterface({ methods, isIncomplete }: CrateSurface): ServiceType | undefined {
  if (isIncomplete || methods.length === 0) return undefined;
  return { kind: "service", methods: methods.map(methodType) };
}

/**
 * A method as the Rust source has it; types that the source does not tell are the declared ones. Undefined where the
 * source has no such method, or reads its bytes itself.
 */
export function sourceSignature(
  { methods }: CrateSurface,
  name: string,
  declared: FunctionType | undefined,
): FunctionType | undefined {
  const method = methods.find((it) => it.name === name);
  if (method === undefined || method.isCustom) return undefined;
  const filled = (own: readonly (CandidType | undefined)[], other: readonly ArgumentType[], unknown: CandidType) =>
    own.map((type, index) => ({ type: type ?? other[index]?.type ?? unknown }));
  return {
    kind: "func",
    arguments: filled(method.arguments, declared?.arguments ?? [], primitive("reserved")),
    results: filled(method.results, declared?.results ?? [], primitive("empty")),
    modes: modes[method.kind],
  };
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
