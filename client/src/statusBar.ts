import { type Disposable, StatusBarAlignment, window } from "vscode";
import type { Activity } from "./activity.ts";
import type { CanisterList } from "./canisterList.ts";

/** One item at the left: how many canisters run, or what runs right now. */
export function showStatusBar(canisters: CanisterList, activity: Activity): Disposable[] {
  const item = window.createStatusBarItem("canisterWorkbench.status", StatusBarAlignment.Left, 20);
  item.name = "Canister Workbench";
  const update = () => {
    const running = activity.current;
    if (running !== undefined) {
      item.text = `$(sync~spin) ${running.title}`;
      item.tooltip = "Canister Workbench: click to cancel the message execution";
      item.command = "canisterWorkbench.cancelExecution";
    } else {
      item.text = `$(pulse) ICP: ${canisters.runningCount} running`;
      item.tooltip = "Canister Workbench: canisters of this workspace";
      item.command = "canisterWorkbench.canisters.focus";
    }
    item.accessibilityInformation = { label: item.text.replace(/\$\([^)]*\)\s*/, "Canister Workbench, ") };
    if (canisters.items.length > 0) item.show();
    else item.hide();
  };
  update();
  return [item, canisters.onChanged(update), activity.onChanged(update)];
}
