import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
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
  private readonly freshness: "watched" | "checked";
  private readonly texts = new Map<string, CachedText>();

  constructor(freshness: "watched" | "checked") {
    this.freshness = freshness;
  }

  readText(path: string): string | undefined {
    const known = this.texts.get(path);
    if (known !== undefined && this.freshness === "watched") return known.text;
    const modifiedMillis = modificationTime(path);
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

  /** Something happened to the file: what was read of it no longer counts. */
  forget(path: string): void {
    this.texts.delete(path);
  }
}

/** Zero where there is no file of a size that is worth reading. */
function modificationTime(path: string): number {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() && stat.size <= textBytesMax ? stat.mtimeMs : 0;
  } catch {
    return 0;
  }
}

function readWholeText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}
