import type { PlatformPath } from "node:path";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { ProjectSurroundings } from "../project/cargoWorkspace.ts";
import { type FileView, skippedFolders } from "../project/fileView.ts";
import { type ProjectModel, readProject } from "../project/projectModel.ts";
import { CandidFiles } from "./candidFiles.ts";
import { ClientCodes, isClientCode } from "./clientCode.ts";
import { CrateChecks } from "./crateChecks.ts";
import { fileKind } from "./fileKind.ts";
import { FormerLayouts } from "./formerLayouts.ts";
import { isForeign, projectFolder } from "./projectFolder.ts";
import type { CrateQuestions } from "./report.ts";
import { Snapshot } from "./snapshot.ts";

/** The disk, which can be told that what it remembers of a file no longer counts. */
export interface WorkspaceDisk extends FileView {
  forget(path: string): void;
  /** The files at or below a path of which something is remembered; absent where nothing ever is. */
  remembered?(path: string): readonly string[];
}

/** Something that happened to a file outside of the editor. */
export interface FileChange {
  readonly path: string;
  readonly kind: "created" | "changed" | "deleted";
}

/** What a workspace stands on. */
export interface WorkspaceSurroundings extends Omit<ProjectSurroundings, "view"> {
  readonly disk: WorkspaceDisk;
  /** What is known of Rust files; absent where the Rust parser could not be loaded. */
  readonly rustFacts?: RustFacts;
  /** Texts of files in the last commit; absent where nobody asks git. */
  readonly formerText?: (path: string) => string | undefined;
}

/** Open folders and documents, as they change; `snapshot` is what everybody else works with. */
export class Workspace {
  private readonly disk: WorkspaceDisk;
  private readonly path: PlatformPath;
  private readonly rustFacts: RustFacts | undefined;
  private readonly formerText: ((path: string) => string | undefined) | undefined;
  private readonly candidFiles = new CandidFiles();
  private readonly formerLayouts: FormerLayouts;
  /** Dropped with each change on disk that is told of. */
  private clientCodes: ClientCodes | undefined;
  private readonly processEnvironment: ProjectSurroundings["environment"];
  private environment: ProjectSurroundings["environment"];
  private questions: CrateQuestions | undefined;
  private folders: readonly string[] = [];
  private documents: ReadonlyMap<string, string> = new Map();
  private project: (() => ProjectModel) | undefined;
  private crateChecks: CrateChecks | undefined;
  private current: Snapshot | undefined;

  constructor({ disk, path, environment, rustFacts, formerText }: WorkspaceSurroundings) {
    this.formerText = formerText;
    this.rustFacts = rustFacts;
    this.disk = disk;
    this.path = path;
    this.formerLayouts = new FormerLayouts(path);
    this.processEnvironment = environment;
    this.environment = environment;
  }

  /** The folders that are open. */
  openFolders(): readonly string[] {
    return this.folders;
  }

  /** The paths of the open documents. */
  openPaths(): readonly string[] {
    return [...this.documents.keys()];
  }

  /** Opens these folders instead of the ones before. */
  setFolders(folders: readonly string[]): void {
    this.folders = folders;
    this.changed({ project: true });
  }

  /** Environment variables that cargo gets beside the process's own. */
  setEnvironment(added: Readonly<Record<string, string>>): void {
    this.environment = { ...this.processEnvironment, ...added };
    this.changed({ project: true });
  }

  /** Asks this about crates from now on, instead of everything. */
  setQuestions(questions: CrateQuestions): void {
    this.questions = questions;
    this.crateChecks = undefined;
    this.current = undefined;
  }

  /** A document was opened or typed in. */
  setText(path: string, text: string): void {
    const opened = !this.documents.has(path);
    this.documents = new Map([...this.documents, [path, text]]);
    const project = fileKind(path) === "manifest" || (opened && !(this.isInFolder(path) && this.disk.exists(path)));
    this.changed({ project, rust: [path] });
  }

  /** A document was closed: the file on disk counts again. */
  close(path: string): void {
    this.documents = new Map([...this.documents].filter(([it]) => it !== path));
    this.disk.forget(path);
    const project = fileKind(path) === "manifest" || !(this.isInFolder(path) && this.disk.exists(path));
    this.changed({ project, rust: [path] });
  }

  /** Files on disk changed. Answers whether anything did that is looked at. */
  filesChanged(told: readonly FileChange[]): boolean {
    const changes = told.flatMap((it) => this.affected(it));
    if (changes.length === 0) return false;
    for (const { path, kind } of changes) {
      this.disk.forget(path);
      if (kind === "deleted") this.rustFacts?.forget(path);
    }
    this.clientCodes = undefined;
    const project = changes.some(
      ({ path, kind }) => fileKind(path) === "manifest" || (kind !== "changed" && !isOnlyCode(path)),
    );
    this.changed({ project, rust: changes.map((it) => it.path) });
    return true;
  }

  /** A folder that goes is told as such, and takes its files along; of what others build, nobody wants to know. */
  private affected(change: FileChange): readonly FileChange[] {
    const { path, kind } = change;
    if (isOnlyCode(path)) return this.isOutput(path) ? [] : [change];
    if (kind !== "deleted" || this.disk.remembered === undefined) return [change];
    const files = new Set(this.disk.remembered(path));
    if (fileKind(path) !== undefined) files.add(path);
    return [...files].map((it) => ({ path: it, kind }));
  }

  /** The workspace as it is now. */
  snapshot(): Snapshot {
    this.current ??= this.takeSnapshot();
    return this.current;
  }

  private isOutput(path: string): boolean {
    const folder = this.folders.find((it) => path.startsWith(it + this.path.sep)) ?? "";
    return path
      .slice(folder.length)
      .split(/[\\/]/)
      .some((it) => skippedFolders.has(it));
  }

  private isInFolder(path: string): boolean {
    return this.folders.some((it) => path.startsWith(it + this.path.sep));
  }

  private changed({ project, rust = [] }: { readonly project: boolean; readonly rust?: readonly string[] }): void {
    this.current = undefined;
    if (project) {
      this.project = undefined;
      this.clientCodes = undefined;
    }
    this.crateChecks = project ? this.crateChecks?.ofOtherProject() : this.crateChecks?.without(rust);
  }

  private takeSnapshot(): Snapshot {
    const { path, environment, folders, rustFacts } = this;
    const files = overlay(this.documents, this.disk);
    if (this.project === undefined) {
      const all = [...folders, ...this.impliedFolders(files)];
      this.project = lazy(() => readProject({ view: files, path, environment }, all));
    }
    this.crateChecks ??= new CrateChecks(path, this.questions);
    this.clientCodes ??= new ClientCodes(files, path, (it) => this.disk.forget(it));
    const { project, crateChecks, candidFiles, clientCodes, formerLayouts, formerText, documents } = this;
    return new Snapshot({
      files,
      isOpen: (it) => documents.has(it),
      path,
      project,
      crateChecks,
      rustFacts,
      candidFiles,
      clientCodes,
      formerLayouts,
      ...(formerText && { formerText }),
    });
  }

  /** Projects of documents that were opened without their folder. */
  private impliedFolders(files: FileView): string[] {
    const { path } = this;
    const implied = this.openPaths().flatMap((document) => {
      if (fileKind(document) === undefined || !path.isAbsolute(document) || isForeign(document)) return [];
      return projectFolder(files, path, path.dirname(document)) ?? [];
    });
    const isOpen = (folder: string) => this.folders.some((it) => folder === it || folder.startsWith(it + path.sep));
    return [...new Set(implied)].filter((it) => !isOpen(it));
  }
}

/** Code that only tells what is used of canisters. */
function isOnlyCode(path: string): boolean {
  return fileKind(path) === undefined && isClientCode(path);
}

/** Open documents over files on disk. */
function overlay(documents: ReadonlyMap<string, string>, disk: FileView): FileView {
  return {
    readText: (path) => documents.get(path) ?? disk.readText(path),
    list: (directory) => disk.list(directory),
    exists: (path) => documents.has(path) || disk.exists(path),
    size: (path) => disk.size?.(path),
  };
}

function lazy<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
