import type { LockedPackage } from "./cargo.ts";
import type { FileProblem } from "./manifestProblem.ts";
import type { CanisterPackage } from "./platformDependencies.ts";

/**
 * A canister whose futures are driven by several executors. ic-cdk has one of its own up to 0.17; later versions share
 * the crate ic-cdk-executor, where they agree on its version.
 */
export function cdkConflict({ workspace, cargoPackage }: CanisterPackage): FileProblem | undefined {
  const packages = closure(workspace.lockedPackages, cargoPackage.name, new Set(unlinked(cargoPackage)));
  const executors = new Map<string, LockedPackage>();
  for (const cdk of packages.filter((it) => it.name === "ic-cdk")) executors.set(executorOf(packages, cdk), cdk);
  const own = cargoPackage.dependencies.find((it) => it.packageName === "ic-cdk");
  if (own === undefined || executors.size < 2) return undefined;
  const isOld = [...executors.keys()].every((it) => it.startsWith("ic-cdk 0."));
  const newest = [...executors.values()].sort((a, b) => compare(b.version, a.version));
  const versions = newest.map((it) => `${it.version}${usersOf(packages, it)}`);
  return {
    path: cargoPackage.manifestPath,
    rule: "cdk-version-conflict",
    // An older version that starts no future of its own harms nobody.
    severity:
      [...executors.keys()].filter((it) => it.startsWith("ic-cdk-executor")).length > 1 ? "warning" : "information",
    range: own.range,
    message:
      `The canister is linked from versions of ic-cdk that do not share an executor: ${versions.join(", ")}. ` +
      (isOld
        ? "Each brings its own hooks and call types, and what one of them spawns, the other does not know of."
        : "Linking may fail with a duplicate symbol, and a future that one of them starts never goes on in the other.") +
      " Bring all dependencies to one version.",
    related: newest.map((it) => ({ path: workspace.lockPath, range: it.range, message: `ic-cdk ${it.version}` })),
    onlyIfNamed: {
      directory: cargoPackage.directory,
      isSilentOtherwise: isOld,
      groups: newest.map((it) => namesLeadingTo(workspace.lockedPackages, cargoPackage, it)),
    },
  };
}

/** The package's own dependencies through which it comes to a version of ic-cdk, as the source spells them. */
function namesLeadingTo(
  all: readonly LockedPackage[],
  { name, dependencies }: CanisterPackage["cargoPackage"],
  cdk: LockedPackage,
): string[] {
  const written = all.find((it) => it.name === name)?.dependencies ?? [];
  return dependencies.flatMap((dependency) => {
    const version = written.map((it) => it.split(" ")).find(([used]) => used === dependency.packageName)?.[1];
    const first = all.find((it) => it.name === dependency.packageName && (version ?? it.version) === it.version);
    const leads = first !== undefined && closureFrom(all, [first]).includes(cdk);
    return leads ? [dependency.name.replaceAll("-", "_")] : [];
  });
}

/** What drives the futures of a version of ic-cdk: the executor's generation, or the version itself. */
function executorOf(packages: readonly LockedPackage[], cdk: LockedPackage): string {
  const named = cdk.dependencies.find((it) => it.split(" ")[0] === "ic-cdk-executor");
  if (named === undefined) return `ic-cdk ${generation(cdk.version)}`;
  const version = named.split(" ")[1] ?? packages.find((it) => it.name === "ic-cdk-executor")?.version ?? "";
  return `ic-cdk-executor ${generation(version)}`;
}

/** Packages of tests and builds, unless the canister itself needs them, too. */
function unlinked({ dependencies, otherDependencies }: CanisterPackage["cargoPackage"]): string[] {
  const linked = new Set(dependencies.map((it) => it.packageName));
  return otherDependencies.map((it) => it.packageName).filter((it) => !linked.has(it));
}

function closure(all: readonly LockedPackage[], root: string, without: ReadonlySet<string>): LockedPackage[] {
  const first = all.find((it) => it.name === root);
  // A lock that does not know the package yet is that of a project with this one package.
  return closureFrom(all, first === undefined ? all : [first], without);
}

/** What is linked with some packages, their own dependencies of tests and builds left out. */
function closureFrom(
  all: readonly LockedPackage[],
  roots: readonly LockedPackage[],
  without: ReadonlySet<string> = new Set(),
): LockedPackage[] {
  const found = new Set<LockedPackage>();
  const open = [...roots];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const isOnlyRoot = roots.length === 1 && next === roots[0];
    for (const it of linkedWith(all, next)) if (!isOnlyRoot || !without.has(it.name)) open.push(it);
  }
  return [...found];
}

/** The packages of a lock that are linked with one of them, found once: each canister of a workspace comes to most of them. */
function linkedWith(all: readonly LockedPackage[], from: LockedPackage): readonly LockedPackage[] {
  const lock = locks.get(all) ?? { byName: Map.groupBy(all, (it) => it.name), linked: new Map() };
  locks.set(all, lock);
  const known = lock.linked.get(from);
  if (known !== undefined) return known;
  const names = isProcMacro(from) ? [] : from.dependencies;
  const linked = names.flatMap((written) => {
    const [name = "", version] = written.split(" ");
    const candidates = lock.byName.get(name) ?? [];
    return (version === undefined ? candidates[0] : candidates.find((it) => it.version === version)) ?? [];
  });
  lock.linked.set(from, linked);
  return linked;
}

interface LockLinks {
  readonly byName: ReadonlyMap<string, readonly LockedPackage[]>;
  readonly linked: Map<LockedPackage, readonly LockedPackage[]>;
}

const locks = new WeakMap<readonly LockedPackage[], LockLinks>();

/** Crates that read Rust run in the compiler: nothing of them, or of what they use, is linked. */
function isProcMacro({ dependencies }: LockedPackage): boolean {
  return dependencies.some((it) => /^(syn|quote|proc-macro2)( |$)/.test(it));
}

function usersOf(packages: readonly LockedPackage[], cdk: LockedPackage): string {
  const written = new Set([cdk.name, `${cdk.name} ${cdk.version}`]);
  const users = packages.filter((it) => it.dependencies.some((dependency) => written.has(dependency)));
  const names = users.slice(0, 3).map((it) => `\`${it.name}\``);
  return names.length === 0 ? "" : ` (of ${names.join(", ")}${users.length > 3 ? ", …" : ""})`;
}

/** What cargo holds to be compatible: `0.18`, `1`. */
function generation(version: string): string {
  const [major = "0", minor = "0"] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}

function compare(a: string, b: string): number {
  const left = a.split(".").map((it) => Number.parseInt(it, 10) || 0);
  const right = b.split(".").map((it) => Number.parseInt(it, 10) || 0);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
