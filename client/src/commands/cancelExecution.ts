import { window } from "vscode";
import type { Workbench } from "../workbench.ts";

/** Ends the message execution that runs now; what was committed before it stays. */
export async function cancelExecution(workbench: Workbench): Promise<void> {
  if (!workbench.network.running) return;
  const { cancelled } = await workbench.network.cancel({});
  if (!cancelled) window.setStatusBarMessage("No message execution is running", 5_000);
  await workbench.canisters.refreshStatus();
}
