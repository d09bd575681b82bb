import { Uri, workspace } from "vscode";

const ignored = "**/{node_modules,target,.git,.icp,.dfx}/**";
/** How many Cargo.toml files are read before a workspace counts as one without canisters. */
const cargoFilesMax = 200;

/** Whether the open folders hold something of ours: a manifest of canisters, Candid, or a package with ic-cdk. */
export async function hasCanisterProject(): Promise<boolean> {
  if (workspace.textDocuments.some((it) => it.languageId === "candid")) return true;
  try {
    return await findsManifest();
  } catch {
    // The editor cannot search (its search program is missing or is refused): the language server looks for itself.
    return workspace.workspaceFolders !== undefined;
  }
}

async function findsManifest(): Promise<boolean> {
  const manifests = await workspace.findFiles("**/{icp.yaml,canister.yaml,dfx.json,*.did}", ignored, 1);
  if (manifests.length > 0) return true;
  for (const uri of await workspace.findFiles("**/Cargo.toml", ignored, cargoFilesMax)) {
    if (await dependsOnCdk(uri)) return true;
  }
  return false;
}

async function dependsOnCdk(uri: Uri): Promise<boolean> {
  try {
    return /^\s*\[?[\w.-]*\bic-cdk\b/m.test(Buffer.from(await workspace.fs.readFile(uri)).toString("utf8"));
  } catch {
    return false;
  }
}

/** Where the network of this window keeps its state: in the first open folder, so that the command line shares it. */
export function stateDirectory(storage: Uri): string {
  const folder = workspace.workspaceFolders?.[0];
  return Uri.joinPath(folder?.uri ?? storage, ".canister-workbench").fsPath;
}
