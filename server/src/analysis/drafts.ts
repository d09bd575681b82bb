import { type Borrowings, type Lendings, noBorrowings, noLendings } from "./borrowings.ts";
import { type CallTarget, findTarget } from "./callTargets.ts";
import type { StateRef, StateVariable, Suspends } from "./canisterModel.ts";
import type { CrateIndex, IndexedFunction, IndexedStatic } from "./crateIndex.ts";
import type { IndexChanges } from "./formerItems.ts";
import { functionParts } from "./functionModel.ts";
import { Resolver } from "./resolver.ts";
import { assumedVariable, readStateTable } from "./stateTable.ts";
import { type AwaitStep, type CallStep, elementField, type PlaceFacts, type WriteEffect } from "./steps.ts";

/** What a place turned out to be: some state, or something that a parameter refers to. */
export type Place =
  | { readonly kind: "state"; readonly state: StateRef }
  | { readonly kind: "parameter"; readonly index: number; readonly field: string };

/**
 * State that a function writes before it returns. For as long as the function writes it like this, it is the same object,
 * wherever in the function it stands: whoever tells of it needs not be linked again for that.
 */
export interface DraftWrite {
  readonly state: StateRef;
  readonly effect: WriteEffect;
  readonly operation: string;
  /** Where it is written. */
  readonly by: IndexedFunction;
  range: { readonly start: number; readonly end: number };
  readonly value: string;
  /** What is written came from a call. */
  readonly isFetched: boolean;
}

/** What a summary says by yes and no, as bits: those of the parts of a function by which it is looked at. */
export const draftFlags = {
  readsCaller: functionParts.readsCaller,
  callsCanister: functionParts.callsCanister,
  asksForCaller: functionParts.asksForCaller,
  mayTrap: functionParts.mayTrap,
  setsTimer: functionParts.setsTimer,
  setsCertifiedData: functionParts.setsCertifiedData,
} as const;

/** A function's summary while it grows. */
export interface Draft {
  readonly function: IndexedFunction;
  suspends: Suspends;
  /** What it does with all that it calls: `draftFlags`. */
  flags: number;
  /** Those of the flags that it has whatever the functions do that it calls. */
  ownFlags: number;
  /** Something that it still writes as before stands somewhere else in it. */
  hasMovedWrites: boolean;
  writes: Map<string, DraftWrite>;
  laterWrites: Map<string, DraftWrite>;
  /** What it wrote before, while it is summarized anew. */
  former: Pick<Draft, "writes" | "laterWrites"> | undefined;
  reads: Map<string, StateRef>;
  /** Parameters that it writes through; 0 is `self` of methods. */
  parameterWrites: Map<string, { readonly index: number; readonly field: string; readonly effect: WriteEffect }>;
  /** Fields of parameters that it reads; 0 is `self` of methods. */
  parameterReads: Map<string, { readonly index: number; readonly field: string }>;
  /** State that it hands to a closure which it is given, by the closure's parameter. */
  closureStates: Map<number, StateRef>;
  returnsState: StateRef | undefined;
  /** Cells and locks of statics that it borrows before it returns. */
  borrows: Borrowings;
  /** What it borrows while it calls a function that it was given, by the parameter; none where it may not call it at once. */
  lends: Lendings;
}

/** State is told apart by so many fields below its static. */
const fieldsMax = 3;

/** Everything that linking a crate has to look up. */
export class Linking {
  index: CrateIndex;
  readonly resolver: Resolver;
  variables: ReadonlyMap<IndexedStatic, StateVariable>;
  /** In the order of the crate. */
  drafts: ReadonlyMap<IndexedFunction, Draft>;
  private readonly onPlace: () => void;
  private targets = new Map<IndexedFunction, Map<CallStep, CallTarget>>();
  private readonly draftsOfTargets = new WeakMap<CallTarget, readonly Draft[]>();
  private readonly assumed = new Map<string, StateVariable>();

  /** `onPlace` is told each time that somebody looks where a static stands. */
  constructor(index: CrateIndex, onPlace: () => void) {
    this.index = index;
    this.onPlace = onPlace;
    this.resolver = new Resolver(index);
    this.variables = readStateTable(index, this.resolver, onPlace);
    this.drafts = new Map(index.functions.map((it) => [it, emptyDraft(it)]));
  }

  /** Goes on with the index that followed the present one, and notes for whom that means something else. */
  follow(index: CrateIndex, changes: IndexChanges): void {
    const before = this.index;
    this.index = index;
    changes.all ||= index !== before && isLinkedOtherwise(before, index);
    if (changes.names) this.followNames(before, changes);
    if (changes.names || changes.types) this.followStatics(changes);
    if (changes.methods.size + changes.macros.size > 0) {
      for (const it of index.functions) if (isConcerned(it, changes)) changes.relinked.add(it);
    }
    if (changes.all) this.targets = new Map();
    for (const it of changes.changed) this.targets.delete(it);
    for (const it of changes.relinked) this.targets.delete(it);
  }

  /** Functions in whose modules something means something else have to be linked again, and those that name what changed. */
  private followNames(before: CrateIndex, changes: IndexChanges): void {
    const { index } = this;
    const modules = this.resolver.follow(index);
    changes.meanings = modules.size > 0;
    noteOtherMethods(before, index, changes.methods);
    noteOtherMacros(before, index, changes.macros);
    const drafts = new Map<IndexedFunction, Draft>();
    for (const it of index.functions) {
      const known = this.drafts.get(it);
      drafts.set(it, known ?? emptyDraft(it));
      if (known === undefined || modules.has(it.module)) changes.relinked.add(it);
    }
    for (const it of this.drafts.keys()) if (!drafts.has(it)) this.targets.delete(it);
    this.drafts = drafts;
  }

  /** A static is the same one for as long as it holds the same. */
  private followStatics(changes: IndexChanges): void {
    const table = readStateTable(this.index, this.resolver, this.onPlace);
    for (const [item, fresh] of table) {
      const known = this.variables.get(item);
      if (known === undefined) continue;
      // Whatever touches a static has to be linked again where that holds something else.
      if (!holdsSame(known, fresh)) changes.all = true;
      else table.set(item, known);
    }
    this.variables = table;
  }

  /** What a call in a function calls. Facts may be shared by equal functions, so the function counts, too. */
  target(from: IndexedFunction, call: CallStep): CallTarget {
    const targets = this.targets.get(from) ?? new Map<CallStep, CallTarget>();
    this.targets.set(from, targets);
    const known = targets.get(call);
    if (known !== undefined) return known;
    const target = findTarget(this.index, this.resolver, from, call);
    targets.set(call, target);
    return target;
  }

  /** The functions of this crate that a call may be. */
  calledDrafts(from: IndexedFunction, call: CallStep): readonly Draft[] {
    const target = this.target(from, call);
    if (target.kind !== "functions") return noDrafts;
    const known = this.draftsOfTargets.get(target);
    if (known !== undefined) return known;
    const drafts = target.functions.flatMap((it) => this.drafts.get(it) ?? []);
    this.draftsOfTargets.set(target, drafts);
    return drafts;
  }

  /** What a place of a function is. */
  place(from: IndexedFunction, { root, fields }: PlaceFacts): Place | undefined {
    const field = fieldPath(fields);
    switch (root.kind) {
      case "self":
        return { kind: "parameter", index: 0, field };
      case "parameter":
        return { kind: "parameter", index: root.index, field };
      case "static": {
        const meaning = this.resolver.resolve(from.module, root.path, from.implOf?.type);
        if (meaning.kind !== "item" || meaning.item.kind !== "static") return undefined;
        const variable = this.variables.get(meaning.item);
        return variable?.isMutable === true ? { kind: "state", state: { variable, field } } : undefined;
      }
      case "returned":
        return below(this.returnedState(from, root.call), field);
      case "closureParameter":
        return this.closurePlace(from, root.call, root.parameter, field);
    }
  }

  private returnedState(from: IndexedFunction, call: CallStep): StateRef | undefined {
    return this.calledDrafts(from, call).find((it) => it.returnsState !== undefined)?.returnsState;
  }

  private closurePlace(from: IndexedFunction, call: CallStep, parameter: number, field: string): Place | undefined {
    if (call.receiver !== undefined && parameter === 0) {
      const receiver = this.place(from, call.receiver);
      if (receiver !== undefined) return receiver.kind === "state" ? below(receiver.state, field) : receiver;
    }
    const drafts = this.calledDrafts(from, call);
    const known = drafts.find((it) => it.closureStates.has(parameter))?.closureStates.get(parameter);
    if (known !== undefined) return below(known, field);
    if (parameter > 0) return undefined;
    const given = this.givenState(from, call);
    if (given !== undefined) return below(given, field);
    if (drafts.length > 0) return undefined;
    const name =
      /(?:^|::)(?:mutate|read|with|update|modify)_(\w*?(?:state|storage|store|config|data))(?:_mut|_ref)?$/.exec(
        call.path,
      )?.[1];
    return name === undefined ? undefined : below({ variable: this.assumedNamed(name), field: "" }, field);
  }

  /** A static that is handed over together with the closure: `with_mut(&BALANCES, |b| …)`. */
  private givenState(from: IndexedFunction, call: CallStep): StateRef | undefined {
    if (call.isMethod || call.arguments.length !== 2) return undefined;
    const place = call.arguments[0]?.place;
    const found = place?.root.kind === "static" ? this.place(from, place) : undefined;
    return found?.kind === "state" ? found.state : undefined;
  }

  private assumedNamed(name: string): StateVariable {
    const known = this.assumed.get(name) ?? assumedVariable(name);
    this.assumed.set(name, known);
    return known;
  }
}

/** Whether two statics hold the same, wherever they stand. */
function holdsSame(one: StateVariable, other: StateVariable): boolean {
  return (
    one.type === other.type &&
    one.origin === other.origin &&
    one.isStable === other.isStable &&
    one.isMutable === other.isMutable &&
    JSON.stringify(one.fields) === JSON.stringify(other.fields)
  );
}

/** Whether something changed that may matter to any function of a crate, whatever it names. */
function isLinkedOtherwise(before: CrateIndex, after: CrateIndex): boolean {
  const types = [...after.dropTypes];
  return (
    before.sources.packageName !== after.sources.packageName ||
    before.dropTypes.size !== types.length ||
    !types.every((it) => before.dropTypes.has(it)) ||
    (before.innerAttributes !== after.innerAttributes &&
      JSON.stringify([...before.innerAttributes]) !== JSON.stringify([...after.innerAttributes]))
  );
}

/** Collects the names of methods that other types have now. */
function noteOtherMethods(before: CrateIndex, after: CrateIndex, names: Set<string>): void {
  for (const name of before.methods.keys()) if (!after.methods.has(name)) names.add(name);
  for (const [name, methods] of after.methods) {
    const former = before.methods.get(name) ?? [];
    if (former.length !== methods.length || methods.some((it, at) => it !== former[at])) names.add(name);
  }
}

function noteOtherMacros(before: CrateIndex, after: CrateIndex, names: Set<string>): void {
  for (const name of before.macros.keys()) if (!after.macros.has(name)) names.add(name);
  for (const [name, text] of after.macros) if (before.macros.get(name) !== text) names.add(name);
}

/** Whether a function calls a method, a function of a type or a macro that may be another one. */
function isConcerned({ facts: { names, steps } }: IndexedFunction, { methods, macros }: IndexChanges): boolean {
  for (const it of macros) if (names.has(it)) return true;
  for (const it of methods) {
    if (names.has(it) && steps.some((step) => step.kind === "call" && mayMean(step, it))) return true;
  }
  return false;
}

/** `it.method()` or `Type::method()`. */
function mayMean({ isMethod, path }: CallStep, method: string): boolean {
  return isMethod ? path === method : path.endsWith(`::${method}`);
}

const noDrafts: readonly Draft[] = [];

function below(state: StateRef | undefined, field: string): Place | undefined {
  if (state === undefined) return undefined;
  if (field === "" && !state.field.endsWith(elementField)) return { kind: "state", state };
  return { kind: "state", state: { variable: state.variable, field: joinFields(state.field, field) } };
}

/** A field below a field. */
export function joinFields(outer: string, inner: string): string {
  if (outer === "") return inner;
  if (inner === "" && !outer.endsWith(elementField)) return outer;
  return fieldPath([...outer.split("."), ...inner.split(".")]);
}

/** An element as a whole counts as its collection: `balances.get(k)` reads what `balances.insert(k, v)` writes. */
function fieldPath(fields: readonly string[]): string {
  if (fields.length === 0) return "";
  const named = fields.filter((it) => it !== "" && !/^\d/.test(it)).slice(0, fieldsMax);
  while (named.at(-1) === elementField) named.pop();
  return named.join(".");
}

function emptyDraft(function_: IndexedFunction): Draft {
  return {
    function: function_,
    suspends: "no",
    flags: 0,
    ownFlags: 0,
    hasMovedWrites: false,
    writes: noWrites,
    laterWrites: noWrites,
    former: undefined,
    reads: noReads,
    parameterWrites: noParameterWrites,
    parameterReads: noParameterReads,
    closureStates: noClosureStates,
    returnsState: undefined,
    borrows: noBorrowings,
    lends: noLendings,
  };
}

/** The summary becomes that of a function that does nothing. */
export function clearSummary(draft: Draft): void {
  draft.suspends = "no";
  draft.flags = 0;
  draft.ownFlags = 0;
  draft.hasMovedWrites = false;
  draft.writes = noWrites;
  draft.laterWrites = noWrites;
  draft.former = undefined;
  draft.reads = noReads;
  draft.parameterWrites = noParameterWrites;
  draft.parameterReads = noParameterReads;
  draft.borrows = noBorrowings;
  draft.lends = noLendings;
}

/** The function hands no state on. */
export function clearHanded(draft: Draft): void {
  draft.closureStates = noClosureStates;
  draft.returnsState = undefined;
}

// Most functions do next to nothing: those that have no entries share one map, which nobody adds to.
const noWrites: Draft["writes"] = new Map();
const noReads: Draft["reads"] = new Map();
const noParameterWrites: Draft["parameterWrites"] = new Map();
const noParameterReads: Draft["parameterReads"] = new Map();
const noClosureStates: Draft["closureStates"] = new Map();

/** The map of a draft with one more entry; to be put in its place. */
export function withEntry<Key, Entry>(map: Map<Key, Entry>, key: Key, entry: Entry): Map<Key, Entry> {
  return map.size === 0 ? new Map([[key, entry]]) : map.set(key, entry);
}

/** The map of a draft with the entries of another one that it has not yet. */
export function withEntries<Key, Entry>(map: Map<Key, Entry>, others: ReadonlyMap<Key, Entry>): Map<Key, Entry> {
  if (map.size === 0) return others.size === 0 ? map : new Map(others);
  for (const [key, entry] of others) if (!map.has(key)) map.set(key, entry);
  return map;
}

/** A name for some state that tells it from every other. */
export function stateKey({ variable, field }: StateRef): string {
  let known = variableKeys.get(variable);
  if (known === undefined) {
    known = `${++variablesNamed} ${variable.name}.`;
    variableKeys.set(variable, known);
  }
  return known + field;
}

const variableKeys = new WeakMap<StateVariable, string>();
let variablesNamed = 0;

/** How sure it is that an `await` suspends. */
export function awaitSuspends(linking: Linking, from: IndexedFunction, step: AwaitStep): Suspends {
  if (step.on.length === 0) return "maybe";
  let strongest: Suspends = "no";
  for (const call of step.on) {
    const suspends = callSuspends(linking, from, call);
    if (suspends === "yes") return "yes";
    if (suspends === "maybe") strongest = "maybe";
  }
  return strongest;
}

function callSuspends(linking: Linking, from: IndexedFunction, call: CallStep): Suspends {
  const target = linking.target(from, call);
  switch (target.kind) {
    case "cdk":
      switch (target.function.kind) {
        case "callBuilder":
        case "oldCall":
        case "managementCall":
          return "yes";
        default:
          return "maybe";
      }
    case "external":
      return "yes";
    case "unknown":
      return call.isMethod && isClient(call.receiverText) ? "yes" : "maybe";
    case "functions": {
      const suspends = linking.calledDrafts(from, call).map((it) => {
        if (it.suspends !== "no") return it.suspends;
        return !it.function.facts.isAsync && it.flags & draftFlags.callsCanister ? "yes" : "no";
      });
      const isTrait = linking
        .calledDrafts(from, call)
        .some((it) => it.function.facts.bodyRange === undefined && it.function.facts.isAsync);
      if (suspends.every((it) => it === "yes")) return "yes";
      return isTrait || suspends.some((it) => it !== "no") ? "maybe" : "no";
    }
  }
}

/**
 * What is called like a generated client of another canister: `Service(id).transfer(..)`, `ICRC1::from(id).transfer(..)`,
 * `ledger.transfer(..)`, `provider.get_balance(..)`.
 */
export function isClient(receiver: string): boolean {
  return (
    /^(\w+::)*[A-Z]\w*(Client|Service|Canister|Ledger|Agent)?\s*(\(|\{|::(new|from)\()/.test(receiver) ||
    /(^|[._])(ledger|client|canister|service|minter|provider|evm_rpc|rpc_client)(\(\))?$/i.test(receiver)
  );
}
