import type { TextRange } from "../base/textRange.ts";

/** How much a report matters. */
export type Severity = "error" | "warning" | "information" | "hint";

/** Severities from the one that matters most. */
export const severities: readonly Severity[] = ["error", "warning", "information", "hint"];

/** Something to tell about a file, whoever found it: a rule, the Candid language or the reader of a manifest. */
export interface Report {
  /** The rule's id. */
  readonly rule: string;
  readonly severity: Severity;
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
  /** Other places that explain it. */
  readonly related: readonly ReportPlace[];
  readonly tags: readonly ("unnecessary" | "deprecated")[];
  readonly fixes: readonly ReportFix[];
}

/** A place in a file and what it has to do with the report. */
export interface ReportPlace {
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
}

/** A change that mends what was reported. */
export interface ReportFix {
  readonly title: string;
  /** `safe`: means the same to the canister's users; `review`: may change what the canister does. */
  readonly kind: "safe" | "review";
  readonly edits: readonly ReportEdit[];
}

/** Text that replaces a range of a file. */
export interface ReportEdit {
  readonly path: string;
  readonly range: TextRange;
  readonly newText: string;
}

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
