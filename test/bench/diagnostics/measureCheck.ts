/** One check of a folder or file by the command line, in a process of its own, with what it costs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { RustFacts } from "../../../server/src/analysis/rustFacts.ts";
import { checkFiles } from "../../../server/src/commandLine/checkFiles.ts";
import { loadInstalledRustParser } from "../../../server/src/workspace/parserFiles.ts";
import { entryScript } from "../../support/entryScript.ts";

/** An amount of source files. */
export interface SourceAmount {
  readonly files: number;
  readonly bytes: number;
}

/** What was checked, and what it cost. */
export interface CheckCost {
  /** All Rust files at and below the target, but those in folders of Cargo's output, npm's packages and hidden ones. */
  readonly rustOnDisk: SourceAmount;
  /** The Rust files among those that were checked: what crates of canisters are made of. */
  readonly rustChecked: SourceAmount;
  /** Checked files of all kinds. */
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
  /** From the start of the process to its end. */
  readonly wallMillis: number;
  /** Time of processors that the process with its threads took. */
  readonly cpuMillis: number;
  /** Peak memory of the process with its threads, as the operating system counts it (resident set). */
  readonly peakBytes: number;
}

/** What one check gave, and what it cost. */
export interface CheckMeasurement extends CheckCost {
  readonly target: string;
  /** Everything that was found, hints and opt-in rules included. */
  readonly reports: readonly { readonly rule: string; readonly severity: string }[];
  /** Rust files by the time that reading them takes, the slowest first. */
  readonly slowest: readonly FileTime[];
}

/** How long one Rust file takes from text to facts, in a process that is warm. */
export interface FileTime {
  readonly path: string;
  readonly lines: number;
  readonly millis: number;
}

/** How many of the slowest files are told. */
const slowestMax = 10;

/**
 * Checks a target with every rule. Throws where the check itself fails: reports are no failure, mistakes of ours are.
 */
export async function measureCheck(target: string): Promise<CheckMeasurement> {
  const { findings, ...cost } = runCheck(target);
  const { files } = await checkFiles(resolve(target));
  const texts = files.map((path) => ({ path, text: readFileSync(path, "utf8") }));
  const rust = texts.filter((it) => it.path.endsWith(".rs"));
  return {
    target,
    rustOnDisk: rustOnDisk(resolve(target)),
    rustChecked: { files: rust.length, bytes: sum(rust.map((it) => Buffer.byteLength(it.text))) },
    reports: findings.map(({ rule, severity }) => ({ rule, severity })),
    files: files.length,
    lines: sum(texts.map((it) => lineCount(it.text))),
    bytes: sum(texts.map((it) => Buffer.byteLength(it.text))),
    ...cost,
    slowest: await slowestFiles(rust),
  };
}

interface CheckOutput {
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
}

/** Runs in the process that is measured: the system keeps the peak of all its threads, in KiB, and their microseconds. */
const tellUsage = `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

function runCheck(target: string): CheckOutput & Pick<CheckMeasurement, "wallMillis" | "cpuMillis" | "peakBytes"> {
  const folder = mkdtempSync(join(tmpdir(), "canister-workbench-bench-"));
  try {
    const usageFile = join(folder, "usage.json");
    const preload = `data:text/javascript,${encodeURIComponent(tellUsage)}`;
    const words = ["check", target, "--format", "json", "--severity", "hint", "--all-rules"];
    const begin = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", preload, entryScript("commandLine"), ...words],
      { encoding: "utf8", maxBuffer: 2 ** 30, env: { ...process.env, USAGE_FILE: usageFile } },
    );
    const wallMillis = performance.now() - begin;
    if ((status !== 0 && status !== 1) || stdout === "") throw new Error(`The check of ${target} failed: ${stderr}`);
    const { findings } = JSON.parse(stdout) as CheckOutput;
    const usage = JSON.parse(readFileSync(usageFile, "utf8")) as NodeJS.ResourceUsage;
    const cpuMillis = (usage.userCPUTime + usage.systemCPUTime) / 1000;
    return { findings, wallMillis, cpuMillis, peakBytes: usage.maxRSS * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function slowestFiles(texts: readonly { readonly path: string; readonly text: string }[]): Promise<FileTime[]> {
  const facts = new RustFacts(await loadInstalledRustParser());
  for (const { path, text } of texts.slice(0, 200)) readOnce(facts, path, text);
  const times = texts.map(({ path, text }) => {
    const begin = performance.now();
    readOnce(facts, path, text);
    return { path, lines: lineCount(text), millis: performance.now() - begin };
  });
  return times.sort((a, b) => b.millis - a.millis).slice(0, slowestMax);
}

function readOnce(facts: RustFacts, path: string, text: string): void {
  facts.read(path, text, []);
  facts.forget(path);
}

function rustOnDisk(target: string): SourceAmount {
  const stat = statSync(target);
  if (!stat.isDirectory()) return target.endsWith(".rs") ? { files: 1, bytes: stat.size } : { files: 0, bytes: 0 };
  const parts = readdirSync(target, { withFileTypes: true }).flatMap((it) => {
    const isSource = it.isDirectory() ? !/^(\..*|target|node_modules)$/.test(it.name) : it.isFile();
    return isSource ? [rustOnDisk(join(target, it.name))] : [];
  });
  return { files: sum(parts.map((it) => it.files)), bytes: sum(parts.map((it) => it.bytes)) };
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, it) => total + it, 0);
}
