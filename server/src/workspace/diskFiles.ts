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
  /** Files that somebody wanted to read, and that are larger than anybody's source. */
  readonly tooLarge = new Set<string>();
  private readonly freshness: "watched" | "checked";
  private readonly texts = new Map<string, CachedText>();

  constructor(freshness: "watched" | "checked") {
    this.freshness = freshness;
  }

  readText(path: string): string | undefined {
    const known = this.texts.get(path);
    if (known !== undefined && this.freshness === "watched") return known.text;
    const { modifiedMillis, isTooLarge } = sizeAndTime(path);
    if (isTooLarge) this.tooLarge.add(path);
    else this.tooLarge.delete(path);
    if (known !== undefined && known.modifiedMillis === modifiedMillis) return known.text;
    const text = modifiedMillis === 0 ? undefined : readWholeText(path);
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
    } catch {
      return [];
    }
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  /** The files at or below a path of which something is remembered. */
  remembered(path: string): readonly string[] {
    return [...this.texts.keys()].filter((it) => it === path || it.startsWith(path + sep));
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

function readWholeText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}
