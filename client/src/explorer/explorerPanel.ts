import { randomBytes } from "node:crypto";
import {
  commands,
  type Disposable,
  env,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import type { InterfaceResult } from "../../../server/src/protocol/network.ts";
import type { Activity, RunningActivity } from "../activity.ts";
import { assertNever } from "../assertNever.ts";
import type { CanisterList } from "../canisterList.ts";
import type { CallHistory } from "./callHistory.ts";
import { type CanisterItem, canInstall, isInstalled } from "./canisterItem.ts";
import type { CanisterView, FromWebview, PanelCommand, ToWebview, UpgradeView } from "./messages.ts";
import { readFromWebview } from "./readFromWebview.ts";

/** Type of the panel, by which VS Code finds it again after a reload. */
export const panelType = "canisterWorkbench.explorer";

/** What the panel needs from whoever puts the extension together. */
export interface ExplorerPanelOptions {
  readonly extensionUri: Uri;
  readonly canisters: CanisterList;
  readonly calls: CallHistory;
  readonly activity: Activity;
  readonly interfaceOf: (canister: CanisterItem) => Promise<InterfaceResult>;
  /** Calls a method; the outcome is in the call history when it resolves. */
  readonly call: (canister: CanisterItem, method: string, argument: string) => Promise<void>;
  readonly cancel: () => Promise<void>;
  readonly selectIdentity: (name: string) => Promise<void>;
  /** Called when the panel's script runs: from now on the network is needed. */
  readonly opened: () => Promise<void>;
}

/** The commands behind the panel's buttons. */
const panelCommands: Readonly<Record<PanelCommand, string>> = {
  build: "canisterWorkbench.buildCanister",
  install: "canisterWorkbench.installCanister",
  upgrade: "canisterWorkbench.upgradeCanister",
  reinstall: "canisterWorkbench.reinstallCanister",
  start: "canisterWorkbench.startCanister",
  stop: "canisterWorkbench.stopCanister",
  delete: "canisterWorkbench.deleteCanister",
  addCycles: "canisterWorkbench.addCycles",
  copyId: "canisterWorkbench.copyCanisterId",
  openInterface: "canisterWorkbench.openInterface",
  showLogs: "canisterWorkbench.showCanisterLogs",
  createIdentity: "canisterWorkbench.createIdentity",
  manageTrust: "workbench.trust.manage",
};

/** The canister panel: one webview beside the editor, which shows one canister at a time. */
export class ExplorerPanel implements Disposable {
  readonly #options: ExplorerPanelOptions;
  readonly #subscriptions: readonly Disposable[];
  #panel: WebviewPanel | undefined;
  #shown: string | undefined;
  /** Messages for a webview whose script does not run yet. */
  #pending: ToWebview[] = [];
  #ready = false;

  constructor(options: ExplorerPanelOptions) {
    this.#options = options;
    this.#subscriptions = [
      options.canisters.onChanged(() => void this.refresh()),
      options.activity.onChanged((running) => this.#post(activityMessage(running))),
      window.registerWebviewPanelSerializer(panelType, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          this.#attach(panel);
          this.#shown = shownIn(state);
        },
      }),
    ];
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Whether the panel is there, in front or behind another tab. */
  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** Shows a canister, and the form of one of its methods if one is named. */
  async show(canister: CanisterItem, method?: string, argument?: string): Promise<void> {
    this.#shown = canister.name;
    if (this.#panel === undefined) {
      this.#attach(window.createWebviewPanel(panelType, canister.name, { viewColumn: ViewColumn.Beside }));
    } else {
      this.#panel.reveal(undefined, true);
    }
    await this.refresh();
    if (method !== undefined) {
      this.#post({ kind: "method", method, ...(argument === undefined ? {} : { argument }) });
    }
  }

  /** Shows what an upgrade did to the canister's state. */
  async showUpgrade(canister: CanisterItem, upgrade: UpgradeView): Promise<void> {
    await this.show(canister);
    this.#post({ kind: "upgrade", upgrade });
  }

  /** Sends what is known now. */
  async refresh(): Promise<void> {
    if (this.#panel === undefined || this.#shown === undefined || !this.#options.canisters.loaded) return;
    const canister = this.#options.canisters.find(this.#shown);
    if (canister === undefined) {
      this.#post({ kind: "problem", message: `There is no canister ${this.#shown} in this workspace any more.` });
      return;
    }
    this.#panel.title = canister.name;
    this.#post({ kind: "canister", view: await this.#view(canister) });
    this.#post({ kind: "calls", calls: this.#options.calls.of(canister.name) });
  }

  async #view(canister: CanisterItem): Promise<CanisterView> {
    const { status } = this.#options.canisters;
    const { project, summary } = canister;
    return {
      canister: canister.name,
      ...(project === undefined ? {} : { source: sourceText(canister) }),
      ...(summary === undefined ? {} : { summary }),
      ...(isInstalled(canister) ? await this.#form(canister) : {}),
      isTrusted: workspace.isTrusted,
      canBuild: project?.build !== undefined,
      canInstall: canInstall(canister),
      identities: status?.identities ?? [],
      selectedIdentity: status?.selectedIdentity ?? "",
    };
  }

  async #form(canister: CanisterItem): Promise<Pick<CanisterView, "form" | "formProblem">> {
    try {
      return { form: (await this.#options.interfaceOf(canister)).form };
    } catch (error) {
      return { formProblem: error instanceof Error ? error.message : String(error) };
    }
  }

  #attach(panel: WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { extensionUri } = this.#options;
    panel.iconPath = {
      light: Uri.joinPath(extensionUri, "media/canister-light.svg"),
      dark: Uri.joinPath(extensionUri, "media/canister-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(extensionUri, "media")] };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const known = readFromWebview(message);
      if (known !== undefined) void this.#receive(known);
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
      this.#pending = [];
    });
    panel.webview.html = panelHtml(panel.webview, extensionUri);
  }

  async #receive(message: FromWebview): Promise<void> {
    const canister = this.#shown === undefined ? undefined : this.#options.canisters.find(this.#shown);
    switch (message.kind) {
      case "ready":
        return await this.#becomeReady();
      case "call":
        if (canister !== undefined) await this.#options.call(canister, message.method, message.argument);
        return;
      case "cancel":
        return await this.#options.cancel();
      case "selectIdentity":
        return await this.#options.selectIdentity(message.name);
      case "copy":
        await env.clipboard.writeText(message.text);
        return;
      case "command":
        await commands.executeCommand(panelCommands[message.command], { canister: this.#shown });
        return;
      default:
        return assertNever(message);
    }
  }

  async #becomeReady(): Promise<void> {
    const earlier = this.#pending;
    this.#pending = [];
    this.#ready = true;
    await this.refresh();
    if (this.#options.canisters.status === undefined) await this.#options.opened();
    this.#post(activityMessage(this.#options.activity.current));
    for (const message of earlier) if (message.kind === "method" || message.kind === "upgrade") this.#post(message);
  }

  #post(message: ToWebview): void {
    if (this.#panel === undefined) return;
    if (this.#ready) void this.#panel.webview.postMessage(message);
    else this.#pending.push(message);
  }
}

function activityMessage(running: RunningActivity | undefined): ToWebview {
  if (running === undefined) return { kind: "idle" };
  const { title, progress } = running;
  return { kind: "running", title, ...(progress === undefined ? {} : { progress }) };
}

function shownIn(state: unknown): string | undefined {
  return typeof state === "object" && state !== null && "canister" in state && typeof state.canister === "string"
    ? state.canister
    : undefined;
}

function sourceText({ project }: CanisterItem): string {
  switch (project?.source.kind) {
    case "rust":
      return `Rust package ${project.source.packageName}`;
    case "prebuilt":
      return "prebuilt Wasm";
    case "custom":
      return "custom build";
    case undefined:
      return "";
  }
}

/** The page: no script and no style but ours, nothing from the network. */
function panelHtml(webview: Webview, extensionUri: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const asset = (path: string) => webview.asWebviewUri(Uri.joinPath(extensionUri, "media", path)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${asset("explorer/explorer.css")}">
<title>Canister</title>
</head>
<body>
<main id="panel"></main>
<script nonce="${nonce}" src="${asset("out/explorer.js")}"></script>
</body>
</html>`;
}
