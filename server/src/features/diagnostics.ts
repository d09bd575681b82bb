import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver-types";
import type { Severity } from "../rules/rule.ts";
import { askedReports } from "../workspace/askedReports.ts";
import type { Report, RuleSettings } from "../workspace/report.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { toRange } from "./ranges.ts";

/** Name that editors show beside a diagnostic. */
export const diagnosticSource = "Canister Workbench";

/** What a diagnostic carries through the editor, so that a code action knows which rule it is about. */
export interface DiagnosticData {
  readonly rule: string;
}

/** How paths become the addresses that a client knows. */
export type AddressOf = (path: string) => string;

/** The diagnostics of a file. */
export function diagnostics(
  snapshot: Snapshot,
  path: string,
  settings: RuleSettings,
  addressOf: AddressOf,
  cancelled?: () => boolean,
): Diagnostic[] {
  const reports = askedReports(snapshot, path, settings, cancelled);
  return reports.map((report) => toDiagnostic(snapshot, report, addressOf));
}

function toDiagnostic(snapshot: Snapshot, report: Report, addressOf: AddressOf): Diagnostic {
  const data: DiagnosticData = { rule: report.rule };
  const diagnostic: Diagnostic = {
    range: toRange(snapshot.lineIndex(report.path), report.range),
    severity: lspSeverities[report.severity],
    code: report.rule,
    source: diagnosticSource,
    message: report.message,
    data,
  };
  if (report.related.length > 0) {
    diagnostic.relatedInformation = report.related.map((place) => ({
      location: { uri: addressOf(place.path), range: toRange(snapshot.lineIndex(place.path), place.range) },
      message: place.message,
    }));
  }
  if (report.tags.length > 0) diagnostic.tags = report.tags.map((it) => lspTags[it]);
  return diagnostic;
}

const lspSeverities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const lspTags: Readonly<Record<Report["tags"][number], DiagnosticTag>> = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
};
