import type { PlatformPath } from "node:path";
import type { EntryPoint } from "../analysis/canisterModel.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Program } from "../candid/ast.ts";
import { type ImportResolver, loadImports } from "../candid/imports.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate, ProjectModel } from "../project/projectModel.ts";
import { isTestInput } from "../project/testInputs.ts";
import { analysisCutShort } from "../rules/analysis-cut-short.ts";
import type { RuleProblem } from "../rules/checkCrate.ts";
import type { Finding } from "../rules/rule.ts";
import { AcrossCanisters } from "./acrossCanisters.ts";
import { type CandidFiles, importingFiles, interfacesOf } from "./candidFiles.ts";
import type { ClientCodes } from "./clientCode.ts";
import type { CrateChecks, CrateReading } from "./crateChecks.ts";
import { fileKind } from "./fileKind.ts";
import type { FormerLayouts } from "./formerLayouts.ts";
import { ImportedNames } from "./importedNames.ts";
import { asNamed } from "./namedCrates.ts";
import { presentFinding, presentRange, type StandIn } from "./readableTexts.ts";
import type { Report } from "./report.ts";

/** What a snapshot is made of. */
export interface SnapshotParts {
  /** Open documents over the disk. */
  readonly files: FileView;
  /** Whether a file is open in the editor; absent where nothing is. */
  readonly isOpen?: (path: string) => boolean;
  /** `posix` or `win32` of node:path. */
  readonly path: PlatformPath;
  readonly project: () => ProjectModel;
  readonly crateChecks: CrateChecks;
  readonly rustFacts: RustFacts | undefined;
  readonly candidFiles: CandidFiles;
  readonly formerLayouts: FormerLayouts;
  readonly clientCodes: ClientCodes;
  /** The interfaces of the project's canisters that import anything (see `importingFiles`), where somebody knows already. */
  readonly importingInterfaces?: () => readonly string[];
  /** Texts of files in the last commit. */
  readonly formerText?: (path: string) => string | undefined;
}

/**
 * The workspace at one moment: open documents over the files on disk. It never changes, so whoever holds one can answer
 * a question from it however much is typed meanwhile. What it computes, it computes once, when first asked.
 */
export class Snapshot {
  private readonly parts: SnapshotParts;
  private acrossCanisters: AcrossCanisters | undefined;
  private importing: readonly string[] | undefined;
  private importedNames: ImportedNames | undefined;
  private readonly lines = new Map<string, LineIndex>();

  constructor(parts: SnapshotParts) {
    this.parts = parts;
  }

  /** Open documents over the disk. */
  get files(): FileView {
    return this.parts.files;
  }

  /** What the manifests declare. */
  get project(): ProjectModel {
    return this.parts.project();
  }

  /** Lines of a file's text; of an empty one where there is no such file. */
  lineIndex(path: string): LineIndex {
    const known = this.lines.get(path);
    if (known !== undefined) return known;
    const lines = new LineIndex(this.files.readText(path) ?? "");
    this.lines.set(path, lines);
    return lines;
  }

  /** What the code of the whole project says of an interface or a manifest: for rules that have to be asked for. */
  clientReports(path: string): readonly Report[] {
    const kind = fileKind(path);
    return kind === "candid" || kind === "manifest" ? this.across().ofClients(path).map(toReport) : [];
  }

  /**
   * Everything there is to say about a file, in the order of its text, without `clientReports`. `cancelled` ends the
   * work with nothing.
   */
  reports(path: string, cancelled: () => boolean = () => false): readonly Report[] {
    switch (fileKind(path)) {
      case "rust":
        return this.rustReports(path, cancelled);
      case "manifest":
        return [...manifestReports(this.project, path, this.parts), ...this.across().ofManifest(path).map(toReport)];
      case "candid":
        return this.candidFileReports(path);
      case undefined:
        return [];
    }
  }

  /** How imports of Candid files are found. */
  candidResolver(): ImportResolver {
    const { candidFiles, files, path } = this.parts;
    return candidFiles.resolver(files, path);
  }

  /** The crate whose module tree holds the file, if it is one that is analysed. */
  crateOf(path: string): CanisterCrate | undefined {
    return this.checkOf(path, () => false)?.crate;
  }

  /** The entry points that a Rust file defines, in the order of its text. */
  entryPoints(path: string): readonly EntryPoint[] {
    const reading = this.checkOf(path, () => false)?.reading;
    const standIn = reading?.standIns.get(path);
    const own = (reading?.entryPoints ?? []).flatMap((it) => {
      if (it.path !== path || standIn === undefined) return it.path === path ? it : [];
      const nameRange = presentRange(standIn, it.nameRange);
      if (nameRange === undefined) return [];
      const presentOr = (range: TextRange) => presentRange(standIn, range) ?? nameRange;
      return {
        ...it,
        nameRange,
        range: presentOr(it.range),
        function: { ...it.function, range: presentOr(it.function.range) },
      };
    });
    return [...own].sort((a, b) => a.range.start - b.range.start);
  }

  /** What the check of one crate gave; nothing where the Rust parser could not be loaded. */
  checkCrate(crate: CanisterCrate, cancelled: () => boolean = () => false): CrateReading | undefined {
    const { crateChecks, files, rustFacts, isOpen } = this.parts;
    return rustFacts && crateChecks.check(crate, this.project, files, rustFacts, cancelled, isOpen);
  }

  /** Mistakes of ours that the check of a file's crate met. */
  ruleProblems(path: string): readonly RuleProblem[] {
    return fileKind(path) === "rust" ? (this.checkOf(path, () => false)?.reading.problems ?? []) : [];
  }

  private rustReports(path: string, cancelled: () => boolean): readonly Report[] {
    const checked = this.checkOf(path, cancelled);
    if (checked === undefined || cancelled()) return [];
    const own = checked.reading.findings.filter((it) => it.path === path);
    const across = this.across().ofRust(checked.crate, path);
    const { standIns } = checked.reading;
    const present = [...own, ...across].flatMap((it) => presentFinding(it, standIns) ?? []);
    const standIn = standIns.get(path);
    const told = standIn === undefined ? [] : [this.standInReport(path, standIn)];
    return [...told, ...present.map(toReport)].sort((a, b) => a.range.start - b.range.start);
  }

  /** Says that what is told of a file stems from the text that was whole last. */
  private standInReport(path: string, { errorStart, unwrittenStart = 0 }: StandIn): Report {
    const lines = this.lineIndex(path);
    const start = errorStart ?? unwrittenStart;
    const { line } = lines.position(start);
    const end = lines.offset({ line, character: 0 }) + lines.lineText(line).length;
    const range = { start: Math.min(start, end), end };
    const message =
      errorStart === undefined
        ? `The function below line ${line + 1} has attributes of two entry points, and ic-cdk takes one. Until it has one, what is shown for the crate stems from the text before.`
        : `The analysis of this file stopped at line ${line + 1}, which cannot be read. Until it can, what is shown for the crate stems from the last text of this file that could.`;
    const { id: rule, severity } = analysisCutShort;
    return { rule, severity, path, range, message, related: [], fixes: [], tags: [] };
  }

  private candidFileReports(path: string): readonly Report[] {
    const text = this.files.readText(path) ?? "";
    const { candidFiles } = this.parts;
    const canisters = this.project.canisters.filter((it) => it.candidPath === path);
    const own = candidFiles.reports(path, text, this.candidResolver(), {
      importers: () => this.importers(path),
      isNamed: canisters.length > 0,
    });
    const isInput = isTestInput(path, this.project.folders, this.parts.path);
    const across = this.across().ofCandid(path).map(toReport);
    return [...(isInput ? own.map(asRemark) : own), ...across].sort((a, b) => a.range.start - b.range.start);
  }

  /** The Candid files in its folder and the one above, and the interfaces of canisters, whose imports lead to a file. */
  private importers(path: string): readonly Program[] {
    const system = this.parts.path;
    const folder = system.dirname(path);
    const near = [folder, system.dirname(folder)].flatMap((at) =>
      this.files.list(at).map((it) => system.join(at, it.name)),
    );
    const resolver = this.candidResolver();
    const candid = new Set([...near.filter((it) => fileKind(it) === "candid"), ...this.importingInterfaces()]);
    candid.delete(path);
    this.importedNames ??= new ImportedNames(this.files, system);
    const { importedNames } = this;
    const mayImport = importingFiles(candid, this.files).filter((it) => importedNames.mayLead(it, path));
    return mayImport.flatMap((it) => {
      const program = this.parts.candidFiles.program(it, this.files.readText(it) ?? "");
      return loadImports(program, resolver).imported.some((other) => other.program.file === path) ? [program] : [];
    });
  }

  private importingInterfaces(): readonly string[] {
    this.importing ??= this.parts.importingInterfaces?.() ?? importingFiles(interfacesOf(this.project), this.files);
    return this.importing;
  }

  private across(): AcrossCanisters {
    const {
      candidFiles,
      files,
      path,
      rustFacts,
      formerLayouts,
      clientCodes,
      formerText = () => undefined,
    } = this.parts;
    this.acrossCanisters ??= new AcrossCanisters({
      project: this.project,
      files,
      path,
      candidFiles,
      clientCodes,
      formerText,
      interfaceOf: (it) => candidFiles.interface(it, files, this.candidResolver()),
      readingOf: (it) => this.checkCrate(it),
      formerLayoutOf: (it, now) => rustFacts && formerLayouts.of(it, now, { files, facts: rustFacts, formerText }),
    });
    return this.acrossCanisters;
  }

  /** The innermost crate around a file; for one that lies in none, any that reaches it through `#[path]`. */
  private checkOf(path: string, cancelled: () => boolean): { crate: CanisterCrate; reading: CrateReading } | undefined {
    if (fileKind(path) !== "rust") return undefined;
    const { crateChecks } = this.parts;
    const near = this.project.crates.filter((it) => crateChecks.isInside(it, path));
    near.sort((a, b) => b.cargoPackage.directory.length - a.cargoPackage.directory.length);
    for (const crate of near.length > 0 ? near : this.project.crates) {
      const reading = this.checkCrate(crate, cancelled);
      if (reading?.files.includes(path)) return { crate, reading };
    }
    return undefined;
  }
}

/** What is wrong with the inputs of tests may be what is tested. */
function asRemark(report: Report): Report {
  return report.severity === "hint" ? report : { ...report, severity: "information" };
}

/** What is only perhaps right must not look like more. */
function toReport(finding: Finding): Report {
  return finding.confidence === "low" ? { ...finding, severity: "hint" } : finding;
}

/** The problems of one manifest. */
function manifestReports(
  project: ProjectModel,
  path: string,
  { files, path: system }: SnapshotParts,
): readonly Report[] {
  const own = project.problems.filter((it) => it.path === path);
  return own
    .flatMap((it) => asNamed(it, files, system) ?? [])
    .map(({ onlyIfNamed: _, ...it }) => ({
      ...it,
      related: (it.related ?? []).map((place) => ({ ...place, path: place.path ?? path })),
      tags: [],
      fixes: (it.fixes ?? []).map(({ title, kind = "safe", ...edit }) => ({ title, kind, edits: [{ path, ...edit }] })),
    }))
    .sort((a, b) => a.range.start - b.range.start);
}
