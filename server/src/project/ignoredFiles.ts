import type { PlatformPath } from "node:path";
import type { FileView } from "./fileView.ts";
import { globSegment } from "./glob.ts";

/** Folders that tools write and that no repository keeps. */
const outputFolders =
  /^(target|dist|build|out|artifacts|\.dfx|\.icp|\.azle|bazel-(bin|out)|node_modules|\.mops|\.vessel)$/;

/**
 * Whether a file that is not there is one that a build or a download makes: it lies in a folder of outputs below
 * `directory`, or git ignores it. `file` is absolute.
 */
export function isMadeByBuild(view: FileView, path: PlatformPath, directory: string, file: string): boolean {
  const below = path.relative(directory, file).split(path.sep);
  return below.slice(0, -1).some((it) => outputFolders.test(it)) || isIgnoredByGit(view, path, file);
}

/** Whether a `.gitignore` beside a file or in a folder above it, up to the repository's root, leaves the file out. */
export function isIgnoredByGit(view: FileView, path: PlatformPath, file: string): boolean {
  let below: readonly string[] = [path.basename(file)];
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const text = view.readText(path.join(folder, ".gitignore"));
    const verdict = text === undefined ? undefined : lastVerdict(text, below);
    // The file nearest to what is asked for decides.
    if (verdict !== undefined) return verdict;
    if (view.exists(path.join(folder, ".git")) || path.dirname(folder) === folder) return false;
    below = [path.basename(folder), ...below];
  }
}

/** What the last line says that speaks of the path, or of a folder on its way; gitignore(5). */
function lastVerdict(text: string, below: readonly string[]): boolean | undefined {
  let verdict: boolean | undefined;
  for (const line of text.split(/\r?\n/)) {
    const pattern = line.trimEnd();
    if (pattern === "" || pattern.startsWith("#")) continue;
    const isNegated = pattern.startsWith("!");
    if (matches(isNegated ? pattern.slice(1) : pattern, below)) verdict = !isNegated;
  }
  return verdict;
}

function matches(pattern: string, below: readonly string[]): boolean {
  const isFolder = pattern.endsWith("/");
  const segments = pattern.split("/").filter((it) => it !== "");
  const isAnchored = pattern.slice(0, -1).includes("/");
  // A folder that is left out leaves out all that is in it.
  const ends = below.map((_, index) => index + 1).filter((end) => !isFolder || end < below.length);
  return ends.some((end) => {
    const way = below.slice(0, end);
    return isAnchored ? segmentsMatch(segments, way) : segmentsMatch(segments, way.slice(-1));
  });
}

function segmentsMatch(pattern: readonly string[], names: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return names.length === 0;
  if (first === "**") return names.some((_, index) => segmentsMatch(rest, names.slice(index))) || rest.length === 0;
  const [name, ...further] = names;
  return name !== undefined && globSegment(first).test(name) && segmentsMatch(rest, further);
}
