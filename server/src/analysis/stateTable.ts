import type { TextRange } from "../base/textRange.ts";
import type { StateVariable } from "./canisterModel.ts";
import type { CrateIndex, IndexedStatic, IndexedType } from "./crateIndex.ts";
import { segments, type TypeFacts } from "./itemFacts.ts";
import type { Resolver } from "./resolver.ts";
import { isStoredByType } from "./storedByType.ts";
import { lastName } from "./textParts.ts";

/** The statics of a crate that hold state. `onPlace` is told each time that somebody looks where one stands. */
export function readStateTable(
  index: CrateIndex,
  resolver: Resolver,
  onPlace: () => void,
): Map<IndexedStatic, StateVariable> {
  const byType = new Map<IndexedType, StateVariable>();
  return new Map(
    index.statics.flatMap((it): [IndexedStatic, StateVariable][] => {
      if (!isStoredByType(it.facts)) return [[it, readVariable(it, resolver, onPlace)]];
      const declared = resolver.resolve(it.module, it.facts.type);
      if (declared.kind !== "item" || declared.item.kind !== "type") return [];
      const known = byType.get(declared.item) ?? readStored(declared.item, it, resolver, onPlace);
      byType.set(declared.item, known);
      return [[it, known]];
    }),
  );
}

/** State that is kept by its type stands where the type is declared. */
function readStored(
  declared: IndexedType,
  { facts, module }: IndexedStatic,
  resolver: Resolver,
  onPlace: () => void,
): StateVariable {
  const type = expandAliases(facts.type, module, resolver, 0);
  const named = () => {
    onPlace();
    const { start, end } = declared.facts.nameRange;
    return { start: declared.start + start, end: declared.start + end };
  };
  return {
    name: lastName(facts.type),
    path: declared.path,
    get range() {
      return named();
    },
    get nameRange() {
      return named();
    },
    type,
    origin: "byType",
    isStable: isStableType(type),
    isMutable: true,
    fields: contentFields(type, module, resolver),
  };
}

function readVariable(item: IndexedStatic, resolver: Resolver, onPlace: () => void): StateVariable {
  const { facts, origin, path, module } = item;
  const type = expandAliases(facts.type, module, resolver, 0);
  const placed = ({ start, end }: TextRange) => {
    onPlace();
    return { start: item.start + start, end: item.start + end };
  };
  return {
    name: facts.name,
    path,
    // The item follows the texts, and so does the place.
    get range() {
      return placed(item.facts.range);
    },
    get nameRange() {
      return placed(item.facts.nameRange);
    },
    type,
    origin,
    isStable: isStableType(type) || isStableInit(facts.init),
    isMutable: facts.isMutable || origin === "threadLocal" || hasInteriorMutability(type),
    fields: contentFields(type, module, resolver),
  };
}

/** A variable that nobody declares but a helper's name tells of: `mutate_state` of a macro or another crate. */
export function assumedVariable(name: string): StateVariable {
  const nowhere = { start: 0, end: 0 };
  const rest = { type: "", origin: "assumed" as const, isStable: false, isMutable: true, fields: [] };
  return { name, path: "", range: nowhere, nameRange: nowhere, ...rest };
}

/** Whether values of a type lie in stable memory. */
export function isStableType(type: string): boolean {
  return (
    /\b(?:Default)?Stable(BTreeMap|BTreeSet|Cell|Vec|Log|MinHeap|Deque|\w*Map|\w*Set|\w*Storage)\b/.test(type) ||
    /\b(VirtualMemory|MemoryManager|DefaultMemoryImpl|RestrictedMemory|Ic0StableMemory|StableMemory)\b/.test(type) ||
    /\bic_stable_structures::/.test(type)
  );
}

function isStableInit(init: string): boolean {
  return /\b(MemoryId::new|DefaultMemoryImpl|MEMORY_MANAGER)\b|\bmemory_manager\b|\binit_stable_mem\w*/i.test(init);
}

function hasInteriorMutability(type: string): boolean {
  return /\b(RefCell|Cell|OnceCell|Mutex|RwLock|OnceLock|Atomic\w+|UnsafeCell)\b/.test(type) || isStableType(type);
}

/** Fields of the crate's own struct that a static holds in its cells. */
function contentFields(type: string, module: string, resolver: Resolver): StateVariable["fields"] {
  const content = contentOf(type);
  const meaning = resolver.resolve(module, content);
  if (meaning.kind !== "item" || meaning.item.kind !== "type") return [];
  const { facts, module: home } = meaning.item;
  return fieldsOf(facts).map(({ name, type: fieldType }) => {
    const expanded = expandAliases(fieldType, home, resolver, 0);
    return { name, type: expanded, isStable: isStableType(expanded) || holdsOnlyStable(expanded, home, resolver, 0) };
  });
}

/** The fields of a struct; those of a tuple by their numbers. */
function fieldsOf({ fields, shape }: TypeFacts): readonly { readonly name: string; readonly type: string }[] {
  return shape?.kind === "tuple" ? shape.fields.map(({ type }, index) => ({ name: String(index), type })) : fields;
}

/** Whether every field of a struct lies in stable memory. */
function holdsOnlyStable(type: string, module: string, resolver: Resolver, depth: number): boolean {
  const meaning = resolver.resolve(module, contentOf(type));
  if (meaning.kind !== "item" || meaning.item.kind !== "type" || depth > 4) return false;
  const fields = fieldsOf(meaning.item.facts);
  const home = meaning.item.module;
  return (
    fields.length > 0 &&
    fields.every(({ type: fieldType }) => {
      const expanded = expandAliases(fieldType, home, resolver, 0);
      return isStableType(expanded) || holdsOnlyStable(expanded, home, resolver, depth + 1);
    })
  );
}

/** What lies inside of cells, options and locks. */
function contentOf(type: string): string {
  let content = type.trim();
  for (;;) {
    const inner = /^(?:[\w:]*::)?(?:RefCell|Cell|OnceCell|Mutex|RwLock|Option|Rc|Arc|Box|OnceLock)\s*<([\s\S]*)>$/.exec(
      content,
    )?.[1];
    if (inner === undefined) return segments(content).join("::");
    content = inner.trim();
  }
}

/** Replaces the crate's type aliases, and names that `use … as` gave, by what they stand for. */
function expandAliases(type: string, module: string, resolver: Resolver, depth: number): string {
  if (depth > 3) return type;
  return type.replace(/\b[A-Z]\w*(?:::[A-Z]\w*)*/g, (name) => {
    const meaning = resolver.resolve(module, name);
    if (meaning.kind === "external") {
      return meaning.path.startsWith("ic_stable_structures::")
        ? `ic_stable_structures::${lastName(meaning.path)}`
        : name;
    }
    if (meaning.kind !== "item" || meaning.item.kind !== "type") return name;
    const { alias } = meaning.item.facts;
    return alias === undefined ? name : expandAliases(alias, meaning.item.module, resolver, depth + 1);
  });
}
