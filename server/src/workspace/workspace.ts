import type { PlatformPath } from "node:path";
import { LineIndex } from "../base/lineIndex.ts";
import type { ProjectSurroundings } from "../project/cargoWorkspace.ts";
import type { FileView } from "../project/fileView.ts";
import { type CanisterCrate, type ProjectModel, readProject } from "../project/projectModel.ts";
import { fileKind } from "./fileKind.ts";
import type { Report } from "./report.ts";
import type { Endpoint, Snapshot } from "./snapshot.ts";

/** The disk, which can be told that what it remembers of a file no longer counts. */
export interface WorkspaceDisk extends FileView {
  forget(path: string): void;
}

/** Something that happened to a file outside of the editor. */
export interface FileChange {
  readonly path: string;
  readonly kind: "created" | "changed" | "deleted";
}

/** What a workspace stands on. */
export interface WorkspaceSurroundings extends Omit<ProjectSurroundings, "view"> {
  readonly disk: WorkspaceDisk;
}

/** Open folders and documents, as they change; `snapshot` is what everybody else works with. */
export class Workspace {
  private readonly disk: WorkspaceDisk;
  private readonly path: PlatformPath;
  private readonly processEnvironment: ProjectSurroundings["environment"];
  private environment: ProjectSurroundings["environment"];
  private folders: readonly string[] = [];
  private documents: ReadonlyMap<string, string> = new Map();
  private project: Lazy<ProjectModel> | undefined;
  private current: Snapshot | undefined;

  constructor({ disk, path, environment }: WorkspaceSurroundings) {
    this.disk = disk;
    this.path = path;
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

  /** A document was opened or typed in. */
  setText(path: string, text: string): void {
    const opened = !this.documents.has(path);
    this.documents = new Map([...this.documents, [path, text]]);
    this.changed({ project: fileKind(path) === "manifest" || (opened && !this.disk.exists(path)) });
  }

  /** A document was closed: the file on disk counts again. */
  close(path: string): void {
    this.documents = new Map([...this.documents].filter(([it]) => it !== path));
    this.disk.forget(path);
    this.changed({ project: fileKind(path) === "manifest" || !this.disk.exists(path) });
  }

  /** Files on disk changed. */
  filesChanged(changes: readonly FileChange[]): void {
    for (const { path } of changes) this.disk.forget(path);
    this.changed({ project: changes.some((it) => it.kind !== "changed" || fileKind(it.path) === "manifest") });
  }

  /** The workspace as it is now. */
  snapshot(): Snapshot {
    this.current ??= this.takeSnapshot();
    return this.current;
  }

  private changed({ project }: { readonly project: boolean }): void {
    this.current = undefined;
    if (project) this.project = undefined;
  }

  private takeSnapshot(): Snapshot {
    const { path, environment, folders } = this;
    const files = overlay(this.documents, this.disk);
    this.project ??= lazy(() => readProject({ view: files, path, environment }, folders));
    return new WorkspaceSnapshot(files, path, this.project);
  }
}

class WorkspaceSnapshot implements Snapshot {
  readonly files: FileView;
  readonly path: PlatformPath;
  private readonly lazyProject: Lazy<ProjectModel>;
  private readonly lines = new Map<string, LineIndex>();

  constructor(files: FileView, path: PlatformPath, project: Lazy<ProjectModel>) {
    this.files = files;
    this.path = path;
    this.lazyProject = project;
  }

  get project(): ProjectModel {
    return this.lazyProject();
  }

  lineIndex(path: string): LineIndex {
    const known = this.lines.get(path);
    if (known !== undefined) return known;
    const lines = new LineIndex(this.files.readText(path) ?? "");
    this.lines.set(path, lines);
    return lines;
  }

  reports(path: string, _cancelled: () => boolean = () => false): readonly Report[] {
    switch (fileKind(path)) {
      case "manifest":
        return manifestReports(this.project, path);
      default:
        return [];
    }
  }

  crateOf(_path: string): CanisterCrate | undefined {
    return undefined;
  }

  endpoints(_path: string): readonly Endpoint[] {
    return [];
  }
}

/** The problems of one manifest. */
function manifestReports(project: ProjectModel, path: string): readonly Report[] {
  const own = project.problems.filter((it) => it.path === path);
  return own
    .map((it) => ({
      ...it,
      related: (it.related ?? []).map((place) => ({ ...place, path: place.path ?? path })),
      tags: [],
      fixes: [],
    }))
    .sort((a, b) => a.range.start - b.range.start);
}

/** Open documents over files on disk. */
function overlay(documents: ReadonlyMap<string, string>, disk: FileView): FileView {
  return {
    readText: (path) => documents.get(path) ?? disk.readText(path),
    list: (directory) => disk.list(directory),
    exists: (path) => documents.has(path) || disk.exists(path),
  };
}

type Lazy<T> = () => T;

function lazy<T>(compute: () => T): Lazy<T> {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
