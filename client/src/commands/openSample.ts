import { access, cp, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { commands, type Memento, Uri, window, workspace } from "vscode";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/** The sample that the extension carries. */
const sampleName = "counter";
/** What its window shows first. */
const firstFile = "counter_v1/src/lib.rs";
/** Under this key the next window finds the folder of a sample that was just opened. */
const openedSampleKey = "openedSample";

/**
 * Opens the counter sample: a copy that is the user's own to change. A copy from an earlier time is opened as it is.
 * The window is reused when no folder is open in it.
 */
export async function openSample(workbench: Workbench): Promise<void> {
  const source = Uri.joinPath(workbench.extensionUri, "media/samples", sampleName).fsPath;
  if (!(await exists(source))) throw new Obstacle("This installation carries no sample.");
  const copy = Uri.joinPath(workbench.globalStorageUri, "samples", sampleName);
  if (!(await exists(copy.fsPath))) await copySample(source, copy.fsPath);
  await workbench.globalState.update(openedSampleKey, copy.fsPath);
  await commands.executeCommand("vscode.openFolder", copy, {
    forceNewWindow: workspace.workspaceFolders !== undefined,
  });
}

/** In the window that `openSample` opened: shows the sample's source and the Canisters view, once. */
export async function showOpenedSample(globalState: Memento): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined || globalState.get(openedSampleKey) !== folder.fsPath) return;
  await globalState.update(openedSampleKey, undefined);
  await commands.executeCommand("canisterWorkbench.canisters.focus");
  await window.showTextDocument(Uri.joinPath(folder, firstFile));
}

/** Copies the sample; its Wasm then counts as newer than its sources, which it was built from. */
async function copySample(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, errorOnExist: true });
  const later = new Date(Date.now() + 1_000);
  for (const name of await readdir(to, { recursive: true })) {
    if (/\.wasm(\.gz)?$/.test(name)) await utimes(join(to, name), later, later);
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
