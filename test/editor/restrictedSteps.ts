/** Steps of the editor test in Restricted Mode: what works in a folder that is not trusted, and what says that it waits. */
import { equal, match, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openByTree } from "./panelActions.ts";
import type { Run, Step } from "./step.ts";

/** Diagnostics work, nothing is built or executed; trust changes that at once. */
export const restrictedSteps: readonly Step[] = [
  { name: "in Restricted Mode diagnostics work", essential: true, run: readSource },
  { name: "in Restricted Mode neither lens nor panel builds or executes", run: refuseToRun },
  { name: "a folder that gets trusted is executed", run: trust },
];

async function readSource({ editor, vaultFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(vaultFolder);
  // Older versions ask all the same.
  const question = page.getByRole("button", { name: "No, I don't trust the authors" });
  await question.waitFor({ timeout: 5_000 }).then(
    () => question.click(),
    () => {},
  );
  await page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await page.locator(".pane-body .message", { hasText: "Restricted Mode" }).waitFor();
  await editor.openFile("vault/src/lib.rs");
  await editor.command("Problems: Focus on Problems View");
  await page.locator(".markers-panel", { hasText: "reentrancy-check-then-act" }).waitFor();
  await editor.command("View: Hide Panel");
  await picture(page, "restricted");
}

async function refuseToRun({ editor, vaultFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  const refusal = page.locator(".notification-toast", { hasText: "This folder is in Restricted Mode" });
  for (const lens of ["Install", "Build", "Call"]) {
    await page.locator(".codelens-decoration a", { hasText: lens }).first().click();
    await refusal.first().waitFor();
    ok(await refusal.first().getByRole("button", { name: "Manage Workspace Trust" }).isVisible());
    await editor.command("Notifications: Clear All Notifications");
  }
  const panel = await openByTree(editor, "token");
  const buttons = await panel.locator("header button").allInnerTexts();
  equal(buttons.join(), "Manage Workspace Trust");
  match((await panel.locator(".call").innerText()) ?? "", /once you trust it/);
  await picture(page, "restricted-panel");
  ok(!existsSync(join(vaultFolder, ".canister-workbench/lock")), "no network was started");
  ok(!existsSync(join(vaultFolder, "target")), "nothing was built");
}

async function trust({ editor }: Run): Promise<void> {
  const { page } = editor;
  const panel = await editor.panel();
  await panel.getByRole("button", { name: "Manage Workspace Trust" }).click();
  await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await page.locator(".statusbar", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
  // The panel offers at once what it did not before. Older versions put the editor for trust into its place.
  await wait(1_000);
  const shown = panel.isDetached() ? await openByTree(editor, "token") : panel;
  // What earlier sessions installed in this folder runs again.
  await shown.getByRole("button", { name: /^(Install|Upgrade)$/ }).waitFor();
}
