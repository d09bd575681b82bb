import type { ProblemFix } from "../base/problem.ts";
import { nearestName } from "../candid/nearestName.ts";
import type { ProjectCanister } from "../protocol/language.ts";
import { scriptProblems } from "./buildScripts.ts";
import { cargoBuild } from "./cargoBuild.ts";
import type { CargoPackage, CargoWorkspace, CargoWorkspaces, ProjectSurroundings } from "./cargoWorkspace.ts";
import { isMadeByBuild } from "./ignoredFiles.ts";
import type { FileProblem, Located } from "./manifestProblem.ts";

/** What the readers of manifests share while they turn facts into canisters. */
export interface CanisterReading {
  readonly surroundings: ProjectSurroundings;
  readonly workspaces: CargoWorkspaces;
  readonly report: (problem: FileProblem) => void;
}

/** A canister before it is known how its Wasm comes to be. */
export interface CanisterPlace {
  readonly name: string;
  readonly projectDirectory: string;
  readonly manifestPath: string;
  /** The folder that paths of the canister are relative to. */
  readonly directory: string;
}

/** A package and the workspace that builds it. */
export interface FoundPackage {
  readonly workspace: CargoWorkspace;
  readonly cargoPackage: CargoPackage;
}

/** A canister compiled from a Cargo package. `candid` is the manifest's path, if it names one. */
export function rustCanister(
  reading: CanisterReading,
  place: CanisterPlace,
  found: FoundPackage,
  details: { readonly featureArguments?: readonly string[]; readonly candid?: Located<string> | undefined },
): ProjectCanister {
  const { workspace, cargoPackage } = found;
  const build = cargoBuild(reading.surroundings, workspace, cargoPackage, details.featureArguments);
  if (build === undefined && !reading.surroundings.view.exists(cargoPackage.rootFile)) {
    reading.report({
      path: cargoPackage.manifestPath,
      rule: "manifest-file-missing",
      severity: "error",
      range: cargoPackage.libRange,
      message: `\`${cargoPackage.name}\` is built as the canister \`${place.name}\`, but has no source: there is neither \`src/lib.rs\` nor \`src/main.rs\`.`,
    });
  } else if (build === undefined) {
    reading.report({
      path: cargoPackage.manifestPath,
      rule: "missing-cdylib",
      severity: "error",
      range: cargoPackage.libRange,
      message:
        `\`${cargoPackage.name}\` is built as the canister \`${place.name}\`, but compiles to no Wasm file: ` +
        'add `crate-type = ["cdylib"]` to `[lib]`.',
      fixes: [cargoPackage.cdylibFix],
    });
  }
  const candidPath = findCandid(reading, place, cargoPackage, details.candid);
  return {
    name: place.name,
    projectDirectory: place.projectDirectory,
    manifestPath: place.manifestPath,
    source: { kind: "rust", packageName: cargoPackage.name, crateDirectory: cargoPackage.directory },
    ...(build && { build, wasmPath: build.wasmPath }),
    ...(candidPath !== undefined && { candidPath }),
  };
}

/** Finds the package that a manifest names, and reports where it stands when there is none. */
export function findPackage(
  reading: CanisterReading,
  place: CanisterPlace,
  name: Located<string>,
): FoundPackage | undefined {
  const near = workspacesAround(reading, place);
  for (const workspace of nearWorkspaces(reading, place)) {
    const cargoPackage = workspace.packages.find((it) => it.name === name.value);
    if (cargoPackage !== undefined) return { workspace, cargoPackage };
  }
  const names = [...new Set(near.flatMap((it) => it.packages.map((pack) => pack.name)))];
  const nearest = nearestName(name.value, names);
  const known = names.map((it) => `\`${it}\``);
  const hint =
    known.length === 0 ? "there is no Cargo.toml here or above" : `the packages are ${known.slice(0, 8).join(", ")}`;
  reading.report({
    path: place.manifestPath,
    rule: "recipe-package-mismatch",
    severity: "error",
    range: name.range,
    message: `The canister \`${place.name}\` is built from the package \`${name.value}\`, which does not exist: ${hint}.`,
    ...(nearest !== undefined && { fixes: [renaming(name, nearest)] }),
  });
  return undefined;
}

/** Workspaces that a manifest's names of packages may mean: those around it, then those below it. */
export function nearWorkspaces(reading: CanisterReading, place: CanisterPlace): readonly CargoWorkspace[] {
  const below = reading.workspaces.all().filter((it) => isBelow(reading, place, it));
  return [...new Set([...workspacesAround(reading, place), ...below])];
}

function workspacesAround(reading: CanisterReading, place: CanisterPlace): readonly CargoWorkspace[] {
  const folders = [...new Set([place.directory, place.projectDirectory])];
  return folders.flatMap((it) => reading.workspaces.find(it) ?? []);
}

/** Keeps the quotes that the value stands in, if it does. */
function renaming(name: Located<string>, newName: string): ProblemFix {
  const isQuoted = name.range.end - name.range.start === name.value.length + 2;
  return { title: `Build it from \`${newName}\``, range: name.range, newText: isQuoted ? `"${newName}"` : newName };
}

/** A path of a manifest as the system spells it. */
export function resolvePath(reading: CanisterReading, place: CanisterPlace, relative: string): string {
  return reading.surroundings.path.resolve(place.directory, ...relative.split("/"));
}

/** What a manifest names by a path, as messages call it. */
export type NamedFile = "The interface" | "The Wasm file" | "The install argument" | "The recipe";

/** Reports a path of a manifest that leads nowhere, unless a build leaves the file there. */
export function reportMissing(
  reading: CanisterReading,
  place: CanisterPlace,
  file: Located<string>,
  what: NamedFile,
): void {
  const { view, path } = reading.surroundings;
  const absolute = resolvePath(reading, place, file.value);
  if (view.exists(absolute) || isMadeByBuild(view, path, place.projectDirectory, absolute)) return;
  // Nobody writes a Wasm file by hand: something builds or downloads it, though the manifest does not say what.
  const isWasm = what === "The Wasm file";
  reading.report({
    path: place.manifestPath,
    rule: "manifest-file-missing",
    severity: isWasm ? "information" : "warning",
    range: file.range,
    message: isWasm
      ? `${what} \`${file.value}\` does not exist: build or download it before the canister is installed.`
      : `${what} \`${file.value}\` does not exist.`,
  });
}

/** Reports build scripts that make a Wasm which cannot be installed. */
export function reportScripts(
  reading: CanisterReading,
  place: CanisterPlace,
  commands: readonly Located<string>[],
): void {
  const source = reading.surroundings.view.readText(place.manifestPath) ?? "";
  for (const problem of scriptProblems(commands, source)) reading.report({ ...problem, path: place.manifestPath });
}

function findCandid(
  reading: CanisterReading,
  place: CanisterPlace,
  cargoPackage: CargoPackage,
  named: Located<string> | undefined,
): string | undefined {
  if (named !== undefined) {
    reportMissing(reading, place, named, "The interface");
    return resolvePath(reading, place, named.value);
  }
  const { view, path } = reading.surroundings;
  const names = [place.name, cargoPackage.name, cargoPackage.name.replaceAll("-", "_"), "candid", "service"];
  const candidates = names.map((it) => path.join(cargoPackage.directory, `${it}.did`));
  return candidates.find((it) => view.exists(it));
}

function isBelow(reading: CanisterReading, place: CanisterPlace, workspace: CargoWorkspace): boolean {
  const relative = reading.surroundings.path.relative(place.projectDirectory, workspace.directory);
  return !relative.startsWith("..") && !reading.surroundings.path.isAbsolute(relative);
}
