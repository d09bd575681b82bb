import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
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
  const { canisters } = readProject({ view, path, environment }, [project]);
  return { folder, stateDirectory: path.join(folder, stateFolder), canisters, workingDirectory };
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
export function chooseCanister(
  { canisters, folder, workingDirectory }: CommandProject,
  name: string | undefined,
): ProjectCanister | string {
  const names = canisters.map((it) => it.name).join(", ");
  if (name === undefined) {
    const [only] = canisters;
    if (only === undefined) return `No manifest in ${folder} declares a canister. Name a module with --wasm FILE.`;
    const own = canisters.filter(({ source }) => {
      return source.kind === "rust" && `${workingDirectory}${path.sep}`.startsWith(source.crateDirectory + path.sep);
    });
    if (own.length === 1) return own[0] ?? only;
    return canisters.length === 1 ? only : `The project has several canisters; name one: ${names}.`;
  }
  const found = canisters.find((it) => it.name === name);
  if (found !== undefined) return found;
  const known = names === "" ? `no manifest in ${folder} declares one` : `the project has ${names}`;
  return `There is no canister \`${name}\`: ${known}. Name a module with --wasm FILE to install it under that name.`;
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
