import { access, cp, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { commands, Uri, workspace } from "vscode";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/** The sample that the extension carries. */
const sampleName = "counter";

/**
 * Opens the counter sample: a copy that is the user's own to change. A copy from an earlier time is opened as it is.
 * The window is reused when no folder is open in it.
 */
export async function openSample(workbench: Workbench): Promise<void> {
  const source = Uri.joinPath(workbench.extensionUri, "media/samples", sampleName).fsPath;
  if (!(await exists(source))) throw new Obstacle("This installation carries no sample.");
  const copy = Uri.joinPath(workbench.globalStorageUri, "samples", sampleName);
  if (!(await exists(copy.fsPath))) await copySample(source, copy.fsPath);
  await commands.executeCommand("vscode.openFolder", copy, {
    forceNewWindow: workspace.workspaceFolders !== undefined,
  });
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
