import { statSync } from "node:fs";
import path from "node:path";
import { readJson } from "../project/jsonText.ts";
import type { ManifestValue } from "../project/manifestValue.ts";
import { DiskFiles } from "../workspace/diskFiles.ts";
import { allRulesOn, type RuleSettings, readRuleSettings, severities } from "../workspace/report.ts";
import { documentedRule } from "./ruleDocs.ts";

/** What decides about rules in a check, from what counts least to what counts most. */
export interface RuleWishes {
  /** Opt-in rules speak. */
  readonly allRules: boolean;
  /** Of the words: `RULE=SEVERITY`. */
  readonly rules: RuleSettings;
}

/** Settings for a check, and the file that some of them stem from. */
export interface CheckSettings {
  readonly settings: RuleSettings;
  readonly file?: string;
}

/** Reads `RULE=SEVERITY` words; a text says what is wrong with them. */
export function readRuleWords(words: readonly string[]): RuleSettings | string {
  const settings = new Map<string, string>();
  for (const word of words) {
    const [rule = "", setting = "", ...more] = word.split("=");
    if (more.length > 0 || setting === "") return `\`--rule ${word}\` is not RULE=SEVERITY.`;
    if (documentedRule(rule) === undefined) return `There is no rule \`${rule}\`.`;
    if (readRuleSettings({ [rule]: setting }).size === 0) {
      return `There is no severity \`${setting}\`: it is ${severities.join(", ")}, off or on.`;
    }
    settings.set(rule, setting);
  }
  return readRuleSettings(Object.fromEntries(settings));
}

/** The settings for the check of a file or folder: those that the editor finds there, unless the words say otherwise. */
export function checkSettings(target: string, { allRules, rules }: RuleWishes): CheckSettings {
  const file = settingsFile(target);
  const own =
    file === undefined ? new Map<string, never>() : readEditorSettings(new DiskFiles("watched").readText(file));
  const settings = new Map([...(allRules ? allRulesOn : []), ...own, ...rules]);
  return { settings, ...(file !== undefined && own.size > 0 && { file }) };
}

/** The nearest `.vscode/settings.json` at or above the target, never beyond the repository. */
function settingsFile(target: string): string | undefined {
  const isFile = (it: string) => statSync(it, { throwIfNoEntry: false })?.isFile() === true;
  for (let at = target; ; at = path.dirname(at)) {
    const file = path.join(at, ".vscode", "settings.json");
    if (isFile(file)) return file;
    if (statSync(path.join(at, ".git"), { throwIfNoEntry: false }) !== undefined || path.dirname(at) === at) return;
  }
}

/** What a settings file of VS Code says of rules: `canisterWorkbench.rules.std-time`, or an object at a part of that. */
export function readEditorSettings(text: string | undefined): RuleSettings {
  const found: Record<string, string> = {};
  const prefix = "canisterWorkbench.rules.";
  const read = (value: ManifestValue | undefined, name: string): void => {
    if (value?.kind === "map") {
      for (const { key, value: inner } of value.entries) read(inner, name === "" ? key.value : `${name}.${key.value}`);
    } else if (value?.kind === "scalar" && typeof value.value === "string" && name.startsWith(prefix)) {
      found[name.slice(prefix.length)] = value.value;
    }
  };
  read(readJson(text ?? "").facts, "");
  return readRuleSettings(found);
}
