import type { PlatformPath } from "node:path";
import type { TypeCrate } from "../analysis/candidTypes.ts";
import { indexCrate } from "../analysis/crateIndex.ts";
import { Resolver } from "../analysis/resolver.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { CargoPackage } from "../project/cargoWorkspace.ts";
import type { FileView } from "../project/fileView.ts";
import type { ProjectModel } from "../project/projectModel.ts";

/** What sibling crates are read with. */
export interface SiblingReading {
  readonly files: FileView;
  readonly facts: RustFacts;
  /** Collects the files that were read. */
  readonly used: Set<string>;
}

/**
 * Packages of the workspace whose types others use, each indexed once, when it is first asked for. Of those that are not
 * analysed themselves, nobody wants to know what their functions do.
 */
export class SiblingCrates {
  private readonly path: PlatformPath;
  private readonly known: Map<string, TypeCrate>;

  constructor(path: PlatformPath, known: Iterable<[string, TypeCrate]> = []) {
    this.path = path;
    this.known = new Map(known);
  }

  /** What changes of these files leave as it is. */
  without(changed: readonly string[]): SiblingCrates {
    const kept = [...this.known].filter(([, { index }]) => !changed.some((it) => index.files.has(it)));
    return new SiblingCrates(this.path, kept);
  }

  /** Finds the dependencies of a package among others, and notes the files that were read for it. */
  of(
    cargoPackage: CargoPackage,
    project: Pick<ProjectModel, "packages" | "crates">,
    reading: SiblingReading,
  ): (name: string) => TypeCrate | undefined {
    const found = new Map<string, TypeCrate | undefined>();
    return (name) => {
      if (found.has(name)) return found.get(name);
      const dependency = cargoPackage.dependencies.find((it) => it.name.replaceAll("-", "_") === name);
      const other =
        dependency &&
        nearest(
          project.packages.filter(
            (it) => it.name === dependency.packageName && it.directory !== cargoPackage.directory,
          ),
          cargoPackage.directory,
        );
      const crate = other && (this.known.get(other.rootFile) ?? this.read(other, project, reading));
      for (const file of crate?.index.files.keys() ?? []) reading.used.add(file);
      found.set(name, crate);
      return crate;
    };
  }

  private read(
    cargoPackage: CargoPackage,
    project: Pick<ProjectModel, "packages" | "crates">,
    reading: SiblingReading,
  ): TypeCrate {
    const sources = {
      packageName: cargoPackage.name,
      rootFile: cargoPackage.rootFile,
      files: reading.files,
      path: this.path,
      versions: new Map<string, string>(),
      features: cargoPackage.defaultFeatures,
    };
    const isAnalysed = project.crates.some((it) => it.cargoPackage.rootFile === cargoPackage.rootFile);
    const index = indexCrate(sources, isAnalysed ? reading.facts.shared : reading.facts.declarations);
    const crate = { index, resolver: new Resolver(index), sibling: this.of(cargoPackage, project, reading) };
    this.known.set(cargoPackage.rootFile, crate);
    return crate;
  }
}

/** Projects beside one another have packages of the same names: the one that shares most of the way is meant. */
function nearest(packages: readonly CargoPackage[], directory: string): CargoPackage | undefined {
  const shared = ({ directory: other }: CargoPackage) => {
    let length = 0;
    while (length < directory.length && directory[length] === other[length]) length++;
    return length;
  };
  const [first, ...others] = packages;
  return others.reduce((a, b) => (a !== undefined && shared(b) > shared(a) ? b : a), first);
}
