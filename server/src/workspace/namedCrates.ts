import type { PlatformPath } from "node:path";
import { type FileView, skippedFolders } from "../project/fileView.ts";
import type { FileProblem, NamedCrates } from "../project/manifestProblem.ts";
import { withoutComments } from "../rules/sourceText.ts";
import { withoutTestModules } from "../rust/testModules.ts";

/** A problem as it stands: information, or none, where it needs crates that the source does not name. */
export function asNamed(problem: FileProblem, files: FileView, path: PlatformPath): FileProblem | undefined {
  const { onlyIfNamed } = problem;
  if (onlyIfNamed === undefined || namesAll(onlyIfNamed, files, path)) return problem;
  if (onlyIfNamed.isSilentOtherwise === true) return undefined;
  const message = `The source names no crate that leads to this, and rustc links only what is named. Once it does: ${problem.message}`;
  return { ...problem, severity: problem.severity === "hint" ? "hint" : "information", message };
}

function namesAll({ directory, groups }: NamedCrates, files: FileView, path: PlatformPath): boolean {
  const texts = sourcesOf(directory, files, path);
  return groups.every((names) => {
    if (names.length === 0) return true;
    const named = new RegExp(`\\b(?:${names.join("|")})\\b`);
    return texts.some((it) => named.test(it));
  });
}

/** The sources of a package that are compiled into it, without comments. */
function sourcesOf(directory: string, files: FileView, path: PlatformPath): string[] {
  const texts: string[] = [];
  const visit = (folder: string) => {
    const entries = files.list(folder);
    if (folder !== directory && entries.some((it) => it.name === "Cargo.toml")) return;
    for (const { name, isDirectory } of entries) {
      if (isDirectory) {
        if (!skippedFolders.has(name) && !/^(tests|benches|examples|\..*)$/.test(name)) visit(path.join(folder, name));
      } else if (name.endsWith(".rs") && !(folder === directory && name === "build.rs")) {
        texts.push(withoutComments(withoutTestModules(files.readText(path.join(folder, name)) ?? "")));
      }
    }
  };
  visit(directory);
  return texts;
}
