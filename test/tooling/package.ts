/**
 * Packs the extension into one .vsix for every system: bundles, third-party notices, only needed files. Prints the size
 * and fails when it is over the limit. `npm run package`, or `npm run package -- --out FILE`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundles } from "./bundle.ts";
import { thirdPartyNotices } from "./thirdPartyNotices.ts";

const sizeMax = 2.5 * 1024 * 1024;
const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest: { name: string; version: string } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const flag = process.argv.indexOf("--out");
const out = process.argv[flag + 1];
const vsix = flag === -1 || out === undefined ? `${root}/${manifest.name}-${manifest.version}.vsix` : out;

execFileSync(process.execPath, [`${root}/test/tooling/bundle.ts`], { cwd: root, stdio: "inherit" });
const analysed = await Promise.all(bundles.map((options) => build({ ...options, metafile: true, write: false })));
const metafiles = analysed.map((it) => it.metafile).filter((it) => it !== undefined);
writeFileSync(
  `${root}/THIRD-PARTY-NOTICES.txt`,
  thirdPartyNotices(root, metafiles, ["web-tree-sitter", "@vscode/tree-sitter-wasm"]),
);

execFileSync(
  process.execPath,
  [
    `${root}/node_modules/@vscode/vsce/vsce`,
    "package",
    "--no-dependencies",
    "--no-rewrite-relative-links",
    "--out",
    vsix,
  ],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
);
const { size } = statSync(vsix);
process.stdout.write(`${vsix}: ${(size / 1024 / 1024).toFixed(2)} MB\n`);
if (size > sizeMax) {
  process.stderr.write(`The .vsix is larger than ${sizeMax / 1024 / 1024} MB.\n`);
  process.exitCode = 1;
}
