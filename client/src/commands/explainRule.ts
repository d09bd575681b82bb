import { access, readFile } from "node:fs/promises";
import { commands, Uri, window, workspace } from "vscode";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/** Opens the page of a rule: what it reports, why, and what to write instead. */
export async function explainRule(workbench: Workbench, argument: unknown): Promise<void> {
  const pages = Uri.joinPath(workbench.extensionUri, "media/rules");
  const rule = typeof argument === "string" ? argument : await askRule(pages);
  if (rule === undefined) return;
  if (!/^[a-z0-9-]+$/.test(rule)) throw new Obstacle(`${rule} is not the name of a rule.`);
  const page = Uri.joinPath(pages, `${rule}.md`);
  const exists = await access(page.fsPath).then(
    () => true,
    () => false,
  );
  if (!exists) throw new Obstacle(`There is no rule ${rule}.`);
  await commands.executeCommand("markdown.showPreview", page);
}

/** Lets the user pick one of the pages by the rule's name or by what it finds. */
async function askRule(pages: Uri): Promise<string | undefined> {
  const files = await workspace.fs.readDirectory(pages);
  const rules = files.flatMap(([name]) => (name.endsWith(".md") ? name.slice(0, -".md".length) : [])).sort();
  const items = rules.map(async (label) => {
    const text = await readFile(Uri.joinPath(pages, `${label}.md`).fsPath, "utf8");
    return { label, detail: text.split("\n").find((it) => it !== "" && !it.startsWith("#")) ?? "" };
  });
  const options = { title: "Explain a Rule", placeHolder: "The code that a diagnostic shows", matchOnDetail: true };
  return (await window.showQuickPick(Promise.all(items), options))?.label;
}
