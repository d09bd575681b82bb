import { severities } from "../../../server/src/workspace/report.ts";
import type { CheckCost, CheckMeasurement, FileTime, SourceAmount } from "./measureCheck.ts";

/**
 * What several checks gave together. Densities are reports for each 1,000 lines; times are sums over the checks, one after
 * the other, and the memory is that of the largest.
 */
export interface DiagnosticsFigures extends CheckCost {
  readonly version: 1;
  readonly reports: Density;
  readonly bySeverity: Readonly<Record<string, Density>>;
  /** The most frequent rule first. */
  readonly byRule: Readonly<Record<string, Density & { readonly severity: string }>>;
  readonly slowest: readonly FileTime[];
  readonly checks: readonly Omit<CheckMeasurement, "reports" | "slowest">[];
}

/** A number of reports. */
export interface Density {
  readonly count: number;
  readonly perThousandLines: number;
}

/** How many of the slowest files are told. */
const slowestMax = 10;

/** Adds up checks. */
export function addUp(checks: readonly CheckMeasurement[]): DiagnosticsFigures {
  const sum = (of: (it: CheckMeasurement) => number) => checks.reduce((total, it) => total + of(it), 0);
  const amount = (of: (it: CheckMeasurement) => SourceAmount): SourceAmount => {
    return { files: sum((it) => of(it).files), bytes: sum((it) => of(it).bytes) };
  };
  const lines = sum((it) => it.lines);
  const density = (count: number): Density => ({ count, perThousandLines: lines === 0 ? 0 : (count * 1000) / lines });
  const reports = checks.flatMap((it) => it.reports);
  const rules = [...Map.groupBy(reports, (it) => it.rule)].sort((a, b) => b[1].length - a[1].length);
  return {
    version: 1,
    rustOnDisk: amount((it) => it.rustOnDisk),
    rustChecked: amount((it) => it.rustChecked),
    files: sum((it) => it.files),
    lines,
    bytes: sum((it) => it.bytes),
    wallMillis: sum((it) => it.wallMillis),
    cpuMillis: sum((it) => it.cpuMillis),
    peakBytes: Math.max(0, ...checks.map((it) => it.peakBytes)),
    reports: density(reports.length),
    bySeverity: Object.fromEntries(
      severities.map((severity) => [severity, density(reports.filter((it) => it.severity === severity).length)]),
    ),
    byRule: Object.fromEntries(
      rules.map(([rule, all]) => [rule, { ...density(all.length), severity: severitiesOf(all) }]),
    ),
    slowest: checks
      .flatMap((it) => it.slowest)
      .sort((a, b) => b.millis - a.millis)
      .slice(0, slowestMax),
    checks: checks.map(({ reports: _reports, slowest: _slowest, ...it }) => it),
  };
}

/** A rule may judge one place more severely than another. */
function severitiesOf(reports: CheckMeasurement["reports"]): string {
  return severities.filter((it) => reports.some((report) => report.severity === it)).join(", ");
}

/** The figures for a person, as lines. */
export function figuresText(figures: DiagnosticsFigures): string {
  const { checks, reports, slowest } = figures;
  const row = (name: string, { count, perThousandLines }: Density, rest = "") =>
    `  ${String(count).padStart(7)}  ${perThousandLines.toFixed(3).padStart(8)}  ${name}${rest === "" ? "" : ` (${rest})`}`;
  return [
    ...(checks.length > 1 ? checks.map((it) => `${it.target}: ${costText(it)}`) : []),
    costText(figures),
    "",
    "  reports  per 1,000 lines",
    row("all", reports),
    ...Object.entries(figures.bySeverity).map(([severity, it]) => row(severity, it)),
    "",
    ...Object.entries(figures.byRule).map(([rule, it]) => row(rule, it, it.severity)),
    "",
    "slowest files, from text to facts in a warm process",
    ...slowest.map((it) => `  ${it.millis.toFixed(1).padStart(7)} ms  ${it.path} (${it.lines} lines)`),
  ]
    .map((it) => `${it}\n`)
    .join("");
}

function costText(it: Omit<CheckMeasurement, "reports" | "slowest" | "target">): string {
  const megabytes = (bytes: number, digits: number) => `${(bytes / 1e6).toFixed(digits)} MB`;
  const { files, lines, bytes, wallMillis, cpuMillis, peakBytes, rustOnDisk, rustChecked } = it;
  const seconds = (millis: number) => (millis / 1000).toFixed(2);
  const amount = (of: SourceAmount) => `${of.files} files, ${megabytes(of.bytes, 2)}`;
  const size = `${files} files, ${lines.toLocaleString("en")} lines, ${megabytes(bytes, 2)}`;
  const rust = `Rust on disk ${amount(rustOnDisk)}, of which checked ${amount(rustChecked)}`;
  const cost = `${seconds(wallMillis)} s (processor ${seconds(cpuMillis)} s), peak memory ${megabytes(peakBytes, 0)}`;
  return `${size}; ${rust}: ${cost}`;
}
