import { window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

const units: Readonly<Record<string, bigint>> = { "": 1n, k: 10n ** 3n, m: 10n ** 6n, b: 10n ** 9n, t: 10n ** 12n };

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

/** Reads `1.5t`, `20b`, `500_000`; decimal cycles, undefined when it is no such number. */
export function parseCycles(text: string): string | undefined {
  const match = /^(\d[\d_]*)(?:\.(\d+))?\s*([kmbt]?)$/i.exec(text.trim());
  const unit = units[(match?.[3] ?? "").toLowerCase()];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const fraction = match[2] ?? "";
  const scaled = BigInt(match[1].replaceAll("_", "") + fraction) * unit;
  const divisor = 10n ** BigInt(fraction.length);
  return scaled % divisor === 0n ? (scaled / divisor).toString() : undefined;
}
