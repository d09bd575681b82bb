import { basename } from "node:path";
import { commands, type QuickPickItem, Uri, window, workspace } from "vscode";
import type { ProjectCanister } from "../../../server/src/protocol/language.ts";
import { type CanisterItem, canInstall, describeCanister, isInstalled } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import { keptWasmFiles, newestWasm } from "../wasmFiles.ts";
import type { Workbench } from "../workbench.ts";
import { expectInstalled, installWasm } from "./install.ts";
import { obtainWasm } from "./obtainWasm.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** What is upgraded, and to which Wasm. */
interface Upgrade {
  readonly canister: CanisterItem;
  readonly project: ProjectCanister;
  readonly wasmPath: string;
}

/** Upgrades a canister and shows its state before and after. */
export async function upgradeCanister(workbench: Workbench, argument: unknown): Promise<void> {
  const upgrade = await chooseUpgrade(workbench, argument);
  if (upgrade === undefined) return;
  const { canister, project, wasmPath } = upgrade;
  const startedMillis = Date.now();
  const result = await installWasm(workbench, project, "upgrade", wasmPath);
  if (result === undefined) return;
  await workbench.panel.showUpgrade(workbench.canisters.find(canister.name) ?? canister, {
    canister: canister.name,
    wasm: basename(wasmPath),
    outcome: result.outcome,
    startedMillis,
    ...(result.before === undefined ? {} : { before: result.before }),
    ...(result.after === undefined ? {} : { after: result.after }),
  });
  expectInstalled(canister.name, "upgrade", result.outcome);
  workbench.log.info(`upgraded ${canister.name} to ${wasmPath}`);
}

async function chooseUpgrade(workbench: Workbench, argument: unknown): Promise<Upgrade | undefined> {
  const target = commandTarget(workbench, argument);
  if (target.canister?.project !== undefined && !isInstalled(target.canister)) {
    return await upgradeAnother(workbench, target.canister.name, target.canister.project);
  }
  const canister = await pickCanister(workbench, target, {
    title: "Upgrade Canister",
    fits: (it) => isInstalled(it) && canInstall(it),
    none: "no canister of this project is installed yet. Install it first.",
  });
  if (canister?.project === undefined) return undefined;
  const wasmPath = await chooseWasm(workbench, canister.project);
  return wasmPath === undefined ? undefined : { canister, project: canister.project, wasmPath };
}

/** A canister that is not installed can be the next version of one that is. */
async function upgradeAnother(workbench: Workbench, name: string, next: ProjectCanister): Promise<Upgrade | undefined> {
  const installed = workbench.canisters.items.filter((it) => isInstalled(it) && it.project !== undefined);
  if (installed.length === 0) {
    throw new Obstacle(`${name} is not installed yet, so there is nothing to upgrade.`, [
      { title: "Install", run: () => commands.executeCommand("canisterWorkbench.installCanister", { canister: name }) },
    ]);
  }
  const rows = installed.map((canister): QuickPickItem & { canister: CanisterItem } => ({
    canister,
    label: `Upgrade ${canister.name} to ${name}`,
    description: describeCanister(canister),
  }));
  const chosen = await window.showQuickPick(rows, {
    title: `Upgrade to ${name}`,
    placeHolder: `${name} is not installed itself. Which canister should become it?`,
  });
  if (chosen?.canister.project === undefined) return undefined;
  const wasmPath = await obtainWasm(workbench, next);
  if (wasmPath === undefined) return undefined;
  return { canister: chosen.canister, project: chosen.canister.project, wasmPath };
}

/** The Wasm to upgrade to: asked for only where the project keeps more than one. */
async function chooseWasm(workbench: Workbench, project: ProjectCanister): Promise<string | undefined> {
  const kept = await keptWasmFiles(project);
  if (kept.length < 2) return await obtainWasm(workbench, project);
  type Row = QuickPickItem & { readonly path?: string; readonly own?: boolean };
  const own = await newestWasm(project);
  const rows: readonly Row[] = [
    {
      label: `$(file-code) ${project.name}`,
      description: project.build === undefined ? "as its manifest says" : "its own source, built where it changed",
      own: true,
    },
    ...kept
      .filter((path) => path !== own?.path)
      .map((path) => ({
        label: `$(file-binary) ${basename(path)}`,
        description: workspace.asRelativePath(path),
        path,
      })),
    { label: "$(folder-opened) Browse…" },
  ];
  const chosen = await window.showQuickPick(rows, {
    title: `Upgrade ${project.name}`,
    placeHolder: "Choose what to upgrade to",
  });
  if (chosen === undefined) return undefined;
  if (chosen.own === true) return await obtainWasm(workbench, project);
  if (chosen.path !== undefined) return chosen.path;
  const files = await window.showOpenDialog({
    defaultUri: Uri.file(project.projectDirectory),
    filters: { "Canister modules": ["wasm", "gz"] },
    openLabel: "Upgrade",
  });
  return files?.[0]?.fsPath;
}
