import type { PlatformPath } from "node:path";
import { buildModel } from "../analysis/buildModel.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { FileView } from "../project/fileView.ts";
import type { CanisterCrate } from "../project/projectModel.ts";
import { readLayout, type StoredLayout } from "../rules/storedLayout.ts";

/** What is asked of the present and of the former state of a crate's files. */
export interface LayoutSources {
  readonly files: FileView;
  readonly facts: RustFacts;
  /** The text of a file in the last commit; absent where there is none. */
  readonly formerText: (path: string) => string | undefined;
}

/** What the last commits of crates kept in stable memory, read once for each commit. */
export class FormerLayouts {
  private readonly path: PlatformPath;
  private readonly known = new Map<string, { readonly key: string; readonly layout: StoredLayout }>();

  constructor(path: PlatformPath) {
    this.path = path;
  }

  /** The layout of a crate in the last commit, where the files that declare it differ from then. */
  of({ cargoPackage, versions }: CanisterCrate, now: StoredLayout, sources: LayoutSources): StoredLayout | undefined {
    const { files, facts, formerText } = sources;
    const texts = new Map(now.files.map((it) => [it, formerText(it)]));
    const isOther = (path: string, former: string | undefined) =>
      former !== undefined && former !== files.readText(path);
    if (![...texts].some(([path, former]) => isOther(path, former))) return undefined;
    const key = JSON.stringify([...texts]);
    const known = this.known.get(cargoPackage.rootFile);
    if (known?.key === key) return known.layout;
    // Only what declares the layout, and the modules on the way there: the rest of the crate says nothing of it.
    const readText = (path: string) =>
      texts.has(path)
        ? texts.get(path)
        : this.leadsTo(path, now.files)
          ? (formerText(path) ?? files.readText(path))
          : undefined;
    const crate = {
      packageName: cargoPackage.name,
      rootFile: cargoPackage.rootFile,
      files: { readText },
      path: this.path,
      versions,
      features: cargoPackage.defaultFeatures,
    };
    const layout = readLayout(buildModel(crate, facts.beside()));
    this.known.set(cargoPackage.rootFile, { key, layout });
    return layout;
  }

  /** Whether a file may declare the module of one of some others: `a.rs` and `a/mod.rs` that of `a/b.rs`. */
  private leadsTo(file: string, others: readonly string[]): boolean {
    const name = this.path.basename(file, ".rs");
    const directory = this.path.dirname(file);
    const own = /^(lib|main|mod)$/.test(name) ? directory : this.path.join(directory, name);
    return others.some((it) => it.startsWith(own + this.path.sep));
  }
}
