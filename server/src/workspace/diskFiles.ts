import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { sep } from "node:path";
import type { DirectoryEntry, FileView } from "../project/fileView.ts";

/** Larger files are nobody's source: 8 MiB. */
const textBytesMax = 8 << 20;

interface CachedText {
  readonly text: string | undefined;
  readonly modifiedMillis: number;
}

/**
 * The disk as a `FileView` that remembers texts. With `watched`, a text is read again only after `forget`; otherwise
 * when the file's time of change is another one.
 */
export class DiskFiles implements FileView {
  /** Files and folders that are there, that somebody wanted to read, and why they were not: the end of a sentence. */
  readonly unread = new Map<string, string>();
  private readonly freshness: "watched" | "checked";
  private readonly texts = new Map<string, CachedText>();

  constructor(freshness: "watched" | "checked") {
    this.freshness = freshness;
  }

  readText(path: string): string | undefined {
    const known = this.texts.get(path);
    if (known !== undefined && this.freshness === "watched") return known.text;
    const { modifiedMillis, isTooLarge } = sizeAndTime(path);
    this.unread.delete(path);
    if (isTooLarge) this.unread.set(path, "it is larger than 8 MiB");
    if (known !== undefined && known.modifiedMillis === modifiedMillis) return known.text;
    const text = modifiedMillis === 0 ? undefined : this.readWholeText(path);
    this.texts.set(path, { text, modifiedMillis });
    return text;
  }

  list(directory: string): readonly DirectoryEntry[] {
    try {
      return (
        readdirSync(directory, { withFileTypes: true })
          // A link to a folder counts as a file: it could lead to a folder above, and a search would never end.
          .map((it) => ({ name: it.name, isDirectory: it.isDirectory() }))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
      );
    } catch (error) {
      this.noteRefusal(directory, error);
      return [];
    }
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  size(path: string): number | undefined {
    try {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() ? stat.size : undefined;
    } catch {
      return undefined;
    }
  }

  /** The files at or below a path of which something is remembered. */
  remembered(path: string): readonly string[] {
    return [...this.texts.keys()].filter((it) => it === path || it.startsWith(path + sep));
  }

  private readWholeText(path: string): string | undefined {
    try {
      return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    } catch (error) {
      this.noteRefusal(path, error);
      return undefined;
    }
  }

  /** What is not there is no reason to say anything. */
  private noteRefusal(path: string, error: unknown): void {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EACCES" || code === "EPERM") this.unread.set(path, "its permissions do not allow it");
    else if (code !== "ENOENT" && code !== "ENOTDIR") this.unread.set(path, `the system refuses it (${code})`);
  }

  /** Something happened to the file: what was read of it no longer counts. */
  forget(path: string): void {
    this.texts.delete(path);
  }
}

/** The time of change is zero where there is no file of a size that is worth reading. */
function sizeAndTime(path: string): { readonly modifiedMillis: number; readonly isTooLarge: boolean } {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    const isTooLarge = stat?.isFile() === true && stat.size > textBytesMax;
    return { modifiedMillis: stat?.isFile() && !isTooLarge ? stat.mtimeMs : 0, isTooLarge };
  } catch {
    return { modifiedMillis: 0, isTooLarge: false };
  }
}
