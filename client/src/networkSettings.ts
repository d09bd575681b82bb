import { commands, type Disposable, window, workspace } from "vscode";
import { settingsSection } from "./settings.ts";
import type { Workbench } from "./workbench.ts";

/** A setting that a running network does not take up by itself: what takes it up, and the command that does it. */
interface NetworkSetting {
  readonly name: string;
  readonly text: string;
  readonly title: string;
  readonly id: string;
}

const settings: readonly NetworkSetting[] = [
  {
    name: "network.metering",
    text: "The metering profile changes when the servers are started again.",
    title: "Restart the Servers",
    id: "canisterWorkbench.restartServers",
  },
  {
    name: "network.rateLimits",
    text: "The rate limits change when the servers are started again.",
    title: "Restart the Servers",
    id: "canisterWorkbench.restartServers",
  },
  {
    name: "network.subnets",
    text: "A network with canisters keeps its subnets. A reset makes the new ones, and removes every canister.",
    title: "Reset the Network…",
    id: "canisterWorkbench.resetNetwork",
  },
];

/** Says what has to be done when such a setting changes while the network runs, with a button that does it. */
export function watchNetworkSettings({ network, canisters }: Workbench): Disposable {
  const isEmpty = () => !canisters.items.some((it) => it.summary !== undefined);
  const offer = async ({ name, text, title, id }: NetworkSetting) => {
    // Without canisters nothing is lost by a start, which makes the new subnets.
    const restarts = name === "network.subnets" && isEmpty();
    if (restarts) await commands.executeCommand("canisterWorkbench.restartServers");
    else if ((await window.showInformationMessage(text, title)) === title) await commands.executeCommand(id);
  };
  return workspace.onDidChangeConfiguration((event) => {
    if (!network.running) return;
    for (const it of settings) if (event.affectsConfiguration(`${settingsSection}.${it.name}`)) void offer(it);
  });
}
