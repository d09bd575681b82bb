import type { PlatformPath } from "node:path";
import type { FileView } from "../project/fileView.ts";

/**
 * To which files the imports of Candid files may lead, told by their texts alone: never less than they import, so that only
 * those have to be parsed that may matter.
 */
export class ImportedNames {
  private readonly files: Pick<FileView, "readText">;
  private readonly path: PlatformPath;
  /** What stands between quotes in a file, as paths; undefined where an escape may spell any. */
  private readonly quoted = new Map<string, ReadonlySet<string> | undefined>();

  /** `path` says how paths of `files` are spelled. */
  constructor(files: Pick<FileView, "readText">, path: PlatformPath) {
    this.files = files;
    this.path = path;
  }

  /** Whether imports may lead from a file to another, however many files are in between. */
  mayLead(from: string, to: string): boolean {
    const open = [from];
    const seen = new Set(open);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const quoted = this.quotedIn(next);
      if (quoted === undefined || quoted.has(to)) return true;
      for (const it of quoted) {
        if (seen.has(it)) continue;
        seen.add(it);
        open.push(it);
      }
    }
    return false;
  }

  private quotedIn(file: string): ReadonlySet<string> | undefined {
    const known = this.quoted.get(file);
    if (known !== undefined || this.quoted.has(file)) return known;
    const found = this.read(file);
    this.quoted.set(file, found);
    return found;
  }

  private read(file: string): ReadonlySet<string> | undefined {
    const text = this.files.readText(file);
    if (text === undefined || !/\bimport\b/.test(text)) return noPaths;
    if (text.includes("\\")) return undefined;
    const folder = this.path.dirname(file);
    // Whichever of the quotes open: one in a comment has no partner. No file's name has a line break.
    const between = text.split('"').filter((it) => !it.includes("\n"));
    return new Set(between.map((it) => this.path.resolve(folder, ...it.split("/"))));
  }
}

const noPaths: ReadonlySet<string> = new Set();
