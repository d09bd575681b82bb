/**
 * `npm run bench`: every benchmark, one after the other, each in a process of its own so that none warms another's code.
 * A benchmark prints figures and ratios measured side by side in its own run; nothing here judges them.
 * Names as arguments run only those: `npm run bench -- metering messages`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && file !== basename(fileURLToPath(import.meta.url)))
  .map((file) => file.replace(/\.ts$/, ""));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(", ")}. There are: ${names.join(", ")}.`);
  process.exit(2);
}

console.log(
  `Node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`,
);
let failed = 0;
for (const name of chosen.length > 0 ? chosen : names) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(folder, `${name}.ts`)], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
