import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-types";
import { overlaps, type TextRange } from "../base/textRange.ts";
import { candidRules } from "../candid/candidRules.ts";
import { manifestRules } from "../project/manifestRules.ts";
import { lensCommands } from "../protocol/language.ts";
import { rules } from "../rules/registry.ts";
import type { QuickFix, TextEdit as RuleEdit } from "../rules/rule.ts";
import { suppressionRules } from "../rules/suppressions.ts";
import { workspaceRules } from "../rules/workspaceRules.ts";
import { askedReports } from "../workspace/askedReports.ts";
import type { Report, RuleSettings } from "../workspace/report.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type AddressOf, diagnosticSource } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** Kind of the action that applies every safe fix of a file; editors can run it on save. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.canisterWorkbench`;

/** What an editor asks about: a range of a file, and which kinds of actions and diagnostics it has in mind. */
export interface CodeActionQuestion {
  readonly path: string;
  readonly range: TextRange;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent: every kind but those that have to be asked for. */
  readonly only?: readonly string[];
  /** Whether the editor takes edits with places to fill in (LSP 3.18, `snippetEditSupport`). */
  readonly takesSnippets?: boolean;
}

/** Fixes, suppressions and explanations for the reports that touch the range, and one action for all safe fixes. */
export function codeActions(
  snapshot: Snapshot,
  question: CodeActionQuestion,
  settings: RuleSettings,
  addressOf: AddressOf,
): CodeAction[] {
  const reports = askedReports(snapshot, question.path, settings);
  const wanted = (kind: string) => question.only === undefined || question.only.some((it) => isKind(kind, it));
  const actions: CodeAction[] = [];
  if (wanted(CodeActionKind.QuickFix)) {
    for (const report of reports.filter((it) => overlaps(it.range, question.range))) {
      const diagnostic = question.diagnostics.filter((it) => it.code === report.rule && it.message === report.message);
      actions.push(
        ...reportActions(snapshot, report, question, addressOf).map((it) => ({ ...it, diagnostics: diagnostic })),
      );
    }
  }
  if (wanted(fixAllKind)) {
    const edits = withoutOverlap(
      reports.flatMap((it) =>
        it.fixes
          .filter(isSafe)
          .slice(0, 1)
          .flatMap((fix) => fix.edits),
      ),
    );
    if (edits.length > 0) {
      const edit = workspaceEdit(snapshot, edits, addressOf);
      actions.push({ title: `Fix all safe ${diagnosticSource} problems`, kind: fixAllKind, edit });
    }
  }
  return actions;
}

function reportActions(
  snapshot: Snapshot,
  report: Report,
  { takesSnippets }: CodeActionQuestion,
  addressOf: AddressOf,
): CodeAction[] {
  const kind = CodeActionKind.QuickFix;
  const fixes = report.fixes.map((fix): CodeAction => {
    const title = fix.kind === "safe" ? fix.title : `${fix.title} (check the result)`;
    const edit = workspaceEdit(snapshot, fix.edits, addressOf);
    return { title, kind, edit, ...(fix.kind === "safe" && report.fixes.length === 1 && { isPreferred: true }) };
  });
  const suppression = suppressionEdit(snapshot, report);
  if (suppression !== undefined) {
    const edit =
      takesSnippets === true
        ? snippetEdit(snapshot, suppression, addressOf)
        : workspaceEdit(snapshot, [suppression], addressOf);
    fixes.push({ title: `Allow ${report.rule} here, with a reason`, kind, edit });
  }
  if (!explained.has(report.rule)) return fixes;
  const explain = { title: `Explain ${report.rule}`, command: lensCommands.explainRule, arguments: [report.rule] };
  return [...fixes, { title: explain.title, kind, command: explain }];
}

/** Rules that have a page in media/rules. */
const explained: ReadonlySet<string> = new Set([
  ...[...rules, ...workspaceRules, ...manifestRules, ...candidRules, ...suppressionRules].map((it) => it.id),
]);

/** What stands in a new suppression where its reason belongs. */
const reasonToSay = "TODO: say why this is right here";

/** A comment above the line; whoever takes it says why, where the text asks. */
function suppressionEdit(snapshot: Snapshot, report: Report): RuleEdit | undefined {
  if (!report.path.endsWith(".rs") || ![...rules, ...workspaceRules].some((it) => it.id === report.rule))
    return undefined;
  const lines = snapshot.lineIndex(report.path);
  const { line } = lines.position(report.range.start);
  const start = lines.offset({ line, character: 0 });
  const indentation = /^\s*/.exec(lines.lineText(line))?.[0] ?? "";
  const newText = `${indentation}// canister-workbench: allow(${report.rule}) because ${reasonToSay}\n`;
  return { path: report.path, range: { start, end: start }, newText };
}

/** The suppression with its reason selected, so that the next keys write it. */
function snippetEdit(snapshot: Snapshot, edit: RuleEdit, addressOf: AddressOf): WorkspaceEdit {
  const range = toRange(snapshot.lineIndex(edit.path), edit.range);
  const value = edit.newText.replace(reasonToSay, `\${1:${reasonToSay}}`);
  const textDocument = { uri: addressOf(edit.path), version: null };
  return { documentChanges: [{ textDocument, edits: [{ range, snippet: { kind: "snippet", value } }] }] };
}

function workspaceEdit(snapshot: Snapshot, edits: readonly RuleEdit[], addressOf: AddressOf): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const edit of edits) {
    const address = addressOf(edit.path);
    const range = toRange(snapshot.lineIndex(edit.path), edit.range);
    changes[address] = [...(changes[address] ?? []), { range, newText: edit.newText }];
  }
  return { changes };
}

/** Of edits that touch each other only the first; the rest waits for the next run. */
function withoutOverlap(edits: readonly RuleEdit[]): RuleEdit[] {
  const kept: RuleEdit[] = [];
  for (const edit of edits) {
    if (!kept.some((it) => it.path === edit.path && overlaps(it.range, edit.range))) kept.push(edit);
  }
  return kept;
}

function isSafe(fix: QuickFix): boolean {
  return fix.kind === "safe";
}

/** Kinds are hierarchical: `source` asks for `source.fixAll` too. */
function isKind(kind: string, wanted: string): boolean {
  return kind === wanted || kind.startsWith(`${wanted}.`);
}
