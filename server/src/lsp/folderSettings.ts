import { sep } from "node:path";
import type { RuleSettings } from "../workspace/report.ts";

/** What the settings say about rules: for the workspace, and for those of its folders that have settings of their own. */
export class FolderSettings {
  /** What counts where no folder says otherwise. */
  readonly whole: RuleSettings;
  /** By folder, whole: the client has merged them with those of the workspace. */
  private readonly byFolder: ReadonlyMap<string, RuleSettings>;

  constructor(whole: RuleSettings = new Map(), byFolder: ReadonlyMap<string, RuleSettings> = new Map()) {
    this.whole = whole;
    this.byFolder = byFolder;
  }

  /** The settings for a file: those of the innermost folder around it. */
  of(path: string): RuleSettings {
    const around = [...this.byFolder.keys()].filter((it) => path.startsWith(it.endsWith(sep) ? it : it + sep));
    const innermost = around.reduce((a, b) => (b.length > a.length ? b : a), "");
    return this.byFolder.get(innermost) ?? this.whole;
  }

  /** All of them: what any of them asks for has to be looked for. */
  all(): readonly RuleSettings[] {
    return [this.whole, ...this.byFolder.values()];
  }
}
