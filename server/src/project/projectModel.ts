import type { ProjectCanister } from "../protocol/language.ts";
import { isConverted } from "./buildScripts.ts";
import { type CanisterReading, rustCanister } from "./canisterReading.ts";
import { type CargoPackage, type CargoWorkspace, CargoWorkspaces, type ProjectSurroundings } from "./cargoWorkspace.ts";
import { dependsOnCdk } from "./cdkPackages.ts";
import { cdkConflict } from "./cdkVersions.ts";
import { dfxCanisters } from "./dfxCanisters.ts";
import { skippedFolders } from "./fileView.ts";
import { icpCanisters } from "./icpCanisters.ts";
import type { FileProblem } from "./manifestProblem.ts";
import { type CanisterPackage, dependencyProblems } from "./platformDependencies.ts";
import { buildProblems } from "./reproducibleBuild.ts";
import { isTestInput } from "./testInputs.ts";

/** What the manifests of some folders declare. */
export interface ProjectModel {
  /** The folders that were read. */
  readonly folders: readonly string[];
  readonly canisters: readonly ProjectCanister[];
  /** Packages that depend on ic-cdk: the ones whose Rust is analysed. */
  readonly crates: readonly CanisterCrate[];
  /** Every package that was found, those without ic-cdk included. */
  readonly packages: readonly CargoPackage[];
  readonly problems: readonly FileProblem[];
}

/** A package that depends on ic-cdk. */
export interface CanisterCrate {
  readonly cargoPackage: CargoPackage;
  readonly workspaceDirectory: string;
  /**
   * Versions of the dependencies, by package name: the locked one, else what the requirement says (`0.18`). Absent
   * where neither tells.
   */
  readonly versions: ReadonlyMap<string, string>;
}

/** Names of the files that a project model is made of; a change of one makes a new model. */
export const manifestNames: readonly string[] = ["icp.yaml", "canister.yaml", "dfx.json", "Cargo.toml", "Cargo.lock"];

/** The deepest folder below an opened one that is searched for manifests. */
const depthMax = 8;

/** Reads the manifests at and below some folders: icp.yaml first, then dfx.json, then what only Cargo knows. */
export function readProject(surroundings: ProjectSurroundings, folders: readonly string[]): ProjectModel {
  const problems: FileProblem[] = [];
  const reading: CanisterReading = {
    surroundings,
    workspaces: new CargoWorkspaces(surroundings),
    report: (it) => problems.push(it),
  };
  const found = findManifests(surroundings, folders);
  for (const directory of found.cargo) reading.workspaces.find(directory);

  const canisters: ProjectCanister[] = [];
  const covered: string[] = [];
  for (const manifest of found.icp) {
    canisters.push(...icpCanisters(reading, manifest, surroundings.view.readText(manifest) ?? ""));
    covered.push(surroundings.path.dirname(manifest));
  }
  for (const manifest of found.dfx) {
    const directory = surroundings.path.dirname(manifest);
    if (canisters.some((it) => it.projectDirectory === directory)) continue;
    canisters.push(...dfxCanisters(reading, manifest, surroundings.view.readText(manifest) ?? ""));
    covered.push(directory);
  }
  canisters.push(...cargoCanisters(reading, canisters, covered));
  for (const workspace of reading.workspaces.all()) problems.push(...workspace.problems);
  problems.push(...packageProblems(reading, canisters));
  const workspaces = reading.workspaces.all();
  const packages = workspaces.flatMap((it) => it.packages);
  const told = withOneCause(withoutRepetition(problems)).map((it) => {
    return isTestInput(it.path, folders, surroundings.path) ? asRemark(it) : it;
  });
  return { folders, canisters, crates: findCrates(workspaces), packages, problems: told };
}

/** So many packages that a manifest names and that do not exist have one cause: they lie in another repository. */
const missingPackagesMin = 4;

/** Where hardly any package of a manifest is there, the first one is told as what it is, and the others as remarks. */
function withOneCause(problems: readonly FileProblem[]): FileProblem[] {
  const isMissing = (it: FileProblem) => it.rule === "recipe-package-mismatch" && it.message.includes("does not exist");
  const byManifest = Map.groupBy(problems.filter(isMissing), (it) => it.path);
  return problems.map((it) => {
    const alike = isMissing(it) ? (byManifest.get(it.path) ?? []) : [];
    return alike.length < missingPackagesMin || alike[0] === it ? it : asRemark(it);
  });
}

/** Nobody builds canisters from what tests read. */
function asRemark(problem: FileProblem): FileProblem {
  return problem.severity === "hint" ? problem : { ...problem, severity: "information" };
}

/** What is wrong with the packages that are canisters, whether a manifest says so or all signs do, and with the workspaces around them. */
function packageProblems(reading: CanisterReading, canisters: readonly ProjectCanister[]): FileProblem[] {
  const { surroundings, workspaces } = reading;
  const built = new Set(canisters.flatMap((it) => it.source.crateDirectory ?? []));
  return workspaces.all().flatMap((workspace) => {
    const packages = workspace.packages.filter((it) => built.has(it.directory) || isCanister(reading, it));
    if (packages.length === 0) return [];
    const ofPackages = packages.flatMap((cargoPackage) => {
      const source = surroundings.view.readText(cargoPackage.manifestPath) ?? "";
      const canister = { workspace, cargoPackage, source };
      const isForWasi = builtForWasi(reading, canister, canisters);
      return [...(isForWasi ? [] : dependencyProblems(canister)), ...[cdkConflict(canister) ?? []].flat()];
    });
    return [...ofPackages, ...buildProblems(surroundings, workspace)];
  });
}

/** Whether the package is compiled for WASI, whose clock and randomness a tool replaces: there, nothing asks a browser. */
function builtForWasi(
  { surroundings }: CanisterReading,
  { cargoPackage, workspace }: CanisterPackage,
  canisters: readonly ProjectCanister[],
): boolean {
  return (
    cargoPackage.dependencies.some((it) => it.packageName === "ic-wasi-polyfill") ||
    canisters.some(
      (it) => it.source.crateDirectory === cargoPackage.directory && /wasm32-wasi/.test(it.wasmPath ?? ""),
    ) ||
    isConverted(surroundings, workspace.directory)
  );
}

interface FoundManifests {
  readonly icp: string[];
  readonly dfx: string[];
  /** Folders with a Cargo.toml. */
  readonly cargo: string[];
}

function findManifests({ view, path }: ProjectSurroundings, folders: readonly string[]): FoundManifests {
  const found: FoundManifests = { icp: [], dfx: [], cargo: [] };
  const visit = (directory: string, depth: number) => {
    const entries = view.list(directory);
    const names = new Set(entries.filter((it) => !it.isDirectory).map((it) => it.name));
    if (names.has("icp.yaml")) found.icp.push(path.join(directory, "icp.yaml"));
    if (names.has("dfx.json")) found.dfx.push(path.join(directory, "dfx.json"));
    if (names.has("Cargo.toml")) found.cargo.push(directory);
    if (depth === depthMax) return;
    for (const { name, isDirectory } of entries) {
      if (!isDirectory || skippedFolders.has(name) || name.startsWith(".")) continue;
      visit(path.join(directory, name), depth + 1);
    }
  };
  for (const folder of folders) visit(folder, 0);
  return { icp: [...new Set(found.icp)], dfx: [...new Set(found.dfx)], cargo: [...new Set(found.cargo)] };
}

/** Packages that are canisters by all signs, in projects that no icp.yaml or dfx.json describes. */
function cargoCanisters(
  reading: CanisterReading,
  declared: readonly ProjectCanister[],
  covered: readonly string[],
): ProjectCanister[] {
  const { path } = reading.surroundings;
  const used = new Set(declared.flatMap((it) => it.source.crateDirectory ?? []));
  const isCovered = (directory: string) =>
    covered.some((it) => directory === it || directory.startsWith(it.endsWith(path.sep) ? it : it + path.sep));
  return reading.workspaces.all().flatMap((workspace) =>
    workspace.packages.flatMap((cargoPackage) => {
      const { directory, name, manifestPath } = cargoPackage;
      if (used.has(directory) || isCovered(directory) || !isCanister(reading, cargoPackage)) return [];
      const place = { name, projectDirectory: workspace.directory, manifestPath, directory };
      return [rustCanister(reading, place, { workspace, cargoPackage }, {})];
    }),
  );
}

/** A cdylib that depends on ic-cdk; a binary has to show endpoints, since tools use ic-cdk's types too. */
function isCanister(reading: CanisterReading, cargoPackage: CargoPackage): boolean {
  if (!dependsOnCdk(cargoPackage) || cargoPackage.wasmName === undefined) return false;
  if (cargoPackage.hasCdylib) return true;
  const texts = [cargoPackage.rootFile, ...cargoPackage.binaryFiles].map((it) =>
    reading.surroundings.view.readText(it),
  );
  const entry = /^\s*#\[\s*(ic_cdk(_macros|::macros)?::)?(update|query|init|post_upgrade)\b/m;
  return texts.some((it) => it !== undefined && entry.test(it));
}

function findCrates(workspaces: readonly CargoWorkspace[]): CanisterCrate[] {
  return workspaces.flatMap((workspace) =>
    workspace.packages.filter(dependsOnCdk).map((cargoPackage) => ({
      cargoPackage,
      workspaceDirectory: workspace.directory,
      versions: dependencyVersions(workspace, cargoPackage),
    })),
  );
}

function dependencyVersions(workspace: CargoWorkspace, cargoPackage: CargoPackage): Map<string, string> {
  const versions = cargoPackage.dependencies.flatMap(({ packageName, version }): [string, string][] => {
    const required = version === undefined ? undefined : /^\s*[\^~=]?\s*(\d+(?:\.\d+)*)/.exec(version)?.[1];
    const locked = workspace.locked.get(packageName) ?? [];
    const fitting = required === undefined ? locked[0] : locked.find((it) => isCompatible(it, required));
    const chosen = fitting ?? required ?? locked[0];
    return chosen === undefined ? [] : [[packageName, chosen]];
  });
  return new Map(versions);
}

/** Whether cargo may take the version for the requirement: equal up to the first number that is not zero. */
function isCompatible(version: string, required: string): boolean {
  const have = version.split(".");
  for (const [index, part] of required.split(".").entries()) {
    if (have[index] !== part) return false;
    if (part !== "0") return true;
  }
  return true;
}

/** A manifest that two canisters share is read for each of them, but wrong only once. */
function withoutRepetition(problems: readonly FileProblem[]): FileProblem[] {
  const seen = new Set<string>();
  return problems.filter((it) => {
    const key = `${it.path}\n${it.rule}\n${it.range.start}\n${it.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
