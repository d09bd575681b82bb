import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Opens the panel of a canister, at the form of a method if one is named. */
export async function openCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const target = commandTarget(workbench, argument);
  const canister = await pickCanister(workbench, target, {
    title: "Open Canister",
    fits: () => true,
    none: "no manifest of this workspace declares a canister.",
  });
  if (canister !== undefined) await workbench.panel.show(canister, target.method);
}
