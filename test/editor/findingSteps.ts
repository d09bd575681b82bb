/** Steps of the editor test about what is done with findings: fixes, suppressions, settings, other branches. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { persistently } from "./editor.ts";
import { until } from "./panelActions.ts";
import { checkOut, writeBranches } from "./shopProject.ts";
import type { Run, Step } from "./step.ts";

const opened = "src/lib.rs";
const heap = "heap-state-lost-on-upgrade";
const optIn = "debug-endpoint-exported";

/** In the shop. */
export const findingSteps: readonly Step[] = [
  { name: "a quick fix that is safe stands first, and is named once", essential: true, run: readFixes },
  { name: "a suppression that silences nothing is faded, and its quick fix removes it", run: removeSuppression },
  { name: "saving applies all safe fixes", run: fixOnSave },
  { name: "a severity in the settings counts at once", run: changeSeverity },
  { name: "an opt-in rule is found in the settings and turned on", run: turnOn },
  { name: "a rule's page is found by what the rule finds", run: explain },
  { name: "another branch is checked out: no finding of the one before stays", run: changeBranch },
  { name: "a folder that is deleted takes its package along", run: deleteFolder },
];

async function readFixes({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(shopFolder);
  await editor.openFile(opened);
  await editor.command("Problems: Focus on Problems View");
  await page.locator(".markers-panel .monaco-list-row", { hasText: heap }).waitFor();
  deepEqual(await quickFixes(editor, "println"), [
    "Use `ic_cdk::println!`",
    "Explain std-println",
    "Allow std-println here, with a reason",
  ]);
  await picture(page, "safe-fix");
  await page.keyboard.press("Escape");
}

async function removeSuppression({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await toLine(editor, 36);
  await page.locator(".squiggly-inline-unnecessary").first().waitFor();
  const faded = await page.locator(".squiggly-inline-unnecessary").allInnerTexts();
  match(faded.join("").replaceAll("\u00a0", " "), /allow\(std-time\)/);
  await picture(page, "faded");
  const titles = await quickFixes(editor, "clock");
  deepEqual(titles, ["Remove the suppression (check the result)", "Explain unused-suppression"]);
  await page.keyboard.press("Enter");
  await page.locator(".view-line", { hasText: "allow(std-time)" }).waitFor({ state: "detached" });
}

async function fixOnSave({ editor, shopFolder }: Run): Promise<void> {
  const { page } = editor;
  writeSettings(shopFolder, { "editor.codeActionsOnSave": { "source.fixAll.canisterWorkbench": "explicit" } });
  const text = () => readFileSync(join(shopFolder, opened), "utf8");
  // The window reads its settings when it comes to it: until then a save fixes nothing.
  await persistently(async (timeout) => {
    await wait(1_500);
    await editor.command("View: Focus First Editor Group");
    await page.keyboard.press("Control+KeyS");
    // The file may be read while it is written.
    const isFixed = () => text().match(/ic_cdk::println!\(/g)?.length === 2 && !/^\s*println!/m.test(text());
    await until(isFixed, timeout, "the safe fixes were not applied");
  });
  ok(!text().includes("allow(std-time)"), "what was changed before is saved");
}

async function changeSeverity({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: heap });
  await editor.command("Problems: Focus on Problems View");
  await row.locator(".codicon-warning").waitFor({ state: "attached" });
  writeSettings(shopFolder, { [`canisterWorkbench.rules.${heap}`]: "error" });
  await row.locator(".codicon-error").waitFor({ state: "attached" });
  await picture(page, "severity");
  writeSettings(shopFolder, { [`canisterWorkbench.rules.${heap}`]: "off" });
  await row.waitFor({ state: "detached" });
  writeSettings(shopFolder, {});
  await row.locator(".codicon-warning").waitFor({ state: "attached" });
}

async function turnOn({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.command("Preferences: Open Workspace Settings");
  await page.locator(".settings-editor").waitFor();
  await page.keyboard.type("debug endpoint exported");
  const setting = page.locator(".settings-editor .monaco-list-row", { hasText: "one for tests" }).first();
  await setting.waitFor();
  await wait(800);
  await picture(page, "opt-in-setting");
  await setting.locator("select").selectOption("on");
  await until(
    () => readFileSync(join(shopFolder, ".vscode/settings.json"), "utf8").includes(optIn),
    30_000,
    "the setting was not written",
  );
  await page.locator(".markers-panel .monaco-list-row", { hasText: optIn }).waitFor();
  await picture(page, "opt-in-on");
  await editor.command("View: Close Editor");
  writeSettings(shopFolder, {});
  await page.locator(".markers-panel .monaco-list-row", { hasText: optIn }).waitFor({ state: "detached" });
}

async function explain({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await persistently(async (timeout) => {
    await editor.command("ICP: Explain a Rule");
    await editor.row("analysis-cut-short").waitFor({ timeout });
    await editor.input.fill("written by updates", { timeout });
    await editor.row(heap).waitFor({ timeout });
    await picture(page, "explain");
    await editor.row(heap).click({ timeout });
  });
  await page.locator(".tab.active", { hasText: `${heap}.md` }).waitFor();
  await editor.command("View: Close Editor");
}

async function changeBranch({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.command("View: Close All Editors");
  writeBranches(shopFolder);
  for (const file of ["shop.did", "src/part1.rs", "src/part0.rs"]) await editor.openFile(file);
  await editor.command("Problems: Focus on Problems View");
  const row = (text: string) => page.locator(".markers-panel .monaco-list-row", { hasText: text });
  await row("std-thread").first().waitFor();
  const before = editor.log().length;
  checkOut(shopFolder, "other");
  await row("std-time").waitFor();
  await row("std-thread").first().waitFor({ state: "detached" });
  await row("did-out-of-sync").first().waitFor();
  await picture(page, "other-branch");
  checkOut(shopFolder, "main");
  await row("std-thread").first().waitFor();
  await row("std-time").waitFor({ state: "detached" });
  await row("did-out-of-sync").first().waitFor({ state: "detached" });
  const log = editor.log().slice(before);
  ok(!/\[(error|warning)\]/.test(log), log);
}

async function deleteFolder({ editor, shopFolder }: Run): Promise<void> {
  const { page } = editor;
  const manifest = (folder: string) => join(shopFolder, folder, "Cargo.toml");
  mkdirSync(join(shopFolder, "till/src"), { recursive: true });
  writeFileSync(manifest("till"), readFileSync(manifest(""), "utf8").replace('"shop"', '"till"'));
  writeFileSync(join(shopFolder, "till/src/lib.rs"), "");
  const canister = (name: string) => ({ type: "rust", package: name, candid: "shop.did" });
  const canisters = { shop: canister("shop"), till: canister("till") };
  writeFileSync(join(shopFolder, "dfx.json"), JSON.stringify({ canisters }, undefined, 2));
  await editor.openFile("dfx.json");
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: "recipe-package-mismatch" });
  await wait(2_000);
  equal(await row.count(), 0);
  rmSync(join(shopFolder, "till"), { recursive: true });
  await row.waitFor();
}

async function toLine(editor: Run["editor"], line: number): Promise<void> {
  await editor.ask("Control+KeyG", `:${line}`);
  await editor.page.keyboard.press("Enter");
}

/** The titles of the quick fixes at the first place of some text, with the list left open. */
async function quickFixes({ page }: Run["editor"], text: string): Promise<readonly string[]> {
  await page.locator(".view-line span span", { hasText: text }).first().click();
  const actions = page.locator(".action-widget .monaco-list-row.action");
  await until(
    async () => {
      await page.keyboard.press("Control+.");
      const isShown = actions.first().waitFor({ timeout: 5_000 });
      return await isShown.then(
        () => true,
        () => false,
      );
    },
    30_000,
    "no quick fix was offered",
  );
  await wait(300);
  return (await actions.allInnerTexts()).map((it) => it.trim());
}

function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify(settings));
}
