/** Steps of the editor test about what stands under a line of source, in the vault sample. */
import { deepEqual, ok } from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { until } from "./panelActions.ts";
import type { Run, Step } from "./step.ts";

const rule = "reentrancy-check-then-act";

/** From a finding to its places, its page and its suppression. */
export const sourceSteps: readonly Step[] = [
  { name: "Problems shows a finding with the places that explain it", essential: true, run: listProblem },
  { name: "the hover over a finding has a link to the rule's page", run: openPageFromHover },
  { name: "the quick fix that allows a finding asks for its reason", run: allowWithReason },
  { name: "a method's hover tells what it is", run: hoverMethod },
  { name: "the walkthrough has no marks of Markdown in it", run: readWalkthrough },
  { name: "a manifest, Candid and Rust that cannot be read say where", run: showBroken },
];

async function listProblem({ editor, vaultFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(vaultFolder);
  await editor.openFile("vault/src/lib.rs");
  await editor.command("Problems: Focus on Problems View");
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: rule });
  await row.waitFor();
  const related = page.locator(".markers-panel .monaco-list-row", { hasText: "other messages are executed here" });
  if (!(await related.isVisible())) {
    await row.click();
    await page.keyboard.press("ArrowRight");
  }
  await related.waitFor();
  await picture(page, "problems");
  // What the finding says, and that its two places stand below it.
  const rows = await page.locator(".markers-panel .monaco-list-row").allInnerTexts();
  ok(
    rows.some((it) => /\[Ln 67, Col 5\]/.test(it)) && rows.some((it) => /\[Ln 68, Col 41\]/.test(it)),
    rows.join("\n"),
  );
}

async function openPageFromHover({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await toFinding(editor);
  await editor.command("Show or Focus Hover");
  const link = page.locator(".monaco-hover .code-link");
  await link.waitFor();
  await picture(page, "hover");
  await link.click();
  await page.locator(`.tab[data-resource-name="${rule}.md"]`).waitFor();
  await page.locator(".editor-instance iframe, iframe.webview").first().waitFor();
  await wait(1_500);
  await picture(page, "rule-page");
  await editor.command("View: Close Editor");
}

async function allowWithReason({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await toFinding(editor);
  await page.keyboard.press("Control+.");
  const actions = page.locator(".action-widget .monaco-list-row");
  await actions.first().waitFor();
  await wait(300);
  await picture(page, "quick-fixes");
  const titles = (await actions.allInnerTexts()).map((it) => it.trim());
  deepEqual(titles, ["Quick Fix", `Explain ${rule}`, `Allow ${rule} here, with a reason`]);
  await actions.last().click();
  await page.locator(".view-line", { hasText: "TODO: say why" }).waitFor();
  // The reason is selected: what is typed takes its place.
  await page.keyboard.type("the token canister is ours");
  await page.keyboard.press("Escape");
  const line = page.locator(".view-line", { hasText: `allow(${rule})` });
  const text = async () => ((await line.textContent()) ?? "").replaceAll("\u00a0", " ");
  await until(
    async () => (await text()).endsWith("because the token canister is ours"),
    30_000,
    "no reason was written",
  );
  await page.locator(".markers-panel", { hasText: "No problems have been detected" }).waitFor();
  await picture(page, "allowed");
  await editor.command("File: Revert File");
}

async function hoverMethod({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.command("View: Focus First Editor Group");
  const name = page.locator(".view-line span", { hasText: /^withdraw$/ }).first();
  await name.click();
  await editor.command("Show or Focus Hover");
  await page.locator(".monaco-hover", { hasText: "update" }).first().waitFor();
  await picture(page, "method-hover");
  await page.keyboard.press("Escape");
}

async function readWalkthrough({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(undefined);
  await editor.command("Welcome: Open Walkthrough");
  await editor.row("Run your first canister").click();
  const steps = page.locator(".gettingStartedDetailsContent .getting-started-step");
  await steps.first().waitFor();
  for (let index = 0; index < (await steps.count()); index++) {
    await steps.nth(index).click();
    const text = await steps.nth(index).innerText();
    ok(!/[*`_]/.test(text.replaceAll("counter_v1", "")), text);
    if (index === 1) await picture(page, "walkthrough");
  }
}

async function showBroken({ editor, brokenFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(brokenFolder);
  await page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await page.locator(".pane-body", { hasText: "Open a manifest to see whether it has errors" }).first().waitFor();
  const files = [
    ["icp.yaml", "manifest-syntax"],
    ["ledger.did", "did-syntax"],
    ["src/lib.rs", "analysis-cut-short"],
  ] as const;
  for (const [file, finding] of files) {
    await editor.openFile(file);
    await editor.command("Problems: Focus on Problems View");
    await page.locator(".markers-panel .monaco-list-row", { hasText: finding }).first().waitFor();
  }
  await picture(page, "broken");
}

async function toFinding(editor: Run["editor"]): Promise<void> {
  const { page } = editor;
  await editor.command("View: Focus First Editor Group");
  await editor.command("Go to Next Problem (Error, Warning, Info)");
  await page.locator(".marker-widget", { hasText: rule }).waitFor();
  await page.keyboard.press("Escape");
}
