import { commands, workspace } from "vscode";
import { Obstacle } from "./obstacle.ts";

/**
 * Lets nothing of a folder be built or executed that the user does not trust. Stands in front of cargo and of the network,
 * because menus are not the only way to a command: code lenses and the panel call it, too.
 * @throws Obstacle in Restricted Mode.
 */
export function expectTrust(): void {
  if (workspace.isTrusted) return;
  throw new Obstacle(
    "This folder is in Restricted Mode: building its code and executing its canisters wait until you trust it.",
    [{ title: "Manage Workspace Trust", run: () => commands.executeCommand("workbench.trust.manage") }],
  );
}
