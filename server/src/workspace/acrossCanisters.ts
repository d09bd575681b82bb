import type { PlatformPath } from "node:path";
import type { CrateSurface } from "../analysis/crateSurface.ts";
import { memoized } from "../base/memoized.ts";
import { readInterface } from "../candid/serviceInterface.ts";
import type { ServiceInterface, ServiceType } from "../candid/types.ts";
import { extractsInterfaces } from "../project/buildScripts.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate, ProjectModel } from "../project/projectModel.ts";
import type { ProjectCanister } from "../protocol/language.ts";
import { callDecodeTuple } from "../rules/call-decode-tuple.ts";
import { findCallee } from "../rules/callees.ts";
import { checkLoops } from "../rules/callGraphLoop.ts";
import { callArgTypeMismatch, callReturnTypeMismatch, checkCalls, sharedTypeDivergence } from "../rules/callRules.ts";
import { type ClientCode, checkDeclarations, checkUnknownDeclarations, checkUsage } from "../rules/clientRules.ts";
import { checkDependencies } from "../rules/deployDependency.ts";
import { excludedMethods } from "../rules/excludedMethods.ts";
import {
  checkExported,
  checkInSync,
  checkUpgrade,
  didOutOfSync,
  didUpgradeIncompatible,
} from "../rules/interfaceRules.ts";
import { checkLayout, layoutRules } from "../rules/layoutRules.ts";
import { checkLowMemoryHook } from "../rules/lowMemoryHook.ts";
import type { Finding, RuleFinding } from "../rules/rule.ts";
import { sourceInterface, sourceSignature } from "../rules/sourceInterface.ts";
import type { StoredLayout } from "../rules/storedLayout.ts";
import { type Allowance, applyAllowances } from "../rules/suppressions.ts";
import { unbuiltCanister } from "../rules/unbuiltCanister.ts";
import type { CandidInterface, CrateView, KnownCanister, Report as ReportFinding } from "../rules/workspaceRule.ts";
import type { CandidFiles } from "./candidFiles.ts";
import type { ClientCodes } from "./clientCode.ts";
import type { CrateReading } from "./crateChecks.ts";

/** The rule of manifests, where only the source tells that there is a canister. */
const missingCdylib = { id: "missing-cdylib", severity: "error" } as const;

/** What the rules across canisters look at. */
export interface AcrossParts {
  readonly project: ProjectModel;
  readonly files: FileView;
  readonly path: PlatformPath;
  readonly candidFiles: CandidFiles;
  readonly interfaceOf: (path: string) => CandidInterface | undefined;
  readonly readingOf: (crate: CanisterCrate) => CrateReading | undefined;
  /** The text of a file in the last commit; absent where there is none. */
  readonly formerText: (path: string) => string | undefined;
  /** What a crate kept in stable memory in the last commit, where that may be something else than now. */
  readonly formerLayoutOf: (crate: CanisterCrate, now: StoredLayout) => StoredLayout | undefined;
  /** The code of whole projects. */
  readonly clientCodes: ClientCodes;
}

/** Findings that take more than one crate, at one moment; each crate and interface is judged once, when first asked for. */
export class AcrossCanisters {
  private readonly parts: AcrossParts;
  private readonly ofCrates = new Map<CanisterCrate, readonly Finding[]>();
  /** What the code of each project says of its canisters, by the project's folder. */
  private readonly ofClientsOf = new Map<string, readonly Finding[]>();
  private canisters: readonly KnownCanister[] | undefined;

  constructor(parts: AcrossParts) {
    this.parts = parts;
  }

  /** Findings about a Rust file of a crate. */
  ofRust(crate: CanisterCrate, path: string): readonly Finding[] {
    return this.ofCrate(crate).filter((it) => it.path === path);
  }

  /** Findings about an interface file. */
  ofCandid(path: string): readonly Finding[] {
    const { canisters } = this.parts.project;
    const known = this.known().filter((_, index) => canisters[index]?.candidPath === path);
    const [first] = known;
    if (first?.candid === undefined) return [];
    const crates = this.parts.project.crates.filter((it) => known.some((canister) => isOf(canister, it)));
    return [
      ...upgradeFindings(first.candid, this.parts.formerText(path)),
      ...crates.flatMap((it) => this.ofCrate(it).filter((finding) => finding.path === path)),
    ];
  }

  /** Findings about a manifest. */
  ofManifest(path: string): readonly Finding[] {
    const known = this.known().filter((it) => it.manifestPath === path);
    const crates = this.parts.project.crates.filter(
      (it) => it.cargoPackage.manifestPath === path || known.some((canister) => isOf(canister, it)),
    );
    return crates.flatMap((it) => this.ofCrate(it).filter((finding) => finding.path === path));
  }

  /** What the code of the projects around says of an interface or a manifest; reads all of it when first asked. */
  ofClients(path: string): readonly Finding[] {
    const { canisters } = this.parts.project;
    const own = this.known().filter((it, index) => {
      return it.manifestPath === path || (canisters[index]?.candidPath === path && it.candid !== undefined);
    });
    const directories = new Set(own.map((it) => it.projectDirectory));
    return [...directories].flatMap((it) => this.ofProjectsClients(it).filter((finding) => finding.path === path));
  }

  private ofProjectsClients(directory: string): readonly Finding[] {
    const known = this.ofClientsOf.get(directory);
    if (known !== undefined) return known;
    const { report, findings } = collector();
    this.ofClientsOf.set(directory, findings);
    const canisters = this.known().filter((it) => it.projectDirectory === directory);
    if (canisters.every((it) => it.manifestPath.endsWith("Cargo.toml"))) return findings;
    checkClients(canisters, this.parts.clientCodes.of(directory), this.parts, report);
    return findings;
  }

  /** Whether a manifest around the crate tells what canisters there are. */
  private isDescribed({ cargoPackage: { directory } }: CanisterCrate): boolean {
    return this.known().some(({ projectDirectory, manifestPath }) => {
      const isAround = directory === projectDirectory || directory.startsWith(projectDirectory + this.parts.path.sep);
      return isAround && !manifestPath.endsWith("Cargo.toml");
    });
  }

  private unbuilt(crate: CanisterCrate, reading: CrateReading | undefined): RuleFinding | undefined {
    const manifest = this.parts.files.readText(crate.cargoPackage.manifestPath) ?? "";
    if (isPublished(manifest)) return undefined;
    return unbuiltCanister(crate, reading?.entryPoints ?? [], this.parts.project.packages);
  }

  private known(): readonly KnownCanister[] {
    this.canisters ??= this.parts.project.canisters.map((it) => this.know(it));
    return this.canisters;
  }

  private know(it: ProjectCanister): KnownCanister {
    const { candidPath } = it;
    const candid = memoized(() => (candidPath === undefined ? undefined : this.parts.interfaceOf(candidPath)));
    const ids = memoized(() => canisterIds(this.parts, it));
    const service = memoized(() => candid()?.interface.service ?? this.serviceOfSource(it));
    const surface = memoized(() => this.surfaceOf(it));
    return {
      name: it.name,
      projectDirectory: it.projectDirectory,
      manifestPath: it.manifestPath,
      crateDirectory: it.source.crateDirectory,
      get ids() {
        return ids();
      },
      get candid() {
        return candid();
      },
      get service() {
        return service();
      },
      sourceMethod: (name, declared) => {
        const known = surface();
        return known && sourceSignature(known, name, declared);
      },
    };
  }

  /** Only for a canister without `.did` file: one that is broken is not replaced by a guess. */
  private serviceOfSource(canister: ProjectCanister): ServiceType | undefined {
    if (canister.candidPath !== undefined && this.parts.files.exists(canister.candidPath)) return undefined;
    const surface = this.surfaceOf(canister);
    return surface && sourceInterface(surface);
  }

  private surfaceOf({ source }: ProjectCanister): CrateSurface | undefined {
    if (source.crateDirectory === undefined) return undefined;
    const crate = this.parts.project.crates.find((it) => it.cargoPackage.directory === source.crateDirectory);
    return crate && this.parts.readingOf(crate)?.surface;
  }

  /** A crate among the canisters of its project; none where it could be that of several projects. */
  private viewOf(crate: CanisterCrate, surface: CrateSurface): CrateView {
    const own = this.known().filter((it) => isOf(it, crate));
    const projects = new Set(own.map((it) => it.projectDirectory));
    const canisters = this.known().filter((it) => projects.size === 0 || projects.has(it.projectDirectory));
    const isForeign = projects.size === 0 && new Set(canisters.map((it) => it.projectDirectory)).size > 1;
    return { surface, own, canisters: isForeign ? [] : canisters };
  }

  private viewOfCanister(canister: KnownCanister): CrateView | undefined {
    const crate = this.parts.project.crates.find((it) => isOf(canister, it));
    const surface = crate && this.parts.readingOf(crate)?.surface;
    return crate && surface && this.viewOf(crate, surface);
  }

  /** What is known of the crate of another canister of the same manifest. */
  private surfaceBeside({ manifestPath }: KnownCanister, name: string): CrateSurface | undefined {
    const other = this.known().find((it) => it.name === name && it.manifestPath === manifestPath);
    return other && this.viewOfCanister(other)?.surface;
  }

  private ofCrate(crate: CanisterCrate): readonly Finding[] {
    const known = this.ofCrates.get(crate);
    if (known !== undefined) return known;
    const findings = this.judge(crate);
    this.ofCrates.set(crate, findings);
    return findings;
  }

  private judge(crate: CanisterCrate): readonly Finding[] {
    const reading = this.parts.readingOf(crate);
    const surface = reading?.surface;
    if (surface === undefined) return [];
    const { report, findings } = collector();
    const view = this.viewOf(crate, surface);
    const { own } = view;
    checkCalls(view, report);
    checkLoops(view, (it) => this.viewOfCanister(it), report);
    const [only, ...others] = own;
    if (only !== undefined && others.every((it) => it.candid?.path === only.candid?.path)) {
      const texts = () => reading?.files.flatMap((it) => this.parts.files.readText(it) ?? []) ?? [];
      const { files: view, path } = this.parts;
      const isExtracted = () => extractsInterfaces({ view, path }, only.projectDirectory);
      checkInSync(surface, only, { isExcluded: excludedMethods(texts), isExtracted }, report);
      const declared = this.parts.project.canisters.find(
        (it) => it.name === only.name && it.manifestPath === only.manifestPath,
      );
      checkExported(surface, only, !takesInterfaceFromWasm(declared), report);
    }
    for (const it of own) {
      const manifest = this.parts.files.readText(it.manifestPath) ?? "";
      checkDependencies(surface, it, manifest, (name) => this.surfaceBeside(it, name), report);
      if (!surface.isIncomplete) checkLowMemoryHook(reading?.entryPoints ?? [], it, manifest, report);
    }
    const unbuilt = this.isDescribed(crate) ? undefined : this.unbuilt(crate, reading);
    if (unbuilt !== undefined) report(missingCdylib, unbuilt);
    const before = reading?.layout && this.parts.formerLayoutOf(crate, reading.layout);
    if (reading?.layout !== undefined && before !== undefined) checkLayout(reading.layout, before, report);
    const untold = findings.filter((it) => !isToldAsTuple(it, reading?.findings ?? []));
    return applyAllowances(reading?.allowances ?? [], untold, (rule, it) => isJudged(view, rule, it));
  }
}

/** What a registry wants to know of a library that others are to use: theirs are the canisters. */
function isPublished(manifest: string): boolean {
  const told = ["description", "repository", "homepage", "documentation", "keywords", "categories", "license"];
  return told.filter((it) => new RegExp(`^\\s*${it}\\s*[=.]`, "m").test(manifest)).length > 2;
}

/** Findings about the canisters of one project, in the light of all its code. */
function checkClients(
  canisters: readonly KnownCanister[],
  code: ClientCode,
  { files }: AcrossParts,
  report: ReportFinding,
): void {
  const place = (it: KnownCanister) => nameRange(files.readText(it.manifestPath) ?? "", it.name);
  for (const [index, it] of canisters.entries()) {
    // Canisters that share an interface share its clients.
    const isFirst = canisters.findIndex((other) => other.candid?.path === it.candid?.path) === index;
    if (isFirst) checkUsage(it, code, report);
    checkDeclarations(it, code, place(it), report);
  }
  const [first] = canisters;
  if (first === undefined) return;
  checkUnknownDeclarations(canisters, code, { path: first.manifestPath, range: place(first) }, report);
}

/** Where a manifest names a canister; its beginning where that cannot be found. */
function nameRange(manifest: string, name: string) {
  const start = manifest.search(new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, ".")}(?![\\w-])`));
  return start === -1 ? { start: 0, end: 0 } : { start, end: start + name.length };
}

/** A tuple that is taken for one value is told with its fix; that the callee wants something else is the same mistake. */
function isToldAsTuple({ rule, path, range }: Finding, others: readonly Finding[]): boolean {
  if (rule !== callArgTypeMismatch.id && rule !== callReturnTypeMismatch.id) return false;
  return others.some(
    (it) =>
      it.rule === callDecodeTuple.id &&
      it.path === path &&
      it.range.start <= range.end + "::<>".length &&
      range.start <= it.range.end + "::<>".length,
  );
}

/** Whether a rule has seen all that a suppression covers: calls whose callee is known, an interface, a former version. */
function isJudged(view: CrateView, rule: string, { path, covered }: Allowance): boolean {
  if (comparesWithLastCommit.has(rule)) return false;
  if (rule === didOutOfSync.id) return view.own.some((it) => it.candid !== undefined);
  if (!rule.startsWith("call-") && rule !== sharedTypeDivergence.id) return view.own.length > 0;
  const calls = view.surface.calls.filter(
    (it) => it.path === path && it.methodRange.end >= covered.start && it.methodRange.start <= covered.end,
  );
  return calls.every((it) => it.calleeIs === "management" || findCallee(view, it) !== undefined);
}

/** What these find is gone with the next commit, and comes back for who compares with another one. */
const comparesWithLastCommit: ReadonlySet<string> = new Set(
  [didUpgradeIncompatible, ...layoutRules].map((it) => it.id),
);

/** https://github.com/dfinity/sdk: `{ "name": { "ic": "id" } }` beside dfx.json. */
function canisterIds({ files, path }: AcrossParts, { name, projectDirectory }: ProjectCanister): string[] {
  const text = files.readText(path.join(projectDirectory, "canister_ids.json")) ?? "";
  const plain = name.replace(/[^\w-]/g, "");
  const entry = new RegExp(`"${plain}"\\s*:\\s*\\{([^}]*)\\}`).exec(text)?.[1] ?? "";
  return [...entry.matchAll(/:\s*"([a-z0-9-]+)"/g)].map((it) => it[1] ?? "");
}

/** Only a manifest that names no interface builds it from the Wasm; scripts may put it in from elsewhere. */
function takesInterfaceFromWasm(canister: ProjectCanister | undefined): boolean {
  if (canister === undefined || canister.source.kind !== "rust" || canister.candidPath !== undefined) return false;
  return !canister.manifestPath.endsWith("Cargo.toml");
}

function isOf({ crateDirectory }: KnownCanister, crate: CanisterCrate): boolean {
  return crateDirectory === crate.cargoPackage.directory;
}

function upgradeFindings(candid: CandidInterface, former: string | undefined): readonly Finding[] {
  if (former === undefined || former === candid.text) return [];
  const before = wholeInterface(former);
  if (before === undefined) return [];
  const { report, findings } = collector();
  checkUpgrade(candid, before, report);
  return findings;
}

/** Imports of a former text are not followed: what they declared then is not known. */
function wholeInterface(text: string): ServiceInterface | undefined {
  if (/^\s*import\b/m.test(text)) return undefined;
  const { environment, problems } = readInterface(text);
  return problems.some((it) => it.severity === "error") ? undefined : environment.service;
}

function collector(): { readonly report: ReportFinding; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  const report: ReportFinding = (rule, finding) => {
    const { severity = rule.severity, related = [], fixes = [], tags = [] } = finding;
    findings.push({ ...finding, rule: rule.id, severity, related, fixes, tags });
  };
  return { report, findings };
}
