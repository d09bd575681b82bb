import { window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Removes a canister from the network, stopping it first; asks before, because nothing of it stays. */
export async function deleteCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Delete Canister",
    fits: (it) => it.summary !== undefined,
    none: "there is no canister on the network.",
  });
  if (canister?.summary === undefined) return;
  const confirm = "Delete";
  const chosen = await window.showWarningMessage(
    `Delete ${canister.name} from the network?`,
    { modal: true, detail: "Its code, its memory and its cycles are gone. Your files stay as they are." },
    confirm,
  );
  if (chosen !== confirm) return;
  if (canister.summary.status === "running") {
    expectReply(`${canister.name} could not be stopped`, await workbench.network.stop({ canister: canister.name }));
  }
  const outcome = await workbench.network.delete({ canister: canister.name });
  workbench.calls.forget(canister.name);
  await workbench.canisters.refreshStatus();
  expectReply(`${canister.name} could not be deleted`, outcome);
}
