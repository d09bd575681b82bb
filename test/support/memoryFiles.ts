import { type PlatformPath, posix } from "node:path";
import type { FileView } from "../../server/src/project/fileView.ts";

/** A table of files as a `FileView`; keys are absolute paths in the notation of `path`. */
export function memoryFiles(files: Readonly<Record<string, string>>, path: PlatformPath = posix): FileView {
  const entries = new Map<string, Map<string, boolean>>();
  for (const file of Object.keys(files)) {
    let isDirectory = false;
    for (let at = file; path.dirname(at) !== at; at = path.dirname(at)) {
      const folder = entries.get(path.dirname(at)) ?? new Map<string, boolean>();
      folder.set(path.basename(at), isDirectory);
      entries.set(path.dirname(at), folder);
      isDirectory = true;
    }
  }
  return {
    readText: (file) => files[path.normalize(file)],
    list: (directory) =>
      [...(entries.get(path.normalize(directory)) ?? [])]
        .map(([name, isDirectory]) => ({ name, isDirectory }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    size: (file) => {
      const text = files[path.normalize(file)];
      return text === undefined ? undefined : Buffer.byteLength(text);
    },
    exists: (file) => files[path.normalize(file)] !== undefined || entries.has(path.normalize(file)),
  };
}
