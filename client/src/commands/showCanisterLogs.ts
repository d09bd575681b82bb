import { isInstalled } from "../explorer/canisterItem.ts";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Writes what a canister has printed to the output channel and shows it. */
export async function showCanisterLogs(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Show Canister Logs",
    fits: isInstalled,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const { lines } = await workbench.network.logs({ canister: canister.name });
  workbench.log.info(
    `log of ${canister.name}: ${lines.length === 0 ? "nothing printed yet" : `${lines.length} lines`}`,
  );
  for (const line of lines) workbench.log.info(`  ${line}`);
  workbench.log.show();
}
