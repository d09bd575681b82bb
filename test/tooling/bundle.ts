/**
 * Bundles every entry point with esbuild: one file per process, plus the webview's script.
 * Run by `npm run bundle`; `--watch` keeps going while sources change.
 */
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, context } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

const nodeProcess: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  // Some packages' CommonJS is UMD, whose requires no bundler can follow; their modules it can.
  mainFields: ["module", "main"],
  minify: true,
  sourcemap: false,
  logLevel: "warning",
  // Its main file asks for its parts in a way that a bundler cannot follow.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  // Bundled ESM packages ask for import.meta.url; in a CommonJS bundle that is the bundle's own address.
  define: { "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** What each bundle is made of, for those who package or analyse it. */
export const bundles: readonly BuildOptions[] = [
  {
    ...nodeProcess,
    entryPoints: { extension: "client/src/extension.ts" },
    outdir: "client/out",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
  },
  {
    ...nodeProcess,
    entryPoints: {
      languageServer: "server/src/languageServer.ts",
      networkServer: "server/src/networkServer.ts",
      networkWorker: "server/src/networkWorker.ts",
      commandLine: "server/src/commandLine.ts",
    },
    outdir: "server/out",
    outExtension: { ".js": ".cjs" },
  },
  {
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    target: "chrome128",
    format: "iife",
    minify: true,
    logLevel: "warning",
    entryPoints: { explorer: "media/explorer/main.ts" },
    outdir: "media/out",
  },
];

/** The Wasm files that the bundles load at run time lie beside them. */
async function copyParserModules(): Promise<void> {
  await mkdir(`${root}/server/out`, { recursive: true });
  await copyFile(require.resolve("web-tree-sitter/web-tree-sitter.wasm"), `${root}/server/out/web-tree-sitter.wasm`);
  await copyFile(
    require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm"),
    `${root}/server/out/tree-sitter-rust.wasm`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--watch")) {
    for (const options of bundles) await (await context(options)).watch();
  } else {
    await Promise.all(bundles.map((options) => build(options)));
  }
  await copyParserModules();
}
