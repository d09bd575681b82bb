import { window } from "vscode";
import type { Workbench } from "../workbench.ts";

/** Makes a new local identity and selects it. */
export async function createIdentity(workbench: Workbench): Promise<void> {
  const { identities } = await workbench.network.status();
  const name = await window.showInputBox({
    title: "Create Identity",
    prompt: "A local identity for this workspace, with a principal of its own",
    placeHolder: "alice",
    validateInput: (text) => {
      if (!/^[A-Za-z0-9_-]{1,40}$/.test(text)) return "Use 1 to 40 letters, digits, - or _.";
      return identities.some((it) => it.name === text) ? `There is an identity ${text} already.` : undefined;
    },
  });
  if (name === undefined) return;
  await workbench.network.createIdentity({ name });
  await workbench.network.selectIdentity({ name });
  await workbench.canisters.refreshStatus();
}
