/** Steps of the editor test that look for barriers: axe-core over the panel, in the four kinds of theme. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Frame } from "playwright-core";
import { openByTree, upgradeTo } from "./panelActions.ts";
import type { Run, Step } from "./step.ts";
import { call, writeSettings } from "./trialSteps.ts";

const axeVersion = "4.14.1";
const themes = [
  "Default Dark Modern",
  "Default Light Modern",
  "Default High Contrast",
  "Default High Contrast Light",
] as const;

/** One finding of axe-core, as far as it is printed. */
interface Violation {
  readonly id: string;
  readonly help: string;
  readonly elements: readonly string[];
}

/** No barrier that axe-core knows. */
export const accessibilitySteps: readonly Step[] = [
  { name: "axe-core finds nothing in the panel, in four themes", run: findNothing },
  { name: "axe-core finds nothing in forms, and before and after an upgrade", run: findNothingInForms },
];

async function findNothing({ editor, trialFolder, cache, picture }: Run): Promise<void> {
  const source = axeSource(cache);
  const panel = await editor.panel();
  const found: string[] = [];
  for (const theme of themes) {
    writeSettings(trialFolder, { "workbench.colorTheme": theme });
    await wait(1_500);
    for (const method of ["markup", "fail"]) {
      await call(panel, method);
      const violations = await violationsIn(panel, source);
      found.push(...violations.map((it) => `${theme}: ${it.id} (${it.help}): ${it.elements.join("; ")}`));
    }
    await picture(editor.page, theme.toLowerCase().replaceAll(" ", "-"));
  }
  if (found.length > 0) throw new Error(found.join("\n"));
}

async function findNothingInForms({ editor, vaultFolder, cache, picture }: Run): Promise<void> {
  const source = axeSource(cache);
  const found: string[] = [];
  const check = async (what: string, panel: Frame) => {
    const violations = await violationsIn(panel, source);
    found.push(...violations.map((it) => `${what}: ${it.id} (${it.help}): ${it.elements.join("; ")}`));
  };
  await editor.openFolder(vaultFolder);
  await editor.page.locator('.activitybar [aria-label^="ICP"]').first().click();
  await check("a canister that is not installed", await openByTree(editor, "vault_fixed"));
  const panel = await openByTree(editor, "token");
  const install = panel.getByRole("button", { name: "Install", exact: true });
  if (await install.isVisible()) await install.click();
  await panel.locator(".badge-running").waitFor();
  await panel.locator(".method", { hasText: "mint" }).click();
  await panel.getByRole("button", { name: "Call", exact: true }).click();
  await panel.locator('[aria-invalid="true"]').first().waitFor();
  await check("a form with a mistake", panel);
  await picture(editor.page, "form-mistake");
  await panel.getByRole("tab", { name: "Candid" }).click();
  await check("arguments as text", panel);
  await check("an upgrade", await upgradeTo(editor, "its own source"));
  if (found.length > 0) throw new Error(found.join("\n"));
}

async function violationsIn(panel: Frame, source: string): Promise<readonly Violation[]> {
  await panel.evaluate(source);
  return await panel.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, help, nodes }) => ({
      id, help, elements: nodes.map((it) => it.html.slice(0, 120) + " " + it.any.map((check) => check.message).join(" ")),
    })))`,
  );
}

/** The text of axe-core, installed into the cache once: a package for this test only. */
function axeSource(cache: string): string {
  const directory = join(cache, `axe-core-${axeVersion}`);
  const file = join(directory, "node_modules/axe-core/axe.min.js");
  if (!existsSync(file)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "editor-test", private: true }));
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", ...quiet, `axe-core@${axeVersion}`], { cwd: directory, stdio: "inherit" });
  }
  return readFileSync(file, "utf8");
}
