/**
 * The editor test: the extension, installed from its .vsix, driven in a real VS Code through the whole job. Run by
 * `npm run test:editor`. Options: `--vsix FILE` (otherwise it is packaged first), `--screenshots` (writes the pictures
 * that the README shows), `EDITOR_TEST_CACHE` for where code-server is kept. Prints `N passed, N failed`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installCodeServer } from "./codeServer.ts";
import { Editor } from "./editor.ts";
import { type Run, steps } from "./steps.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const chromium = findChromium();
const codeServer = installCodeServer(process.env.EDITOR_TEST_CACHE ?? join(root, ".cache"));
const vsix = option("--vsix") ?? packageExtension();
const data = realpathSync(mkdtempSync(join(tmpdir(), "canister-workbench-editor-")));
const folder = copySample("counter");
const vaultFolder = copySample("vault");

const failures: string[] = [];
let passed = 0;
const cargo = cargoWithTarget();
// The editor takes its environment from the login shell, which need not find the cargo that this process finds.
const settings = cargo === undefined ? {} : { "canisterWorkbench.cargo.path": cargo };
const editor = await Editor.open({ serverMain: codeServer.serverMain, data, chromium, vsix, settings }, folder);
const run: Run = { editor, folder, vaultFolder, hasRust: cargo !== undefined, screenshot: screenshots() };
for (const step of steps) {
  if (step.needsRust === true && !run.hasRust) {
    process.stdout.write(`  skipped  ${step.name}: no cargo with the target wasm32-unknown-unknown\n`);
    continue;
  }
  const began = performance.now();
  try {
    await step.run(run);
    passed += 1;
    process.stdout.write(`  passed   ${step.name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
  } catch (error) {
    failures.push(step.name);
    const picture = join(tmpdir(), `editor-test-failure-${failures.length}.png`);
    await editor.page.screenshot({ path: picture });
    process.stdout.write(`  FAILED   ${step.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write(`           ${(await editor.notifications()).join(" | ")}\n           picture: ${picture}\n`);
    if (step.essential === true) break;
  }
}
if (failures.length > 0) process.stdout.write(`${shortLines(editor.log())}\n`);
await editor.close();
if (failures.length === 0) rmSync(data, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);

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

/** Pictures go where the README looks for them, or nowhere. */
function screenshots(): Run["screenshot"] {
  if (!process.argv.includes("--screenshots")) return async () => {};
  const directory = join(root, "media/screenshots");
  mkdirSync(directory, { recursive: true });
  return async (page, name) => {
    await page.screenshot({ path: join(directory, `${name}.png`), animations: "disabled" });
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
