import { commands, type QuickPickItem, window } from "vscode";
import type { Workbench } from "../workbench.ts";

/** Chooses who sends the messages from now on. */
export async function selectIdentity(workbench: Workbench): Promise<void> {
  const status = await workbench.network.status();
  const rows = status.identities.map((it): QuickPickItem & { name?: string } => ({
    name: it.name,
    label: it.name,
    description: it.name === status.selectedIdentity ? "selected" : "",
    detail: it.principal,
  }));
  const create: QuickPickItem & { name?: string } = { label: "$(add) Create Identity…" };
  const chosen = await window.showQuickPick([...rows, create], {
    title: "Select Identity",
    placeHolder: "Who sends the messages to canisters?",
  });
  if (chosen === undefined) return;
  if (chosen.name === undefined) {
    await commands.executeCommand("canisterWorkbench.createIdentity");
    return;
  }
  await workbench.network.selectIdentity({ name: chosen.name });
  await workbench.canisters.refreshStatus();
}
