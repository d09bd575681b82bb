import type { PlatformPath } from "node:path";
import type { ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import {
  type CargoFacts,
  type LockedPackage,
  type LockedVersions,
  type ReleaseProfile,
  readCargoLock,
  readCargoToml,
  readLockedPackages,
  readTargetDirectory,
} from "./cargo.ts";
import { type CargoDependency, inherit } from "./cargoDependencies.ts";
import type { FileView } from "./fileView.ts";
import { globSegment, isGlob, matchFolders } from "./glob.ts";
import { isMadeByBuild } from "./ignoredFiles.ts";
import type { FileProblem, Located } from "./manifestProblem.ts";

/** Where files are and how the system spells their paths. */
export interface ProjectSurroundings {
  readonly view: FileView;
  /** `posix` or `win32` of node:path. */
  readonly path: PlatformPath;
  /** Environment variables of the process that will run cargo. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A package that cargo can build, with what it takes over from its workspace. */
export interface CargoPackage {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly directory: string;
  readonly manifestPath: string;
  /** The file of the library or binary that a canister is compiled from. */
  readonly rootFile: string;
  /** Binaries beside the library at `rootFile`: the endpoints of a canister may stand there. */
  readonly binaryFiles: readonly string[];
  readonly dependencies: readonly CargoDependency[];
  /** Packages that are needed for tests or the build only. */
  readonly otherDependencies: readonly CargoDependency[];
  /** What the default features turn on, `dep:rand` and `rand/std` included. */
  readonly defaultActivations: readonly string[];
  readonly defaultFeatures: readonly string[];
  /** Name of the Wasm file without `.wasm`, where the package compiles to one. */
  readonly wasmName?: string;
  /** The library compiles to Wasm; else a binary does, which may as well be a program of the machine. */
  readonly hasCdylib: boolean;
  /** Where `crate-type` stands or would stand. */
  readonly libRange: TextRange;
  /** What to change so that the library compiles to Wasm. */
  readonly cdylibFix: ProblemFix;
}

/** A workspace, or a package that stands alone. */
export interface CargoWorkspace {
  readonly directory: string;
  readonly manifestPath: string;
  readonly packages: readonly CargoPackage[];
  readonly locked: LockedVersions;
  readonly lockedPackages: readonly LockedPackage[];
  readonly hasLockFile: boolean;
  readonly lockPath: string;
  /** `[workspace]` or `[package]`, whatever the root manifest begins with. */
  readonly headRange: TextRange;
  readonly releaseProfile: ReleaseProfile;
  /** Dependencies of every manifest, not yet merged with those of the workspace. */
  readonly declared: readonly { readonly manifestPath: string; readonly dependency: CargoDependency }[];
  /** The folder that cargo writes to. */
  readonly targetDirectory: string;
  readonly problems: readonly FileProblem[];
}

/** Finds the workspaces of many folders, each manifest read once. */
export class CargoWorkspaces {
  private readonly surroundings: ProjectSurroundings;
  private readonly manifests = new Map<string, ManifestEntry | undefined>();
  private readonly members = new Map<string, readonly string[]>();
  private readonly workspaces = new Map<string, CargoWorkspace>();

  constructor(surroundings: ProjectSurroundings) {
    this.surroundings = surroundings;
  }

  /** The workspace of the nearest Cargo.toml at or above a folder, as cargo itself would find it. */
  find(directory: string): CargoWorkspace | undefined {
    const nearest = this.nearestManifest(directory);
    if (nearest === undefined) return undefined;
    const root = this.rootOf(nearest);
    const known = this.workspaces.get(root);
    if (known !== undefined) return known;
    const workspace = this.load(root);
    if (workspace !== undefined) this.workspaces.set(root, workspace);
    return workspace;
  }

  /** Every workspace found so far. */
  all(): readonly CargoWorkspace[] {
    return [...this.workspaces.values()];
  }

  private nearestManifest(directory: string): string | undefined {
    const { path } = this.surroundings;
    for (let at = directory; ; at = path.dirname(at)) {
      if (this.manifest(at) !== undefined) return at;
      if (path.dirname(at) === at) return undefined;
    }
  }

  private rootOf(directory: string): string {
    const { path } = this.surroundings;
    const own = this.manifest(directory)?.facts;
    if (own?.workspace !== undefined) return directory;
    if (own?.package?.workspace !== undefined) return path.join(directory, own.package.workspace);
    for (let at = path.dirname(directory); path.dirname(at) !== at; at = path.dirname(at)) {
      const workspace = this.manifest(at)?.facts.workspace;
      if (workspace === undefined) continue;
      return this.isMember(at, directory) ? at : directory;
    }
    return directory;
  }

  private isMember(root: string, directory: string): boolean {
    const { path } = this.surroundings;
    const workspace = this.manifest(root)?.facts.workspace;
    const relative = path.relative(root, directory).split(path.sep).join("/");
    if (workspace === undefined || isExcluded(workspace.exclude, relative)) return false;
    return this.memberDirectories(root).includes(directory);
  }

  private memberDirectories(root: string): readonly string[] {
    const known = this.members.get(root) ?? this.findMembers(root);
    this.members.set(root, known);
    return known;
  }

  private findMembers(root: string): string[] {
    const { view, path } = this.surroundings;
    const facts = this.manifest(root)?.facts;
    const workspace = facts?.workspace;
    if (facts === undefined || workspace === undefined) return [root];
    const named = workspace.members.flatMap((it) => matchFolders(view, path, root, it.value));
    const found = new Set<string>(facts.package ? [root] : []);
    const open = named.filter((it) => {
      const relative = path.relative(root, it).split(path.sep).join("/");
      return this.manifest(it) !== undefined && !isExcluded(workspace.exclude, relative);
    });
    if (facts.package) open.push(...this.pathDependencies(root, root));
    // Path dependencies below the root are members without being named.
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      open.push(...this.pathDependencies(root, at));
    }
    return [...found].sort();
  }

  private pathDependencies(root: string, directory: string): string[] {
    const { path } = this.surroundings;
    const exclude = this.manifest(root)?.facts.workspace?.exclude ?? [];
    return (this.manifest(directory)?.facts.dependencies ?? []).flatMap((it) => {
      if (it.path === undefined) return [];
      const target = path.join(directory, it.path);
      const relative = path.relative(root, target).split(path.sep).join("/");
      const outside = relative.startsWith("../") || path.isAbsolute(relative) || isExcluded(exclude, relative);
      return outside || this.manifest(target)?.facts.package === undefined ? [] : [target];
    });
  }

  private load(root: string): CargoWorkspace | undefined {
    const { view, path } = this.surroundings;
    const entry = this.manifest(root);
    if (entry === undefined) return undefined;
    const lockPath = path.join(root, "Cargo.lock");
    const lockText = view.readText(lockPath);
    const directories = this.memberDirectories(root);
    const shared = entry.facts.workspace?.dependencies ?? [];
    const packages = directories.flatMap((it) => this.loadPackage(it, shared) ?? []);
    const entries = new Map([root, ...directories].map((it) => [it, this.manifest(it)]));
    return {
      directory: root,
      manifestPath: entry.path,
      packages,
      locked: lockText === undefined ? new Map() : readCargoLock(lockText),
      lockedPackages: lockText === undefined ? [] : readLockedPackages(lockText),
      hasLockFile: lockText !== undefined,
      lockPath,
      headRange: entry.facts.headRange,
      releaseProfile: entry.facts.releaseProfile,
      declared: [...entries.values()].flatMap((it) => (it === undefined ? [] : declaredBy(it))),
      targetDirectory: findTargetDirectory(this.surroundings, root),
      problems: [...[...entries.values()].flatMap((it) => it?.problems ?? []), ...this.memberProblems(root, entry)],
    };
  }

  private loadPackage(directory: string, shared: readonly CargoDependency[]): CargoPackage | undefined {
    const entry = this.manifest(directory);
    if (entry?.facts.package === undefined) return undefined;
    const { facts, path: manifestPath } = entry;
    const name = entry.facts.package.name;
    const wasmName = wasmNameOf(facts, name.value, this.hasFile(directory, "src/main.rs"));
    return {
      name: name.value,
      nameRange: name.range,
      directory,
      manifestPath,
      rootFile: this.rootFile(directory, facts),
      binaryFiles: this.binaryFiles(directory, facts),
      dependencies: facts.dependencies.map((it) => inherit(it, shared)),
      otherDependencies: facts.otherDependencies.map((it) => inherit(it, shared)),
      defaultActivations: facts.defaultActivations,
      defaultFeatures: facts.defaultFeatures,
      libRange: facts.lib?.range ?? name.range,
      cdylibFix: facts.cdylibFix,
      hasCdylib: facts.lib?.crateTypes.includes("cdylib") === true,
      ...(wasmName !== undefined && { wasmName }),
    };
  }

  private rootFile(directory: string, facts: CargoFacts): string {
    const { path } = this.surroundings;
    const library = facts.lib?.path ?? "src/lib.rs";
    if (this.hasFile(directory, library)) return path.join(directory, ...library.split("/"));
    const binary = facts.binaries.find((it) => it.path !== undefined)?.path ?? "src/main.rs";
    const chosen = this.hasFile(directory, binary) ? binary : library;
    return path.join(directory, ...chosen.split("/"));
  }

  private binaryFiles(directory: string, facts: CargoFacts): readonly string[] {
    const { path } = this.surroundings;
    const library = facts.lib?.path ?? "src/lib.rs";
    if (!this.hasFile(directory, library)) return [];
    const binaries = new Set(["src/main.rs", ...facts.binaries.flatMap((it) => it.path ?? [])]);
    return [...binaries].flatMap((it) =>
      it !== library && this.hasFile(directory, it) ? [path.join(directory, ...it.split("/"))] : [],
    );
  }

  private hasFile(directory: string, relative: string): boolean {
    return this.surroundings.view.exists(this.surroundings.path.join(directory, ...relative.split("/")));
  }

  private memberProblems(root: string, entry: ManifestEntry): FileProblem[] {
    const { view, path } = this.surroundings;
    const isMade = (member: string) => isMadeByBuild(view, path, root, path.join(root, member, "Cargo.toml"));
    const missing = (entry.facts.workspace?.members ?? []).filter(
      (it) => !isGlob(it.value) && !view.exists(path.join(root, it.value, "Cargo.toml")) && !isMade(it.value),
    );
    return [...Map.groupBy(missing, (it) => path.dirname(it.value))].flatMap(([folder, members]) => {
      const isGone = folder !== "." && !view.exists(path.join(root, folder));
      const common = { path: entry.path, rule: "manifest-file-missing" } as const;
      const [first] = members;
      if (first !== undefined && members.length > 2 && isGone)
        return [{ ...common, ...generatedMembers(folder, members, first) }];
      return members.map((member: Located<string>): FileProblem => {
        const message = `There is no \`Cargo.toml\` in \`${member.value}\`, which this workspace names as a member.`;
        return { ...common, severity: "error", range: member.range, message };
      });
    });
  }

  private manifest(directory: string): ManifestEntry | undefined {
    if (this.manifests.has(directory)) return this.manifests.get(directory);
    const path = this.surroundings.path.join(directory, "Cargo.toml");
    const source = this.surroundings.view.readText(path);
    const entry = source === undefined ? undefined : readEntry(path, source);
    this.manifests.set(directory, entry);
    return entry;
  }
}

/** A whole folder that is not there is made by something that runs before cargo, or was left out of the checkout. */
function generatedMembers(folder: string, members: readonly Located<string>[], { range }: Located<string>) {
  const message = `None of the ${members.length} members of this workspace below \`${folder}\` is there, nor is the folder: generate them before anything is built.`;
  return { severity: "information", range, message } as const;
}

function declaredBy({ path, facts }: ManifestEntry) {
  const all = [...facts.dependencies, ...(facts.workspace?.dependencies ?? [])];
  return all.map((dependency) => ({ manifestPath: path, dependency }));
}

interface ManifestEntry {
  readonly path: string;
  readonly facts: CargoFacts;
  readonly problems: readonly FileProblem[];
}

function readEntry(path: string, source: string): ManifestEntry {
  const { facts, problems } = readCargoToml(source);
  return { path, facts, problems: problems.map((it) => ({ ...it, path })) };
}

/** The Wasm file that cargo makes of a package: of its cdylib, else of its binary. */
function wasmNameOf(facts: CargoFacts, packageName: string, hasMain: boolean): string | undefined {
  if (facts.lib?.crateTypes.includes("cdylib")) return (facts.lib.name ?? packageName).replaceAll("-", "_");
  const binary = facts.binaries[0];
  if (binary !== undefined) return binary.name ?? packageName;
  return hasMain ? packageName : undefined;
}

function isExcluded(exclude: readonly string[], relative: string): boolean {
  return exclude.some((pattern) => {
    const parts = pattern.replace(/\/$/, "").split("/");
    const segments = relative.split("/");
    return parts.every((part, index) => segments[index] !== undefined && globSegment(part).test(segments[index] ?? ""));
  });
}

/** https://doc.rust-lang.org/cargo/reference/config.html: the environment, then the nearest configuration above. */
function findTargetDirectory({ view, path, environment }: ProjectSurroundings, root: string): string {
  const fromEnvironment = environment.CARGO_TARGET_DIR || environment.CARGO_BUILD_TARGET_DIR;
  if (fromEnvironment) return path.resolve(root, fromEnvironment);
  for (let at = root; ; at = path.dirname(at)) {
    for (const file of ["config.toml", "config"]) {
      const source = view.readText(path.join(at, ".cargo", file));
      const directory = source === undefined ? undefined : readTargetDirectory(source);
      if (directory !== undefined) return path.resolve(at, directory);
    }
    if (path.dirname(at) === at) return path.join(root, "target");
  }
}
