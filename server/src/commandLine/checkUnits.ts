import path from "node:path";
import { type FileView, skippedFolders } from "../project/fileView.ts";
import type { ProjectModel } from "../project/projectModel.ts";

/**
 * A part of a check that needs nothing of the others: crates that share a Cargo workspace or a project with canisters, and
 * the files beside them. What was read for a unit can be dropped behind it, and units can be checked side by side.
 */
export interface CheckUnit {
  /** Positions of its crates in the project model. */
  readonly crates: readonly number[];
  /** Those of them that were asked for: a folder of a workspace brings in the whole workspace. */
  readonly asked: readonly number[];
  /** Manifests and Candid files that were asked for. */
  readonly files: readonly string[];
  /** Number of source files: what checking it takes, roughly. */
  readonly weight: number;
}

interface GrowingUnit {
  readonly crates: number[];
  readonly asked: number[];
  readonly files: Set<string>;
  weight: number;
}

/** Cuts the check of a folder into units, the heaviest first. */
export function planUnits(project: ProjectModel, folder: string, view: FileView): CheckUnit[] {
  const inside = folder.endsWith(path.sep) ? folder : folder + path.sep;
  const relations = relate(project);
  const units = new Map<string, GrowingUnit>();
  const unitOf = (place: string): GrowingUnit => {
    const key = relations.representative(place);
    const unit = units.get(key) ?? { crates: [], asked: [], files: new Set<string>(), weight: 0 };
    units.set(key, unit);
    return unit;
  };
  for (const [index, { cargoPackage }] of project.crates.entries()) {
    const { directory, manifestPath } = cargoPackage;
    const unit = unitOf(directory);
    unit.crates.push(index);
    if (!(directory + path.sep).startsWith(inside) && !inside.startsWith(directory + path.sep)) continue;
    unit.asked.push(index);
    unit.files.add(manifestPath);
  }
  for (const { manifestPath } of project.canisters) unitOf(manifestPath).files.add(manifestPath);
  for (const problem of project.problems) unitOf(relations.nearest(problem.path)).files.add(problem.path);
  for (const { file, owner } of sources(view, folder, relations)) {
    const isCandid = file.endsWith(".did");
    const unit = unitOf(isCandid && relations.has(file) ? file : owner);
    unit.weight += 1;
    if (isCandid) unit.files.add(file);
  }
  return [...units.values()]
    .map((it) => ({ ...it, files: [...it.files].filter((file) => file.startsWith(inside)) }))
    .filter((it) => it.asked.length > 0 || it.files.length > 0)
    .sort((a, b) => b.weight - a.weight);
}

/** Folders and files that are checked together. */
class Relations {
  private readonly parents = new Map<string, string>();

  join(place: string, other: string): void {
    const [a, b] = [this.representative(place), this.representative(other)];
    this.parents.set(a, a);
    this.parents.set(b, a);
  }

  has(place: string): boolean {
    return this.parents.has(place);
  }

  /** One place that stands for all that are joined with this one. */
  representative(place: string): string {
    let at = place;
    for (let up = this.parents.get(at); up !== undefined && up !== at; up = this.parents.get(at)) at = up;
    return at;
  }

  /** The place itself or the nearest folder around it that anything is joined with; the root where there is none. */
  nearest(place: string): string {
    let at = place;
    while (!this.has(at) && path.dirname(at) !== at) at = path.dirname(at);
    return at;
  }
}

function relate({ crates, canisters }: ProjectModel): Relations {
  const relations = new Relations();
  for (const { cargoPackage, workspaceDirectory } of crates) {
    relations.join(workspaceDirectory, cargoPackage.directory);
  }
  for (const { projectDirectory, manifestPath, candidPath, source } of canisters) {
    relations.join(projectDirectory, manifestPath);
    if (candidPath !== undefined) relations.join(projectDirectory, candidPath);
    if (source.crateDirectory !== undefined) relations.join(projectDirectory, source.crateDirectory);
  }
  return relations;
}

/** Whether there are so many Rust and Candid files at and below a folder. */
export function hasSources(view: FileView, folder: string, count: number): boolean {
  const folders = [folder];
  let found = 0;
  for (let directory = folders.pop(); directory !== undefined && found < count; directory = folders.pop()) {
    for (const { name, isDirectory } of view.list(directory)) {
      if (!isDirectory) found += isSource(name) ? 1 : 0;
      else if (isSearched(name)) folders.push(path.join(directory, name));
    }
  }
  return found >= count;
}

const isSource = (name: string) => /\.(did|rs)$/.test(name);

const isSearched = (name: string) => !skippedFolders.has(name) && !name.startsWith(".");

/** Rust and Candid files at and below a folder, each with the nearest related folder around it. */
function sources(view: FileView, folder: string, relations: Relations): { file: string; owner: string }[] {
  const found: { file: string; owner: string }[] = [];
  const visit = (directory: string, around: string) => {
    const owner = relations.has(directory) ? directory : around;
    for (const { name, isDirectory } of view.list(directory)) {
      if (!isDirectory) {
        if (isSource(name)) found.push({ file: path.join(directory, name), owner });
      } else if (isSearched(name)) visit(path.join(directory, name), owner);
    }
  };
  visit(folder, relations.nearest(folder));
  return found;
}
