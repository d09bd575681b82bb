import { commands, type Disposable, window, workspace } from "vscode";
import { settingsSection } from "./settings.ts";
import type { Workbench } from "./workbench.ts";

/** Settings that a running network does not take up by itself: what takes them up, and the command that does it. */
const settings: readonly {
  readonly name: string;
  readonly text: string;
  readonly title: string;
  readonly id: string;
}[] = [
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
  return workspace.onDidChangeConfiguration(async (event) => {
    const changed = settings.find((it) => event.affectsConfiguration(`${settingsSection}.${it.name}`));
    if (changed === undefined || !network.running) return;
    if (changed.name === "network.subnets" && !canisters.items.some((it) => it.summary !== undefined)) {
      // Without canisters the new subnets are made at the next start, which nobody misses.
      await commands.executeCommand("canisterWorkbench.restartServers");
      return;
    }
    const chosen = await window.showInformationMessage(changed.text, changed.title);
    if (chosen === changed.title) await commands.executeCommand(changed.id);
  });
}
