import { window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";
import { parseCycles } from "./readAmounts.ts";

/** Adds cycles to a canister's balance. */
export async function addCycles(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Add Cycles",
    fits: (it) => it.summary !== undefined,
    none: "there is no canister on the network.",
  });
  if (canister === undefined) return;
  const text = await window.showInputBox({
    title: `Add Cycles to ${canister.name}`,
    prompt: "A number of cycles, with k, m, b or t for thousands to trillions",
    value: "1t",
    validateInput: (it) =>
      parseCycles(it) === undefined ? "Write a number such as 500_000_000, 20b or 1.5t." : undefined,
  });
  const amount = text === undefined ? undefined : parseCycles(text);
  if (amount === undefined) return;
  await workbench.network.addCycles({ canister: canister.name, amount });
  await workbench.canisters.refreshStatus();
}
