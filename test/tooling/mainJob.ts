/**
 * `npm start`: the main job in a terminal, on the counter sample. Every step is one command of `canister-workbench`, run
 * for real on a copy of the sample, so that what you read here is what the product does. Exits 1 when a step does not
 * do what the text beside it says.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const commandLine = join(root, "server", "out", "commandLine.cjs");
const workspace = mkdtempSync(join(tmpdir(), "canister-workbench-"));
const color = process.stdout.isTTY && process.env.NO_COLOR === undefined;

/** What a step must print, so that this text never promises what did not happen. */
interface Expectation {
  readonly exitCode?: number;
  readonly prints?: readonly string[];
}

try {
  cpSync(join(root, "media", "samples", "counter"), workspace, {
    recursive: true,
    filter: (path) => !/[\\/](target|\.canister-workbench)$/.test(path),
  });
  showTheLoss();
  showTheCorrection();
  sayWhatIsNext();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function showTheLoss(): void {
  explain("1. A counter that keeps its state in the heap. The diagnostics say what an upgrade does to it:");
  run(["check", "counter_v1"], { exitCode: 0, prints: ["heap-state-lost-on-upgrade"] });

  explain("2. Its Wasm, installed in the bundled engine and called. No Rust, no replica, no download:");
  run(["run", "counter", "--wasm", "wasm/counter_v1.wasm"], {});
  for (let count = 1; count <= 3; count += 1) run(["call", "counter", "increment"], { prints: [`(${count} : nat64)`] });
  run(["call", "counter", "get"], { prints: ["(3 : nat64)"] });

  explain("3. Upgraded to its second version. The upgrade succeeds, and the state is gone:");
  run(["upgrade", "counter", "--wasm", "wasm/counter_v2.wasm"], {});
  run(["call", "counter", "get"], { prints: ["(0 : nat64)"] });
}

function showTheCorrection(): void {
  explain("4. The corrected version keeps its state in stable memory. Nothing to report:");
  run(["check", "counter_v3"], { exitCode: 0 });

  explain("5. Installed, called and upgraded in the same way. The state is kept:");
  run(["run", "counter_fixed", "--wasm", "wasm/counter_v3.wasm"], {});
  for (let count = 1; count <= 3; count += 1)
    run(["call", "counter_fixed", "increment"], { prints: [`(${count} : nat64)`] });
  run(["upgrade", "counter_fixed", "--wasm", "wasm/counter_v3.wasm"], {});
  run(["call", "counter_fixed", "get"], { prints: ["(3 : nat64)"] });
}

function sayWhatIsNext(): void {
  explain("The same in VS Code: package the extension, install it, and open the sample.");
  console.log("  npm run package");
  console.log("  code --install-extension canister-workbench-0.1.0.vsix");
  console.log(`  code ${join("media", "samples", "counter")}`);
  console.log("\nThen open counter_v1/src/lib.rs, and the view “ICP” in the activity bar.");
}

function explain(text: string): void {
  console.log(`\n${color ? `\u001b[1m${text}\u001b[0m` : text}\n`);
}

/** Runs one command of the product, shows it with what it printed, and checks what the text promised. */
function run(args: readonly string[], { exitCode = 0, prints = [] }: Expectation): void {
  console.log(`${color ? "\u001b[2m$\u001b[0m " : "$ "}canister-workbench ${args.map(quoted).join(" ")}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandLine, ...args], {
    cwd: workspace,
    encoding: "utf8",
    env: color ? { ...process.env, FORCE_COLOR: "1" } : process.env,
  });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  const missing = prints.filter((it) => !stdout.includes(it));
  if (status === exitCode && missing.length === 0) return;
  const promised = missing.length > 0 ? ` and printed ${missing.join(", ")}` : "";
  throw new Error(`This step should have ended with exit code ${exitCode}${promised}; it ended with ${status}.`);
}

function quoted(argument: string): string {
  return /[\s()]/.test(argument) ? `'${argument}'` : argument;
}
