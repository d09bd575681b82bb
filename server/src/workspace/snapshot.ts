import type { PlatformPath } from "node:path";
import type { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate, ProjectModel } from "../project/projectModel.ts";
import type { Report } from "./report.ts";

/**
 * The workspace at one moment: open documents over the files on disk. It never changes, so whoever holds one can answer
 * a question from it however much is typed meanwhile. What it computes, it computes once, when first asked.
 */
export interface Snapshot {
  /** Open documents over the disk. */
  readonly files: FileView;
  /** `posix` or `win32` of node:path. */
  readonly path: PlatformPath;
  readonly project: ProjectModel;
  /** Lines of a file's text; of an empty one where there is no such file. */
  lineIndex(path: string): LineIndex;
  /** Everything there is to say about a file, in the order of its text. `cancelled` ends the work with nothing. */
  reports(path: string, cancelled?: () => boolean): readonly Report[];
  /** The crate whose module tree holds the file, if it is one that is analysed. */
  crateOf(path: string): CanisterCrate | undefined;
  /** The endpoints that a Rust file defines, in the order of its text. */
  endpoints(path: string): readonly Endpoint[];
}

/** A function that users or other canisters can call, or that the network calls. */
export interface Endpoint {
  /** The method's name, which `name = "…"` may set apart from the function's; absent for lifecycle hooks. */
  readonly method?: string;
  /** The function's item, its attributes included. */
  readonly range: TextRange;
}
