import { binaryOf, type CrateIndex, type IndexedItem, parentOf, type Scope } from "./crateIndex.ts";
import { segments } from "./itemFacts.ts";
import { Answers, changedNames, isSamePath } from "./knownAnswers.ts";
import { lastName } from "./textParts.ts";

/** What a path means. */
export type Meaning =
  | { readonly kind: "item"; readonly item: IndexedItem }
  /** Of another crate, spelled from its name on. */
  | { readonly kind: "external"; readonly path: string }
  /** A name that nothing declares: made by a macro, or of a glob import. `globs` are the external ones in reach. */
  | { readonly kind: "unknown"; readonly path: string; readonly globs: readonly string[] };

/** A path of more segments comes of a `use` that leads to itself. */
const segmentsMax = 16;

/** Finds what a path means in a module. */
export class Resolver {
  private index: CrateIndex;
  private readonly meanings = new Answers<Meaning>(isSameMeaning);
  private readonly uses = new Answers<string | undefined>(Object.is);
  private readonly openings = new Answers<boolean>(Object.is);
  /** What binaries of the package call its library. */
  private readonly crateName: string;
  /** What has been looked up for the present answer: each module, and behind it the name in it. */
  private looked: string[] = [];

  constructor(index: CrateIndex) {
    this.index = index;
    this.crateName = index.sources.packageName.replaceAll("-", "_");
  }

  /**
   * Goes on with another index of the same crate. Only what looked up a name that has changed is asked again; returns the
   * modules in which something means something else now.
   */
  follow(index: CrateIndex): ReadonlySet<string> {
    const changed = changedNames(this.index.scopes, index.scopes);
    this.index = index;
    const modules = new Set<string>();
    if (changed.size === 0) return modules;
    this.meanings.follow(changed, modules, (module, path) => this.ask(() => this.meaningOf(module, path)));
    this.uses.follow(changed, modules, (module, name) => this.ask(() => this.pathUsed(module, name)));
    this.openings.follow(changed, modules, (module, path) => this.ask(() => this.isOutsideOpen(module, path)));
    return modules;
  }

  /** `implType` is what `Self` stands for. */
  resolve(module: string, path: string, implType?: string): Meaning {
    const written = implType !== undefined && path.startsWith("Self::") ? lastName(implType) + path.slice(4) : path;
    return this.meanings.of(module, written, () => this.ask(() => this.meaningOf(module, written)));
  }

  /** What a `use` of the module brings under a name; functions of the same name do not hide macros. */
  used(module: string, name: string): string | undefined {
    return this.uses.of(module, name, () => this.ask(() => this.pathUsed(module, name)));
  }

  /**
   * Whether something that cannot be read here may declare the path: another crate whose names are brought in together, here or by a module that
   * re-exports them, or a re-export that leads nowhere.
   */
  mayBeOutside(module: string, path: string): boolean {
    return this.openings.of(module, path, () => this.ask(() => this.isOutsideOpen(module, path)));
  }

  private ask<T>(find: () => T): { readonly answer: T; readonly looked: readonly string[] } {
    this.looked = [];
    const answer = find();
    return { answer, looked: this.looked };
  }

  private look(module: string, name: string): void {
    this.looked.push(module, name);
  }

  private meaningOf(module: string, path: string): Meaning {
    return this.find(module, segments(path), true, new Set()) ?? { kind: "unknown", path, globs: [] };
  }

  private pathUsed(module: string, name: string): string | undefined {
    this.look(module, name);
    return this.index.scopes.get(module)?.uses.get(name)?.join("::");
  }

  private isOutsideOpen(module: string, path: string): boolean {
    const written = segments(path);
    const inModule = this.moduleOf(module, written.slice(0, -1));
    return inModule === undefined || this.isOpen(inModule, written.at(-1) ?? "", new Set());
  }

  private isOpen(module: string, name: string, seen: Set<string>): boolean {
    if (seen.has(module)) return false;
    seen.add(module);
    this.look(module, name);
    const scope = this.index.scopes.get(module);
    if (scope === undefined || scope.uses.has(name)) return true;
    return scope.globs.some((glob) => {
      const target = this.moduleOf(module, glob);
      return target === undefined || this.isOpen(target, name, seen);
    });
  }

  /** However many re-exports lead there: `seen` has the places looked at, as modules may re-export each other in a circle. */
  private find(module: string, path: readonly string[], isFirst: boolean, seen: Set<string>): Meaning | undefined {
    const [first, ...rest] = path;
    if (first === undefined || path.length > segmentsMax) return undefined;
    if (isFirst && first === "crate") return this.find(binaryOf(module), rest, false, seen);
    if (isFirst && first === this.crateName && binaryOf(module) !== "") return this.find("", rest, false, seen);
    if (first === "self") return this.find(module, rest, false, seen);
    if (first === "super") return this.find(parentOf(module), rest, false, seen);
    this.look(module, first);
    const scope = this.index.scopes.get(module);
    if (scope === undefined) return undefined;
    const item =
      (path.length > 1 ? scope.items.get(`${first}::${path[1]}`) : undefined) ??
      (rest.length < 2 ? scope.items.get(first) : undefined);
    if (item !== undefined && (rest.length === 0 || item.facts.name !== first || item.kind === "type")) {
      return { kind: "item", item };
    }
    const place = `${module} ${isFirst ? "" : "::"}${path.join("::")}`;
    if (seen.has(place)) return undefined;
    seen.add(place);
    const child = childOf(module, first);
    if (rest.length > 0 && this.index.scopes.has(child)) {
      const found = this.find(child, rest, false, seen);
      if (found !== undefined) return found;
    }
    const used = scope.uses.get(first);
    if (used !== undefined && !(used.length === 1 && used[0] === first)) {
      const found = this.find(module, [...used, ...rest], true, seen);
      if (found !== undefined) return found;
    }
    return this.findInGlobs(scope, path, seen) ?? (isFirst ? outside(path, this.externalGlobs(scope)) : undefined);
  }

  private findInGlobs(scope: Scope, path: readonly string[], seen: Set<string>): Meaning | undefined {
    for (const glob of scope.globs) {
      const target = this.moduleOf(scope.module, glob);
      if (target === undefined || target === scope.module) continue;
      const found = this.find(target, path, false, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The module of this crate that a path names. */
  private moduleOf(module: string, path: readonly string[]): string | undefined {
    let at: string | undefined = module;
    for (const [index, name] of path.entries()) {
      if (name === "crate") at = binaryOf(module);
      else if (index === 0 && name === this.crateName && binaryOf(module) !== "") at = "";
      else if (name === "super") at = parentOf(at);
      else if (name !== "self") {
        this.look(at, name);
        const child: string = childOf(at, name);
        at = this.index.scopes.has(child) ? child : undefined;
      }
      if (at === undefined) return undefined;
    }
    return at;
  }

  private externalGlobs(scope: Scope): readonly string[] {
    return scope.globs.filter((it) => this.moduleOf(scope.module, it) === undefined).map((it) => it.join("::"));
  }
}

/** Modules that `use ic_cdk::*;` and its like bring in. */
const modulesOfCdk: ReadonlyMap<string, readonly string[]> = new Map([
  ["ic_cdk", ["api", "bitcoin_canister", "call", "export", "futures", "management_canister", "stable", "storage"]],
  ["ic_cdk::api", ["call", "management_canister", "stable"]],
  ["ic_cdk::api::management_canister", ["bitcoin", "ecdsa", "http_request", "main", "provisional", "schnorr"]],
]);

/** A path that nothing in the crate declares. */
function outside(path: readonly string[], globs: readonly string[]): Meaning {
  const isType = /^[A-Z]/.test(path[0] ?? "");
  if (path.length > 1 && !isType) {
    const glob = globs.find((it) => modulesOfCdk.get(it)?.includes(path[0] ?? ""));
    return { kind: "external", path: [...(glob === undefined ? [] : [glob]), ...path].join("::") };
  }
  return { kind: "unknown", path: path.join("::"), globs };
}

function childOf(module: string, name: string): string {
  return module === "" ? name : `${module}::${name}`;
}

function isSameMeaning(one: Meaning, other: Meaning): boolean {
  if (one.kind === "item") return other.kind === "item" && one.item === other.item;
  if (one.kind === "external") return other.kind === "external" && one.path === other.path;
  return other.kind === "unknown" && one.path === other.path && isSamePath(one.globs, other.globs);
}
