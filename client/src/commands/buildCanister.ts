import { window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { buildOrSay } from "./obtainWasm.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Builds a canister with cargo; installs nothing. */
export async function buildCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Build Canister",
    fits: (it) => it.project?.build !== undefined,
    none: "nothing here is built by cargo.",
  });
  if (canister?.project === undefined) return;
  const wasm = await buildOrSay(workbench, canister.project);
  if (wasm !== undefined) window.setStatusBarMessage(`$(check) Built ${canister.name}`, 5_000);
}
