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
    const touched = reports.filter((it) => overlaps(it.range, question.range));
    const offers = touched.map((report) => offersFor(snapshot, report, question, addressOf));
    // What mends comes before what explains, and what silences is the last resort.
    for (const part of ["fixes", "explanations", "suppressions"] as const) {
      actions.push(...withoutRepetition(offers.flatMap((it) => it[part])));
    }
  }
  if (wanted(fixAllKind)) {
    const edits = togetherPossible(reports.flatMap((it) => it.fixes.find(isSafe) ?? []));
    if (edits.length > 0) {
      const edit = workspaceEdit(snapshot, edits, addressOf);
      actions.push({ title: `Fix all safe ${diagnosticSource} problems`, kind: fixAllKind, edit });
    }
  }
  return actions;
}

/** What is offered for one report. */
interface Offers {
  readonly fixes: readonly CodeAction[];
  readonly explanations: readonly CodeAction[];
  readonly suppressions: readonly CodeAction[];
}

function offersFor(snapshot: Snapshot, report: Report, question: CodeActionQuestion, addressOf: AddressOf): Offers {
  const about = question.diagnostics.filter((it) => it.code === report.rule && it.message === report.message);
  const common = { kind: CodeActionKind.QuickFix, diagnostics: about };
  const inOrder = [...report.fixes.filter(isSafe), ...report.fixes.filter((it) => !isSafe(it))];
  const fixes = inOrder.map((fix): CodeAction => {
    const title = isSafe(fix) ? fix.title : `${fix.title} (check the result)`;
    const edit = workspaceEdit(snapshot, fix.edits, addressOf);
    return { title, ...common, edit, ...(isSafe(fix) && report.fixes.length === 1 && { isPreferred: true }) };
  });
  const title = `Explain ${report.rule}`;
  const command = { title, command: lensCommands.explainRule, arguments: [report.rule] };
  const suppression = suppressionEdit(snapshot, report);
  const write = question.takesSnippets === true ? snippetEdit : oneEdit;
  return {
    fixes,
    explanations: explained.has(report.rule) ? [{ title, ...common, command }] : [],
    suppressions:
      suppression === undefined
        ? []
        : [
            {
              title: `Allow ${report.rule} here, with a reason`,
              ...common,
              edit: write(snapshot, suppression, addressOf),
            },
          ],
  };
}

/** Findings of one rule that overlap offer the same; it is offered once, for all of them. */
function withoutRepetition(actions: readonly CodeAction[]): CodeAction[] {
  const known = new Map<string, CodeAction>();
  for (const action of actions) {
    const key = JSON.stringify([action.title, action.edit]);
    const same = known.get(key);
    if (same === undefined) known.set(key, action);
    else known.set(key, { ...same, diagnostics: [...(same.diagnostics ?? []), ...(action.diagnostics ?? [])] });
  }
  return [...known.values()];
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

function oneEdit(snapshot: Snapshot, edit: RuleEdit, addressOf: AddressOf): WorkspaceEdit {
  return workspaceEdit(snapshot, [edit], addressOf);
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

/**
 * The edits of as many fixes as can be made at once: a fix that touches another waits as a whole for the next run. What
 * several fixes need, such as the same import, is written once.
 */
function togetherPossible(fixes: readonly QuickFix[]): RuleEdit[] {
  const kept: RuleEdit[] = [];
  for (const { edits } of fixes) {
    const added = edits.filter((it) => !kept.some((other) => isSameEdit(it, other)));
    const touches = (it: RuleEdit) => kept.some((other) => it.path === other.path && overlaps(it.range, other.range));
    if (!added.some(touches)) kept.push(...added);
  }
  return kept;
}

function isSameEdit(a: RuleEdit, b: RuleEdit): boolean {
  const isSamePlace = a.path === b.path && a.range.start === b.range.start && a.range.end === b.range.end;
  return isSamePlace && a.newText === b.newText;
}

function isSafe(fix: QuickFix): boolean {
  return fix.kind === "safe";
}

/** Kinds are hierarchical: `source` asks for `source.fixAll` too. */
function isKind(kind: string, wanted: string): boolean {
  return kind === wanted || kind.startsWith(`${wanted}.`);
}
