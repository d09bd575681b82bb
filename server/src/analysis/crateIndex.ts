import type { AttributeFacts } from "./attributes.ts";
import type { PlacedMacro } from "./canisterModel.ts";
import type { CrateSources } from "./crateSources.ts";
import { type IndexChanges, type IndexedFile, type LastingItem, nothingChanged, takeOver } from "./formerItems.ts";
import type { FunctionFacts } from "./functionFacts.ts";
import { realModules, type StaticFacts, staticOrigin, type TypeFacts, type UseFacts } from "./itemFacts.ts";
import type { FactsReader, FileFacts, PlacedItem } from "./rustFacts.ts";
import { isStoredByType } from "./storedByType.ts";
import { lastName } from "./textParts.ts";

/** Everything that a crate declares, by module, and what its names mean. */
export interface CrateIndex {
  readonly sources: CrateSources;
  /** Files of the module tree by path, the root first. */
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly functions: readonly IndexedFunction[];
  /** Methods of all impls by name. */
  readonly methods: ReadonlyMap<string, readonly IndexedFunction[]>;
  readonly statics: readonly IndexedStatic[];
  /** The same with constants, those of impls included. */
  readonly constants: readonly IndexedStatic[];
  /** Types with an `impl Drop`. */
  readonly dropTypes: ReadonlySet<string>;
  readonly macros: ReadonlyMap<string, string>;
  /** Macros that are called outside of functions: `canister_state!(State)`. */
  readonly itemMacros: readonly string[];
  readonly placedMacros: readonly PlacedMacro[];
  /** Attributes of whole files, `#![allow(deprecated)]`, by path. */
  readonly innerAttributes: ReadonlyMap<string, readonly AttributeFacts[]>;
  readonly uses: readonly IndexedUse[];
  /** The same by file, for the index that follows when files change. */
  readonly byFile: ReadonlyMap<string, IndexedFile>;
  /** What else than its files says which files it has; absent where not all of them were read. */
  readonly extent: CrateExtent | undefined;
}

/** What has to stay as it is for a crate to have the same files. */
export interface CrateExtent {
  /** Files that modules could have had and that were not there. */
  readonly absent: ReadonlySet<string>;
  /** The roots of binaries, as JSON. */
  readonly binaryRoots: string;
}

/** A module: what is declared in it and what it brings in. */
export interface Scope {
  readonly module: string;
  readonly items: Map<string, IndexedItem>;
  readonly uses: Map<string, readonly string[]>;
  readonly globs: (readonly string[])[];
}

/** What a name of a module may be. */
export type IndexedItem = IndexedFunction | IndexedStatic | IndexedType;

/** A function where it stands. */
export interface IndexedFunction {
  readonly kind: "function";
  readonly facts: FunctionFacts;
  readonly module: string;
  readonly path: string;
  readonly start: number;
  readonly implOf: PlacedItem["implOf"];
}

/** A static or constant where it stands. */
export interface IndexedStatic {
  readonly kind: "static";
  readonly facts: StaticFacts;
  readonly origin: "threadLocal" | "lazyStatic" | "plain";
  readonly module: string;
  readonly path: string;
  readonly start: number;
  readonly implOf: PlacedItem["implOf"];
}

/** A struct, enum or alias where it stands. */
export interface IndexedType {
  readonly kind: "type";
  readonly facts: TypeFacts;
  readonly module: string;
  readonly path: string;
  readonly start: number;
}

/** A `use` where it stands. */
export interface IndexedUse {
  readonly facts: UseFacts;
  readonly module: string;
  readonly path: string;
  readonly start: number;
}

/** A crate of more files is not read to its end. */
const filesMax = 4000;

/** Reads the crate's files from its root on and indexes what they declare. */
export function indexCrate(sources: CrateSources, facts: FactsReader): CrateIndex {
  return followIndex(undefined, sources, facts).index;
}

/**
 * Indexes a crate anew when its files changed. Functions, statics and types that are still declared are the same objects,
 * brought up to date: the former index no longer counts.
 */
export function followIndex(
  former: CrateIndex | undefined,
  sources: CrateSources,
  facts: FactsReader,
): { readonly index: CrateIndex; readonly changes: IndexChanges } {
  const changes = nothingChanged();
  const followed = former && followEdits(former, sources, facts, changes);
  if (followed !== undefined) return { index: followed, changes };
  const binaries = binaryRoots(sources);
  const builder = new IndexBuilder(sources);
  const absent = new Set<string>();
  const open: { path: string; module: string; directory: string }[] = [
    { path: sources.rootFile, module: "", directory: sources.path.dirname(sources.rootFile) },
    ...binaries,
  ];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { path, module, directory } = next;
    if (builder.files.has(path) || builder.files.size >= filesMax) continue;
    const text = sources.files.readText(path);
    if (text === undefined) {
      absent.add(path);
      continue;
    }
    const file = facts.read(path, text, sources.features);
    builder.files.set(path, file);
    const lasting = takeOver(former?.byFile.get(path), file, module, changes);
    const items: (LastingItem | undefined)[] = [];
    builder.byFile.set(path, { facts: file, module, items });
    for (const [index, item] of file.items.entries()) {
      items.push(builder.add(item, path, module, lasting[index]));
      if (item.facts.kind !== "module") continue;
      const child = findModuleFile(sources, { path, directory, modules: item.modules }, item.facts, absent);
      const childModule = joinModules(module, [...item.modules, item.facts.name]);
      builder.scope(childModule);
      if (child !== undefined) open.push({ ...child, module: childModule });
    }
  }
  const before = [...(former?.files.keys() ?? [])];
  changes.names ||=
    before.length !== builder.files.size || ![...builder.files.keys()].every((it, index) => it === before[index]);
  const isWhole = builder.files.size < filesMax;
  return {
    index: builder.finish(isWhole ? { absent, binaryRoots: JSON.stringify(binaries) } : undefined),
    changes,
  };
}

/**
 * The index of a crate in whose files only what functions do has changed, and where things stand: all else goes on.
 * Nothing where more has changed.
 */
function followEdits(
  former: CrateIndex,
  sources: CrateSources,
  facts: FactsReader,
  changes: IndexChanges,
): CrateIndex | undefined {
  const { extent } = former;
  if (extent === undefined || JSON.stringify(binaryRoots(sources)) !== extent.binaryRoots) return undefined;
  const edited = new Map<string, FileFacts>();
  for (const [path, before] of former.files) {
    const text = sources.files.readText(path);
    if (text === undefined) return undefined;
    const file = facts.read(path, text, sources.features);
    if (file !== before) edited.set(path, file);
  }
  for (const path of extent.absent) if (sources.files.readText(path) !== undefined) return undefined;
  if (edited.size === 0) return { ...former, sources };
  const files = new Map(former.files);
  const byFile = new Map(former.byFile);
  for (const [path, file] of edited) {
    const known = former.byFile.get(path);
    if (known === undefined) return undefined;
    const items = takeOver(known, file, known.module, changes);
    if (changes.names) return undefined;
    files.set(path, file);
    byFile.set(path, { facts: file, module: known.module, items });
  }
  const uses = placedAgain(former.uses, edited, (it, { facts, start }) =>
    facts.kind === "use" ? { ...it, facts, start } : undefined,
  );
  const placedMacros = placedAgain(former.placedMacros, edited, (it, { facts, start }) => {
    if (facts.kind !== "macro" || facts.text.startsWith("macro_rules")) return undefined;
    return { ...it, range: { start: facts.range.start + start, end: facts.range.end + start } };
  });
  return { ...former, sources, files, byFile, uses, placedMacros };
}

/** What stands in files whose items are still the same ones, where it stands now. */
function placedAgain<T extends { readonly path: string }>(
  all: readonly T[],
  edited: ReadonlyMap<string, FileFacts>,
  place: (it: T, item: PlacedItem) => T | undefined,
): readonly T[] {
  const next = new Map<string, number>();
  return all.map((it) => {
    const items = edited.get(it.path)?.items;
    if (items === undefined) return it;
    for (let at = next.get(it.path) ?? 0; at < items.length; at++) {
      const item = items[at];
      const placed = item && place(it, item);
      if (placed === undefined) continue;
      next.set(it.path, at + 1);
      return placed;
    }
    return it;
  });
}

/** Binaries that hold entry points: a module tree of their own beside the library's, told apart by its first name. */
function binaryRoots(sources: CrateSources): { path: string; module: string; directory: string }[] {
  return (sources.binaryFiles ?? []).flatMap((path) => {
    const text = sources.files.readText(path) ?? "";
    const isCanister =
      /^\s*#\[\s*(?:unsafe\s*\(\s*)?(?:\w+::)*(?:update|query|init|post_upgrade|export_name\s*=\s*"canister_)/m.test(
        text,
      );
    if (!isCanister) return [];
    const name = sources.path.relative(sources.path.dirname(sources.rootFile), path);
    return [{ path, module: name, directory: sources.path.dirname(path) }];
  });
}

/** The binary beside the library that a module belongs to, by the first name of its tree; empty for the library. */
export function binaryOf(module: string): string {
  const first = module.split("::", 1)[0] ?? "";
  return first.endsWith(".rs") ? first : "";
}

/** The module that a module lies in; the root lies in itself. */
export function parentOf(module: string): string {
  const end = module.lastIndexOf("::");
  return end === -1 ? "" : module.slice(0, end);
}

interface ModulePlace {
  readonly path: string;
  /** The folder of the files of its child modules. */
  readonly directory: string;
  readonly modules: readonly string[];
}

function findModuleFile(
  { path, files }: CrateSources,
  place: ModulePlace,
  { name, file }: { readonly name: string; readonly file: string | undefined },
  absent: Set<string>,
): { path: string; directory: string } | undefined {
  const directory = path.join(place.directory, ...place.modules);
  if (file !== undefined) {
    const base = place.modules.length === 0 ? path.dirname(place.path) : directory;
    const found = path.join(base, file);
    return { path: found, directory: path.dirname(found) };
  }
  const flat = path.join(directory, `${name}.rs`);
  const nested = path.join(directory, name);
  if (files.readText(flat) !== undefined) return { path: flat, directory: nested };
  absent.add(flat);
  return { path: path.join(nested, "mod.rs"), directory: nested };
}

function joinModules(module: string, names: readonly string[]): string {
  return [...(module === "" ? [] : [module]), ...names].join("::");
}

class IndexBuilder {
  readonly files = new Map<string, FileFacts>();
  readonly byFile = new Map<string, IndexedFile>();
  private readonly sources: CrateSources;
  private readonly scopes = new Map<string, Scope>();
  private readonly functions: IndexedFunction[] = [];
  private readonly methods = new Map<string, IndexedFunction[]>();
  private readonly statics: IndexedStatic[] = [];
  private readonly constants: IndexedStatic[] = [];
  private readonly dropTypes = new Set<string>();
  private readonly macros = new Map<string, string>();
  private readonly itemMacros: string[] = [];
  private readonly placedMacros: PlacedMacro[] = [];
  private readonly innerAttributes = new Map<string, readonly AttributeFacts[]>();
  private readonly uses: IndexedUse[] = [];

  constructor(sources: CrateSources) {
    this.sources = sources;
    this.scope("");
  }

  /** With the modules around it, which may declare nothing but modules. */
  scope(module: string): Scope {
    const known = this.scopes.get(module);
    if (known !== undefined) return known;
    const scope: Scope = { module, items: new Map(), uses: new Map(), globs: [] };
    this.scopes.set(module, scope);
    const end = module.lastIndexOf("::");
    if (end !== -1) this.scope(module.slice(0, end));
    return scope;
  }

  /** Notes an item. What stood for it in the index before goes on to do so. */
  add(
    { facts, start, modules, implOf }: PlacedItem,
    path: string,
    fileModule: string,
    lasting: LastingItem | undefined,
  ): LastingItem | undefined {
    const module = joinModules(fileModule, realModules(modules));
    const scope = this.scope(module);
    switch (facts.kind) {
      case "function": {
        const fresh: IndexedFunction = { kind: "function", facts, module, path, start, implOf };
        const item = lasting?.kind === "function" ? lasting : fresh;
        this.addFunction(item, scope);
        return item;
      }
      case "static": {
        const origin = staticOrigin(modules);
        const fresh: IndexedStatic = { kind: "static", facts, origin, module, path, start, implOf };
        const item = lasting?.kind === "static" ? lasting : fresh;
        scope.items.set(facts.name, item);
        if (!isStoredByType(facts)) this.constants.push(item);
        if (!facts.isConst) this.statics.push(item);
        return item;
      }
      case "type": {
        const fresh: IndexedType = { kind: "type", facts, module, path, start };
        const item = lasting?.kind === "type" ? lasting : fresh;
        scope.items.set(facts.name, item);
        return item;
      }
      case "use":
        this.uses.push({ facts, module, path, start });
        for (const used of facts.names) {
          if (used.name === "*") scope.globs.push(used.path);
          else scope.uses.set(used.name, used.path);
        }
        return undefined;
      case "macro":
        if (facts.text.startsWith("macro_rules")) this.macros.set(facts.name, facts.text);
        else {
          this.itemMacros.push(facts.text);
          const range = { start: facts.range.start + start, end: facts.range.end + start };
          this.placedMacros.push({ name: facts.name, path, range });
        }
        return undefined;
      case "innerAttribute":
        this.innerAttributes.set(path, [...(this.innerAttributes.get(path) ?? []), ...facts.attributes]);
        return undefined;
      case "module":
        return undefined;
    }
  }

  finish(extent: CrateIndex["extent"]): CrateIndex {
    const { sources, files, scopes, functions, methods, statics, dropTypes, macros, itemMacros, uses } = this;
    const { innerAttributes, constants } = this;
    return {
      sources,
      files,
      scopes,
      functions,
      methods,
      statics,
      constants,
      dropTypes,
      macros,
      itemMacros,
      placedMacros: this.placedMacros,
      innerAttributes,
      uses,
      byFile: this.byFile,
      extent,
    };
  }

  private addFunction(item: IndexedFunction, scope: Scope): void {
    const { facts, implOf } = item;
    this.functions.push(item);
    if (implOf === undefined) {
      scope.items.set(facts.name, item);
      return;
    }
    if (implOf.trait === "Drop" || implOf.trait?.endsWith("::Drop")) this.dropTypes.add(lastName(implOf.type));
    scope.items.set(`${lastName(implOf.type)}::${facts.name}`, item);
    const others = this.methods.get(facts.name);
    if (others === undefined) this.methods.set(facts.name, [item]);
    else others.push(item);
  }
}
