import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { FileProblem } from "../project/manifestProblem.ts";
import { readProject } from "../project/projectModel.ts";
import type { ProjectCanister } from "../protocol/language.ts";
import { DiskFiles } from "../workspace/diskFiles.ts";
import { projectFolder } from "../workspace/projectFolder.ts";
import type { CommandSurroundings } from "./command.ts";

/** The folder that keeps a workspace's network, as the editor names it too. */
const stateFolder = ".canister-workbench";

/** The project around a folder, and where its network is kept. */
export interface CommandProject {
  /** The folder that the state belongs to. */
  readonly folder: string;
  readonly stateDirectory: string;
  readonly canisters: readonly ProjectCanister[];
  /** What is wrong with the first manifest that cannot be read whole, as a sentence; undefined where all can. */
  readonly manifestProblem: string | undefined;
  /** The folder that the command was started in. */
  readonly workingDirectory: string;
}

/**
 * Finds the project around the folder that a command runs in. The network's state is looked for upwards, since an editor
 * may have a folder above the project open; a new one is made beside the manifest.
 */
export function findProject({ workingDirectory, environment }: CommandSurroundings): CommandProject {
  const view = new DiskFiles("watched");
  const project = projectFolder(view, path, workingDirectory) ?? workingDirectory;
  const folder = folderWithState(workingDirectory) ?? project;
  const { canisters, problems } = readProject({ view, path, environment }, [project]);
  const manifestProblem = firstProblem(problems, workingDirectory);
  return { folder, stateDirectory: path.join(folder, stateFolder), canisters, manifestProblem, workingDirectory };
}

/** Canisters that are not found are often in a manifest that is broken. */
function firstProblem(problems: readonly FileProblem[], from: string): string | undefined {
  const first =
    problems.find((it) => it.rule === "manifest-syntax") ?? problems.find((it) => it.rule === "manifest-shape");
  if (first === undefined) return undefined;
  const file = path.relative(from, first.path);
  return `${file} cannot be read whole: ${first.message} \`canister-workbench check\` shows where.`;
}

/** The text, and what is wrong with a manifest if something is. */
export function withManifestProblem(text: string, { manifestProblem }: CommandProject): string {
  return manifestProblem === undefined ? text : `${text}\n${manifestProblem}`;
}

function folderWithState(from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    if (statSync(path.join(at, stateFolder), { throwIfNoEntry: false })?.isDirectory() === true) return at;
    // A state folder above the repository belongs to something else.
    if (existsSync(path.join(at, ".git")) || path.dirname(at) === at) return undefined;
  }
}

/**
 * The canister of that name; without a name the one whose crate the command was started in, or the only one. A text says
 * why there is none.
 */
export function chooseCanister(project: CommandProject, name: string | undefined): ProjectCanister | string {
  const { canisters, folder, workingDirectory } = project;
  const names = canisters.map((it) => it.name).join(", ");
  if (name === undefined) {
    const [only] = canisters;
    if (only === undefined) {
      const text = `No manifest in ${folder} declares a canister. Name a module with --wasm FILE.`;
      return withManifestProblem(text, project);
    }
    const own = canisters.filter(({ source }) => {
      const { crateDirectory } = source;
      return crateDirectory && `${workingDirectory}${path.sep}`.startsWith(crateDirectory + path.sep);
    });
    if (own.length === 1) return own[0] ?? only;
    return canisters.length === 1 ? only : `The project has several canisters; name one: ${names}.`;
  }
  const found = canisters.find((it) => it.name === name);
  if (found !== undefined) return found;
  const known = names === "" ? `no manifest in ${folder} declares one` : `the project has ${names}`;
  const text = `There is no canister \`${name}\`: ${known}. Name a module with --wasm FILE to install it under that name.`;
  return withManifestProblem(text, project);
}

/** The Candid text that the project has for a canister. */
export function projectCandid({ candidPath }: ProjectCanister): string | undefined {
  try {
    return candidPath === undefined ? undefined : readFileSync(candidPath, "utf8");
  } catch {
    // The manifest names a file that is not there; the module's own interface may do.
    return undefined;
  }
}
