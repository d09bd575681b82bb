/** A real VS Code in a browser: code-server's workbench with our .vsix installed, driven through its user interface. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";

/** Where things lie for one run of the editor. */
export interface EditorPlaces {
  /** VS Code's server entry. */
  readonly serverMain: string;
  /** Folder for user data, extensions and logs; empty before the run. */
  readonly data: string;
  readonly chromium: string;
  readonly vsix: string;
  /** Settings of the window beside those that keep it quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether folders have to be trusted first: then the window begins in Restricted Mode. */
  readonly asksForTrust?: boolean;
}

const waitMillis = 60_000;
const modifier = process.platform === "darwin" ? "Meta" : "Control";

/** Settings that keep other things out of the window. */
const quietSettings = {
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "security.workspace.trust.enabled": false,
  "git.enabled": false,
  "window.restoreWindows": "none",
  "editor.minimap.enabled": false,
  "workbench.tips.enabled": false,
  "workbench.layoutControl.enabled": false,
  "workbench.editor.useModal": "off",
  "window.commandCenter": false,
  "files.simpleDialog.enable": true,
};

/** Restricted Mode from the start, without the question. */
const restrictedSettings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
};

/** A running editor with one window. */
export class Editor {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: ChildProcess;
  readonly #places: EditorPlaces;
  readonly #port: number;

  private constructor(page: Page, port: number, browser: Browser, server: ChildProcess, places: EditorPlaces) {
    this.page = page;
    this.#port = port;
    this.#browser = browser;
    this.#server = server;
    this.#places = places;
  }

  /** Installs the .vsix, starts the editor's server and opens `folder` in a browser window. */
  static async open(places: EditorPlaces, folder: string): Promise<Editor> {
    const machine = join(places.data, "data/Machine");
    mkdirSync(machine, { recursive: true });
    const trust = places.asksForTrust === true ? restrictedSettings : {};
    writeFileSync(join(machine, "settings.json"), JSON.stringify({ ...quietSettings, ...trust, ...places.settings }));
    const directories = ["--server-data-dir", places.data, "--extensions-dir", join(places.data, "extensions")];
    const accepted = "--accept-server-license-terms";
    const install = [places.serverMain, accepted, ...directories, "--install-extension", places.vsix];
    execFileSync(process.execPath, install, { stdio: ["ignore", "ignore", "inherit"] });

    const port = await freePort();
    const server = spawn(
      process.execPath,
      [
        places.serverMain,
        ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", accepted],
        ...(places.asksForTrust === true ? [] : ["--disable-workspace-trust"]),
        ...["--disable-telemetry", ...directories],
      ],
      { stdio: "ignore" },
    );
    await untilAnswers(port);
    const browser = await chromium.launch({
      executablePath: places.chromium,
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(waitMillis);
    const editor = new Editor(page, port, browser, server, places);
    await editor.openFolder(folder);
    return editor;
  }

  /** Opens another folder in the window, or none. */
  async openFolder(folder: string | undefined): Promise<void> {
    const query = folder === undefined ? "ew=true" : `folder=${encodeURI(folder)}`;
    await this.page.goto(`http://localhost:${this.#port}/?${query}`);
    await this.page.waitForSelector(".monaco-workbench .statusbar", { timeout: 60_000 });
  }

  /** Opens a folder in a second window, which has an extension host of its own. */
  async secondWindow(folder: string): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(waitMillis);
    await page.goto(`http://localhost:${this.#port}/?folder=${encodeURI(folder)}`);
    await page.waitForSelector(".monaco-workbench .statusbar", { timeout: 60_000 });
    return page;
  }

  /** Ends the browser, then the editor's server and with it the extension host. */
  async close(): Promise<void> {
    await this.#browser.close();
    const ended = new Promise((resolve) => this.#server.once("exit", resolve));
    this.#server.kill("SIGTERM");
    await Promise.race([ended, wait(10_000)]);
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    await persistently(async (timeout) => {
      await this.ask("F1", `>${title}`);
      await this.row(title).click({ timeout });
    });
  }

  /** The field at the top of the list of commands, of files and of questions. */
  get input(): Locator {
    return this.page.locator(".quick-input-widget input[type=text]").first();
  }

  /** Opens the field at the top by its key and writes a text into it. */
  async ask(key: string, text: string): Promise<void> {
    await persistently(async (timeout) => {
      await this.page.keyboard.press(key);
      await this.input.fill(text, { timeout });
    });
  }

  /** A row of the list that is open at the top. */
  row(text: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  }

  /** Opens a file of the folder by its path below it. */
  async openFile(path: string): Promise<void> {
    const name = path.split("/").at(-1) ?? path;
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`).first();
    // A window that still restores its editors takes the focus, and with it the list of files, away.
    for (let attempt = 0; attempt < 4; attempt++) {
      // The group at the left is for sources: the panel stays in sight beside it.
      await this.command("View: Focus First Editor Group");
      await this.ask(`${modifier}+KeyP`, path);
      await wait(500);
      const row = this.row(name);
      if (!(await appears(row))) continue;
      await this.page.keyboard.press("Enter");
      if (await appears(tab)) return;
    }
    throw new Error(`${path} was not opened`);
  }

  /** Replaces the whole text of the file that is open, and saves it. */
  async replaceText(find: string, replacement: string): Promise<void> {
    const text = await this.page.evaluate(() => document.activeElement?.tagName ?? "");
    if (text === "") throw new Error("no editor has the focus");
    await this.page.keyboard.press(`${modifier}+KeyH`);
    await this.page.locator(".find-widget textarea").first().fill(find);
    await this.page.locator(".find-widget .replace-part textarea").first().fill(replacement);
    await this.page.keyboard.press(`${modifier}+Alt+Enter`);
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press(`${modifier}+KeyS`);
  }

  /** The page inside the canister panel. */
  async panel(): Promise<Frame> {
    const until = Date.now() + waitMillis;
    while (Date.now() < until) {
      for (const frame of this.page.frames()) {
        const found = await frame
          .locator("main#panel")
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      await wait(200);
    }
    throw new Error("the canister panel did not open");
  }

  /** Texts of all notifications that are shown. */
  async notifications(): Promise<readonly string[]> {
    return await this.page.locator(".notification-list-item-message").allInnerTexts();
  }

  /** What the extension wrote to its output channel. */
  log(): string {
    const logs = join(this.#places.data, "data/logs");
    if (!existsSync(logs)) return "";
    return readdirSync(logs, { recursive: true, encoding: "utf8" })
      .filter((it) => /Canister Workbench\.log$/.test(it))
      .map((it) => readFileSync(join(logs, it), "utf8"))
      .join("\n");
  }
}

/**
 * Does something with the list at the top, and does it again when that fails: a view that still takes the focus
 * closes the list. The last attempt has the time that any other action of the page has.
 */
export async function persistently(action: (timeout: number) => Promise<void>): Promise<void> {
  for (let left = 4; left > 0; left--) {
    const isDone = await action(4_000).then(
      () => true,
      () => false,
    );
    if (isDone) return;
  }
  await action(waitMillis);
}

/** Whether an element is seen within eight seconds. */
async function appears(element: Locator): Promise<boolean> {
  return await element.waitFor({ timeout: 8_000 }).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}

async function untilAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const answered = await fetch(`http://127.0.0.1:${port}/version`).then(
      (it) => it.ok,
      () => false,
    );
    if (answered) return;
    await wait(200);
  }
  throw new Error("VS Code's server did not start within 30 seconds");
}
