import type { CanisterView, PanelCommand } from "../../client/src/explorer/messages.ts";
import { bytesText, scaled } from "./amounts.ts";
import { button, element } from "./dom.ts";

/** Head of the panel: which canister, its status, balance and memory, and what can be done with it. */
export function canisterView(view: CanisterView, run: (command: PanelCommand) => void): HTMLElement {
  const { summary } = view;
  const status = summary === undefined ? "not installed" : summary.moduleHash === undefined ? "empty" : summary.status;
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

function figure(name: string, value: string, title: string): HTMLElement {
  return element("div", { title }, [element("dt", { text: name }), element("dd", { text: value })]);
}

function actions(view: CanisterView, run: (command: PanelCommand) => void): HTMLElement {
  const { summary } = view;
  const installed = summary?.moduleHash !== undefined;
  const offered: readonly (readonly [PanelCommand, string, boolean])[] = [
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
  const buttons = offered
    .filter(([, , applies]) => applies)
    .map(([command, label], index) =>
      button(label, () => run(command), { class: index === 0 ? "primary" : "secondary" }),
    );
  return element("div", { class: "actions", attributes: { role: "toolbar", "aria-label": "Canister" } }, buttons);
}
