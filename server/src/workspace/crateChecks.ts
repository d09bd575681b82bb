import type { PlatformPath } from "node:path";
import type { EntryPoint } from "../analysis/canisterModel.ts";
import type { CrateSources } from "../analysis/crateSources.ts";
import { type CrateSurface, readSurface } from "../analysis/crateSurface.ts";
import { FunctionModel } from "../analysis/functionModel.ts";
import { rangeNow } from "../analysis/lastingPlace.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate, ProjectModel } from "../project/projectModel.ts";
import { type CheckOptions, checkCrate, type RuleProblem } from "../rules/checkCrate.ts";
import { CrateMemory } from "../rules/crateMemory.ts";
import type { Finding } from "../rules/rule.ts";
import { readLayout, type StoredLayout } from "../rules/storedLayout.ts";
import { type Allowance, readAllowances } from "../rules/suppressions.ts";
import { ReadableTexts, type StandIn } from "./readableTexts.ts";
import { allCrateQuestions, type CrateQuestions } from "./report.ts";
import { SiblingCrates } from "./siblingCrates.ts";

/** What the check of a crate gave, as far as anybody asks. */
export interface CrateReading {
  /** Files of the crate's module tree, the root first. */
  readonly files: readonly string[];
  readonly entryPoints: readonly EntryPoint[];
  readonly findings: readonly Finding[];
  /** What other canisters can know of it; absent where the check failed. */
  readonly surface: CrateSurface | undefined;
  /** What it keeps in stable memory; absent where the check failed or nobody asks. */
  readonly layout: StoredLayout | undefined;
  readonly allowances: readonly Allowance[];
  /** Mistakes of ours. */
  readonly problems: readonly RuleProblem[];
  /** Files that were read as they were before they became unreadable: all ranges in them count there. */
  readonly standIns: ReadonlyMap<string, StandIn>;
}

/** What the checks of crates gave, kept for as long as none of their files changes. */
export class CrateChecks {
  private readonly path: PlatformPath;
  private readonly checks: Map<string, CheckedCrate>;
  private readonly siblings: SiblingCrates;
  /** What the next check of a crate goes on from, by what tells crates apart. */
  private readonly memories: Map<string, CrateMemory>;
  private readonly questions: CrateQuestions;
  private readonly isFollowed: boolean;

  /** Rules that are not asked for have no findings, and nobody knows of their suppressions. */
  constructor(path: PlatformPath, questions: CrateQuestions = allCrateQuestions, known: KnownCrates = {}) {
    const { checks = [], siblings = new SiblingCrates(path), memories = new Map(), isFollowed = true } = known;
    this.isFollowed = isFollowed;
    this.path = path;
    this.questions = questions;
    this.siblings = siblings;
    this.checks = new Map(checks);
    this.memories = memories;
  }

  /** The checks that changes of these files leave as they are. */
  without(changed: readonly string[]): CrateChecks {
    const rust = changed.filter((it) => it.endsWith(".rs"));
    const kept = [...this.checks].filter(([, { crate, reading, used }]) => {
      return !rust.some((it) => reading.files.includes(it) || used.has(it) || this.isInside(crate, it));
    });
    const siblings = this.siblings.without(rust);
    return new CrateChecks(this.path, this.questions, {
      checks: kept,
      siblings,
      memories: this.memories,
      isFollowed: this.isFollowed,
    });
  }

  /** The checks of a project whose manifests or files may be others than before: none, but crates are followed further. */
  ofOtherProject(): CrateChecks {
    const { memories, isFollowed } = this;
    return new CrateChecks(this.path, this.questions, { memories, isFollowed });
  }

  /** Checks a crate of a project, or tells what its last check gave. */
  check(
    crate: CanisterCrate,
    project: Pick<ProjectModel, "packages" | "crates">,
    files: FileView,
    facts: RustFacts,
    cancelled: () => boolean,
    isOpen: (path: string) => boolean = () => false,
  ): CrateReading {
    const { cargoPackage, versions } = crate;
    const known = this.checks.get(cargoPackage.rootFile);
    if (known !== undefined) return known.reading;
    const used = new Set<string>();
    const features = cargoPackage.defaultFeatures;
    const readable = new ReadableTexts({ files, facts, features, isOpen });
    const sources = {
      siblings: this.siblings.of(cargoPackage, project, { files, facts, used }),
      packageName: cargoPackage.name,
      isLibrary: cargoPackage.wasmName === undefined,
      rootFile: cargoPackage.rootFile,
      binaryFiles: cargoPackage.binaryFiles,
      files: readable,
      path: this.path,
      versions,
      features,
    };
    const memory = this.isFollowed ? (this.memories.get(keyOf(crate)) ?? new CrateMemory()) : undefined;
    // After a mistake of ours, nobody knows what is remembered.
    this.memories.delete(keyOf(crate));
    this.forgetOthers(project);
    const result = checkGuarded(sources, facts, {
      ...this.questions,
      ...(memory && { memory }),
      isCancelled: cancelled,
    });
    if (memory !== undefined && !result.problems.some((it) => it.rule === mistakeInAnalysis))
      this.memories.set(keyOf(crate), memory);
    const entryPoints = result.entryPoints.map(this.isFollowed ? asOfNow : faceOf);
    const reading = { ...result, entryPoints, standIns: readable.standIns };
    if (!this.isFollowed) for (const it of reading.files) facts.forgetContents(it);
    if (!cancelled()) this.checks.set(cargoPackage.rootFile, { crate, reading, used });
    return reading;
  }

  private forgetOthers({ crates }: Pick<ProjectModel, "crates">): void {
    const present = new Set(crates.map(keyOf));
    for (const it of this.memories.keys()) if (!present.has(it)) this.memories.delete(it);
  }

  /** Whether the file lies in the folder of the crate. */
  isInside(crate: CanisterCrate, file: string): boolean {
    return file.startsWith(crate.cargoPackage.directory + this.path.sep);
  }
}

/** What tells a crate from all others, however often its manifests are read. */
function keyOf({ cargoPackage: { rootFile, name } }: CanisterCrate): string {
  return JSON.stringify([rootFile, name]);
}

/** Stands in the place of a rule where it was not one that failed. */
const mistakeInAnalysis = "analysis";

/** A mistake of ours costs the findings of one crate and is told; everything else goes on. */
function checkGuarded(
  sources: CrateSources,
  facts: RustFacts,
  options: CheckOptions & CrateQuestions & { readonly isCancelled: () => boolean },
): Omit<CrateReading, "standIns"> {
  try {
    const { model, findings, problems } = checkCrate(sources, facts, options);
    const common = { files: model.files, entryPoints: model.entryPoints, findings, problems };
    if (options.isCancelled()) return { ...common, surface: undefined, layout: undefined, allowances: [] };
    const layout = options.layout ? readLayout(model) : undefined;
    return { ...common, surface: readSurface(model), layout, allowances: readAllowances(model) };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { packageName, rootFile } = sources;
    const problems = [{ rule: mistakeInAnalysis, message: `${packageName}: ${message}` }];
    const nothing = { entryPoints: [], findings: [], surface: undefined, layout: undefined, allowances: [] };
    return { files: [rootFile], problems, ...nothing };
  }
}

/** An entry point whose function does not change with the next edit. */
function asOfNow(it: EntryPoint): EntryPoint {
  const { function: function_ } = it;
  if (!(function_ instanceof FunctionModel)) return it;
  const known = entriesNow.get(it);
  if (known?.changedAt === function_.changedAt) return known.entry;
  const { now, changedAt } = function_;
  const { range, nameRange, bodyRange } = now;
  const placed = {
    range: rangeNow(range),
    nameRange: rangeNow(nameRange),
    bodyRange: bodyRange && rangeNow(bodyRange),
  };
  const entry = { ...it, nameRange: placed.nameRange, function: { ...now, ...placed } };
  entriesNow.set(it, { changedAt, entry });
  return entry;
}

/** Entry points as they were when they were asked for last. */
const entriesNow = new WeakMap<EntryPoint, { readonly changedAt: number; readonly entry: EntryPoint }>();

/** An entry point without what its function does, which leads to all of the crate. */
function faceOf(it: EntryPoint): EntryPoint {
  const { function: function_ } = asOfNow(it);
  const summary = { ...function_.summary, writes: [], laterWrites: [], reads: [], callees: [] };
  // A range that follows a function leads to all of the crate, too.
  const texts = function_.texts.map((text) => ({ ...text, range: rangeNow(text.range) }));
  const bare = { ...function_, texts, steps: [], calls: [], executions: [], summary };
  return { ...it, guardFunctions: [], function: bare };
}

/** What is known of crates from before a change. */
interface KnownCrates {
  readonly checks?: Iterable<[string, CheckedCrate]>;
  readonly siblings?: SiblingCrates;
  readonly memories?: Map<string, CrateMemory>;
  /**
   * Whether files will change, so that the next check of a crate goes on from the last one; `true` unless told. Otherwise
   * nothing is kept behind a check of what the functions of its crate do.
   */
  readonly isFollowed?: boolean;
}

interface CheckedCrate {
  readonly crate: CanisterCrate;
  readonly reading: CrateReading;
  /** Files of other packages whose types were read. */
  readonly used: ReadonlySet<string>;
}
