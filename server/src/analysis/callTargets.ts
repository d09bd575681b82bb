import { type CdkFunction, cdkFunction, cdkFunctionInGlobs } from "./cdkApi.ts";
import { binaryOf, type CrateIndex, type IndexedFunction, type IndexedType } from "./crateIndex.ts";
import type { Resolver } from "./resolver.ts";
import type { CallStep } from "./steps.ts";
import { lastName } from "./textParts.ts";

/** What a call step calls. */
export type CallTarget =
  | { readonly kind: "functions"; readonly functions: readonly IndexedFunction[]; readonly isCertain: boolean }
  | { readonly kind: "cdk"; readonly function: CdkFunction; readonly path: string }
  /** A function of another crate, spelled from the crate's name on. */
  | { readonly kind: "external"; readonly path: string }
  | { readonly kind: "unknown"; readonly name: string };

/** More impls than this share a method's name by chance. */
const candidatesMax = 8;

/** Finds what a call in a function calls. */
export function findTarget(index: CrateIndex, resolver: Resolver, from: IndexedFunction, call: CallStep): CallTarget {
  if (call.isLocal) return { kind: "unknown", name: call.path };
  return call.isMethod ? findMethod(index, from, call) : findFunction(index, resolver, from, call);
}

function findFunction(index: CrateIndex, resolver: Resolver, from: IndexedFunction, call: CallStep): CallTarget {
  const meaning = resolver.resolve(from.module, call.path, from.implOf?.type);
  switch (meaning.kind) {
    case "item": {
      const { item } = meaning;
      const called = item.kind === "type" ? findAssociated(index, from, item, call.path) : item;
      return called?.kind === "function"
        ? { kind: "functions", functions: [called], isCertain: true }
        : { kind: "unknown", name: call.path };
    }
    case "external": {
      const known = cdkFunction(meaning.path);
      return known === undefined
        ? { kind: "external", path: meaning.path }
        : { kind: "cdk", function: known, path: meaning.path };
    }
    case "unknown": {
      const known = cdkFunctionInGlobs(meaning.path, meaning.globs);
      return known === undefined
        ? { kind: "unknown", name: meaning.path }
        : { kind: "cdk", function: known, path: meaning.path };
    }
  }
}

/** The function of a type whose `impl` stands in another module than the type: the only one of that name of a type of that name. */
function findAssociated(
  index: CrateIndex,
  from: IndexedFunction,
  type: IndexedType,
  path: string,
): IndexedFunction | undefined {
  const [found, ...others] = (index.methods.get(lastName(path)) ?? []).filter(
    ({ implOf, module }) =>
      implOf !== undefined && lastName(implOf.type) === type.facts.name && binaryOf(module) === binaryOf(from.module),
  );
  return others.length === 0 ? found : undefined;
}

function findMethod(index: CrateIndex, from: IndexedFunction, call: CallStep): CallTarget {
  const candidates = index.methods.get(call.path) ?? [];
  const taking = candidates.filter((it) => it.facts.parameters[0]?.name === "self" && fits(it, call));
  if (call.receiverText === "self" && from.implOf !== undefined) {
    const type = lastName(from.implOf.type);
    const own = taking.filter((it) => it.implOf !== undefined && lastName(it.implOf.type) === type);
    if (own.length > 0) return { kind: "functions", functions: own, isCertain: true };
  }
  if (taking.length === 0 || taking.length > candidatesMax) return { kind: "unknown", name: call.path };
  return { kind: "functions", functions: taking, isCertain: taking.length === 1 && !isCommonName(call.path) };
}

function fits(candidate: IndexedFunction, call: CallStep): boolean {
  return candidate.facts.parameters.length === call.arguments.length + 1;
}

/** Names that types of other crates have as well. */
function isCommonName(name: string): boolean {
  return /^(get|set|new|insert|remove|push|pop|call|send|run|next|len|iter|add|sub|read|write|fetch|update|query)$/.test(
    name,
  );
}
