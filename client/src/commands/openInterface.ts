import { ViewColumn, window, workspace } from "vscode";
import { isInstalled } from "../explorer/canisterItem.ts";
import { interfaceAddress } from "../explorer/interfaceDocuments.ts";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Opens the Candid interface of the installed canister, as its Wasm carries it. */
export async function openInterface(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Open Candid Interface",
    fits: isInstalled,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const document = await workspace.openTextDocument(interfaceAddress(canister));
  await window.showTextDocument(document, { viewColumn: ViewColumn.Active, preview: true });
}
