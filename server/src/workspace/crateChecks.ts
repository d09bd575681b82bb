import type { PlatformPath } from "node:path";
import type { EntryPoint } from "../analysis/canisterModel.ts";
import type { CrateSources } from "../analysis/crateSources.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate } from "../project/projectModel.ts";
import { checkCrate, type RuleProblem } from "../rules/checkCrate.ts";
import type { Finding } from "../rules/rule.ts";

/** What the check of a crate gave, as far as anybody asks. */
export interface CrateReading {
  /** Files of the crate's module tree, the root first. */
  readonly files: readonly string[];
  readonly entryPoints: readonly EntryPoint[];
  readonly findings: readonly Finding[];
  /** Mistakes of ours. */
  readonly problems: readonly RuleProblem[];
}

/** What the checks of crates gave, kept for as long as none of their files changes. */
export class CrateChecks {
  private readonly path: PlatformPath;
  private readonly checks: Map<string, CheckedCrate>;

  constructor(path: PlatformPath, checks: Iterable<[string, CheckedCrate]> = []) {
    this.path = path;
    this.checks = new Map(checks);
  }

  /** The checks that changes of these files leave as they are. */
  without(changed: readonly string[]): CrateChecks {
    const rust = changed.filter((it) => it.endsWith(".rs"));
    const kept = [...this.checks].filter(([, { crate, reading }]) => {
      return !rust.some((it) => reading.files.includes(it) || this.isInside(crate, it));
    });
    return new CrateChecks(this.path, kept);
  }

  /** Checks a crate, or tells what its last check gave. */
  check(crate: CanisterCrate, files: FileView, facts: RustFacts, cancelled: () => boolean): CrateReading {
    const { cargoPackage, versions } = crate;
    const known = this.checks.get(cargoPackage.rootFile);
    if (known !== undefined) return known.reading;
    const sources = {
      packageName: cargoPackage.name,
      rootFile: cargoPackage.rootFile,
      binaryFiles: cargoPackage.binaryFiles,
      files,
      path: this.path,
      versions,
      features: cargoPackage.defaultFeatures,
    };
    const reading = checkGuarded(sources, facts, cancelled);
    if (!cancelled()) this.checks.set(cargoPackage.rootFile, { crate, reading });
    return reading;
  }

  /** Whether the file lies in the folder of the crate. */
  isInside(crate: CanisterCrate, file: string): boolean {
    return file.startsWith(crate.cargoPackage.directory + this.path.sep);
  }
}

/** A mistake of ours costs the findings of one crate and is told; everything else goes on. */
function checkGuarded(sources: CrateSources, facts: RustFacts, isCancelled: () => boolean): CrateReading {
  try {
    const { model, findings, problems } = checkCrate(sources, facts, { isCancelled });
    return { files: model.files, entryPoints: model.entryPoints, findings, problems };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { packageName, rootFile } = sources;
    const problems = [{ rule: "analysis", message: `${packageName}: ${message}` }];
    return { files: [rootFile], entryPoints: [], findings: [], problems };
  }
}

interface CheckedCrate {
  readonly crate: CanisterCrate;
  readonly reading: CrateReading;
}
