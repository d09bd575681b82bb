/** Steps of the editor test with a canister that does everything that goes wrong. */
import { equal, match, ok } from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { installByTree, openByTree, until } from "./panelActions.ts";
import type { Run, Step } from "./step.ts";
import { hostileText } from "./trialCanister.ts";

/** What a canister may do to the editor, and what the network's settings ask. */
export const trialSteps: readonly Step[] = [
  { name: "a reply with markup is shown as text", essential: true, run: showMarkup },
  { name: "a module that is none is refused with its reason", run: refuseModule },
  { name: "a reject and a trap say what happened, the backtrace once", run: showTrap },
  { name: "a log of thousands of lines is shown in its own channel", run: showLogs },
  { name: "an endless loop is cancelled, and the canister goes on", run: cancelSpin },
  { name: "a canister that wants all memory is refused, and goes on", run: refuseMemory },
  { name: "a network process that is killed is started again, and nothing is lost", run: killNetwork },
  { name: "state that cannot be read is kept aside, and the window says so", run: spoilState },
  { name: "a second window says who has the network", run: openSecondWindow },
  { name: "an HTTPS outcall is made only after it was allowed", run: askForOutcall },
  { name: "snapshots are taken, deleted and loaded, each after a question", run: keepSnapshots },
  { name: "the metering profile is a setting, and counts name it", run: chooseMetering },
  { name: "with several subnets the installation asks for one", run: chooseSubnet },
];

async function showMarkup({ editor, trialFolder, picture }: Run): Promise<void> {
  await editor.openFolder(trialFolder);
  await editor.page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await installByTree(editor, "trial");
  const panel = await editor.panel();
  await call(panel, "markup");
  ok((await panel.locator(".reply pre").textContent())?.includes(hostileText.replaceAll('"', '\\"')));
  equal(await panel.evaluate(() => document.body.dataset["hit"]), undefined);
  match((await panel.locator(".result dt").first().textContent()) ?? "", /Instructions \(memory tracker\)/);
  await picture(editor.page, "markup");
}

async function refuseModule({ editor, picture }: Run): Promise<void> {
  const panel = await openByTree(editor, "broken");
  await panel.getByRole("button", { name: "Install", exact: true }).click();
  const message = editor.page.locator(".notification-toast", { hasText: "broken.wasm cannot be installed" });
  await message.waitFor();
  match(await message.innerText(), /do not begin as a WebAssembly module/);
  await picture(editor.page, "no-module");
  await editor.command("Notifications: Clear All Notifications");
  await openByTree(editor, "trial");
}

async function showTrap({ editor, picture }: Run): Promise<void> {
  const panel = await editor.panel();
  await call(panel, "refuse");
  equal(await panel.locator(".result .message").textContent(), "only the owner may do this");
  await call(panel, "fail");
  match(
    (await panel.locator(".result .message").textContent()) ?? "",
    /\ntrial::ledger::debit\ntrial::ledger::transfer\n/,
  );
  const trace = (await panel.locator(".trace").innerText()) ?? "";
  // The log line has a backtrace of its own; trap and reject do not repeat that of the message.
  equal(trace.split("trial::ledger::debit").length - 1, 1);
  await picture(editor.page, "trap");
}

async function showLogs({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  const panel = await editor.panel();
  await call(panel, "shout");
  await panel.getByRole("button", { name: "Logs", exact: true }).click();
  const line = page.locator(".output-view .view-line", { hasText: "a line of the log, with <b>tags</b>" });
  await line.first().waitFor();
  await picture(page, "logs");
  await editor.command("View: Hide Panel");
}

async function cancelSpin({ editor, picture }: Run): Promise<void> {
  const panel = await editor.panel();
  const calls = await beginCall(panel, "spin");
  await panel.locator(".progress", { hasText: "of 40.000 B instructions" }).waitFor();
  await picture(editor.page, "spin");
  await panel.locator(".progress").getByRole("button", { name: "Cancel" }).click();
  await endCall(panel, calls);
  match((await panel.locator(".result .message").textContent()) ?? "", /cancelled/i);
  await call(panel, "markup");
  await panel.locator(".result-replied").waitFor();
}

async function refuseMemory({ editor, picture }: Run): Promise<void> {
  const panel = await editor.panel();
  await call(panel, "grow");
  match((await panel.locator(".result .message").textContent()) ?? "", /IC0532|cannot grow memory|out of memory/i);
  await picture(editor.page, "grow");
}

async function killNetwork({ editor, trialFolder, picture }: Run): Promise<void> {
  const panel = await editor.panel();
  const calls = await beginCall(panel, "spin");
  await panel.locator(".progress", { hasText: "of 40.000 B instructions" }).waitFor();
  process.kill(networkProcess(trialFolder), "SIGKILL");
  const message = editor.page.locator(".notification-toast", { hasText: "ended unexpectedly (signal SIGKILL)" });
  await message.first().waitFor();
  await picture(editor.page, "killed");
  await endCall(panel, calls);
  await editor.command("Notifications: Clear All Notifications");
  await panel.locator(".badge-running").waitFor();
  await call(panel, "markup");
  await panel.locator(".result-replied").waitFor();
}

/** The process that has the network of a folder, by the lock that it holds. */
function networkProcess(folder: string): number {
  const lock = readFileSync(join(folder, ".canister-workbench/lock"), "utf8");
  return Number(/\d+/.exec(lock)?.[0]);
}

/** Follows the step that killed the process once: after a second time it waits to be started by hand. */
async function spoilState({ editor, trialFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  const directory = join(trialFolder, ".canister-workbench");
  const toast = (text: string) => page.locator(".notification-toast", { hasText: text }).first();
  process.kill(networkProcess(trialFolder), "SIGKILL");
  await toast("ended unexpectedly again (signal SIGKILL)").waitFor();
  for (const file of readdirSync(directory).filter((it) => it.startsWith("state-"))) {
    writeFileSync(join(directory, file), "something else");
  }
  await toast("ended unexpectedly again").getByRole("button", { name: "Start Again" }).click();
  await toast("kept as").waitFor();
  await picture(page, "kept-aside");
  ok(
    readdirSync(directory).some((it) => it.startsWith("unreadable-")),
    "what cannot be read is kept",
  );
  await editor.command("Notifications: Clear All Notifications");
  await installByTree(editor, "trial");
}

async function openSecondWindow({ editor, trialFolder, picture }: Run): Promise<void> {
  const second = await editor.secondWindow(trialFolder);
  await second.locator('.activitybar [aria-label^="ICP"]').first().click();
  const message = second.locator(".pane-body .message", { hasText: "One process at a time can hold it" });
  await message.waitFor();
  await picture(second, "second-window");
  await second.close();
  await call(await editor.panel(), "markup");
}

async function askForOutcall({ editor, picture }: Run): Promise<void> {
  const dialog = editor.page.locator(".monaco-dialog-box");
  const panel = await editor.panel();
  const answers: readonly (readonly [string, RegExp])[] = [
    ["Refuse Once", /are not allowed on this machine/],
    ["Allow Once", /Connecting to localhost:9443 failed/],
    ["Refuse in This Session", /are not allowed on this machine/],
  ];
  for (const [answer, message] of answers) {
    const calls = await beginCall(panel, "ask");
    await dialog.waitFor();
    match((await dialog.innerText()) ?? "", /GET https:\/\/localhost:9443\/price\?of=ICP/);
    if (answer === "Refuse Once") await picture(editor.page, "outcall");
    await dialog.getByRole("button", { name: answer, exact: true }).click();
    await endCall(panel, calls);
    match((await panel.locator(".result .message").textContent()) ?? "", message);
  }
  await call(panel, "ask");
  equal(await dialog.count(), 0);
}

async function keepSnapshots({ editor, picture }: Run): Promise<void> {
  const { page } = editor;
  const dialog = page.locator(".monaco-dialog-box");
  const status = (text: string) => page.locator(".statusbar", { hasText: text }).waitFor();
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await editor.command("ICP: Load Snapshot");
  const message = page.locator(".notification-toast", { hasText: "has no snapshots yet" });
  await message.getByRole("button", { name: "Take Snapshot" }).click();
  await status("Took snapshot 0 of trial");
  await editor.command("ICP: Take Snapshot");
  await status("Took snapshot 1 of trial");
  await editor.command("ICP: Load Snapshot");
  await rows.first().hover();
  await picture(page, "snapshots");
  equal(await rows.count(), 2);
  await rows.first().locator(".action-label").first().click();
  match(await dialog.innerText(), /Delete snapshot 1 of trial\?/);
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await status("Deleted snapshot 1 of trial");
  await rows.filter({ hasText: "Snapshot 0" }).waitFor();
  equal(await rows.count(), 1);
  await rows.first().click();
  match(await dialog.innerText(), /Load snapshot 0 of trial\?/);
  await picture(page, "load-snapshot");
  await dialog.getByRole("button", { name: "Load", exact: true }).click();
  await status("trial is as in snapshot 0");
}

async function chooseMetering({ editor, trialFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  writeSettings(trialFolder, { "canisterWorkbench.network.metering": "classic" });
  const message = page.locator(".notification-toast", { hasText: "The metering profile changes" });
  await message.waitFor();
  await picture(page, "metering");
  await message.getByRole("button", { name: "Restart the Servers" }).click();
  await page.locator(".statusbar", { hasText: "Both servers were started again" }).waitFor();
  const panel = await editor.panel();
  await panel.locator(".badge-running").waitFor();
  await call(panel, "markup");
  match((await panel.locator(".result dt").first().textContent()) ?? "", /Instructions \(classic\)/);
}

async function chooseSubnet({ editor, trialFolder, picture }: Run): Promise<void> {
  const { page } = editor;
  const subnets = ["application", "fiduciary"];
  writeSettings(trialFolder, {
    "canisterWorkbench.network.metering": "classic",
    "canisterWorkbench.network.subnets": subnets,
  });
  const message = page.locator(".notification-toast", { hasText: "A network with canisters keeps its subnets" });
  await message.getByRole("button", { name: "Reset the Network…" }).click();
  await page.locator(".monaco-dialog-box").getByRole("button", { name: "Reset", exact: true }).click();
  const panel = await openByTree(editor, "trial");
  await panel.locator(".badge-not-installed").waitFor();
  await panel.getByRole("button", { name: "Install", exact: true }).click();
  await editor.row("fiduciary").waitFor();
  await picture(page, "subnets");
  await editor.row("fiduciary").click();
  await panel.locator(".badge-running").waitFor();
  match((await panel.locator("header").innerText()) ?? "", /Subnet\s+fiduciary/);
}

/** Settings of the folder, which VS Code takes up at once. */
export function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify(settings));
}

/** Calls a method of the panel's canister without arguments, and waits for its outcome. */
export async function call(panel: Frame, method: string): Promise<void> {
  await endCall(panel, await beginCall(panel, method));
}

async function beginCall(panel: Frame, method: string): Promise<number> {
  await panel.locator(".method", { hasText: method }).first().click();
  const calls = await panel.locator(".history-row").count();
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  return calls;
}

async function endCall(panel: Frame, calls: number): Promise<void> {
  const done = async () =>
    (await panel.locator(".history-row").count()) === calls + 1 &&
    (await panel.locator(".history-running").count()) === 0;
  await until(done, 30_000, "the call did not end");
  await panel.locator(".result").waitFor();
}
