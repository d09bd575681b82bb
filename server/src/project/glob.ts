import type { PlatformPath } from "node:path";
import { type FileView, skippedFolders } from "./fileView.ts";

/** The deepest chain of folders that `**` follows. */
const depthMax = 12;

/** Whether a manifest's path has to be matched against folders instead of being taken as it stands. */
export function isGlob(pattern: string): boolean {
  return /[*?[\]{}]/.test(pattern);
}

/**
 * The existing folders that a manifest's pattern names, in the order of their names: `*` and `?` within a name, `**`
 * over any depth, `[abc]` and `{a,b}`. Patterns use `/` on every system.
 */
export function matchFolders(view: FileView, path: PlatformPath, base: string, pattern: string): string[] {
  let found = [base];
  for (const segment of pattern.split("/").filter((it) => it !== "" && it !== ".")) {
    found = found.flatMap((directory) => step(view, path, directory, segment));
  }
  return [...new Set(found)];
}

/** A regular expression for one name of a path; characters that mean nothing in a glob stand for themselves. */
export function globSegment(segment: string): RegExp {
  const source = segment.replace(/\[(!?)([^\]]*)\]|\{([^}]*)\}|[*?]|[.+^$()|\\{}[\]]/g, (all, not, set, choices) => {
    if (set !== undefined) return `[${not === "!" ? "^" : ""}${escapeSet(set)}]`;
    if (choices !== undefined) return `(?:${choices.split(",").map(escapeText).join("|")})`;
    if (all === "*") return "[^/]*";
    if (all === "?") return "[^/]";
    return `\\${all}`;
  });
  return new RegExp(`^${source}$`);
}

function step(view: FileView, path: PlatformPath, directory: string, segment: string): string[] {
  if (segment === "..") return [path.dirname(directory)];
  if (segment === "**") return descend(view, path, directory, depthMax);
  if (!isGlob(segment)) {
    const next = path.join(directory, segment);
    return view.exists(next) ? [next] : [];
  }
  const matcher = globSegment(segment);
  return folders(view, directory)
    .filter((name) => matcher.test(name) && !name.startsWith("."))
    .map((name) => path.join(directory, name));
}

function descend(view: FileView, path: PlatformPath, directory: string, depth: number): string[] {
  if (depth === 0) return [directory];
  const below = folders(view, directory).filter((name) => !skippedFolders.has(name) && !name.startsWith("."));
  return [directory, ...below.flatMap((name) => descend(view, path, path.join(directory, name), depth - 1))];
}

function folders(view: FileView, directory: string): string[] {
  return view
    .list(directory)
    .filter((it) => it.isDirectory)
    .map((it) => it.name);
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^$()|\\{}[\]]/g, "\\$&");
}

function escapeSet(text: string): string {
  return text.replace(/[\\^\]]/g, "\\$&");
}
