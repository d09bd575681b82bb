import {
  type Event,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  workspace,
} from "vscode";
import type { MethodForm } from "../../../server/src/protocol/callForm.ts";
import type { CanisterSummary, InterfaceResult } from "../../../server/src/protocol/network.ts";
import { assertNever } from "../assertNever.ts";
import type { CanisterList } from "../canisterList.ts";
import { type CanisterItem, contextWords, cyclesText, describeCanister, isInstalled } from "./canisterItem.ts";

/** A row of the Canisters view: a canister, or a method below it. */
export type TreeNode =
  | { readonly kind: "canister"; readonly canister: CanisterItem }
  | { readonly kind: "method"; readonly canister: CanisterItem; readonly method: MethodForm };

/** The Canisters view of the sidebar. Methods are asked for when a canister is unfolded. */
export class CanisterTree implements TreeDataProvider<TreeNode> {
  readonly #canisters: CanisterList;
  readonly #interfaceOf: (canister: CanisterItem) => Promise<InterfaceResult>;
  readonly #changed = new EventEmitter<undefined>();

  constructor(canisters: CanisterList, interfaceOf: (canister: CanisterItem) => Promise<InterfaceResult>) {
    this.#canisters = canisters;
    this.#interfaceOf = interfaceOf;
    canisters.onChanged(() => this.#changed.fire(undefined));
  }

  get onDidChangeTreeData(): Event<undefined> {
    return this.#changed.event;
  }

  getTreeItem(node: TreeNode): TreeItem {
    switch (node.kind) {
      case "canister":
        return canisterRow(node.canister, this.#stateText(node.canister));
      case "method":
        return methodRow(node.canister, node.method);
      default:
        return assertNever(node);
    }
  }

  /** Whether a canister is installed is not known where the network may not be started, or cannot. */
  #stateText(canister: CanisterItem): string {
    if (!workspace.isTrusted) return "not trusted";
    return this.#canisters.problem === undefined ? describeCanister(canister) : "not known";
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return this.#canisters.items.map((canister) => ({ kind: "canister", canister }));
    if (node.kind === "method" || !isInstalled(node.canister)) return [];
    const { canister } = node;
    // A canister without an interface has no rows below it; its panel says why.
    const found = await this.#interfaceOf(canister).catch(() => undefined);
    return (found?.form.methods ?? []).map((method) => ({ kind: "method", canister, method }));
  }
}

function canisterRow(canister: CanisterItem, state: string): TreeItem {
  const installed = isInstalled(canister);
  const row = new TreeItem(
    canister.name,
    installed ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  row.id = `canister:${canister.project?.projectDirectory ?? ""}:${canister.name}:${installed}`;
  row.description = state;
  row.contextValue = contextWords(canister);
  row.iconPath = statusIcon(canister);
  row.tooltip = canisterTooltip(canister);
  row.accessibilityInformation = { label: `Canister ${canister.name}, ${state}` };
  row.command = { command: "canisterWorkbench.openCanister", title: "Open", arguments: [{ canister: canister.name }] };
  return row;
}

function statusIcon({ summary }: CanisterItem): ThemeIcon {
  if (summary?.moduleHash === undefined) return new ThemeIcon("circle-large-outline");
  if (summary.status !== "running") return new ThemeIcon("debug-pause", new ThemeColor("charts.yellow"));
  return new ThemeIcon("circle-filled", new ThemeColor("charts.green"));
}

function canisterTooltip(canister: CanisterItem): MarkdownString {
  const text = new MarkdownString();
  const { project, summary } = canister;
  text.appendText(canister.name);
  if (summary !== undefined) for (const line of summaryLines(summary)) text.appendMarkdown("\n\n").appendText(line);
  if (project !== undefined) text.appendMarkdown("\n\n").appendText(`Declared in ${project.manifestPath}`);
  return text;
}

function summaryLines(summary: CanisterSummary): readonly string[] {
  return [
    `Id ${summary.canisterId}`,
    ...(summary.subnet === undefined ? [] : [`Subnet ${summary.subnet}`]),
    `Balance ${cyclesText(summary.cycles)}`,
    ...(summary.moduleHash === undefined ? ["No code installed"] : [`Module ${summary.moduleHash.slice(0, 16)}…`]),
    `Heap ${mebibytes(summary.heapMemoryBytes)}, stable memory ${mebibytes(summary.stableMemoryBytes)}`,
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function methodRow(canister: CanisterItem, method: MethodForm): TreeItem {
  const row = new TreeItem(method.name, TreeItemCollapsibleState.None);
  const mode = method.mode === "composite_query" ? "composite query" : method.mode;
  row.id = `method:${canister.name}:${method.name}`;
  row.description = mode === "update" ? method.results : `${mode} ${method.results}`;
  row.iconPath = new ThemeIcon(mode === "update" || mode === "oneway" ? "edit" : "eye");
  row.contextValue = "method";
  row.tooltip = method.documentation ?? `${method.name}: ${mode}, replies ${method.results}`;
  row.accessibilityInformation = { label: `${mode} method ${method.name} of ${canister.name}` };
  row.command = {
    command: "canisterWorkbench.openCanister",
    title: "Open Call Form",
    arguments: [{ canister: canister.name, method: method.name }],
  };
  return row;
}
