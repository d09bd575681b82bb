import path from "node:path";
import { RustFacts } from "../analysis/rustFacts.ts";
import type { ProjectModel } from "../project/projectModel.ts";
import type { RuleProblem } from "../rules/checkCrate.ts";
import type { RustParser } from "../rust/syntax.ts";
import { askedReports } from "../workspace/askedReports.ts";
import { CandidFiles, importingFiles, interfacesOf } from "../workspace/candidFiles.ts";
import { ClientCodes } from "../workspace/clientCode.ts";
import { CrateChecks } from "../workspace/crateChecks.ts";
import { DiskFiles } from "../workspace/diskFiles.ts";
import { FormerLayouts } from "../workspace/formerLayouts.ts";
import { GitHistory } from "../workspace/gitHistory.ts";
import { crateQuestions, type Report, type RuleSettings } from "../workspace/report.ts";
import { Snapshot } from "../workspace/snapshot.ts";
import type { CheckUnit } from "./checkUnits.ts";

/** What all units of a check have in common: plain data, so that threads can be told. */
export interface CheckPlan {
  readonly folder: string;
  readonly project: ProjectModel;
  readonly units: readonly CheckUnit[];
  readonly settings: RuleSettings;
  /** The revision of git that interfaces are compared with. */
  readonly against: string;
}

/** What the check of a unit gave: plain data, too. */
export interface UnitResult {
  readonly files: readonly CheckedFile[];
  /** Mistakes of ours. */
  readonly ruleProblems: readonly RuleProblem[];
  /** Files that are there and were not read, with the reason. */
  readonly unread: readonly UnreadFile[];
}

/** A file or folder that is there and was not read. */
export interface UnreadFile {
  readonly path: string;
  /** The end of a sentence. */
  readonly reason: string;
}

/** What was not read of a disk. */
export function unreadFiles({ unread }: DiskFiles): UnreadFile[] {
  return [...unread].map(([path, reason]) => ({ path, reason }));
}

/** What there is to say about one file. */
export interface CheckedFile {
  readonly path: string;
  readonly reports: readonly Report[];
}

/** Checks units one after the other. Nothing but results outlives the check of a unit. */
export class UnitChecker {
  private readonly plan: CheckPlan;
  private readonly parser: RustParser;
  private readonly history: GitHistory;
  /** Found once for all units: interfaces of any may import files of any. */
  private importingInterfaces: readonly string[] | undefined;

  constructor(plan: CheckPlan, parser: RustParser) {
    this.plan = plan;
    this.parser = parser;
    this.history = new GitHistory(plan.against);
  }

  /** Checks a unit of the plan. */
  check(unit: CheckUnit): UnitResult {
    const { folder, project, settings } = this.plan;
    const crates = project.crates.filter((_, index) => unit.crates.includes(index));
    const files = new DiskFiles("watched");
    const snapshot = new Snapshot({
      files,
      path,
      project: () => ({ ...project, crates }),
      crateChecks: new CrateChecks(path, crateQuestions(settings), { isFollowed: false }),
      rustFacts: new RustFacts(this.parser, "once"),
      candidFiles: new CandidFiles(),
      clientCodes: new ClientCodes(files, path, (it) => files.forget(it)),
      formerLayouts: new FormerLayouts(path),
      importingInterfaces: () => {
        this.importingInterfaces ??= importingFiles(interfacesOf(project), files);
        return this.importingInterfaces;
      },
      formerText: (file) => this.history.textOf(file),
    });
    const asked = project.crates.filter((_, index) => unit.asked.includes(index));
    const inside = folder.endsWith(path.sep) ? folder : folder + path.sep;
    const rust = asked.flatMap((it) => snapshot.checkCrate(it)?.files ?? []).filter((it) => it.startsWith(inside));
    const checked = [...new Set([...rust, ...unit.files])];
    return {
      files: checked.map((it) => ({ path: it, reports: askedReports(snapshot, it, settings) })),
      ruleProblems: checked.flatMap((it) => snapshot.ruleProblems(it)),
      unread: unreadFiles(files).filter((it) => it.path.startsWith(inside)),
    };
  }
}
