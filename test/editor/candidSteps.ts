/** Steps of the editor test about Candid files, in the shop. */
import { match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./panelActions.ts";
import { writeShop } from "./shopProject.ts";
import type { Run, Step } from "./step.ts";

/** What the editor does for Candid beside findings. */
export const candidSteps: readonly Step[] = [
  { name: "the outline of a .did file lists its methods", essential: true, run: readOutline },
  { name: "a type's hover shows what it stands for", run: hoverType },
  { name: "the definition of a type and of an import is in the other file", run: goToDefinition },
  { name: "the definition of a method is its Rust function", run: goToFunction },
  { name: "references are found over imports", run: findReferences },
  { name: "names of types are coloured as types", run: inspectTokens },
  { name: "completion offers declared types", run: complete },
  { name: "formatting puts a .did file in order", run: format },
  { name: "renaming a type changes the file that imports it", run: rename },
];

async function readOutline({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  writeShop(shopFolder);
  await editor.openFolder(shopFolder);
  await editor.openFile("shop.did");
  await editor.command("Explorer: Focus on Outline View");
  const rows = page.locator(".outline-tree .monaco-list-row");
  await rows.filter({ hasText: "buy" }).waitFor();
  await picture(page, "candid-outline");
  const names = await rows.allInnerTexts();
  for (const method of ["buy", "debug_state", "last"]) ok(names.join(" ").includes(method), method);
}

async function hoverType({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await clickWord(editor, /^Order$/);
  await editor.command("Show or Focus Hover");
  const hover = page.locator(".monaco-hover", { hasText: "What somebody wants." }).first();
  await hover.waitFor();
  match(await hover.innerText(), /type Order = record/);
  await picture(page, "candid-hover");
  await page.keyboard.press("Escape");
}

async function goToDefinition({ editor }: Run): Promise<void> {
  const { page } = editor;
  const there = page.locator('.tab.active[data-resource-name="types.did"]').first();
  for (const word of [/^Order$/, /types\.did/]) {
    await clickWord(editor, word);
    await page.keyboard.press("F12");
    await there.waitFor();
    await editor.openFile("shop.did");
  }
}

async function goToFunction({ editor }: Run): Promise<void> {
  const { page } = editor;
  await clickWord(editor, /^debug_state$/);
  await page.keyboard.press("F12");
  await page.locator('.tab.active[data-resource-name="lib.rs"]').first().waitFor();
  await page.locator(".statusbar", { hasText: "Ln 32, Col 4" }).waitFor();
  await editor.openFile("shop.did");
}

async function findReferences({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await clickWord(editor, /^Receipt$/);
  await editor.command("References: Find All References");
  await page.locator(".sidebar", { hasText: "3 results in 2 files" }).waitFor();
  await picture(page, "candid-references");
}

async function inspectTokens({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await clickWord(editor, /^Receipt$/);
  await editor.command("Developer: Inspect Editor Tokens and Scopes");
  const widget = page.locator(".token-inspect-widget", { hasText: "semantic token type" });
  await widget.waitFor();
  match(await widget.innerText(), /semantic token type\s+type/);
  await picture(page, "candid-token");
  await page.keyboard.press("Escape");
}

async function complete({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFile("types.did");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("type Many = vec Rec");
  await editor.command("Trigger Suggest");
  const row = page.locator(".suggest-widget .monaco-list-row", { hasText: "Receipt" }).first();
  await row.waitFor();
  await picture(page, "candid-completion");
  await row.click();
  await page.keyboard.type(";");
  await line(editor, "type Many = vec Receipt;").waitFor();
}

async function format({ editor, shopFolder }: Run): Promise<void> {
  const { page } = editor;
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("type   Few=record{a:nat;b:text}");
  await page.keyboard.press("Delete");
  await page.keyboard.type(";");
  await editor.command("Format Document");
  await line(editor, "type Few = record { a : nat; b : text };").waitFor();
  await page.keyboard.press("Control+KeyS");
  const text = () => readFileSync(join(shopFolder, "types.did"), "utf8");
  await until(() => text().includes("type Few = record {"), 30_000, "it was not saved");
  ok(text().startsWith("/// What somebody wants.\n"), text());
}

async function rename({ editor, shopFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await clickWord(editor, /^Receipt$/);
  await page.keyboard.press("F2");
  const input = page.locator(".rename-box input");
  await input.waitFor();
  await input.fill("Invoice");
  await picture(page, "candid-rename");
  await page.keyboard.press("Enter");
  await line(editor, "type Many = vec Invoice;").waitFor();
  await editor.command("File: Save All Files");
  const text = (file: string) => readFileSync(join(shopFolder, file), "utf8");
  await until(() => text("shop.did").includes("(opt Invoice) query"), 30_000, "the importing file was not changed");
  ok(!/Receipt/.test(text("shop.did") + text("types.did")), "no use was left");
}

/** Puts the cursor into the first place of a word. */
async function clickWord({ page }: Run["editor"], word: RegExp): Promise<void> {
  const span = page.locator(".editor-instance .view-line span span", { hasText: word }).first();
  await span.click();
}

function line({ page }: Run["editor"], text: string) {
  return page
    .locator(".view-line")
    .filter({ hasText: text.replaceAll(" ", "\u00a0") })
    .first();
}
