import type { CanisterModel, StateVariable } from "../analysis/canisterModel.ts";
import { Derived, isSameList } from "../analysis/derived.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { TextRange } from "../base/textRange.ts";
import { bodyText, closingOf, withoutComments } from "./sourceText.ts";

/** A static that holds a memory manager over all of stable memory. */
export interface ManagerStatic {
  readonly variable: StateVariable;
  /** The call that makes it. */
  readonly range: TextRange;
}

/** Statics of the crate that make a memory manager over the canister's stable memory itself. */
export function managerStatics(canister: CanisterModel): ManagerStatic[] {
  const whole = wholeMemories(canister);
  return canister.state.flatMap((variable) => {
    const made = managersMade(staticText(canister, variable), whole);
    const { start } = variable.range;
    return made.map((it) => ({ variable, range: { start: start + it.start, end: start + it.end } }));
  });
}

/** Functions that the canister executes and that make a manager of their own beside a static one. */
export function localManagers(canister: CanisterModel, { variable }: ManagerStatic): FileRange[] {
  const whole = wholeMemories(canister);
  const reachable = reachableFunctions(canister);
  return canister.functions.flatMap((made) => {
    const { path, bodyRange, names } = made;
    // What names the static may make it anew.
    if (bodyRange === undefined || !names.has("MemoryManager") || names.has(variable.name) || !reachable.has(made)) {
      return [];
    }
    const { start } = bodyRange;
    return managersMade(bodyText(canister, made), whole).map((it) => ({
      path,
      range: { start: start + it.start, end: start + it.end },
    }));
  });
}

interface FileRange {
  readonly path: string;
  readonly range: TextRange;
}

/** The calls in a text that make a manager over all of stable memory. */
function managersMade(text: string, whole: ReadonlySet<string>): TextRange[] {
  const calls = text.matchAll(/\bMemoryManager\s*(?:::<[^()]*>)?\s*::\s*init(?:_with_bucket_size)?\s*\(/g);
  return [...calls].flatMap((match) => {
    const end = closingOf(text, match.index + match[0].length - 1) + 1;
    const argument = text.slice(match.index + match[0].length, end - 1).replace(/\s+/g, "");
    const name = /^&?(?:\w+::)*([A-Z]\w*)\b/.exec(argument)?.[1];
    return name === undefined || !whole.has(name) ? [] : [{ start: match.index, end }];
  });
}

/** Other names that a file gives to all of stable memory. */
const wholeMemoryTypes = new Derived(
  (canister, path: string) => {
    const text = canister.textOf(path);
    if (!text.includes("DefaultMemoryImpl")) return [];
    const named = text.matchAll(/\btype\s+(\w+)\s*=\s*(?:\w+::)*DefaultMemoryImpl\s*;/g);
    return [...named].map((it) => it[1] ?? "");
  },
  { isSame: isSameList },
);

/** Names that mean all of stable memory: its types, other names for them, and statics that hold one as it is. */
function wholeMemories(canister: CanisterModel): ReadonlySet<string> {
  const names = new Set(["DefaultMemoryImpl", "Ic0StableMemory"]);
  for (const path of canister.files) for (const it of wholeMemoryTypes.of(canister, path)) names.add(it);
  const holds = new RegExp(`^(?:(?:\\w+::)*(?:RefCell|Cell|Option|Rc)<)*(?:\\w+::)*(?:${[...names].join("|")})>*$`);
  for (const { name, type } of canister.state) if (holds.test(type.replace(/\s+/g, ""))) names.add(name);
  return names;
}

/**
 * Whether anything that the canister executes may touch a manager. A private one is touched by functions of its module,
 * and by the statics there that are made with it; thread-locals that nobody touches are never made.
 */
export function isTouched(canister: CanisterModel, { variable: { name, path, range } }: ManagerStatic): boolean {
  if (canister.entryPoints.length === 0) return true;
  const own = canister.functions.filter((it) => it.path === path && it.names.has(name));
  const reachable = reachableFunctions(canister);
  if (own.some((it) => reachable.has(it))) return true;
  const isPublic = /\bpub\b[^;]{0,30}$/.test(canister.textIn(path, Math.max(0, range.start - 30), range.start));
  if (isPublic || /^pub\b/.test(canister.textIn(path, range.start))) return true;
  const names = [name, ...own.map((it) => it.name)].join("|");
  const uses = new RegExp(`\\b(?:${names})\\b`);
  return canister.state.some(
    (it) => it.path === path && it.range.start !== range.start && uses.test(staticText(canister, it)),
  );
}

/** The declaration of a static without its comments, as long as its range. */
export function staticText(canister: CanisterModel, { path, range }: StateVariable): string {
  return withoutComments(canister.textIn(path, range.start, range.end));
}
