import { pathToFileURL } from "node:url";
import type { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Severity } from "../rules/rule.ts";
import type { Report } from "../workspace/report.ts";
import { ruleDocs } from "./ruleDocs.ts";

/** What a log needs beside the reports. */
export interface SarifSurroundings {
  /** The folder that addresses of files are relative to. */
  readonly root: string;
  /** A path from the root, with `/` on every system. */
  readonly displayPath: (path: string) => string;
  readonly linesOf: (path: string) => LineIndex;
  /** Of this product. */
  readonly version: string;
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
        results: reports.map((report) => result(report, ids, surroundings)),
      },
    ],
  };
}

function reportingDescriptor(id: string) {
  const docs = ruleDocs(id);
  if (docs === undefined) return { id };
  return {
    id,
    shortDescription: { text: docs.what },
    fullDescription: { text: `${docs.what} ${docs.why}` },
    help: { text: docs.instead },
  };
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
