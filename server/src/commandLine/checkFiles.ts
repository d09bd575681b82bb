import { statSync } from "node:fs";
import path from "node:path";
import { RustFacts } from "../analysis/rustFacts.ts";
import type { LineIndex } from "../base/lineIndex.ts";
import { skippedFolders } from "../project/fileView.ts";
import type { RuleProblem } from "../rules/checkCrate.ts";
import { DiskFiles } from "../workspace/diskFiles.ts";
import { fileKind } from "../workspace/fileKind.ts";
import { GitHistory } from "../workspace/gitHistory.ts";
import { loadInstalledRustParser } from "../workspace/parserFiles.ts";
import { projectFolder } from "../workspace/projectFolder.ts";
import { type Report, type RuleSettings, withSettings } from "../workspace/report.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";

/** What a check of files gave. */
export interface CheckResult {
  /** The files that were checked, by path. */
  readonly files: readonly string[];
  /** By file, then by place. */
  readonly reports: readonly Report[];
  /** Mistakes of ours. */
  readonly ruleProblems: readonly RuleProblem[];
  /** Why less was checked than one might think. */
  readonly remark?: string;
  /** Lines of every file that a report names. */
  linesOf(path: string): LineIndex;
}

/** Checks a folder, or one file in the light of the project around it. The target has to exist. `settings` say which opt-in rules speak. */
export async function checkFiles(
  target: string,
  settings: RuleSettings = new Map(),
  against = "HEAD",
): Promise<CheckResult> {
  const history = new GitHistory(against);
  const isFolder = statSync(target).isDirectory();
  const rustFacts = new RustFacts(await loadInstalledRustParser());
  const disk = new DiskFiles("watched");
  const workspace = new Workspace({
    disk,
    path,
    environment: process.env,
    rustFacts,
    formerText: (file) => history.textOf(file),
  });
  const parent = path.dirname(target);
  workspace.setFolders([isFolder ? target : (projectFolder(disk, path, parent) ?? parent)]);
  const snapshot = workspace.snapshot();
  const files = isFolder ? checkableFiles(snapshot, target) : [target];
  const remark = files.length === 0 ? nothingHere : isLoose(snapshot, target) ? looseFile : undefined;
  return {
    ...(remark !== undefined && { remark }),
    files,
    reports: withSettings(
      files.flatMap((file) => snapshot.reports(file)),
      settings,
    ),
    ruleProblems: withoutRepetition(files.flatMap((file) => snapshot.ruleProblems(file))),
    linesOf: (file) => snapshot.lineIndex(file),
  };
}

const nothingHere =
  "There is no manifest (icp.yaml, dfx.json), no Candid file and no Cargo package that depends on ic-cdk in this folder.";

const looseFile =
  "This Rust file was not checked: it belongs to no Cargo package that depends on ic-cdk, or no `mod` declaration leads to it.";

/** A Rust file that no crate reaches. */
function isLoose(snapshot: Snapshot, target: string): boolean {
  return fileKind(target) === "rust" && snapshot.crateOf(target) === undefined;
}

/** Whether a single file is one that can be checked. */
export function isCheckable(target: string): boolean {
  return fileKind(target) !== undefined;
}

/** Manifests, Candid files, and the Rust files of crates that depend on ic-cdk. */
function checkableFiles(snapshot: Snapshot, folder: string): string[] {
  const inside = folder.endsWith(path.sep) ? folder : folder + path.sep;
  const { problems, canisters } = snapshot.project;
  // A folder of a workspace brings the whole workspace into the project; only its own crates are asked for.
  const crates = snapshot.project.crates.filter(({ cargoPackage: { directory } }) => {
    return (directory + path.sep).startsWith(inside) || inside.startsWith(directory + path.sep);
  });
  const found = [
    ...crates.flatMap((it) => snapshot.checkCrate(it)?.files ?? []),
    ...crates.map((it) => it.cargoPackage.manifestPath),
    ...problems.map((it) => it.path),
    ...canisters.map((it) => it.manifestPath),
    ...candidFiles(folder),
  ];
  return [...new Set(found)].filter((it) => it.startsWith(inside)).sort();
}

function candidFiles(folder: string): string[] {
  const entries = new DiskFiles("watched").list(folder);
  return entries.flatMap(({ name, isDirectory }) => {
    if (!isDirectory) return name.endsWith(".did") ? [path.join(folder, name)] : [];
    return skippedFolders.has(name) || name.startsWith(".") ? [] : candidFiles(path.join(folder, name));
  });
}

function withoutRepetition(problems: readonly RuleProblem[]): RuleProblem[] {
  return [...new Map(problems.map((it) => [`${it.rule} ${it.message}`, it])).values()];
}
