import type { Finding, Severity } from "../rules/rule.ts";

/** Severities from the one that matters most. */
export const severities: readonly Severity[] = ["error", "warning", "information", "hint"];

/**
 * Something to tell about a file, whoever found it: a rule, the Candid language or the reader of a manifest. `rule` is
 * its id in the catalogue.
 */
export type Report = Omit<Finding, "confidence">;

/** What the user's settings say about rules, by rule id: another severity, or silence. */
export type RuleSettings = ReadonlyMap<string, Severity | "off">;

/** The reports as the settings want them. */
export function withSettings(reports: readonly Report[], settings: RuleSettings): readonly Report[] {
  if (settings.size === 0) return reports;
  return reports.flatMap((report) => {
    const wished = settings.get(report.rule);
    if (wished === undefined) return report;
    return wished === "off" ? [] : { ...report, severity: wished };
  });
}

/** Reads the settings' value `{ "rule-id": "error" | … | "off" }`; what is none of these is left out. */
export function readRuleSettings(value: unknown): RuleSettings {
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([rule, wished]): [string, Severity | "off"][] => {
      const severity = wished === "off" ? "off" : severities.find((it) => it === wished);
      return severity === undefined ? [] : [[rule, severity]];
    }),
  );
}
