import { parentOf, type Scope } from "./crateIndex.ts";

/** The names of modules that mean something else than before; `undefined` stands for all of a module. */
export type ChangedNames = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** Answers about the names of a crate, by the module that asks and the path that is asked for. */
export class Answers<T> {
  private readonly known = new Map<string, Known<T>>();
  private readonly isSame: (one: T, other: T) => boolean;

  constructor(isSame: (one: T, other: T) => boolean) {
    this.isSame = isSame;
  }

  /** What is known, or else what `ask` finds. */
  of(module: string, path: string, ask: () => Pick<Known<T>, "answer" | "looked">): T {
    const key = `${module} ${path}`;
    const known = this.known.get(key);
    if (known !== undefined) return known.answer;
    const { answer, looked } = ask();
    this.known.set(key, { module, path, answer, looked });
    return answer;
  }

  /** Asks again what looked up a name that changed, and notes the modules that get another answer. */
  follow(
    changed: ChangedNames,
    modules: Set<string>,
    ask: (module: string, path: string) => Pick<Known<T>, "answer" | "looked">,
  ): void {
    for (const it of this.known.values()) {
      if (!hasLookedUp(it, changed)) continue;
      const { answer, looked } = ask(it.module, it.path);
      it.looked = looked;
      if (this.isSame(it.answer, answer)) continue;
      it.answer = answer;
      modules.add(it.module);
    }
  }
}

/** An answer, and what was looked up for it: each module, and behind it the name in it. */
export interface Known<T> {
  readonly module: string;
  readonly path: string;
  answer: T;
  looked: readonly string[];
}

function hasLookedUp({ looked }: Known<unknown>, changed: ChangedNames): boolean {
  for (let at = 0; at < looked.length; at += 2) {
    const module = looked[at] ?? "";
    if (!changed.has(module)) continue;
    const names = changed.get(module);
    if (names === undefined || names.has(looked[at + 1] ?? "")) return true;
  }
  return false;
}

/** Compares what the modules of a crate declare, bring in and contain. */
export function changedNames(before: ReadonlyMap<string, Scope>, after: ReadonlyMap<string, Scope>): ChangedNames {
  const changed = new Map<string, Set<string> | undefined>();
  const note = (module: string, name: string) => {
    const names = changed.get(module);
    if (names !== undefined) names.add(name);
    else if (!changed.has(module)) changed.set(module, new Set([name]));
  };
  const isOnlyOf = (module: string) => {
    changed.set(module, undefined);
    note(parentOf(module), module.split("::").at(-1) ?? "");
  };
  for (const module of before.keys()) if (!after.has(module)) isOnlyOf(module);
  for (const [module, scope] of after) {
    const former = before.get(module);
    if (former === undefined) isOnlyOf(module);
    else if (
      former.globs.length !== scope.globs.length ||
      !scope.globs.every((it, at) => isSamePath(it, former.globs[at]))
    )
      changed.set(module, undefined);
    else {
      noteDifferent(former.items, scope.items, Object.is, (key) => note(module, key.split("::", 1)[0] ?? ""));
      noteDifferent(former.uses, scope.uses, isSamePath, (key) => note(module, key));
    }
  }
  return changed;
}

function noteDifferent<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  isSame: (one: T, other: T | undefined) => boolean,
  note: (key: string) => void,
): void {
  for (const key of before.keys()) if (!after.has(key)) note(key);
  for (const [key, it] of after) if (!isSame(it, before.get(key))) note(key);
}

/** Whether two paths have the same segments. */
export function isSamePath(one: readonly string[], other: readonly string[] | undefined): boolean {
  return one === other || (one.length === other?.length && one.every((it, at) => it === other[at]));
}
