/** The steps of the editor test, in their order: each goes on where the one before ended. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { callMethod, callWith, installByTree, openByTree, until, upgradeTo } from "./panelActions.ts";
import type { Run, Step } from "./step.ts";

/** Everything that the editor test does. */
export const steps: readonly Step[] = [
  { name: "the explorer lists the canisters of icp.yaml", essential: true, run: listCanisters },
  { name: "opening the source shows a diagnostic", run: showDiagnostic },
  { name: "the lens above the canister installs it and opens the panel", essential: true, run: installByLens },
  { name: "three calls of increment and one of get answer", essential: true, run: callThreeTimes },
  { name: "the upgrade to the second version shows that the count is lost", essential: true, run: upgradeAndLose },
  { name: "the third version keeps its count through an upgrade", run: upgradeAndKeep },
  { name: "stop refuses calls, start takes them again", run: stopAndStart },
  { name: "a reload of the window keeps the panel and the state", run: reload },
  { name: "a changed source is built by the panel and upgraded", needsRust: true, run: buildAndUpgrade },
  { name: "a failed build installs nothing and fills Problems", needsRust: true, run: failBuild },
  {
    name: "an endless loop shows progress and is cancelled, and what was committed stays",
    needsRust: true,
    run: cancelLoop,
  },
  { name: "delete asks first and leaves the files alone", run: deleteCanister },
  { name: "VS Code tells how long the activation took", run: measureActivation },
  { name: "the attack on the vault shows in the trace", run: attackVault },
  { name: "an empty window offers the sample, and opens it at its source", run: openSample },
];

async function listCanisters({ editor: { page } }: Run): Promise<void> {
  await page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await page.locator(".pane-body .monaco-list-row", { hasText: "counter_v1" }).first().waitFor();
  const rows = await page.locator(".pane-body .monaco-list-row").allInnerTexts();
  equal(rows.filter((it) => it.includes("counter_v")).length, 3);
}

async function showDiagnostic({ editor, screenshot }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFile("counter_v1/src/lib.rs");
  await page.locator(".squiggly-warning, .squiggly-error").first().waitFor();
  await page.locator(".codelens-decoration a").first().waitFor();
  await editor.command("Go to Next Problem (Error, Warning, Info)");
  const marker = page.locator(".marker-widget");
  await marker.waitFor();
  match((await marker.textContent()) ?? "", /heap-state-lost-on-upgrade/);
  await page.keyboard.press("Escape");
  await editor.command("Show or Focus Hover");
  await page.locator(".monaco-hover", { hasText: "heap-state-lost-on-upgrade" }).waitFor();
  await wait(800);
  await screenshot(page, "diagnostic");
  await page.keyboard.press("Escape");
}

async function installByLens({ editor }: Run): Promise<void> {
  await editor.page.locator(".codelens-decoration a", { hasText: "Install" }).first().click();
  const panel = await editor.panel();
  await panel.locator(".badge-running").first().waitFor();
  await panel.locator(".method", { hasText: "increment" }).waitFor();
  match((await panel.locator("header").textContent()) ?? "", /lxzze-o7777-77777-aaaaa-cai/);
}

async function callThreeTimes({ editor, screenshot }: Run): Promise<void> {
  const panel = await editor.panel();
  for (const expected of ["(1 : nat64)", "(2 : nat64)", "(3 : nat64)"]) await callMethod(panel, "increment", expected);
  ok((await panel.locator(".trace-line").count()) > 0, "the call has a message trace");
  await wait(500);
  await screenshot(editor.page, "call");
  await callMethod(panel, "get", "(3 : nat64)");
  equal(await panel.locator(".history-row").count(), 4);
}

async function upgradeAndLose({ editor, screenshot }: Run): Promise<void> {
  const panel = await upgradeTo(editor, "counter_v2.wasm");
  const row = panel.locator(".comparison tr", { hasText: "query get" });
  deepEqual(await row.locator("td").allTextContents(), ["(3 : nat64)", "(0 : nat64)"]);
  ok((await row.getAttribute("class"))?.includes("important"), "the changed answer is marked");
  await wait(500);
  await screenshot(editor.page, "upgrade");
}

async function upgradeAndKeep({ editor, screenshot }: Run): Promise<void> {
  let panel = await upgradeTo(editor, "counter_v3.wasm");
  await callMethod(panel, "increment", "(1 : nat64)");
  await callMethod(panel, "increment", "(2 : nat64)");
  panel = await upgradeTo(editor, "counter_v3.wasm");
  const row = panel.locator(".comparison tr", { hasText: "query get" });
  deepEqual(await row.locator("td").allTextContents(), ["(2 : nat64)", "(2 : nat64)"]);
  match((await panel.locator(".verdict").textContent()) ?? "", /answers as before/);
  await wait(500);
  await screenshot(editor.page, "kept");
}

async function stopAndStart({ editor }: Run): Promise<void> {
  const panel = await editor.panel();
  await panel.getByRole("button", { name: "Stop", exact: true }).click();
  await panel.locator(".badge-stopped").waitFor();
  await panel.locator(".method", { hasText: "get" }).first().click();
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  await panel.locator(".badge-rejected").waitFor();
  await panel.getByRole("button", { name: "Start", exact: true }).click();
  await panel.locator(".badge-running").waitFor();
  await callMethod(panel, "get", "(2 : nat64)");
}

async function reload({ editor }: Run): Promise<void> {
  // The state is written when the extension host ends; the next one takes it up.
  await editor.command("Developer: Reload Window");
  await wait(2_000);
  const panel = await editor.panel();
  await panel.locator(".badge-running").waitFor();
  await callMethod(panel, "get", "(2 : nat64)");
}

async function buildAndUpgrade({ editor, folder }: Run): Promise<void> {
  await editor.openFile("counter_v1/src/lib.rs");
  await editor.replaceText("*count += 1;", "*count += 10;");
  const panel = await editor.panel();
  await panel.getByRole("button", { name: "Build", exact: true }).click();
  const wasm = join(folder, "target/wasm32-unknown-unknown/release/counter_v1.wasm");
  await until(() => existsSync(wasm), 900_000, "cargo left no Wasm");
  await editor.page.locator(".statusbar", { hasText: "Built counter_v1" }).waitFor({ timeout: 300_000 });
  await upgradeTo(editor, "its own source");
  await callMethod(panel, "increment", "(10 : nat64)");
}

async function failBuild({ editor }: Run): Promise<void> {
  await editor.openFile("counter_v1/src/lib.rs");
  await editor.replaceText("*count += 10;", "*count += ten;");
  const panel = await editor.panel();
  await panel.getByRole("button", { name: "Upgrade", exact: true }).click();
  await editor.row("its own source").click();
  const message = editor.page.locator(".notification-list-item-message", { hasText: "nothing was installed" });
  await message.first().waitFor({ timeout: 120_000 });
  await editor.command("Problems: Focus on Problems View");
  await editor.page.locator(".markers-panel", { hasText: "cannot find value `ten`" }).waitFor();
  await editor.command("Notifications: Clear All Notifications");
  await callMethod(panel, "get", "(10 : nat64)");
}

async function cancelLoop({ editor, screenshot }: Run): Promise<void> {
  await editor.openFile("counter_v1/src/lib.rs");
  await editor.replaceText("*count += ten;", "*count += 1; while *count > 1 { *count = 2 + *count % 7; }");
  const panel = await upgradeTo(editor, "its own source", 120_000);
  await callMethod(panel, "increment", "(1 : nat64)");
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  await panel.locator(".progress", { hasText: "of 40.000 B instructions" }).waitFor();
  await panel.locator(".progress").scrollIntoViewIfNeeded();
  await wait(1_500);
  await screenshot(editor.page, "progress");
  await panel.locator(".progress").getByRole("button", { name: "Cancel" }).click();
  await panel.locator(".progress").waitFor({ state: "detached" });
  await panel.locator(".result-rejected, .result-invalid").first().waitFor();
  await callMethod(panel, "get", "(1 : nat64)");
}

async function deleteCanister({ editor, folder }: Run): Promise<void> {
  const panel = await editor.panel();
  await panel.getByRole("button", { name: "Delete", exact: true }).click();
  await editor.page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete", exact: true }).click();
  await panel.locator(".badge-not-installed").waitFor();
  ok(existsSync(join(folder, "counter_v1/src/lib.rs")));
}

/** VS Code's own figure: loading the extension's code and calling `activate`. */
async function measureActivation({ editor }: Run): Promise<void> {
  await editor.command("Developer: Show Running Extensions");
  const row = editor.page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "Canister Workbench" });
  await row.first().waitFor();
  const text = (await row.first().locator(".activation-time").textContent()) ?? "";
  const millis = Number(/(\d+)ms/.exec(text)?.[1]);
  process.stdout.write(`           activation: ${text.trim()}; ${/activated in [\d.]+ ms/.exec(editor.log())?.[0]}\n`);
  process.stdout.write(`           the target is 150 ms on a machine that does nothing else\n`);
  // A machine that does much else multiplies VS Code's figure; what `activate` itself takes stays small.
  const own = Number(/activated in ([\d.]+) ms/.exec(editor.log())?.[1]);
  ok(own < 150, `activate took ${own} ms`);
  ok(millis > 0 && millis < 5_000, `activation took ${text}`);
}

/** Token, vault and attacker by their forms; the vault pays twice, and the trace shows why. */
async function attackVault({ editor, vaultFolder, screenshot }: Run): Promise<void> {
  await editor.openFolder(vaultFolder);
  await editor.page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await installByTree(editor, "token");
  await installByTree(editor, "vault", '(principal "lxzze-o7777-77777-aaaaa-cai")');
  await installByTree(editor, "attacker");
  let panel = await openByTree(editor, "token");
  await panel.locator(".method", { hasText: "mint" }).click();
  await callWith(panel, ["lqy7q-dh777-77777-aaaaq-cai", "1000"]);
  await callWith(panel, ["lz3um-vp777-77777-aaaba-cai", "100"]);
  panel = await openByTree(editor, "attacker");
  await callWith(panel, ["lqy7q-dh777-77777-aaaaq-cai", "100"]);
  match((await panel.locator(".reply").textContent()) ?? "", /tokens_after = 200 : nat64/);
  const lines = await panel.locator(".trace-line .event").allTextContents();
  equal(lines.filter((it) => it.startsWith("vault update withdraw")).length, 2);
  await panel.locator("h3", { hasText: "Message trace" }).scrollIntoViewIfNeeded();
  await panel.locator(".trace-line", { hasText: "vault update withdraw" }).last().scrollIntoViewIfNeeded();
  await wait(500);
  await screenshot(editor.page, "trace");
}

async function openSample({ editor }: Run): Promise<void> {
  const { page } = editor;
  await editor.openFolder(undefined);
  await page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await page.getByRole("button", { name: "Open the Counter Sample" }).click();
  await page.locator('.tab[data-resource-name="lib.rs"]').waitFor();
  await page.locator(".codelens-decoration a", { hasText: "Install" }).first().click();
  await (await editor.panel()).locator(".badge-running").waitFor();
}
