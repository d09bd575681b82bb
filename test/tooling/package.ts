/**
 * Packs the extension into one .vsix for every system: bundles, third-party notices, only needed files. Prints the size
 * and fails when it is over the limit. `npm run package`, or `npm run package -- --out FILE`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundles } from "./bundle.ts";
import { thirdPartyNotices } from "./thirdPartyNotices.ts";

const sizeMax = 2.5 * 1024 * 1024;
const noticesFile = "THIRD-PARTY-NOTICES.txt";
const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest: { name: string; version: string; files: string[] } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const flag = process.argv.indexOf("--out");
const out = process.argv[flag + 1];
const vsix = resolve(flag === -1 || out === undefined ? join(root, `${manifest.name}-${manifest.version}.vsix`) : out);

execFileSync(process.execPath, [join(root, "test/tooling/bundle.ts")], { cwd: root, stdio: "inherit" });
const stage = mkdtempSync(join(tmpdir(), "canister-workbench-package-"));
copyFiles(stage);
writeFileSync(join(stage, noticesFile), await notices());
writeFileSync(join(stage, "README.md"), withoutPictures(readFileSync(join(root, "README.md"), "utf8")));
const vsce = join(root, "node_modules/@vscode/vsce/vsce");
const options = ["--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository", "--out", vsix];
execFileSync(process.execPath, [vsce, "package", ...options], { cwd: stage, stdio: ["ignore", "inherit", "inherit"] });
rmSync(stage, { recursive: true, force: true });

const { size } = statSync(vsix);
process.stdout.write(`${vsix}: ${(size / 1024 / 1024).toFixed(2)} MB\n`);
if (size > sizeMax) {
  process.stderr.write(`The .vsix is larger than ${sizeMax / 1024 / 1024} MB.\n`);
  process.exitCode = 1;
}

/** Copies what `files` of package.json names; vsce checks that every pattern finds something. */
function copyFiles(to: string): void {
  for (const path of ["package.json", ...manifest.files.flatMap((pattern) => globSync(pattern, { cwd: root }))]) {
    cpSync(join(root, path), join(to, path), { recursive: true });
  }
}

async function notices(): Promise<string> {
  const analysed = await Promise.all(bundles.map((it) => build({ ...it, metafile: true, write: false })));
  const metafiles = analysed.map((it) => it.metafile).filter((it) => it !== undefined);
  return thirdPartyNotices(root, metafiles, ["web-tree-sitter", "@vscode/tree-sitter-wasm"]);
}

/** VS Code's page of an extension shows no pictures that lie in the package: they would be broken there. */
function withoutPictures(readme: string): string {
  return readme.replaceAll(/^!\[.*\]\(media\/.*\)\n+/gm, "");
}
