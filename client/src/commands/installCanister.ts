import { window } from "vscode";
import { canInstall, isInstalled } from "../explorer/canisterItem.ts";
import type { Workbench } from "../workbench.ts";
import { chooseSubnet, expectInstalled, installWasm } from "./install.ts";
import { obtainWasm } from "./obtainWasm.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";
import { upgradeCanister } from "./upgradeCanister.ts";

/** Installs a canister of the project on the network, building it first where needed, and shows its methods. */
export async function installCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Install Canister",
    fits: canInstall,
    none: "there is nothing to install: its manifest names no Wasm and no Rust package.",
  });
  if (canister?.project === undefined) return;
  if (isInstalled(canister)) {
    const upgrade = "Upgrade";
    const chosen = await window.showInformationMessage(
      `${canister.name} is installed already. Upgrade it, keeping what its stable memory holds?`,
      upgrade,
    );
    if (chosen === upgrade) await upgradeCanister(workbench, argument);
    return;
  }
  const wasmPath = await obtainWasm(workbench, canister.project);
  if (wasmPath === undefined) return;
  const subnet = await chooseSubnet(workbench, canister);
  if (subnet === undefined) return;
  const result = await installWasm(workbench, canister.project, "install", wasmPath, subnet.name);
  if (result === undefined) return;
  expectInstalled(canister.name, "install", result.outcome);
  workbench.log.info(`installed ${canister.name} as ${result.canisterId} from ${wasmPath}`);
  await workbench.panel.show(workbench.canisters.find(canister.name) ?? canister);
}
