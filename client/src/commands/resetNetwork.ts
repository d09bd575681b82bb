import { window } from "vscode";
import { readSettings } from "../settings.ts";
import type { Workbench } from "../workbench.ts";

/** Removes every canister and all state of this workspace's network; asks before. */
export async function resetNetwork(workbench: Workbench): Promise<void> {
  const confirm = "Reset";
  const chosen = await window.showWarningMessage(
    "Reset this workspace's network?",
    { modal: true, detail: "Every canister, its memory and its cycles are removed. Your files stay as they are." },
    confirm,
  );
  if (chosen !== confirm) return;
  for (const canister of workbench.canisters.items) workbench.calls.forget(canister.name);
  await workbench.network.reset({ subnets: readSettings().subnets ?? ["application"] });
  await workbench.canisters.refreshStatus();
}
