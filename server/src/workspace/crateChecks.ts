import type { PlatformPath } from "node:path";
import type { CrateSources } from "../analysis/crateSources.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate } from "../project/projectModel.ts";
import { type CrateCheck, checkCrate } from "../rules/checkCrate.ts";

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
    const kept = [...this.checks].filter(([, { crate, check }]) => {
      return !rust.some((it) => check.model.files.includes(it) || this.isInside(crate, it));
    });
    return new CrateChecks(this.path, kept);
  }

  /** Checks a crate, or tells what its last check gave. */
  check(crate: CanisterCrate, files: FileView, facts: RustFacts, cancelled: () => boolean): CrateCheck {
    const { cargoPackage, versions } = crate;
    const known = this.checks.get(cargoPackage.rootFile);
    if (known !== undefined) return known.check;
    const sources = {
      packageName: cargoPackage.name,
      rootFile: cargoPackage.rootFile,
      files,
      path: this.path,
      versions,
      features: cargoPackage.defaultFeatures,
    };
    const check = checkGuarded(sources, facts, cancelled);
    if (!cancelled()) this.checks.set(cargoPackage.rootFile, { crate, check });
    return check;
  }

  /** Whether the file lies in the folder of the crate. */
  isInside(crate: CanisterCrate, file: string): boolean {
    return file.startsWith(crate.cargoPackage.directory + this.path.sep);
  }
}

/** A mistake of ours costs the findings of one crate and is told; everything else goes on. */
function checkGuarded(sources: CrateSources, facts: RustFacts, isCancelled: () => boolean): CrateCheck {
  try {
    return checkCrate(sources, facts, { isCancelled });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { packageName, rootFile } = sources;
    const problems = [{ rule: "analysis", message: `${packageName}: ${message}` }];
    return { model: { packageName, files: [rootFile], entryPoints: [] }, findings: [], problems };
  }
}

interface CheckedCrate {
  readonly crate: CanisterCrate;
  readonly check: CrateCheck;
}
