import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Severity } from "../rules/rule.ts";
import type { Report } from "../workspace/report.ts";
import { rulePage } from "./packageFiles.ts";
import { documentedRule } from "./ruleDocs.ts";

/** What a log needs beside the reports. */
export interface SarifSurroundings {
  /** The folder that addresses of files are relative to. */
  readonly root: string;
  /** A path from the root, with `/` on every system. */
  readonly displayPath: (path: string) => string;
  readonly linesOf: (path: string) => LineIndex;
  /** Of this product. */
  readonly version: string;
  /** Why findings are missing; empty where everything was checked. */
  readonly missing: readonly string[];
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
};

/** The reports as a SARIF 2.1.0 log: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifLog(reports: readonly Report[], surroundings: SarifSurroundings) {
  const ids = [...new Set(reports.map((it) => it.rule))].sort();
  const root = pathToFileURL(surroundings.root).href;
  const prints = fingerprints(reports, surroundings);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "Canister Workbench", version: surroundings.version, rules: ids.map(reportingDescriptor) },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { uri: root.endsWith("/") ? root : `${root}/` } },
        invocations: [
          {
            executionSuccessful: surroundings.missing.length === 0,
            toolExecutionNotifications: surroundings.missing.map((text) => ({ level: "error", message: { text } })),
          },
        ],
        results: reports.map((report) => ({
          ...result(report, ids, surroundings),
          partialFingerprints: { [fingerprintName]: prints.get(report) ?? "" },
        })),
      },
    ],
  };
}

function reportingDescriptor(id: string) {
  const rule = documentedRule(id);
  if (rule === undefined) return { id };
  const { docs, severity } = rule;
  const page = rulePage(id);
  return {
    id,
    shortDescription: { text: docs.what },
    fullDescription: { text: `${docs.what} ${docs.why}` },
    help: {
      text: `${docs.why} ${docs.instead}`,
      ...(page !== undefined && { markdown: readFileSync(page, "utf8").replace(/^# .*\n+/, "") }),
    },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ["internet-computer", "canister"], "problem.severity": gitHubSeverities[severity] },
  };
}

/** What GitHub's code scanning orders alerts by. */
const gitHubSeverities: Readonly<Record<Severity, "error" | "warning" | "recommendation">> = {
  error: "error",
  warning: "warning",
  information: "recommendation",
  hint: "recommendation",
};

const fingerprintName = "ruleAndLine/v1";

/** By report what it is known by although lines above it come and go: its rule, its line's text, and how many were alike before it. */
function fingerprints(reports: readonly Report[], { linesOf }: SarifSurroundings): Map<Report, string> {
  const alike = new Map<string, number>();
  return new Map(
    reports.map((report) => {
      const lines = linesOf(report.path);
      const text = lines.lineText(lines.position(report.range.start).line).replace(/\s+/g, "");
      const hash = createHash("sha256").update(`${report.rule}\n${text}`).digest("hex").slice(0, 32);
      const count = (alike.get(`${report.path}\n${hash}`) ?? 0) + 1;
      alike.set(`${report.path}\n${hash}`, count);
      return [report, `${hash}:${count}`];
    }),
  );
}

function result(report: Report, ids: readonly string[], surroundings: SarifSurroundings) {
  const related = report.related.map((it, index) => ({
    id: index + 1,
    physicalLocation: physicalLocation(it.path, it.range, surroundings),
    message: { text: it.message },
  }));
  const fixes = report.fixes.map((fix) => ({
    description: { text: fix.title },
    artifactChanges: [...new Set(fix.edits.map((it) => it.path))].map((path) => ({
      artifactLocation: artifactLocation(path, surroundings),
      replacements: fix.edits
        .filter((it) => it.path === path)
        .map((it) => ({
          deletedRegion: region(path, it.range, surroundings),
          insertedContent: { text: it.newText },
        })),
    })),
  }));
  return {
    ruleId: report.rule,
    ruleIndex: ids.indexOf(report.rule),
    level: levels[report.severity],
    message: { text: report.message },
    locations: [{ physicalLocation: physicalLocation(report.path, report.range, surroundings) }],
    ...(related.length > 0 && { relatedLocations: related }),
    ...(fixes.length > 0 && { fixes }),
  };
}

function physicalLocation(path: string, range: TextRange, surroundings: SarifSurroundings) {
  return { artifactLocation: artifactLocation(path, surroundings), region: region(path, range, surroundings) };
}

/** Relative addresses only below the root; a file elsewhere is named in full. */
function artifactLocation(path: string, { displayPath }: SarifSurroundings) {
  const relative = displayPath(path);
  if (relative.startsWith("../") || /^(\/|[A-Za-z]:)/.test(relative)) return { uri: pathToFileURL(path).href };
  return { uri: relative.split("/").map(encodeURIComponent).join("/"), uriBaseId: "ROOT" };
}

function region(path: string, range: TextRange, { linesOf }: SarifSurroundings) {
  const start = linesOf(path).position(range.start);
  const end = linesOf(path).position(range.end);
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
