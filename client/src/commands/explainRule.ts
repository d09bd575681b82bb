import { access } from "node:fs/promises";
import { commands, Uri, window } from "vscode";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/** Opens the page of a rule: what it reports, why, and what to write instead. */
export async function explainRule(workbench: Workbench, argument: unknown): Promise<void> {
  const rule = typeof argument === "string" ? argument : await askRule();
  if (rule === undefined) return;
  if (!/^[a-z0-9-]+$/.test(rule)) throw new Obstacle(`${rule} is not the name of a rule.`);
  const page = Uri.joinPath(workbench.extensionUri, "media/rules", `${rule}.md`);
  const exists = await access(page.fsPath).then(
    () => true,
    () => false,
  );
  if (!exists) throw new Obstacle(`There is no rule ${rule}.`);
  await commands.executeCommand("markdown.showPreview", page);
}

async function askRule(): Promise<string | undefined> {
  return await window.showInputBox({
    title: "Explain a Rule",
    prompt: "The code that a diagnostic shows",
    placeHolder: "heap-state-lost-on-upgrade",
  });
}
