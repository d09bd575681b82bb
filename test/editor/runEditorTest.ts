/**
 * The editor test: the extension, installed from its .vsix, driven in a real VS Code through the whole job. Run by
 * `npm run test:editor`. Options: `--vsix FILE` (otherwise it is packaged first), `--screenshots` (writes the pictures
 * that the README shows), `--pictures DIR` (pictures of everything that the steps come by), `--code-server VERSION`,
 * `--only PATTERN` (the steps whose names fit), `CANISTER_WORKBENCH_CACHE` for where code-server is kept. Prints
 * `N passed, N failed`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessibilitySteps } from "./accessibilitySteps.ts";
import { candidSteps } from "./candidSteps.ts";
import { installCodeServer } from "./codeServer.ts";
import { Editor, type EditorPlaces } from "./editor.ts";
import { findingSteps } from "./findingSteps.ts";
import { restrictedSteps } from "./restrictedSteps.ts";
import { writeShop } from "./shopProject.ts";
import { sourceSteps } from "./sourceSteps.ts";
import type { Run, Step } from "./step.ts";
import { steps } from "./steps.ts";
import { writeBrokenProject, writeTrialProject } from "./trialCanister.ts";
import { trialSteps } from "./trialSteps.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const chromium = findChromium();
const cache = process.env.CANISTER_WORKBENCH_CACHE ?? join(root, ".cache");
const { serverMain } = installCodeServer(cache, option("--code-server"));
const vsix = option("--vsix") ?? packageExtension();
const data = realpathSync(mkdtempSync(join(tmpdir(), "canister-workbench-editor-")));
const folder = copySample("counter");
const cargo = cargoWithTarget();
const failures: string[] = [];
let passed = 0;

const [screenshot, picture] = [pictures("--screenshots", join(root, "media/screenshots")), pictures("--pictures")];
const folders = { folder, vaultFolder: copySample("vault"), ...trialProjects() };
const shared = { ...folders, cache, hasRust: cargo !== undefined, screenshot, picture };
// The editor takes its environment from the login shell, which need not find the cargo that this process finds.
const settings = cargo === undefined ? {} : { "canisterWorkbench.cargo.path": cargo };
await runSteps([...steps, ...sourceSteps, ...findingSteps, ...candidSteps, ...trialSteps, ...accessibilitySteps], {
  settings,
});
await runSteps(restrictedSteps, { asksForTrust: true });
if (failures.length === 0) rmSync(data, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);

/** Opens an editor, runs steps in it, and closes it. */
async function runSteps(all: readonly Step[], how: Pick<EditorPlaces, "settings" | "asksForTrust">): Promise<void> {
  const wanted = all.filter((it) => new RegExp(option("--only") ?? "").test(it.name));
  if (wanted.length === 0) return;
  const home = join(data, how.asksForTrust === true ? "restricted" : "trusted");
  const editor = await Editor.open({ serverMain, data: home, chromium, vsix, ...how }, folder);
  for (const step of wanted) {
    if (step.needsRust === true && !shared.hasRust) {
      process.stdout.write(`  skipped  ${step.name}: no cargo with the target wasm32-unknown-unknown\n`);
    } else if (!(await runStep(step, { ...shared, editor })) && step.essential === true) break;
  }
  if (failures.length > 0) process.stdout.write(`${shortLines(editor.log())}\n`);
  await editor.close();
}

/** Whether the step passed. */
async function runStep(step: Step, run: Run): Promise<boolean> {
  const { page } = run.editor;
  const began = performance.now();
  try {
    await step.run(run);
    passed += 1;
    process.stdout.write(`  passed   ${step.name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
    return true;
  } catch (error) {
    failures.push(step.name);
    const path = join(tmpdir(), `editor-test-failure-${failures.length}.png`);
    await page.screenshot({ path });
    process.stdout.write(`  FAILED   ${step.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write(`           ${(await run.editor.notifications()).join(" | ")}\n           picture: ${path}\n`);
    return false;
  }
}

/** Stack traces out of minified bundles come with lines as long as the bundle. */
function shortLines(text: string): string {
  return text
    .split("\n")
    .slice(-80)
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line))
    .join("\n");
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}

function packageExtension(): string {
  const out = join(mkdtempSync(join(tmpdir(), "canister-workbench-vsix-")), "extension.vsix");
  execFileSync(process.execPath, [join(root, "test/tooling/package.ts"), "--out", out], { stdio: "inherit" });
  return out;
}

/** A copy of a sample; its Wasm counts as newer than its sources, which it was built from. */
function copySample(name: string): string {
  const from = join(root, "media/samples", name);
  const to = join(data, name);
  cpSync(from, to, { recursive: true, filter: (path) => !path.startsWith(join(from, "target")) });
  const later = new Date(Date.now() + 1_000);
  for (const file of readdirSync(join(to, "wasm"))) utimesSync(join(to, "wasm", file), later, later);
  return to;
}

/** Projects in which everything goes wrong; nobody listens where the canister sends its outcall. */
function trialProjects(): Pick<Run, "trialFolder" | "brokenFolder" | "shopFolder"> {
  const at = (name: string) => join(data, name);
  const projects = { trialFolder: at("trial"), brokenFolder: at("broken"), shopFolder: at("shop") };
  writeTrialProject(projects.trialFolder, "https://localhost:9443/price?of=ICP");
  writeBrokenProject(projects.brokenFolder);
  writeShop(projects.shopFolder);
  return projects;
}

/** Pictures go where the option says, or nowhere. */
function pictures(name: string, directory = option(name)): Run["screenshot"] {
  if (!process.argv.includes(name) || directory === undefined) return async () => {};
  mkdirSync(directory, { recursive: true });
  return async (page, title) => {
    await page.screenshot({ path: join(directory, `${title}.png`), animations: "disabled" });
  };
}

function findChromium(): string {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = () => places.find((it) => it !== undefined && existsSync(it));
  if (found() === undefined && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    process.stdout.write("editor test: installing chromium\n");
    execFileSync("apt-get", ["update"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { stdio: "ignore" });
  }
  const path = found();
  if (path !== undefined) return path;
  process.stderr.write(
    "The editor test needs Chromium: install the package `chromium`, or set CHROMIUM to its path.\n",
  );
  process.exit(2);
}

/** The cargo of this process's PATH, if canisters can be compiled with it. */
function cargoWithTarget(): string | undefined {
  const cargo = (process.env.PATH ?? "")
    .split(delimiter)
    .map((it) => join(it, "cargo"))
    .find((it) => existsSync(it));
  if (cargo === undefined) return undefined;
  try {
    const args = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
    const printed = execFileSync(join(dirname(cargo), "rustc"), args, { encoding: "utf8", cwd: folder });
    return existsSync(printed.trim()) ? cargo : undefined;
  } catch {
    return undefined;
  }
}
