import { window } from "vscode";
import { isInstalled } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Keeps a canister's code and state as they are, to come back to them later. */
export async function takeSnapshot(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Take Snapshot",
    fits: isInstalled,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const { outcome, snapshot } = await workbench.activity.during(`${canister.name}: take snapshot`, () =>
    workbench.network.takeSnapshot({ canister: canister.name }),
  );
  await workbench.canisters.refreshStatus();
  expectReply(`No snapshot of ${canister.name} was taken`, outcome);
  if (snapshot === undefined) throw new Obstacle(`No snapshot of ${canister.name} was taken.`);
  window.setStatusBarMessage(`$(check) Took snapshot ${snapshot.number} of ${canister.name}`, 5_000);
}
