import { layoutRules } from "../rules/layoutRules.ts";
import { rules as allRules, optInRules } from "../rules/registry.ts";
import type { Finding, Rule, Severity } from "../rules/rule.ts";

/** Severities from the one that matters most. */
export const severities: readonly Severity[] = ["error", "warning", "information", "hint"];

/**
 * Something to tell about a file, whoever found it: a rule, the Candid language or the reader of a manifest. `rule` is
 * its id in the catalogue.
 */
export type Report = Omit<Finding, "confidence">;

/** What the user's settings say about a rule: another severity, silence, or its own severity although it is opt-in. */
export type RuleSetting = Severity | "off" | "on";

/** The settings by rule id. */
export type RuleSettings = ReadonlyMap<string, RuleSetting>;

/** Settings under which every rule speaks, opt-in ones too. */
export const allRulesOn: RuleSettings = new Map([...optInRules].map((id) => [id, "on"]));

/** Whether a rule is asked for at all. */
export function isAskedFor(rule: string, settings: RuleSettings): boolean {
  return settingOf(rule, settings) !== "off";
}

/** What is wanted to be known of crates: what nobody wants is not looked for. */
export interface CrateQuestions {
  /** The rules that judge a crate by itself. */
  readonly rules: readonly Rule[];
  /** Whether rules ask what a crate keeps in stable memory. */
  readonly layout: boolean;
}

/** Everything. */
export const allCrateQuestions: CrateQuestions = { rules: allRules, layout: true };

/** What the settings want; several where folders have their own. */
export function crateQuestions(...settings: readonly RuleSettings[]): CrateQuestions {
  const isWanted = ({ id }: { readonly id: string }) => settings.some((it) => isAskedFor(id, it));
  return { rules: allRules.filter(isWanted), layout: layoutRules.some(isWanted) };
}

function settingOf(rule: string, settings: RuleSettings): RuleSetting {
  return settings.get(rule) ?? (optInRules.has(rule) ? "off" : "on");
}

/** The reports as the settings want them; those of opt-in rules only where a setting asks for them. */
export function withSettings(reports: readonly Report[], settings: RuleSettings): readonly Report[] {
  return reports.flatMap((report) => {
    const wished = settingOf(report.rule, settings);
    if (wished === "on") return report;
    return wished === "off" ? [] : { ...report, severity: wished };
  });
}

/** Reads the settings' value `{ "rule-id": "error" | … | "off" | "on" }`; what is none of these is left out. */
export function readRuleSettings(value: unknown): RuleSettings {
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([rule, wished]): [string, RuleSetting][] => {
      const setting = ([...severities, "off", "on"] as const).find((it) => it === wished);
      return setting === undefined ? [] : [[rule, setting]];
    }),
  );
}
