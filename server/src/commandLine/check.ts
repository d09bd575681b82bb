import { statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Severity } from "../rules/rule.ts";
import { hasRevision } from "../workspace/gitHistory.ts";
import { type Report, severities } from "../workspace/report.ts";
import { type CheckResult, checkFiles, isCheckable } from "./checkFiles.ts";
import { checkSettings, type RuleWishes, readRuleWords } from "./checkSettings.ts";
import type { UnreadFile } from "./checkUnit.ts";
import { codeFrame, type FrameStyle } from "./codeFrame.ts";
import { type CommandOutput, printable, styled } from "./commandOutput.ts";
import { productVersion, rulePage } from "./packageFiles.ts";
import { sarifLog } from "./sarif.ts";

/** What `canister-workbench check` can be asked. */
export interface CheckArguments extends RuleWishes {
  /** A folder or a file; relative ones are taken from the folder that the command runs in. */
  readonly target: string;
  readonly format: "text" | "json" | "sarif";
  /** The least severity that is shown. */
  readonly severity: Severity;
  /** The least severity that makes the command fail. */
  readonly failOn: Severity;
  /** The revision of git that interfaces are compared with. */
  readonly against: string;
  /** Whether the command succeeds although something could not be read or analysed. */
  readonly allowMissing: boolean;
}

/** What interfaces are compared with unless told: the last commit, where there is one. */
const defaultRevision = "HEAD";

/** Reads the words after `check`; a text says what is wrong with them. */
export function parseCheckArguments(words: readonly string[]): CheckArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "text" },
        severity: { type: "string", default: "information" },
        "fail-on": { type: "string", default: "error" },
        "all-rules": { type: "boolean", default: false },
        rule: { type: "string", multiple: true, default: [] },
        against: { type: "string", default: defaultRevision },
        "allow-missing": { type: "boolean", default: false },
      },
    });
    const format = (["text", "json", "sarif"] as const).find((it) => it === values.format);
    const severity = severities.find((it) => it === values.severity);
    const failOn = severities.find((it) => it === values["fail-on"]);
    const rules = readRuleWords(values.rule);
    if (format === undefined) return `There is no format \`${values.format}\`: it is text, json or sarif.`;
    if (severity === undefined) return noSeverity(values.severity);
    if (failOn === undefined) return noSeverity(values["fail-on"]);
    if (typeof rules === "string") return rules;
    if (positionals.length > 1) return "Name one folder or file to check.";
    const { "all-rules": allRules, "allow-missing": allowMissing, against } = values;
    return { target: positionals[0] ?? ".", format, severity, failOn, allRules, rules, against, allowMissing };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function noSeverity(word: string): string {
  return `There is no severity \`${word}\`: it is ${severities.join(", ")}.`;
}

/**
 * Checks a folder or a file. Answers the exit code: 1 with findings of the severity that fails, and where something could not
 * be read or analysed, since nobody knows what it would have given; 0 without, 2 where there is nothing to check. `thread`
 * is the module of the threads that large checks are spread over.
 */
export async function runCheck(args: CheckArguments, output: CommandOutput, thread?: URL): Promise<number> {
  const target = path.resolve(args.target);
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return refuse(output, `There is no file or folder \`${args.target}\`.`);
  if (stat.isFile() && !isCheckable(target)) {
    return refuse(output, `\`${args.target}\` is no Rust file, Candid file or manifest.`);
  }
  const folder = stat.isDirectory() ? target : path.dirname(target);
  if (args.against !== defaultRevision && !hasRevision(folder, args.against)) {
    const advice = "In a clone that has not all commits, fetch it first.";
    return refuse(output, `git knows no revision \`${args.against}\` here. ${advice}`);
  }
  const { settings, file } = checkSettings(target, args);
  if (file !== undefined) output.writeError(`Severities of rules: ${printable(displayPath(file))}\n`);
  const result = await checkFiles(target, {
    settings,
    against: args.against,
    ...(thread && { thread }),
  });
  const failures = result.ruleProblems.map(({ rule, message }) => failureText(rule, message));
  const missing = [...failures, ...result.unread.map(unreadText)];
  for (const it of missing) output.writeError(`${printable(it)}\n`);
  if (result.remark !== undefined) output.writeError(`${result.remark}\n`);
  const least = severities.indexOf(args.severity);
  const shown = result.reports.filter((it) => severities.indexOf(it.severity) <= least);
  switch (args.format) {
    case "text":
      output.write(textReport(output, result, shown));
      break;
    case "json":
      output.write(`${JSON.stringify(jsonReport(result, shown, missing), undefined, 2)}\n`);
      break;
    case "sarif": {
      const { linesOf } = result;
      const surroundings = { root: process.cwd(), displayPath, linesOf, version: productVersion(), missing };
      output.write(`${JSON.stringify(sarifLog(shown, surroundings), undefined, 2)}\n`);
      break;
    }
  }
  const failing = severities.indexOf(args.failOn);
  if (result.reports.some((it) => severities.indexOf(it.severity) <= failing)) return 1;
  if (missing.length === 0 || args.allowMissing) return 0;
  output.writeError("The check is not complete, and fails for that; --allow-missing lets it pass.\n");
  return 1;
}

function refuse(output: CommandOutput, message: string): number {
  output.writeError(`${printable(message)}\n`);
  return 2;
}

function unreadText({ path: file, reason }: UnreadFile): string {
  return `${displayPath(file)} was not read: ${reason}.`;
}

/** Why findings are missing. More than a thousand levels of expressions are more than the stack takes. */
function failureText(rule: string, message: string): string {
  const where = message.slice(0, Math.max(0, message.indexOf(":")));
  return message.includes("Maximum call stack size exceeded")
    ? `Something in ${where} is nested too deep to be analysed, so that findings are missing: break it up.`
    : `The rule ${rule} failed, which is a mistake of Canister Workbench: ${message}`;
}

/** From the folder that the command runs in, with `/` on every system. */
function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return (path.isAbsolute(relative) ? file : relative).split(path.sep).join("/");
}

const looks: Readonly<Record<Severity, FrameStyle>> = {
  error: { mark: "^", style: "red" },
  warning: { mark: "^", style: "yellow" },
  information: { mark: "^", style: "blue" },
  hint: { mark: "^", style: "cyan" },
};

function textReport(output: CommandOutput, result: CheckResult, shown: readonly Report[]): string {
  const explained = new Set<string>();
  const blocks = shown.map((report) => {
    const isFirst = !explained.has(report.rule);
    explained.add(report.rule);
    return reportBlock(output, result, report, isFirst ? rulePage(report.rule) : undefined);
  });
  const hidden = result.reports.length - shown.length;
  return [...blocks, summary(output, result, hidden)].map((it) => `${it}\n`).join("\n");
}

function reportBlock(output: CommandOutput, result: CheckResult, report: Report, page: string | undefined): string {
  const look = looks[report.severity];
  const frame = (it: Pick<Report, "path" | "range">, style: FrameStyle) =>
    codeFrame(output, { displayPath: displayPath(it.path), lines: result.linesOf(it.path), range: it.range }, style);
  const head = styled(output, `${report.severity}[${report.rule}]`, look.style, "bold");
  const notes = report.related.flatMap((it) => [
    `${styled(output, "note", "bold")}: ${printable(it.message)}`,
    frame(it, { mark: "-", style: "blue" }),
  ]);
  const fixes = report.fixes.map((it) => `${styled(output, "fix", "green")}: ${printable(it.title)}`);
  return [
    `${head}${styled(output, `: ${printable(report.message)}`, "bold")}`,
    frame(report, look),
    ...notes,
    ...fixes,
    ...(page === undefined ? [] : [styled(output, `why: ${displayPath(page)}`, "dim")]),
  ].join("\n");
}

function summary(output: CommandOutput, { files, reports }: CheckResult, hidden: number): string {
  const counts = severities.flatMap((severity) => {
    const count = reports.filter((it) => it.severity === severity).length;
    const noun = severity === "information" ? "remark" : severity;
    return count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`];
  });
  const checked = `${files.length} ${files.length === 1 ? "file" : "files"} checked`;
  const found = counts.length === 0 ? styled(output, "nothing found", "green") : counts.join(", ");
  return `${checked}: ${found}${hidden === 0 ? "" : ` (${hidden} not shown, see --severity)`}`;
}

/** What scripts read; `missing` says why findings are. Lines and columns count from one, columns in UTF-16 code units. */
function jsonReport({ files, linesOf }: CheckResult, shown: readonly Report[], missing: readonly string[]) {
  const place = (file: string, range: Report["range"]) => {
    const [start, end] = [linesOf(file).position(range.start), linesOf(file).position(range.end)];
    return {
      path: displayPath(file),
      start: { line: start.line + 1, column: start.character + 1 },
      end: { line: end.line + 1, column: end.character + 1 },
    };
  };
  return {
    version: 1,
    files: files.length,
    missing,
    findings: shown.map((report) => ({
      rule: report.rule,
      severity: report.severity,
      message: report.message,
      ...place(report.path, report.range),
      related: report.related.map((it) => ({ message: it.message, ...place(it.path, it.range) })),
      fixes: report.fixes.map((fix) => ({
        title: fix.title,
        kind: fix.kind,
        edits: fix.edits.map((it) => ({ ...place(it.path, it.range), newText: it.newText })),
      })),
    })),
  };
}
