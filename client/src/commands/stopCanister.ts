import { isInstalled } from "../explorer/canisterItem.ts";
import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Stops a canister: it finishes its open calls and accepts no more. */
export async function stopCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Stop Canister",
    fits: (it) => isInstalled(it) && it.summary?.status === "running",
    none: "no canister is running.",
  });
  if (canister === undefined) return;
  const outcome = await workbench.activity.during(`${canister.name}: stop`, () =>
    workbench.network.stop({ canister: canister.name }),
  );
  await workbench.canisters.refreshStatus();
  expectReply(`${canister.name} could not be stopped`, outcome);
}
