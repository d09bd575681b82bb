import { commands, type QuickPickItem, ThemeIcon, window } from "vscode";
import type { SnapshotSummary } from "../../../server/src/protocol/network.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

interface SnapshotRow extends QuickPickItem {
  readonly snapshot: SnapshotSummary;
}

/** What the user chose to do with a snapshot. */
interface SnapshotChoice {
  readonly action: "load" | "delete";
  readonly snapshot: SnapshotSummary;
}

/** Brings a canister back to a snapshot that the user picks; the list also deletes snapshots. */
export async function loadSnapshot(workbench: Workbench, argument: unknown): Promise<void> {
  const canister = await pickCanister(workbench, commandTarget(workbench, argument), {
    title: "Load Snapshot",
    fits: (it) => it.summary !== undefined,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const { name } = canister;
  let { snapshots } = await workbench.network.snapshots({ canister: name });
  if (snapshots.length === 0) throw noSnapshots(name);
  while (snapshots.length > 0) {
    const choice = await pickSnapshot(name, snapshots);
    if (choice === undefined) return;
    if (choice.action === "load") return await load(workbench, name, choice.snapshot);
    await deleteSnapshot(workbench, name, choice.snapshot);
    snapshots = (await workbench.network.snapshots({ canister: name })).snapshots;
  }
}

async function load(workbench: Workbench, name: string, { id, number }: SnapshotSummary): Promise<void> {
  const detail = "Its code, heap and stable memory become those of the snapshot. Its cycles and settings stay.";
  if (!(await confirmed(`Load snapshot ${number} of ${name}?`, detail, "Load"))) return;
  const outcome = await workbench.activity.during(`${name}: load snapshot`, () =>
    workbench.network.loadSnapshot({ canister: name, snapshot: id }),
  );
  await workbench.canisters.refreshStatus();
  expectReply(`The snapshot of ${name} was not loaded`, outcome);
  window.setStatusBarMessage(`$(check) ${name} is as in snapshot ${number}`, 5_000);
}

async function deleteSnapshot(workbench: Workbench, name: string, { id, number }: SnapshotSummary): Promise<void> {
  const detail = "The canister stays as it is; this snapshot cannot be loaded any more.";
  if (!(await confirmed(`Delete snapshot ${number} of ${name}?`, detail, "Delete"))) return;
  const outcome = await workbench.network.deleteSnapshot({ canister: name, snapshot: id });
  expectReply(`Snapshot ${number} of ${name} was not deleted`, outcome);
  window.setStatusBarMessage(`$(check) Deleted snapshot ${number} of ${name}`, 5_000);
}

async function confirmed(question: string, detail: string, confirm: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, confirm)) === confirm;
}

function noSnapshots(name: string): Obstacle {
  return new Obstacle(`${name} has no snapshots yet, so there is none to load.`, [
    {
      title: "Take Snapshot",
      run: () => commands.executeCommand("canisterWorkbench.takeSnapshot", { canister: name }),
    },
  ]);
}

/** Lets the user choose; the button of a row chooses to delete its snapshot. */
function pickSnapshot(name: string, snapshots: readonly SnapshotSummary[]): Promise<SnapshotChoice | undefined> {
  const pick = window.createQuickPick<SnapshotRow>();
  pick.title = `Snapshots of ${name}`;
  pick.placeholder = "Choose the snapshot to load";
  pick.items = snapshots.map(rowOf).reverse();
  return new Promise((resolve) => {
    const choose = (action: SnapshotChoice["action"], row: SnapshotRow | undefined) => {
      resolve(row === undefined ? undefined : { action, snapshot: row.snapshot });
      pick.hide();
    };
    pick.onDidAccept(() => choose("load", pick.selectedItems[0]));
    pick.onDidTriggerItemButton(({ item }) => choose("delete", item));
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function rowOf(snapshot: SnapshotSummary): SnapshotRow {
  return {
    snapshot,
    label: `Snapshot ${snapshot.number}`,
    description: `${new Date(snapshot.takenAt).toLocaleString()}, ${Math.ceil(snapshot.bytes / 1024)} KiB`,
    buttons: [{ iconPath: new ThemeIcon("trash"), tooltip: "Delete Snapshot" }],
  };
}
