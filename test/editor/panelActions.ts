/** What several steps of the editor test do with the Canisters view and the panel. */
import { equal } from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Frame } from "playwright-core";
import type { Editor } from "./editor.ts";

/** Installs a canister from the Canisters view; `argument` answers the question for its initial argument. */
export async function installByTree(editor: Editor, name: string, argument?: string): Promise<void> {
  const panel = await openByTree(editor, name);
  await panel.getByRole("button", { name: "Install", exact: true }).click();
  if (argument !== undefined) {
    const input = editor.page.locator(".quick-input-widget input[type=text]").first();
    await editor.page.locator(".quick-input-widget", { hasText: `Argument to install ${name}` }).waitFor();
    await input.fill(argument);
    await editor.page.keyboard.press("Enter");
  }
  await panel.locator(".badge-running").first().waitFor();
}

/** Opens a canister from the Canisters view and gives its panel. */
export async function openByTree(editor: Editor, name: string): Promise<Frame> {
  await editor.page.locator(`.pane-body .monaco-list-row[aria-label^="Canister ${name},"]`).click();
  const panel = await editor.panel();
  await panel.locator("h1", { hasText: new RegExp(`^${name}$`) }).waitFor();
  return panel;
}

/** Fills in the call form that is shown, calls, and waits for the reply. */
export async function callWith(panel: Frame, values: readonly string[]): Promise<void> {
  const calls = await panel.locator(".history-replied").count();
  for (const [index, value] of values.entries()) await panel.locator(".inputs input").nth(index).fill(value);
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  await until(async () => (await panel.locator(".history-replied").count()) > calls, 30_000, "the call got no reply");
}

/** Calls a method without arguments and expects its reply. */
export async function callMethod(panel: Frame, method: string, reply: string): Promise<void> {
  const shown = panel.locator(".result .reply pre");
  await panel.locator(".method", { hasText: method }).first().click();
  const calls = await panel.locator(".history-row").count();
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  await until(
    async () => (await panel.locator(".history-row").count()) === calls + 1,
    30_000,
    `${method} was not called`,
  );
  await panel.locator(".history-row").first().locator(".outcome", { hasText: reply }).waitFor();
  await panel.locator(".result-replied").waitFor();
  equal(await shown.textContent(), reply);
}

/** Upgrades the canister in the panel to one of the offered Wasm files and waits for the comparison. */
export async function upgradeTo(editor: Editor, choice: string, millis = 30_000): Promise<Frame> {
  const panel = await editor.panel();
  const close = panel.locator(".upgrade").getByRole("button", { name: "Close" });
  if (await close.isVisible()) await close.click();
  await panel.getByRole("button", { name: "Upgrade", exact: true }).click();
  await editor.row(choice).click();
  await panel.locator(".comparison").waitFor({ timeout: millis });
  return panel;
}

/** Waits until something holds; throws `problem` after so many milliseconds. */
export async function until(holds: () => boolean | Promise<boolean>, millis: number, problem: string): Promise<void> {
  const end = Date.now() + millis;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(problem);
    await wait(100);
  }
}
