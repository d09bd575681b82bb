import { window } from "vscode";
import { canInstall } from "../explorer/canisterItem.ts";
import type { Workbench } from "../workbench.ts";
import { expectInstalled, installWasm } from "./install.ts";
import { obtainWasm } from "./obtainWasm.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Reinstalls a canister: its heap and stable memory are gone afterwards, so it asks first. */
export async function reinstallCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Reinstall Canister",
    fits: (it) => it.summary !== undefined && canInstall(it),
    none: "no canister of this project is installed yet. Install it first.",
  });
  if (canister?.project === undefined) return;
  const reinstall = "Reinstall";
  const chosen = await window.showWarningMessage(
    `Reinstall ${canister.name}?`,
    { modal: true, detail: "Its heap and its stable memory are emptied. Its id and its cycles stay." },
    reinstall,
  );
  if (chosen !== reinstall) return;
  const wasmPath = await obtainWasm(workbench, canister.project);
  if (wasmPath === undefined) return;
  const result = await installWasm(workbench, canister.project, "reinstall", wasmPath);
  if (result === undefined) return;
  expectInstalled(canister.name, "reinstall", result.outcome);
  workbench.log.info(`reinstalled ${canister.name} from ${wasmPath}`);
  await workbench.panel.show(workbench.canisters.find(canister.name) ?? canister);
}
