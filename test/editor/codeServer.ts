/**
 * Installs code-server (VS Code's own server and workbench, as npm carries it) into a cache folder, for the editor test.
 * A plain `npm install` fails on natives that want system headers, so scripts are off and the few natives that VS Code
 * needs are built afterwards against the headers of the Node that runs them. Takes about two minutes, once.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The version that the editor test runs in: VS Code 1.139.1 on Node 24. */
export const codeServerVersion = "4.139.1";

const natives = ["@vscode/spdlog", "@vscode/native-watchdog", "@parcel/watcher", "@vscode/sqlite3", "@vscode/deviceid"];

/** Where an installed code-server lies. */
export interface CodeServer {
  /** VS Code's own server entry, which knows the switches that the `code-server` command hides. */
  readonly serverMain: string;
  /** Folder of the installation. */
  readonly directory: string;
}

/**
 * Installs code-server below `cacheDirectory`, or finds it there complete.
 * @throws when npm or a native build fails; what was done so far stays and is taken up again by the next run.
 */
export function installCodeServer(cacheDirectory: string, version = codeServerVersion): CodeServer {
  const directory = resolve(cacheDirectory, `code-server-${version}`);
  const vscode = join(directory, "node_modules/code-server/lib/vscode");
  const installed = { serverMain: join(vscode, "out/server-main.js"), directory };
  const complete = join(directory, "complete");
  if (existsSync(complete)) return installed;

  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "editor-test", private: true }));
  const nodePackage = `node-${process.platform}-${process.arch}@${process.versions.node}`;
  say(`installing code-server ${version} into ${directory} (once, about two minutes)`);
  npm(directory, ["install", "--ignore-scripts", `code-server@${version}`, nodePackage]);
  say("installing what VS Code's server needs");
  npm(vscode, ["install", "--ignore-scripts", "--omit=dev", "--legacy-peer-deps"]);
  npm(join(vscode, "extensions"), ["install", "--ignore-scripts", "--omit=dev"]);
  say("building natives");
  const headers = join(directory, "node_modules", nodePackage.slice(0, nodePackage.lastIndexOf("@")));
  npm(vscode, ["rebuild", ...natives], { npm_config_nodedir: headers });
  if (!existsSync(join(vscode, "node_modules.asar"))) symlinkSync("node_modules", join(vscode, "node_modules.asar"));
  writeFileSync(complete, `${versionOf(join(directory, "node_modules/code-server"))}\n`);
  return installed;
}

function npm(cwd: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
}

function versionOf(directory: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "?";
}

function say(text: string): void {
  process.stdout.write(`editor test: ${text}\n`);
}

if (process.argv[1] === import.meta.filename) installCodeServer(process.argv[2] ?? ".cache", process.argv[3]);
