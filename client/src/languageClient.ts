import {
  type CodeLens,
  type Diagnostic,
  type Disposable,
  type LogOutputChannel,
  type ProviderResult,
  Uri,
  workspace,
} from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  NotificationType0,
  RequestType0,
  TransportKind,
  vsdiag,
} from "vscode-languageclient/node";
import {
  type ProjectCanistersResult,
  projectCanistersRequest,
  projectChangedNotification,
} from "../../server/src/protocol/language.ts";
import { readSettings, settingsSection } from "./settings.ts";

/** What the language client needs from whoever puts the extension together. */
export interface LanguageClientOptions {
  /** The bundled language server. */
  readonly serverModule: string;
  /** Folder with the page of each rule, `<rule>.md`. */
  readonly rulePages: Uri;
  readonly output: LogOutputChannel;
  /** Called when the process ended although nobody asked it to. */
  readonly crashed: (restarts: boolean) => void;
  /** Called when a manifest changed. */
  readonly projectChanged: () => void;
}

/** The language server's process, and the one question that the extension itself asks it. */
export interface LanguageServerProcess extends Disposable {
  /** The canisters of all open folders. */
  projectCanisters(): Promise<ProjectCanistersResult>;
  /** Starts the server again, e.g. when it hangs. */
  restart(): Promise<void>;
  /** Ends the server. */
  stop(): Promise<void>;
}

/** Starts the language server by IPC; resolves when it has answered `initialize`. */
export async function startLanguageServer(options: LanguageClientOptions): Promise<LanguageServerProcess> {
  const run = { module: options.serverModule, transport: TransportKind.ipc };
  const client = new LanguageClient(
    settingsSection,
    "Canister Workbench",
    { run, debug: run },
    {
      documentSelector: [
        { scheme: "file", language: "rust" },
        { scheme: "file", language: "candid" },
        { scheme: "file", pattern: "**/{icp,canister}.yaml" },
        { scheme: "file", pattern: "**/dfx.json" },
        { scheme: "file", pattern: "**/{Cargo.toml,.cargo/config.toml,.cargo/config}" },
      ],
      outputChannel: options.output,
      errorHandler: restartOnce(options.crashed),
      diagnosticPullOptions: { onChange: true, onTabs: false },
      initializationOptions: workspace.getConfiguration(settingsSection),
      middleware: {
        provideDiagnostics: async (document, previousResultId, token, next) => {
          const report = await next(document, previousResultId, token);
          if (report?.kind === vsdiag.DocumentDiagnosticReportKind.full)
            for (const it of report.items) linkToPage(it, options.rulePages);
          return report;
        },
        provideCodeLenses: (document, token, next): ProviderResult<CodeLens[]> =>
          readSettings(document).codeLens ? next(document, token) : [],
      },
    },
  );
  client.onNotification(new NotificationType0(projectChangedNotification), options.projectChanged);
  await client.start();
  return {
    projectCanisters: () => client.sendRequest(new RequestType0<ProjectCanistersResult, void>(projectCanistersRequest)),
    restart: () => client.restart(),
    stop: () => client.stop(),
    dispose: () => void client.dispose(),
  };
}

/** Makes the rule's name under a diagnostic a link to its page. */
function linkToPage(diagnostic: Diagnostic, pages: Uri): void {
  const { code } = diagnostic;
  if (typeof code === "string") diagnostic.code = { value: code, target: Uri.joinPath(pages, `${code}.md`) };
}

/** Starts the server again after its first crash, and says so once; a second crash leaves it stopped, and says that. */
function restartOnce(crashed: (restarts: boolean) => void): ErrorHandler {
  let crashes = 0;
  return {
    error: () => ({ action: ErrorAction.Continue }),
    closed: () => {
      crashes += 1;
      crashed(crashes === 1);
      return { action: crashes === 1 ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
    },
  };
}
