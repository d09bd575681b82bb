import { statSync } from "node:fs";
import path from "node:path";
import { RustFacts } from "../analysis/rustFacts.ts";
import { LineIndex } from "../base/lineIndex.ts";
import { readProject } from "../project/projectModel.ts";
import type { RuleProblem } from "../rules/checkCrate.ts";
import { askedReports } from "../workspace/askedReports.ts";
import { DiskFiles } from "../workspace/diskFiles.ts";
import { fileKind } from "../workspace/fileKind.ts";
import { GitHistory } from "../workspace/gitHistory.ts";
import { loadInstalledRustParser } from "../workspace/parserFiles.ts";
import { projectFolder } from "../workspace/projectFolder.ts";
import { crateQuestions, type Report, type RuleSettings } from "../workspace/report.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { checkUnits, startCheckThreads } from "./checkThreads.ts";
import { type UnreadFile, unreadFiles } from "./checkUnit.ts";
import { planUnits } from "./checkUnits.ts";

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
  /** Files and folders that are there and were not read. */
  readonly unread: readonly UnreadFile[];
  /** Lines of every file that a report names. */
  linesOf(path: string): LineIndex;
}

/** How files are to be checked. */
export interface CheckOptions {
  /** Which opt-in rules speak. */
  readonly settings?: RuleSettings;
  /** The revision of git that interfaces are compared with; `HEAD` unless told. */
  readonly against?: string;
  /** The module of the threads that large checks are spread over (see `startCheckThreads`). */
  readonly thread?: URL;
}

/** Checks a folder, or one file in the light of the project around it. The target has to exist. */
export async function checkFiles(target: string, options: CheckOptions = {}): Promise<CheckResult> {
  const { settings = new Map(), against = "HEAD", thread } = options;
  if (!statSync(target).isDirectory()) return checkFile(target, settings, against);
  const disk = new DiskFiles("watched");
  const threads = thread && startCheckThreads(disk, target, thread);
  const project = readProject({ view: disk, path, environment: process.env }, [target]);
  const units = planUnits(project, target, disk);
  const results = await checkUnits({ folder: target, project, units, settings, against }, threads);
  // Two crates may share a file: whoever is asked says the same.
  const byPath = new Map(results.flatMap(({ files }) => files.map((it) => [it.path, it.reports])));
  const files = [...byPath.keys()].sort();
  return {
    ...(files.length === 0 && { remark: nothingHere }),
    files,
    reports: files.flatMap((it) => byPath.get(it) ?? []),
    ruleProblems: withoutRepetition(results.flatMap((it) => it.ruleProblems)),
    unread: inOrder([
      ...unreadFiles(disk).filter((it) => it.path.startsWith(target)),
      ...results.flatMap((it) => it.unread),
    ]),
    linesOf: linesOnDisk(),
  };
}

async function checkFile(target: string, settings: RuleSettings, against: string): Promise<CheckResult> {
  const history = new GitHistory(against);
  const disk = new DiskFiles("watched");
  const workspace = new Workspace({
    disk,
    path,
    environment: process.env,
    rustFacts: new RustFacts(await loadInstalledRustParser()),
    formerText: (file) => history.textOf(file),
  });
  workspace.setQuestions(crateQuestions(settings));
  const parent = path.dirname(target);
  workspace.setFolders([projectFolder(disk, path, parent) ?? parent]);
  const snapshot = workspace.snapshot();
  return {
    ...(isLoose(snapshot, target) && { remark: looseFile }),
    files: [target],
    reports: askedReports(snapshot, target, settings),
    ruleProblems: withoutRepetition(snapshot.ruleProblems(target)),
    unread: unreadFiles(disk).filter((it) => it.path === target),
    linesOf: (file) => snapshot.lineIndex(file),
  };
}

/** Each once, by path. */
function inOrder(unread: readonly UnreadFile[]): UnreadFile[] {
  const byPath = new Map(unread.map((it) => [it.path, it]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function linesOnDisk(): (file: string) => LineIndex {
  const disk = new DiskFiles("watched");
  const known = new Map<string, LineIndex>();
  return (file) => {
    const lines = known.get(file) ?? new LineIndex(disk.readText(file) ?? "");
    known.set(file, lines);
    return lines;
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

function withoutRepetition(problems: readonly RuleProblem[]): RuleProblem[] {
  return [...new Map(problems.map((it) => [`${it.rule} ${it.message}`, it])).values()];
}
