import { type QuickPickItem, window } from "vscode";
import { type CanisterItem, describeCanister } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/** What a command was invoked on: a row of the tree, a code lens, the panel, or nothing (the command palette). */
export interface CommandTarget {
  readonly canister?: CanisterItem;
  readonly method?: string;
  /** Whether a code lens or an inline button asked, so that what needs no further input is done at once. */
  readonly direct: boolean;
}

/** Reads the argument that VS Code hands to a command. */
export function commandTarget(workbench: Workbench, argument: unknown): CommandTarget {
  if (typeof argument !== "object" || argument === null) return { direct: false };
  const fields = new Map<string, unknown>(Object.entries(argument));
  const canister = findCanister(workbench, fields.get("canister"));
  const method = methodName(fields.get("method"));
  return {
    ...(canister === undefined ? {} : { canister }),
    ...(method === undefined ? {} : { method }),
    direct: fields.has("projectDirectory") || fields.get("kind") === "method",
  };
}

/**
 * The canister that a command is about: the one it was invoked on, the only one that fits, or the one that the user
 * picks; undefined when the user picks none.
 * @throws Obstacle when no canister fits.
 */
export async function pickCanister(
  workbench: Workbench,
  target: CommandTarget,
  question: { readonly title: string; readonly fits: (canister: CanisterItem) => boolean; readonly none: string },
): Promise<CanisterItem | undefined> {
  if (target.canister !== undefined) {
    if (!question.fits(target.canister)) throw new Obstacle(`${target.canister.name}: ${question.none}`);
    return target.canister;
  }
  const fitting = workbench.canisters.items.filter(question.fits);
  if (fitting.length === 0) throw new Obstacle(question.none);
  if (fitting.length === 1) return fitting[0];
  const rows = fitting.map((canister): QuickPickItem & { canister: CanisterItem } => ({
    canister,
    label: canister.name,
    description: describeCanister(canister),
  }));
  return (await window.showQuickPick(rows, { title: question.title, placeHolder: "Choose a canister" }))?.canister;
}

function findCanister(workbench: Workbench, value: unknown): CanisterItem | undefined {
  const name =
    typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
      ? value.name
      : value;
  if (typeof name !== "string") return undefined;
  const found = workbench.canisters.find(name);
  if (found === undefined) throw new Obstacle(`There is no canister ${name} in this workspace.`);
  return found;
}

function methodName(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? value.name
    : undefined;
}
