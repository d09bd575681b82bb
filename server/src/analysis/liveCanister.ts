import { CandidTypes, type TypeCrate } from "./candidTypes.ts";
import type { CanisterModel, CdkName, Constant, EntryPoint, ModelFunction, StateVariable } from "./canisterModel.ts";
import { namesInUses } from "./cdkNames.ts";
import type { CrateIndex, IndexedFunction, IndexedStatic } from "./crateIndex.ts";
import type { CrateSources } from "./crateSources.ts";
import { type DerivedValues, isSameList } from "./derived.ts";
import type { Linking } from "./drafts.ts";
import { readEntryPoint } from "./entryPoints.ts";
import type { IndexChanges } from "./formerItems.ts";
import type { FunctionModel, ModelLedger } from "./functionModel.ts";
import { crateParts } from "./revisions.ts";

/** What a crate has become. */
export interface CrateState {
  readonly sources: CrateSources;
  readonly linking: Linking;
  readonly changes: IndexChanges;
  readonly byItem: ReadonlyMap<IndexedFunction, FunctionModel>;
  readonly cdkNamesOf: readonly (readonly CdkName[] | undefined)[];
}

/** The model of a crate that lasts: it notes what is looked at of it, and which of its parts become something else. */
export class LiveCanister implements CanisterModel {
  readonly derived: DerivedValues;
  private readonly ledger: ModelLedger;
  private readonly entries = new Map<IndexedFunction, EntryPoint>();
  private parts: CrateParts = noParts;
  private types: CanisterModel["candidType"] = () => undefined;
  private sizes: CanisterModel["fileSize"] = () => undefined;
  private siblings = new Map<string, TypeCrate | undefined>();

  constructor(ledger: ModelLedger, derived: DerivedValues) {
    this.ledger = ledger;
    this.derived = derived;
  }

  /** The model is that of this crate from now on. */
  follow(state: CrateState): void {
    const { sources, linking, changes, byItem } = state;
    const before = this.parts;
    const { revisions } = this.ledger;
    const moved = [...changes.moved].filter(([it]) => it.kind === "static");
    const isRearranged = moved.some(([it, start]) => !revisions.isMovedByEdit(it.path, start, it.start));
    const parts = partsOf(state, this.followEntryPoints(state), before, () => this.lookAtPlace());
    const isOther = (mask: number, differs: boolean) => (differs || before === noParts ? mask : 0);
    const { functions, entryPoints, state: statics, constants, unreadable, cdkNames, types, surroundings } = crateParts;
    const { places, rearranged, placedMacros } = crateParts;
    const siblings = this.followSiblings(sources);
    const mask =
      isOther(functions, !isSameList(before.functions, parts.functions)) |
      isOther(entryPoints, !isSameList(before.entryPoints, parts.entryPoints)) |
      isOther(statics, !isSameList(before.state, parts.state)) |
      isOther(places, moved.length > 0) |
      isOther(rearranged, isRearranged) |
      isOther(placedMacros, !isSameText(before.placedMacros, parts.placedMacros)) |
      isOther(constants, !isSameText(before.constants, parts.constants)) |
      isOther(unreadable, !isSameText(before.unreadable, parts.unreadable)) |
      isOther(cdkNames, !isSameCdkNames(before.cdkNames, parts.cdkNames)) |
      isOther(types, changes.all || changes.meanings || changes.types || siblings) |
      isOther(surroundings, !isSameText(before.surroundings, parts.surroundings));
    revisions.partsChanged(mask);
    this.parts = parts;
    const sibling = (name: string) => this.sibling(sources, name);
    const { files, path } = sources;
    this.sizes = (from, name) => files.size?.(path.join(path.dirname(from), name));
    this.types = typeReader({ index: linking.index, resolver: linking.resolver, sibling }, byItem);
  }

  get whole(): CanisterModel {
    return this;
  }

  get packageName(): string {
    return this.of(crateParts.surroundings).surroundings.packageName;
  }

  get isLibrary(): boolean {
    return this.of(crateParts.surroundings).surroundings.isLibrary;
  }

  get files(): readonly string[] {
    return this.of(crateParts.surroundings).surroundings.files;
  }

  get entryPoints(): readonly EntryPoint[] {
    return this.of(crateParts.entryPoints).entryPoints;
  }

  get functions(): readonly ModelFunction[] {
    return this.of(crateParts.functions).functions;
  }

  get state(): readonly StateVariable[] {
    return this.of(crateParts.state).state;
  }

  get constants(): readonly Constant[] {
    return this.of(crateParts.constants).constants;
  }

  get cdkNames(): readonly CdkName[] {
    return this.of(crateParts.cdkNames).cdkNames;
  }

  get cdkVersion(): readonly number[] | undefined {
    return this.of(crateParts.surroundings).surroundings.cdkVersion;
  }

  get versions(): ReadonlyMap<string, string> {
    return this.of(crateParts.surroundings).surroundings.versions;
  }

  get itemMacros(): readonly string[] {
    return this.of(crateParts.surroundings).surroundings.itemMacros;
  }

  get placedMacros(): CanisterModel["placedMacros"] {
    return this.of(crateParts.placedMacros).placedMacros;
  }

  get hasError(): boolean {
    return this.of(crateParts.unreadable).unreadable.hasError;
  }

  get unreadable(): CanisterModel["unreadable"] {
    return this.of(crateParts.unreadable).unreadable.files;
  }

  textOf(path: string): string {
    return this.textIn(path, 0);
  }

  textIn(path: string, start: number, end = Number.POSITIVE_INFINITY): string {
    const text = this.ledger.revisions.textOf(path);
    // What stands at the beginning or end of a file is also that nothing stands before or behind it.
    const from = start <= 0 ? -1 : start;
    this.ledger.recorder.noteText(path, { start: from, end: end >= text.length ? Number.POSITIVE_INFINITY : end });
    return text.slice(Math.max(0, start), Math.max(0, end));
  }

  fileSize(from: string, name: string): number | undefined {
    this.ledger.recorder.noteParts(crateParts.surroundings);
    return this.sizes(from, name);
  }

  candidType(type: string, at: ModelFunction): ReturnType<CanisterModel["candidType"]> {
    this.ledger.recorder.noteParts(crateParts.types);
    return this.types(type, at);
  }

  private lookAtPlace(): void {
    this.ledger.recorder.noteParts(crateParts.places);
  }

  private of(part: number): CrateParts {
    this.ledger.recorder.noteParts(part);
    return this.parts;
  }

  /** An entry point that is still the same one stays the same object. */
  private followEntryPoints({ linking, changes, byItem }: CrateState): readonly EntryPoint[] {
    let differs = changes.names || changes.all;
    if (differs) for (const item of this.entries.keys()) if (!byItem.has(item)) this.entries.delete(item);
    for (const item of changes.all ? byItem.keys() : [...changes.changed, ...changes.relinked]) {
      const entry = readEntryPoint(item, linking.resolver, byItem);
      const known = this.entries.get(item);
      if (entry !== undefined && known !== undefined && isSameEntry(known, entry)) continue;
      differs ||= entry !== known;
      if (entry === undefined) this.entries.delete(item);
      else this.entries.set(item, entry);
    }
    return differs ? [...byItem.keys()].flatMap((it) => this.entries.get(it) ?? []) : this.parts.entryPoints;
  }

  private followSiblings(sources: CrateSources): boolean {
    const before = this.siblings;
    this.siblings = new Map();
    let differs = false;
    for (const [name, crate] of before) if (this.sibling(sources, name) !== crate) differs = true;
    return differs;
  }

  private sibling({ siblings }: CrateSources, name: string): TypeCrate | undefined {
    const found = siblings?.(name);
    this.siblings.set(name, found);
    return found;
  }
}

interface CrateParts {
  readonly functions: readonly ModelFunction[];
  readonly entryPoints: readonly EntryPoint[];
  readonly state: readonly StateVariable[];
  readonly constants: readonly Constant[];
  readonly cdkNames: readonly CdkName[];
  readonly unreadable: Pick<CanisterModel, "hasError"> & { readonly files: CanisterModel["unreadable"] };
  readonly surroundings: Pick<
    CanisterModel,
    "packageName" | "isLibrary" | "files" | "cdkVersion" | "versions" | "itemMacros"
  >;
  readonly placedMacros: CanisterModel["placedMacros"];
}

const noParts: CrateParts = {
  functions: [],
  entryPoints: [],
  state: [],
  constants: [],
  cdkNames: [],
  unreadable: { hasError: false, files: [] },
  surroundings: {
    packageName: "",
    isLibrary: false,
    files: [],
    cdkVersion: undefined,
    versions: new Map(),
    itemMacros: [],
  },
  placedMacros: [],
};

function partsOf(
  { sources, linking, changes, byItem, cdkNamesOf }: CrateState,
  entryPoints: readonly EntryPoint[],
  before: CrateParts,
  onPlace: () => void,
): CrateParts {
  const { index, variables } = linking;
  const files = [...index.files.values()];
  return {
    entryPoints,
    functions: changes.names ? kept(before.functions, [...byItem.values()]) : before.functions,
    state: changes.names || changes.all ? kept(before.state, [...new Set(variables.values())]) : before.state,
    constants: changes.names || changes.all ? index.constants.map((it) => constant(it, onPlace)) : before.constants,
    cdkNames: [...namesInUses(linking), ...cdkNamesOf.flatMap((it) => it ?? [])],
    unreadable: {
      hasError: files.some((it) => it.hasError),
      files: [...index.files].flatMap(([path, it]) =>
        it.errorStart === undefined ? [] : [{ path, offset: it.errorStart }],
      ),
    },
    surroundings: {
      packageName: sources.packageName,
      isLibrary: sources.isLibrary === true,
      files: [...index.files.keys()],
      cdkVersion: readVersion(sources, index),
      versions: sources.versions,
      itemMacros: index.itemMacros,
    },
    placedMacros: index.placedMacros,
  };
}

/** The list from before where it has the same members: whoever goes through it can tell at once. */
function kept<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return isSameList(before, now) ? before : now;
}

function isSameText(a: object, b: object): boolean {
  return a === b || JSON.stringify(a, withMaps) === JSON.stringify(b, withMaps);
}

function withMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

function isSameCdkNames(a: readonly CdkName[], b: readonly CdkName[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((it, index) => {
    const other = b[index];
    return it === other || (other !== undefined && isSamePlainName(it, other));
  });
}

/** Names of `use` are read anew each time; what they say of a call lasts as long as its function. */
function isSamePlainName(a: CdkName, b: CdkName): boolean {
  return a.call === undefined && b.call === undefined && JSON.stringify(a) === JSON.stringify(b);
}

function isSameEntry(a: EntryPoint, b: EntryPoint): boolean {
  return (
    a.kind === b.kind &&
    a.method === b.method &&
    a.path === b.path &&
    a.binary === b.binary &&
    a.function === b.function &&
    a.attribute.path === b.attribute.path &&
    a.attribute.arguments === b.attribute.arguments &&
    isSameList(a.guards, b.guards) &&
    a.guardFunctions.length === b.guardFunctions.length &&
    a.guardFunctions.every((it, index) => {
      const other = b.guardFunctions[index];
      return it.name === other?.name && it.function === other.function && it.isMissing === other.isMissing;
    })
  );
}

/** Reads types where a function stands. */
function typeReader(
  crate: TypeCrate,
  byItem: ReadonlyMap<IndexedFunction, ModelFunction>,
): CanisterModel["candidType"] {
  const types = new CandidTypes();
  let items: ReadonlyMap<ModelFunction, IndexedFunction> | undefined;
  return (type, at) => {
    items ??= new Map([...byItem].map(([item, model]) => [model, item]));
    const item = items.get(at);
    return item && types.read(type, { crate, module: item.module, implType: item.implOf?.type });
  };
}

function constant(item: IndexedStatic, onPlace: () => void): Constant {
  const { facts, path, implOf } = item;
  const { name, type, init } = facts;
  const placed = ({ start, end }: Constant["range"]) => {
    onPlace();
    return { start: start + item.start, end: end + item.start };
  };
  return {
    name,
    path,
    type,
    init,
    implOf,
    // The item follows the texts, and so does the place.
    get range() {
      return placed(item.facts.range);
    },
    get nameRange() {
      return placed(item.facts.nameRange);
    },
  };
}

/** The manifests' version; where they are silent, a name that only one side of 0.18 has. */
function readVersion(sources: CrateSources, index: CrateIndex): readonly number[] | undefined {
  const locked = sources.versions.get("ic-cdk");
  if (locked !== undefined) return locked.split(".").map((it) => Number.parseInt(it, 10) || 0);
  const usesBuilder = index.uses.some(({ facts }) =>
    facts.names.some((it) => it.path.join("::") === "ic_cdk::call::Call"),
  );
  return usesBuilder ? [0, 18] : undefined;
}
