import type { CanisterView, PanelCommand } from "../../client/src/explorer/messages.ts";
import { bytesText, scaled } from "./amounts.ts";
import { button, element } from "./dom.ts";

/** Head of the panel: which canister, its status, balance and memory, and what can be done with it. */
export function canisterView(view: CanisterView, run: (command: PanelCommand) => void): HTMLElement {
  const { summary } = view;
  const status = statusText(view);
  return element("header", { class: "canister" }, [
    element("div", { class: "title-line" }, [
      element("h1", { text: view.canister }),
      element("span", { class: `badge badge-${status.replace(" ", "-")}`, text: status }),
      view.source === undefined ? undefined : element("span", { class: "muted", text: view.source }),
    ]),
    summary === undefined
      ? undefined
      : element("dl", { class: "figures-row" }, [
          element("div", {}, [
            element("dt", { text: "Id" }),
            element("dd", {}, [
              button(summary.canisterId, () => run("copyId"), { class: "link code", title: "Copy the canister id" }),
            ]),
          ]),
          summary.subnet === undefined ? undefined : figure("Subnet", summary.subnet, "the subnet that runs it"),
          figure("Cycles", scaled(summary.cycles), `${summary.cycles} cycles`),
          figure("Heap", bytesText(summary.heapMemoryBytes), "Wasm memory, emptied by an upgrade"),
          figure("Stable memory", bytesText(summary.stableMemoryBytes), "kept by an upgrade"),
          summary.moduleHash === undefined
            ? undefined
            : figure("Module", `${summary.moduleHash.slice(0, 10)}…`, `SHA-256 ${summary.moduleHash}`),
        ]),
    actions(view, run),
  ]);
}

function statusText({ isTrusted, summary }: CanisterView): string {
  if (!isTrusted) return "not trusted";
  if (summary === undefined) return "not installed";
  return summary.moduleHash === undefined ? "empty" : summary.status;
}

function figure(name: string, value: string, title: string): HTMLElement {
  return element("div", { title }, [element("dt", { text: name }), element("dd", { text: value })]);
}

function actions(view: CanisterView, run: (command: PanelCommand) => void): HTMLElement {
  const buttons = offered(view)
    .filter(([, , applies]) => applies)
    .map(([command, label], index) =>
      button(label, () => run(command), { class: index === 0 ? "primary" : "secondary" }),
    );
  return element("div", { class: "actions", attributes: { role: "toolbar", "aria-label": "Canister" } }, buttons);
}

/** What can be done with the canister, and whether it can be done now. */
function offered(view: CanisterView): readonly (readonly [PanelCommand, string, boolean])[] {
  const { summary } = view;
  const installed = summary?.moduleHash !== undefined;
  if (!view.isTrusted) return [["manageTrust", "Manage Workspace Trust", true]];
  return [
    ["install", "Install", !installed && view.canInstall],
    ["upgrade", "Upgrade", installed && view.canInstall],
    ["build", "Build", view.canBuild],
    ["stop", "Stop", installed && summary.status === "running"],
    ["start", "Start", installed && summary.status !== "running"],
    ["openInterface", "Interface", installed],
    ["showLogs", "Logs", installed],
    ["addCycles", "Add Cycles", summary !== undefined],
    ["reinstall", "Reinstall", installed && view.canInstall],
    ["delete", "Delete", summary !== undefined],
  ];
}
