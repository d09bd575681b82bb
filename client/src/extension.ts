import {
  commands,
  type ExtensionContext,
  type LogOutputChannel,
  type OutputChannel,
  Uri,
  version,
  window,
  workspace,
} from "vscode";
import { Activity } from "./activity.ts";
import { CanisterList } from "./canisterList.ts";
import { CargoBuilds } from "./cargoBuild.ts";
import { sendCall } from "./commands/callMethod.ts";
import { cancelExecution } from "./commands/cancelExecution.ts";
import { showOpenedSample } from "./commands/openSample.ts";
import { registerCommands } from "./commands/registerCommands.ts";
import { hasCanisterProject, stateDirectory } from "./detectProject.ts";
import { CallHistory } from "./explorer/callHistory.ts";
import { isInstalled } from "./explorer/canisterItem.ts";
import { CanisterTree } from "./explorer/canisterTree.ts";
import { ExplorerPanel } from "./explorer/explorerPanel.ts";
import { InterfaceDocuments } from "./explorer/interfaceDocuments.ts";
import { Interfaces } from "./interfaces.ts";
import { type LanguageServerProcess, startLanguageServer } from "./languageClient.ts";
import { NetworkClient } from "./networkClient.ts";
import { watchNetworkSettings } from "./networkSettings.ts";
import { showFailure } from "./obstacle.ts";
import { OutcallConsent } from "./outcallConsent.ts";
import { readSettings } from "./settings.ts";
import { showStatusBar } from "./statusBar.ts";
import type { Workbench } from "./workbench.ts";
import { expectTrust } from "./workspaceTrust.ts";

/** Figures that the extension gives to whoever asks for its exports; the editor test prints them. */
export interface ExtensionFigures {
  /** How long `activate` took, milliseconds. */
  readonly activationMillis: number;
}

/** Ends the servers; set while the extension is active. */
let endServers: (() => Promise<void>) | undefined;

/** Puts the parts together. Nothing here waits: the servers start when something needs them. */
export function activate(context: ExtensionContext): ExtensionFigures {
  const began = performance.now();
  const log = window.createOutputChannel("Canister Workbench", { log: true });
  log.info(
    `Canister Workbench ${context.extension.packageJSON.version}, VS Code ${version}, Node ${process.versions.node}`,
  );
  const canisterLogs = window.createOutputChannel("Canister Logs");
  const servers = new Servers(context, log, canisterLogs);
  const { workbench } = servers;
  endServers = () => servers.stop();
  context.subscriptions.push(
    log,
    canisterLogs,
    workbench.network,
    workbench.builds,
    workbench.panel,
    servers.showTree(),
    ...registerCommands(workbench),
    ...showStatusBar(workbench.canisters, workbench.activity),
    watchNetworkSettings(workbench),
    workspace.onDidChangeWorkspaceFolders(() => void servers.projectChanged()),
    workspace.onDidGrantWorkspaceTrust(() => void servers.projectChanged()),
    workspace.onDidOpenTextDocument((document) => {
      if (document.languageId === "candid") void servers.projectChanged();
    }),
  );
  const manifests = workspace.createFileSystemWatcher("**/{icp.yaml,dfx.json,Cargo.toml}", false, true, true);
  context.subscriptions.push(
    manifests,
    manifests.onDidCreate(() => void servers.projectChanged()),
  );
  void servers.projectChanged();
  void showOpenedSample(context.globalState);
  const activationMillis = performance.now() - began;
  log.info(`activated in ${activationMillis.toFixed(1)} ms`);
  return { activationMillis };
}

/** Lets both servers write what they hold, and waits for that. */
export async function deactivate(): Promise<void> {
  await endServers?.();
}

/** Both server processes, and the parts that live from them. */
class Servers {
  readonly workbench: Workbench;
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #interfaces: Interfaces;
  readonly #outcallConsent = new OutcallConsent();
  /** Resolves to undefined where the server could not be started, which was said then. */
  #language: Promise<LanguageServerProcess | undefined> | undefined;
  #treeVisible = false;
  #versionsLogged = false;

  constructor(context: ExtensionContext, log: LogOutputChannel, canisterLogs: OutputChannel) {
    this.#context = context;
    this.#log = log;
    const network = this.#networkClient();
    const activity = new Activity();
    const calls = new CallHistory();
    const canisters: CanisterList = new CanisterList({
      declared: async () => (await (await this.#language)?.projectCanisters())?.canisters ?? [],
      status: async () => (this.#networkNeeded() ? await network.status() : undefined),
    });
    this.#interfaces = new Interfaces((canister) => network.interface({ canister }));
    const panel: ExplorerPanel = new ExplorerPanel({
      extensionUri: context.extensionUri,
      canisters,
      calls,
      activity,
      interfaceOf: (canister) => this.#interfaces.of(canister),
      call: (canister, method, argument) => this.#guard(sendCall(this.workbench, canister, method, argument)),
      cancel: () => this.#guard(cancelExecution(this.workbench)),
      selectIdentity: (name) => this.#guard(network.selectIdentity({ name }).then(() => canisters.refreshStatus())),
      opened: () => canisters.refreshStatus(),
    });
    this.workbench = {
      canisters,
      network,
      builds: new CargoBuilds(() => canisters.declared),
      panel,
      calls,
      activity,
      log,
      canisterLogs,
      extensionUri: context.extensionUri,
      globalStorageUri: context.globalStorageUri,
      globalState: context.globalState,
      restartServers: () => this.#restart(),
    };
    context.subscriptions.push(
      new InterfaceDocuments(
        (name) => canisters.find(name),
        (canister) => this.#interfaces.of(canister),
      ),
      network.onChanged(() => void canisters.refreshStatus()),
      network.onProgress((progress) => activity.report(progress)),
      activity.onChanged((running) => void setContext("executing", running !== undefined)),
      canisters.onChanged(() => this.#canistersChanged()),
    );
  }

  /** The Canisters view; seeing it is what first needs the network. */
  showTree() {
    const { canisters } = this.workbench;
    const tree = new CanisterTree(canisters, (canister) => this.#interfaces.of(canister));
    const view = window.createTreeView("canisterWorkbench.canisters", {
      treeDataProvider: tree,
      showCollapseAll: true,
    });
    this.#treeVisible = view.visible;
    this.#context.subscriptions.push(
      view.onDidChangeVisibility(({ visible }) => {
        this.#treeVisible = visible;
        if (visible && canisters.status === undefined) void canisters.refreshStatus();
      }),
      canisters.onChanged(() => {
        view.message = workspace.isTrusted
          ? (canisters.problem ?? canisters.status?.problem ?? "")
          : "Restricted Mode: canisters are built and executed once you trust this folder.";
      }),
    );
    return view;
  }

  /** Looks again for what the folders hold; starts the language server when there is something of ours. */
  async projectChanged(): Promise<void> {
    try {
      if (this.#language === undefined && (await hasCanisterProject())) this.#language ??= this.#startLanguageServer();
      const { canisters } = this.workbench;
      await canisters.refreshDeclared();
      await canisters.refreshStatus();
    } catch (error) {
      await showFailure(error, this.#log);
    } finally {
      await setContext("looked", true);
    }
  }

  /** Ends both servers. */
  async stop(): Promise<void> {
    await Promise.allSettled([this.workbench.network.stopServer(), this.#language?.then((it) => it?.stop())]);
  }

  async #restart(): Promise<void> {
    await this.workbench.network.stopServer();
    await (await this.#language)?.restart();
    await this.projectChanged();
    window.setStatusBarMessage("$(check) Both servers were started again", 5_000);
  }

  #networkNeeded(): boolean {
    const { network, panel, canisters } = this.workbench;
    if (!workspace.isTrusted) return false;
    return network.running || panel.isOpen || (this.#treeVisible && canisters.declared.length > 0);
  }

  #networkClient(): NetworkClient {
    return new NetworkClient({
      serverModule: this.#bundle("networkServer.cjs"),
      stateDirectory: stateDirectory(this.#context.globalStorageUri),
      subnets: () => readSettings().subnets,
      metering: () => readSettings().metering,
      rateLimits: () => readSettings().rateLimits,
      expectTrust,
      log: (line) => this.#log.info(`network server: ${line}`),
      notice: (message) => this.#sayNotice(message),
      crashed: ({ how, restarts }) => this.#sayCrash("network", how, restarts),
      mayRequest: (question) => this.#outcallConsent.mayRequest(question),
    });
  }

  async #startLanguageServer(): Promise<LanguageServerProcess | undefined> {
    const starting = startLanguageServer({
      serverModule: this.#bundle("languageServer.cjs"),
      rulePages: Uri.joinPath(this.#context.extensionUri, "media/rules"),
      output: this.#log,
      crashed: (restarts) => this.#sayCrash("language", "its connection closed", restarts),
      projectChanged: () => void this.projectChanged(),
    });
    return await starting.catch((error: unknown) => {
      void showFailure(new Error(`The language server could not be started: ${String(error)}`), this.#log);
      return undefined;
    });
  }

  #bundle(name: string): string {
    return Uri.joinPath(this.#context.extensionUri, "server/out", name).fsPath;
  }

  #canistersChanged(): void {
    const { items, status } = this.workbench.canisters;
    void setContext("hasCanisters", items.length > 0);
    void setContext("hasInstalled", items.some(isInstalled));
    if (status === undefined || this.#versionsLogged) return;
    this.#versionsLogged = true;
    const versions = Object.entries(status.versions).map(([name, text]) => `${name} ${text}`);
    this.#log.info(`network server: ${versions.join(", ")}`);
  }

  #sayNotice(message: string): void {
    this.#log.warn(message);
    void window.showWarningMessage(message, "Show Log").then((chosen) => {
      if (chosen !== undefined) this.#log.show();
    });
  }

  #sayCrash(server: "network" | "language", how: string, restarts: boolean): void {
    this.#log.error(`the ${server} server ended unexpectedly: ${how}`);
    const lost = server === "network" ? " What was committed before is kept." : "";
    const text = restarts
      ? `The ${server} server ended unexpectedly (${how}) and was started again.${lost}`
      : `The ${server} server ended unexpectedly again (${how}).${lost}`;
    const restart = "Start Again";
    const buttons = restarts ? ["Show Log"] : [restart, "Show Log"];
    void window.showWarningMessage(text, ...buttons).then((chosen) => {
      if (chosen === restart) void this.#guard(this.#restart());
      else if (chosen !== undefined) this.#log.show();
    });
  }

  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      void showFailure(error, this.#log);
    }
  }
}

function setContext(key: string, value: boolean): Thenable<unknown> {
  return commands.executeCommand("setContext", `canisterWorkbench.${key}`, value);
}
