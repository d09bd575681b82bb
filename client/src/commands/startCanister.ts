import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Starts a stopped canister. */
export async function startCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Start Canister",
    fits: (it) => it.summary !== undefined && it.summary.status !== "running",
    none: "no canister is stopped.",
  });
  if (canister === undefined) return;
  const outcome = await workbench.network.start({ canister: canister.name });
  await workbench.canisters.refreshStatus();
  expectReply(`${canister.name} could not be started`, outcome);
}
