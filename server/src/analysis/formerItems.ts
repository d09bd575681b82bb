import type { IndexedFunction, IndexedStatic, IndexedType } from "./crateIndex.ts";
import type { FunctionFacts } from "./functionFacts.ts";
import type { FileFacts, PlacedItem } from "./rustFacts.ts";

/** What stands for an item in an index for as long as the crate declares it, however its text changes. */
export type LastingItem = IndexedFunction | IndexedStatic | IndexedType;

/** What stands for the items of one file, in the order of its facts; nothing for those that have no such thing. */
export interface IndexedFile {
  readonly facts: FileFacts;
  readonly module: string;
  readonly items: readonly (LastingItem | undefined)[];
}

/** How an index differs from the one before. */
export interface IndexChanges {
  /** Something else changed than what functions do: what is declared, or where it is brought in. */
  names: boolean;
  /** Any function may do something else, whatever its text. */
  all: boolean;
  /** Somewhere a name means something else than before. */
  meanings: boolean;
  /** Methods of these names, called with a dot, may be others than before. */
  readonly methods: Set<string>;
  /** Macros that are defined otherwise. */
  readonly macros: Set<string>;
  /** What a type is made of changed. */
  types: boolean;
  /** Functions of which something changed but their place. */
  readonly changed: Set<IndexedFunction>;
  /** Functions in which a name may mean something else than before, and new ones. */
  readonly relinked: Set<IndexedFunction>;
  /** Functions whose callers see a difference in what is declared: `async`, what is returned. */
  readonly faces: Set<IndexedFunction>;
  /** What stands at another offset of its file, and where it stood; a static that is declared otherwise stood nowhere (`NaN`). */
  readonly moved: Map<IndexedFunction | IndexedStatic, number>;
}

/** To be filled while a crate is indexed. */
export function nothingChanged(): IndexChanges {
  return {
    names: false,
    all: false,
    meanings: false,
    methods: new Set(),
    macros: new Set(),
    types: false,
    changed: new Set(),
    relinked: new Set(),
    faces: new Set(),
    moved: new Map(),
  };
}

/**
 * What stood for the items of a file before, for each item that the file has now. Functions, statics and types that are
 * still declared are brought up to date in place, so that whatever refers to them goes on.
 */
export function takeOver(
  former: IndexedFile | undefined,
  file: FileFacts,
  module: string,
  changes: IndexChanges,
): readonly (LastingItem | undefined)[] {
  if (former === undefined || former.module !== module) {
    changes.names = true;
    return [];
  }
  if (former.facts === file) return former.items;
  const before = former.facts.items;
  changes.names ||=
    before.length !== file.items.length || !file.items.every((it, index) => isSameDeclaration(before[index], it));
  const known = new Map<string, LastingItem[]>();
  for (const [index, item] of before.entries()) {
    const lasting = former.items[index];
    if (lasting === undefined) continue;
    const key = keyOf(item);
    const others = known.get(key);
    if (others === undefined) known.set(key, [lasting]);
    else others.push(lasting);
  }
  return file.items.map((item) => {
    const lasting = known.get(keyOf(item))?.shift();
    if (lasting !== undefined) update(lasting, item, changes);
    return lasting;
  });
}

function update(lasting: LastingItem, { facts, start, implOf }: PlacedItem, changes: IndexChanges): void {
  if (lasting.kind === "function" && facts.kind === "function" && lasting.facts !== facts) {
    changes.changed.add(lasting);
    if (!hasSameFace(lasting.facts, facts)) changes.faces.add(lasting);
    if (isOtherMethod(lasting.facts, facts)) changes.methods.add(facts.name);
  }
  const isOther = lasting.kind === "static" && lasting.facts !== facts;
  if (lasting.kind !== "type" && (isOther || lasting.start !== start)) {
    changes.moved.set(lasting, isOther ? Number.NaN : lasting.start);
  }
  if (lasting.kind === "type" && lasting.facts !== facts) changes.types = true;
  Object.assign(lasting, { facts, start }, lasting.kind === "type" ? {} : { implOf });
}

function keyOf({ facts, modules, implOf }: PlacedItem): string {
  const name = "name" in facts ? facts.name : "";
  return `${facts.kind} ${modules.join("::")} ${implOf?.trait ?? ""} for ${implOf?.type ?? ""} ${name}`;
}

/** Whether both declare the same to the rest of the crate. What a function does may differ; all else is the same text. */
function isSameDeclaration(before: PlacedItem | undefined, after: PlacedItem): boolean {
  if (before === undefined || keyOf(before) !== keyOf(after)) return false;
  // What a type is made of matters to nobody but the state table and whoever asks for Candid types.
  if (before.facts.kind === "type") return true;
  return before.facts.kind === "function" || before.facts === after.facts;
}

/** Whether a call with a dot may mean the function, before or now, and might not both times. */
function isOtherMethod(before: FunctionFacts, after: FunctionFacts): boolean {
  return (
    takesSelf(before) !== takesSelf(after) || (takesSelf(after) && before.parameters.length !== after.parameters.length)
  );
}

/** Whether a function can be called with a dot. */
export function takesSelf({ parameters }: FunctionFacts): boolean {
  return parameters[0]?.name === "self";
}

function hasSameFace(before: FunctionFacts, after: FunctionFacts): boolean {
  return (
    before.isAsync === after.isAsync &&
    before.returnType === after.returnType &&
    (before.bodyRange === undefined) === (after.bodyRange === undefined)
  );
}
