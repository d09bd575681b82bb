import { isInstalled } from "../explorer/canisterItem.ts";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Shows what a canister has printed, in a channel of its own. */
export async function showCanisterLogs(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Show Canister Logs",
    fits: isInstalled,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const { lines } = await workbench.network.logs({ canister: canister.name });
  const { canisterLogs } = workbench;
  const text = lines.length === 0 ? `${canister.name} has printed nothing yet.` : lines.join("\n");
  canisterLogs.replace(`Log of ${canister.name}\n\n${text}\n`);
  canisterLogs.show();
}
