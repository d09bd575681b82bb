import type { CanisterModel } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import { staticText } from "./managedMemory.ts";
import { bodyText, withoutComments } from "./sourceText.ts";

/** A virtual memory that a static is made in. */
export interface MemoryUse {
  /** Manager and id. */
  readonly key: string;
  /** The number where it is known, else the name that the source has for it. */
  readonly id: string;
  /** The static. */
  readonly owner: string;
  /** The type of the static as it is written, without spaces. */
  readonly type: string;
  readonly path: string;
  readonly range: TextRange;
}

/** The memories that statics are made in, directly or through a function that gives one. */
export function memoryUses(canister: CanisterModel): MemoryUse[] {
  const ids = constantIds(canister);
  const givers = memoryGivers(canister, ids);
  return canister.state.flatMap((variable): MemoryUse[] => {
    if (!variable.isStable || /^\s*$/.test(variable.type)) return [];
    const text = staticText(canister, variable);
    const from = text.indexOf("=");
    if (!/\b(init|new)\s*\(/.test(text.slice(from))) return [];
    const { path, range } = variable;
    const use = (key: string, id: string, start: number, length: number): MemoryUse => ({
      key,
      id,
      owner: variable.name,
      type: (/:([\s\S]*)$/.exec(text.slice(0, from))?.[1] ?? "").replace(/\s/g, ""),
      path,
      range: { start: range.start + start, end: range.start + start + length },
    });
    const managers = [...text.matchAll(managerGet)].map((match) => ({ match, manager: match[1] ?? "" }));
    const direct = managers.flatMap(({ match, manager }) => {
      const id = idOf(match[2] ?? "", ids);
      const given = match[2] ?? "";
      return id === undefined
        ? []
        : [use(`${manager} ${id}`, id, match.index + match[0].length - given.length - 1, given.length)];
    });
    const through = [...text.matchAll(/\b([a-z_]\w*)\s*\(([\w:]*)\)/g)].flatMap((match) => {
      const giver = givers.get(match[1] ?? "");
      if (giver === undefined) return [];
      const id = giver.id ?? idOf(giver.wraps ? `MemoryId::new(${match[2]})` : (match[2] ?? ""), ids);
      return id === undefined ? [] : [use(`${giver.manager} ${id}`, id, match.index, match[0].length)];
    });
    return [...direct, ...through];
  });
}

/** Memories that functions hand to a file system, which takes them as a whole: `init_with_memory(…, memory(0))`. */
export function fileSystemMemories(canister: CanisterModel): MemoryUse[] {
  const ids = constantIds(canister);
  return canister.functions.flatMap((it): MemoryUse[] => {
    if (!it.names.has("init_with_memory") || it.bodyRange === undefined) return [];
    const base = it.bodyRange.start;
    const body = bodyText(canister, it);
    const from = body.indexOf("init_with_memory");
    return [...body.slice(from).matchAll(managerGet)].flatMap((match): MemoryUse[] => {
      const [, manager = "", given = ""] = match;
      const id = idOf(given, ids);
      if (id === undefined) return [];
      const start = base + from + match.index;
      const range = { start, end: start + match[0].length };
      return [{ key: `${manager} ${id}`, id, owner: "the file system", type: "", path: it.path, range }];
    });
  });
}

/** `MANAGER.with(|m| m.borrow().get(ID))` and `MANAGER.with_borrow(|m| m.get(ID))`. */
const managerGet =
  /\b([A-Z]\w*)\s*\.\s*with(?:_borrow)?\s*\(\s*\|\s*\w+\s*\|\s*\{?\s*\w+(?:\s*\.\s*borrow\(\))?\s*\.\s*get\s*\(\s*((?:[\w:]+::)?MemoryId::new\s*\([^()]*\)|(?:[a-z_]\w*::)*[A-Z][\w:]*)\s*\)/g;

interface MemoryGiver {
  readonly manager: string;
  /** Where it always gives the same memory. */
  readonly id: string | undefined;
  /** Its parameter is the number itself. */
  readonly wraps: boolean;
}

/** The bodies of functions that may be for nothing but to give a memory. */
const mayGiveMemory = new FunctionIndex(
  (it, canister) => {
    if (it.implOf !== undefined || it.parameters.length > 1) return [];
    const source = canister.textIn(it.path, it.bodyRange?.start ?? 0, it.bodyRange?.end);
    if (!/\bwith(_borrow)?\b/.test(source) || !/\bget\b/.test(source)) return [];
    const body = bodyText(canister, it);
    return body.length > 300 ? [] : [body];
  },
  { isPlaceless: true },
);

function memoryGivers(canister: CanisterModel, ids: ReadonlyMap<string, string>): ReadonlyMap<string, MemoryGiver> {
  const givers = new Map<string, MemoryGiver>();
  for (const [it, [body = ""]] of mayGiveMemory.of(canister)) {
    if (givers.has(it.name)) continue;
    const parameter = it.parameters[0]?.name;
    const pattern = new RegExp(
      managerGet.source.replace("[A-Z][\\w:]*)", `[A-Z][\\w:]*${parameter === undefined ? "" : `|${parameter}`})`),
    );
    const match = pattern.exec(body);
    if (match === null) continue;
    const given = match[2] ?? "";
    const isParameter = parameter !== undefined && new RegExp(`\\b${parameter}\\b`).test(given);
    const id = isParameter ? undefined : idOf(given, ids);
    if (!isParameter && id === undefined) continue;
    if (isParameter && given !== parameter && !new RegExp(`MemoryId::new\\s*\\(\\s*${parameter}\\s*\\)`).test(given))
      continue;
    givers.set(it.name, { manager: match[1] ?? "", id, wraps: isParameter && given !== parameter });
  }
  // `fn users_memory() -> Memory { memory(USERS) }`.
  const general = [...givers].filter(([, it]) => it.id === undefined);
  for (const it of general.length === 0 ? [] : canister.functions) {
    if (it.implOf !== undefined || it.parameters.length > 0 || givers.has(it.name)) continue;
    const [, name = "", given = ""] =
      /^\{\s*(?:\w+::)*(\w+)\s*\(([^()]*(?:\([^()]*\))?)\)\s*\}$/.exec(bodyText(canister, it)) ?? [];
    const giver = general.find(([known]) => known === name)?.[1];
    const id = giver && idOf(giver.wraps ? `MemoryId::new(${given})` : given, ids);
    if (giver !== undefined && id !== undefined) givers.set(it.name, { ...giver, id });
  }
  return givers;
}

/** Ids and numbers of constants by name; names that are given twice mean nothing. */
function constantIds(canister: CanisterModel): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const twice = new Set<string>();
  for (const { name, init } of canister.constants) {
    const number = /^(?:(?:\w+::)*MemoryId::new\s*\(\s*)?(\d+)(?:u8)?\s*\)?$/.exec(withoutComments(init).trim())?.[1];
    if (ids.has(name)) twice.add(name);
    if (number !== undefined) ids.set(name, number);
  }
  for (const name of twice) ids.delete(name);
  return ids;
}

/** The number of an id where it is known, else the name that it is written with. */
function idOf(text: string, ids: ReadonlyMap<string, string>): string | undefined {
  const inner = (/MemoryId::new\s*\(([^()]*)\)/.exec(text)?.[1] ?? text).trim().replace(/\s+as\s+u8$/, "");
  if (/^\d+(u8)?$/.test(inner)) return inner.replace("u8", "");
  if (!/^(?:[a-z_]\w*::)*[A-Z][\w:]*$/.test(inner)) return undefined;
  const number = ids.get(inner) ?? ids.get(inner.slice(inner.lastIndexOf(":") + 1));
  // A path means another constant in another module.
  return number ?? (/^[A-Z]/.test(inner) ? inner : undefined);
}
