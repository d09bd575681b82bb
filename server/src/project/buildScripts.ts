import type { ProjectSurroundings } from "./cargoWorkspace.ts";
import type { Located, ManifestProblem } from "./manifestProblem.ts";

/** What is wrong with a build for WASI. */
export const wasiMessage =
  "A Wasm for WASI imports functions of an operating system, and installing it fails with `Wasm module has an invalid import section`. Build for `wasm32-unknown-unknown`, or replace the imports with wasi2ic.";

/** Build scripts of a manifest that compile for WASI and leave it at that. */
export function scriptProblems(commands: readonly Located<string>[], source: string): ManifestProblem[] {
  // What another script does with the result is not seen here.
  if (commands.some((it) => /wasi2ic|\.sh\b/.test(it.value))) return [];
  return commands.flatMap((command): ManifestProblem[] => {
    const found = /--target[= ]+["']?(wasm32-wasi(?:p1|p2)?)\b/.exec(command.value);
    if (found?.[1] === undefined) return [];
    const at = source.indexOf(found[1], command.range.start);
    const isInside = at !== -1 && at < command.range.end;
    const range = isInside ? { start: at, end: at + found[1].length } : command.range;
    return [{ rule: "wrong-target", severity: "error", range, message: wasiMessage }];
  });
}

const scriptFolders = ["", "scripts", "script", "tools", "build", "bin"];
const scriptName = /^([mM]akefile|justfile|dfx\.json|icp\.yaml|package\.json|build[\w-]*|.*\.(sh|bash|mjs|mk))$/;

/** Whether a script of a folder, or of its folders of scripts, makes what WASI asks for into what canisters have. */
export function isConverted({ view, path }: ProjectSurroundings, directory: string): boolean {
  return scriptsBelow({ view, path }, directory).some((it) => /\bwasi2ic\b/.test(it));
}

/** Whether a manifest of a folder, or one of its scripts, writes interfaces anew out of what was built. */
export function extractsInterfaces(surroundings: ScriptSurroundings, directory: string): boolean {
  return scriptsBelow(surroundings, directory).some((it) => /\bcandid-extractor\b|\bgenerate-did\b/.test(it));
}

type ScriptSurroundings = Pick<ProjectSurroundings, "view" | "path">;

/** The texts of the manifests and scripts of a folder, and of its folders of scripts. */
function scriptsBelow({ view, path }: ScriptSurroundings, directory: string): string[] {
  return scriptFolders.flatMap((folder) => {
    const at = path.join(directory, folder);
    return view.list(at).flatMap((it) => {
      if (it.isDirectory || !scriptName.test(it.name)) return [];
      return view.readText(path.join(at, it.name)) ?? [];
    });
  });
}
