import { setTimeout as wait } from "node:timers/promises";
import {
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileSystemWatcher,
  type TextDocumentContentChangeEvent,
  WatchKind,
  type WorkspaceFoldersChangeEvent,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { diagnostics } from "../features/diagnostics.ts";
import { manifestNames } from "../project/projectModel.ts";
import { projectChangedNotification } from "../protocol/language.ts";
import { clientRules } from "../rules/clientRules.ts";
import { clientCodePattern } from "../workspace/clientCode.ts";
import { fileKind } from "../workspace/fileKind.ts";
import { crateQuestions, isAskedFor, type RuleSettings, readRuleSettings } from "../workspace/report.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { addressOf, pathOf } from "./addresses.ts";
import { type ClientAbilities, candidFeatures } from "./capabilities.ts";
import { FolderSettings } from "./folderSettings.ts";
import { TypedNames } from "./typedNames.ts";

/** How long the list of canisters has to be left alone before the client hears of a change, milliseconds. */
const projectQuietMillis = 200;

/**
 * Every file that the workspace reads, wherever it lies; cargo's settings stand in hidden folders. With a commit other texts
 * become those that interfaces are compared with. A folder that is deleted is
 * told by its own name only, whatever it held.
 */
const watchedFiles: readonly FileSystemWatcher[] = [
  { globPattern: `**/{${manifestNames.join(",")},canister_ids.json,*.rs,*.did}` },
  { globPattern: "**/.cargo/{config,config.toml}" },
  { globPattern: "**/.git/{HEAD,logs/HEAD}" },
  { globPattern: "**/*", kind: WatchKind.Delete },
];

/** One client's connection: its workspace, its settings, and what it has to be told without asking. */
export class Session {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly client: ClientAbilities;
  private settings = new FolderSettings();
  private readonly typedNames = new TypedNames();
  private lastCanisters = "";
  private projectChecks = 0;
  private readonly logged = new Set<string>();
  /** What the client was sent last, as JSON, by path. */
  private readonly pushed = new Map<string, string>();
  private pushWaits = false;
  private readonly documents = new Map<string, TextDocument>();
  private watchesCode = false;
  private codeWatch: Promise<Disposable> | undefined;

  constructor(connection: Connection, workspace: Workspace, client: ClientAbilities) {
    this.connection = connection;
    this.workspace = workspace;
    this.client = client;
    workspace.setQuestions(crateQuestions(this.settings.whole));
  }

  /** The severities that the user's settings give to rules in a file. */
  ruleSettings(path: string): RuleSettings {
    return this.settings.of(path);
  }

  /** Takes over settings, the value of the section `canisterWorkbench` and those of folders, and shows what they change. */
  applySettings(section: unknown, byFolder: ReadonlyMap<string, unknown> = new Map()): void {
    this.takeSettings(section, byFolder);
    this.forget(this.watchCode());
    this.refresh();
  }

  /** Takes over settings before there is anything to show. */
  takeSettings(section: unknown, byFolder: ReadonlyMap<string, unknown> = new Map()): void {
    if (!isSection(section)) return;
    const folders = [...byFolder].flatMap(([folder, own]): [string, RuleSettings][] =>
      isSection(own) ? [[folder, readRuleSettings(own.rules)]] : [],
    );
    this.settings = new FolderSettings(readRuleSettings(section.rules), new Map(folders));
    this.workspace.setQuestions(crateQuestions(...this.settings.all()));
    this.workspace.setEnvironment(cargoEnvironment(section.cargo));
  }

  /** Asks the client for its settings and for those of each open folder, if it answers such questions. */
  async readSettings(): Promise<void> {
    if (!this.client.answersConfiguration) return;
    const section = "canisterWorkbench";
    const folders = this.workspace.openFolders();
    const asked = [{ section }, ...folders.map((it) => ({ section, scopeUri: addressOf(it) }))];
    const [whole, ...own]: readonly unknown[] = await this.connection.workspace.getConfiguration(asked);
    this.applySettings(whole, new Map(folders.map((it, index) => [it, own[index]])));
  }

  /** Asks the client to tell of changed settings and files, as far as it can. */
  async register(): Promise<void> {
    // The library takes this notification for itself.
    if (this.client.changesFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders((event) => this.changeFolders(event));
    }
    if (this.client.registersConfiguration) {
      await this.connection.client.register(DidChangeConfigurationNotification.type, { section: "canisterWorkbench" });
    }
    if (this.client.registersCandidFeatures || this.client.registersCandidNames) {
      await this.connection.client.register(candidFeatures(this.client));
    }
    if (this.client.watchesFiles) {
      await this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [...watchedFiles] });
    }
    await this.watchCode();
  }

  /** Folders were added to the workspace, or taken from it. */
  private changeFolders({ added, removed }: WorkspaceFoldersChangeEvent): void {
    const gone = removed.map((it) => pathOf(it.uri));
    const kept = this.workspace.openFolders().filter((it) => !gone.includes(it));
    this.workspace.setFolders([...kept, ...added.map((it) => pathOf(it.uri))]);
    this.refresh();
    this.forget(this.readSettings());
  }

  /** Lets the client tell of code that uses canisters for as long as a rule asks for it, which is the project's all. */
  private async watchCode(): Promise<void> {
    const asks = clientRules.some(({ id }) => this.settings.all().some((it) => isAskedFor(id, it)));
    if (!this.client.watchesFiles || asks === this.watchesCode) return;
    this.watchesCode = asks;
    const { client } = this.connection;
    if (asks) {
      const watchers = [{ globPattern: clientCodePattern }];
      this.codeWatch = client.register(DidChangeWatchedFilesNotification.type, { watchers });
    } else {
      const watch = await this.codeWatch;
      watch?.dispose();
    }
  }

  /** A document was opened in the editor: its text there counts, whatever lies on disk. */
  open(document: TextDocument): void {
    this.documents.set(document.uri, document);
    // Whoever opens a file again has forgotten what was said of it.
    this.pushed.delete(pathOf(document.uri));
    this.take(document);
  }

  /** A document was typed in. */
  change(address: string, version: number, changes: TextDocumentContentChangeEvent[]): void {
    const document = this.documents.get(address);
    if (document === undefined) return;
    const changed = TextDocument.update(document, changes, version);
    this.typedNames.changed(pathOf(address), changes);
    this.take(changed);
  }

  /** A document was closed. */
  close(address: string): void {
    this.documents.delete(address);
    this.typedNames.settled(pathOf(address));
    this.workspace.close(pathOf(address));
    this.push();
  }

  /** A document was saved: names that were being typed are what they are meant to be. */
  saved(address: string): void {
    if (this.typedNames.settled(pathOf(address))) this.refresh();
  }

  /** The diagnostics of a file, without those about a name that is just being typed. */
  diagnostics(snapshot: Snapshot, path: string, cancelled?: () => boolean): Diagnostic[] {
    const found = diagnostics(snapshot, path, this.settings.of(path), addressOf, cancelled);
    this.logRuleProblems(snapshot, path);
    return this.typedNames.without(path, found);
  }

  /** Something changed that documents depend on beside their own text. */
  refresh(): void {
    if (this.client.refreshesDiagnostics) this.forget(this.connection.languages.diagnostics.refresh());
    if (this.client.refreshesCodeLenses) this.forget(this.connection.sendRequest("workspace/codeLens/refresh"));
    this.push();
    this.forget(this.tellOfProject());
  }

  /** A document's text changed: whoever cannot pull gets the diagnostics of all open documents. */
  push(): void {
    if (this.client.pullsDiagnostics || this.pushWaits) return;
    this.pushWaits = true;
    // Changes that arrive together are answered together.
    setImmediate(() => {
      this.pushWaits = false;
      this.pushNow();
    });
  }

  /** Tells the client that the list of canisters changed, once nothing has changed for a moment. */
  async tellOfProject(): Promise<void> {
    const check = ++this.projectChecks;
    await wait(projectQuietMillis);
    if (check !== this.projectChecks) return;
    const canisters = JSON.stringify(this.workspace.snapshot().project.canisters);
    if (canisters === this.lastCanisters) return;
    this.lastCanisters = canisters;
    await this.connection.sendNotification(projectChangedNotification);
  }

  /** Mistakes of ours that a file's check met are logged, each once. */
  logRuleProblems(snapshot: Snapshot, path: string): void {
    for (const { rule, message } of snapshot.ruleProblems(path)) {
      const text = `canister-workbench: the rule ${rule} failed: ${message}`;
      if (this.logged.has(text)) continue;
      this.logged.add(text);
      this.connection.console.error(text);
    }
  }

  /** Lets something go on by itself; that it failed is worth a line in the log and no more. */
  forget(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.connection.console.warn(`canister-workbench: ${String(error)}`));
  }

  private take(document: TextDocument): void {
    const path = pathOf(document.uri);
    this.workspace.setText(path, document.getText());
    this.push();
    if (fileKind(path) === "manifest") this.forget(this.tellOfProject());
  }

  private pushNow(): void {
    const snapshot = this.workspace.snapshot();
    const open = this.workspace.openPaths();
    for (const path of [...this.pushed.keys()].filter((it) => !open.includes(it))) {
      this.pushed.delete(path);
      this.forget(this.connection.sendDiagnostics({ uri: addressOf(path), diagnostics: [] }));
    }
    for (const path of open) {
      const found = this.diagnostics(snapshot, path);
      const sent = JSON.stringify(found);
      if (this.pushed.get(path) === sent) continue;
      this.pushed.set(path, sent);
      this.forget(this.connection.sendDiagnostics({ uri: addressOf(path), diagnostics: found }));
    }
  }
}

function isSection(value: unknown): value is { readonly rules?: unknown; readonly cargo?: unknown } {
  return typeof value === "object" && value !== null;
}

function cargoEnvironment(cargo: unknown): Readonly<Record<string, string>> {
  if (typeof cargo !== "object" || cargo === null) return {};
  const { environment } = cargo as { readonly environment?: unknown };
  if (typeof environment !== "object" || environment === null) return {};
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => typeof value === "string"));
}
