import { env, window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Puts a canister's id into the clipboard. */
export async function copyCanisterId(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Copy Canister Id",
    fits: (it) => it.summary !== undefined,
    none: "it has no id before it is installed.",
  });
  if (canister?.summary === undefined) return;
  await env.clipboard.writeText(canister.summary.canisterId);
  window.setStatusBarMessage(`$(check) Copied ${canister.summary.canisterId}`, 5_000);
}
