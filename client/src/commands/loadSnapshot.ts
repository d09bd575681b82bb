import { type QuickPickItem, ThemeIcon, window } from "vscode";
import type { SnapshotSummary } from "../../../server/src/protocol/network.ts";
import type { CanisterItem } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";
import { expectReply } from "./expectReply.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

interface SnapshotRow extends QuickPickItem {
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
  const { snapshots } = await workbench.network.snapshots({ canister: name });
  if (snapshots.length === 0) throw new Obstacle(`${name} has no snapshots. Take one first.`);
  const picked = await pickSnapshot(workbench, canister, snapshots);
  if (picked === undefined) return;
  const load = "Load";
  const chosen = await window.showWarningMessage(
    `Load snapshot ${picked.number} of ${name}?`,
    {
      modal: true,
      detail: "Its code, heap and stable memory become those of the snapshot. Its cycles and settings stay.",
    },
    load,
  );
  if (chosen !== load) return;
  const outcome = await workbench.activity.during(`${name}: load snapshot`, () =>
    workbench.network.loadSnapshot({ canister: name, snapshot: picked.id }),
  );
  await workbench.canisters.refreshStatus();
  expectReply(`The snapshot of ${name} was not loaded`, outcome);
  window.setStatusBarMessage(`$(check) ${name} is as in snapshot ${picked.number}`, 5_000);
}

/** Lets the user choose; the button of a row deletes its snapshot. */
function pickSnapshot(
  workbench: Workbench,
  { name }: CanisterItem,
  snapshots: readonly SnapshotSummary[],
): Promise<SnapshotSummary | undefined> {
  const pick = window.createQuickPick<SnapshotRow>();
  pick.title = `Snapshots of ${name}`;
  pick.placeholder = "Choose the snapshot to load";
  pick.items = snapshots.map(rowOf).reverse();
  return new Promise((resolve, reject) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.snapshot);
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => {
      workbench.network
        .deleteSnapshot({ canister: name, snapshot: item.snapshot.id })
        .then((outcome) => {
          expectReply(`Snapshot ${item.snapshot.number} of ${name} was not deleted`, outcome);
          pick.items = pick.items.filter((it) => it !== item);
          if (pick.items.length === 0) pick.hide();
        })
        .catch((error: unknown) => {
          reject(error);
          pick.hide();
        });
    });
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
