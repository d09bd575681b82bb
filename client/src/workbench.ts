import type { LogOutputChannel, Memento, OutputChannel, Uri } from "vscode";
import type { Activity } from "./activity.ts";
import type { CanisterList } from "./canisterList.ts";
import type { CargoBuilds } from "./cargoBuild.ts";
import type { CallHistory } from "./explorer/callHistory.ts";
import type { ExplorerPanel } from "./explorer/explorerPanel.ts";
import type { NetworkClient } from "./networkClient.ts";

/** The parts of the extension that commands work with. */
export interface Workbench {
  readonly canisters: CanisterList;
  readonly network: NetworkClient;
  readonly builds: CargoBuilds;
  readonly panel: ExplorerPanel;
  readonly calls: CallHistory;
  readonly activity: Activity;
  readonly log: LogOutputChannel;
  /** What canisters print, when it is asked for. */
  readonly canisterLogs: OutputChannel;
  /** Folder of the installed extension. */
  readonly extensionUri: Uri;
  /** Where the extension may keep files of its own, across workspaces. */
  readonly globalStorageUri: Uri;
  /** What the extension remembers across workspaces. */
  readonly globalState: Memento;
  /** Ends both servers and starts them again. */
  readonly restartServers: () => Promise<void>;
}
