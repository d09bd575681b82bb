/** One entry of a folder. */
export interface DirectoryEntry {
  /** Without its folder. */
  readonly name: string;
  readonly isDirectory: boolean;
}

/**
 * Read-only sight of files, given by the edge of the process: the disk, the disk below open documents, or a table in a
 * test. Paths are absolute, in the notation of the system that `PathRules` describes.
 */
export interface FileView {
  /** The text of a file, or `undefined` where there is no readable file. */
  readText(path: string): string | undefined;
  /** The entries of a folder in the order of their names; none where there is no readable folder. */
  list(directory: string): readonly DirectoryEntry[];
  /** Whether a file or folder of this path exists. */
  exists(path: string): boolean;
  /** Bytes of a file of any kind, where that can be told. */
  size?(path: string): number | undefined;
}

/** Folders that hold nothing a person wrote: never searched for manifests or sources. */
export const skippedFolders: ReadonlySet<string> = new Set([
  "target",
  "node_modules",
  ".git",
  ".dfx",
  ".icp",
  ".mops",
  ".vessel",
  "dist",
]);
