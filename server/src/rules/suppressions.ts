import type { CanisterModel } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import type { DocumentedRule } from "../base/documentedRule.ts";
import { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Finding, QuickFix } from "./rule.ts";
import { workspaceRules } from "./workspaceRules.ts";

/** Id of the finding about a suppression that gives no reason. */
export const suppressionWithoutReason = "suppression-without-reason";

/** Id of the finding about a suppression that silences nothing. */
export const unusedSuppression = "unused-suppression";

/** What is said about suppressions themselves, documented like rules. */
export const suppressionRules: readonly DocumentedRule[] = [
  {
    id: suppressionWithoutReason,
    severity: "warning",
    docs: {
      what: "A suppression comment gives no reason.",
      why: "Who reads the code later cannot tell whether the finding was judged or merely silenced.",
      instead: "Write `// canister-workbench: allow(rule-id) because …`.",
    },
  },
  {
    id: unusedSuppression,
    severity: "hint",
    docs: {
      what: "A suppression comment silences nothing.",
      why: "It would silence the next finding at this place, which nobody has judged.",
      instead: "Remove it.",
    },
  },
];

/** A comment as it stands in a file. */
interface SuppressionComment {
  readonly path: string;
  /** The comment. */
  readonly range: TextRange;
  readonly text: string;
  /** What goes with the comment when it is removed: its line, where it stands alone. */
  readonly removed: TextRange;
}

/** One `// canister-workbench: allow(…) because …`. */
interface Suppression extends SuppressionComment {
  readonly rules: readonly string[];
  readonly hasReason: boolean;
  /** What it covers. */
  readonly covers: TextRange;
}

/** A comment that allows some rules across canisters at some place. */
export interface Allowance extends SuppressionComment {
  /** What it covers. */
  readonly covered: TextRange;
  /** Rules that take more than one crate, which are judged elsewhere. */
  readonly rules: readonly string[];
}

/** The comments of a crate that allow something across canisters and say why. */
export function readAllowances(canister: CanisterModel): Allowance[] {
  const suppressions = canister.files.flatMap((path) => suppressionsOf.of(canister, path));
  return suppressions.flatMap(({ path, range, text, removed, covers: covered, rules, hasReason }) => {
    const across = rules.filter((it) => workspaceRules.some(({ id }) => id === it));
    return across.length > 0 && hasReason ? [{ path, range, text, removed, covered, rules: across }] : [];
  });
}

/**
 * Leaves out findings across canisters that a comment allows, and tells of comments that allow nothing. `isJudged` says
 * whether a rule has looked at all that a comment covers: where it has not, nobody knows.
 */
export function applyAllowances(
  allowances: readonly Allowance[],
  findings: readonly Finding[],
  isJudged: (rule: string, allowance: Allowance) => boolean,
): readonly Finding[] {
  const allows = (it: Allowance, finding: Finding) =>
    it.path === finding.path && it.rules.includes(finding.rule) && isWithin(finding.range.start, it.covered);
  const unused = allowances.flatMap((it) =>
    it.rules
      .filter((rule) => isJudged(rule, it) && !findings.some((finding) => finding.rule === rule && allows(it, finding)))
      .map((rule) => unusedFinding(it, rule, `\`${rule}\` finds nothing here: this suppression can be removed.`)),
  );
  return [...findings.filter((finding) => !allowances.some((it) => allows(it, finding))), ...unused];
}

function isWithin(offset: number, { start, end }: TextRange): boolean {
  return start <= offset && offset <= end;
}

function unusedFinding(comment: SuppressionComment, rule: string, message: string): Finding {
  const { path, range } = comment;
  const common = { confidence: "high" as const, path, range, related: [], fixes: [withoutRule(comment, rule)] };
  return { ...common, rule: unusedSuppression, severity: "hint", message, tags: ["unnecessary"] };
}

/** The comment goes with the last rule that it names. */
function withoutRule({ path, range, text, removed }: SuppressionComment, rule: string): QuickFix {
  const names = ruleNames(text);
  const kept = names.filter((it) => it !== rule);
  const kind = "review";
  if (kept.length === 0) {
    return { title: "Remove the suppression", kind, edits: [{ path, range: removed, newText: "" }] };
  }
  const newText = text.replace(/allow\([^)]*\)/, `allow(${kept.join(", ")})`);
  return { title: `Suppress \`${rule}\` no longer`, kind, edits: [{ path, range, newText }] };
}

function ruleNames(comment: string): string[] {
  const names = /allow\(([^)]*)\)/.exec(comment)?.[1]?.split(",") ?? [];
  return names.map((it) => it.trim()).filter((it) => it !== "");
}

/** Ids of rules by what a comment that allows them can be told. */
export interface SuppressibleRules {
  /** Those that there are. */
  readonly ruleIds: ReadonlySet<string>;
  /** Those that have looked: what others would find, nobody knows. */
  readonly judged: ReadonlySet<string>;
}

/** Leaves out findings that a comment allows, and adds what is to be said about the comments. */
export function applySuppressions(
  canister: CanisterModel,
  findings: readonly Finding[],
  rules: SuppressibleRules,
): readonly Finding[] {
  const suppressions = canister.files.flatMap((path) => suppressionsOf.of(canister, path));
  if (suppressions.length === 0) return findings;
  const used = new Set<string>();
  const kept = findings.filter((finding) => {
    const covering = suppressions.filter((it) => covers(it, finding));
    for (const it of covering) used.add(`${keyOf(it)} ${finding.rule}`);
    return covering.length === 0;
  });
  return [...kept, ...suppressions.flatMap((it) => findingsAbout(it, used, rules))];
}

function keyOf({ path, range }: Suppression): string {
  return `${path}:${range.start}`;
}

function covers({ path, rules, covers: range, hasReason }: Suppression, finding: Finding): boolean {
  if (!hasReason || path !== finding.path || !rules.includes(finding.rule)) return false;
  return isWithin(finding.range.start, range);
}

function findingsAbout(it: Suppression, used: ReadonlySet<string>, { ruleIds, judged }: SuppressibleRules): Finding[] {
  const common = { confidence: "high" as const, path: it.path, range: it.range, related: [], fixes: [] };
  if (!it.hasReason) {
    const message =
      "This suppression gives no reason, and so has no effect. Write `… allow(rule-id) because <reason>`.";
    return [{ ...common, rule: suppressionWithoutReason, severity: "warning", message, tags: [] }];
  }
  return it.rules.flatMap((rule): Finding[] => {
    // Rules across canisters judge later, and tell by `applyAllowances`.
    if (used.has(`${keyOf(it)} ${rule}`) || workspaceRules.some(({ id }) => id === rule)) return [];
    if (ruleIds.has(rule) && !judged.has(rule)) return [];
    const message = ruleIds.has(rule)
      ? `\`${rule}\` finds nothing here: this suppression can be removed.`
      : `There is no rule \`${rule}\`.`;
    return [unusedFinding(it, rule, message)];
  });
}

const suppressionsOf = new Derived(readSuppressions);

function readSuppressions(canister: CanisterModel, path: string): Suppression[] {
  const text = canister.textOf(path);
  const marker = /\/\/[^\n]*?canister-workbench:\s*allow\([^)\n]*\)([^\n]*)/g;
  if (!text.includes("canister-workbench:")) return [];
  const lines = new LineIndex(text);
  return [...text.matchAll(marker)].map((match) => {
    const comment = match[0].trimEnd();
    const range = { start: match.index, end: match.index + comment.length };
    return {
      path,
      range,
      text: comment,
      removed: removedRange(text, range),
      rules: ruleNames(comment),
      hasReason: /^\s*because\s+\S/.test(match[1] ?? ""),
      covers: coveredRange(canister, path, lines, range.start),
    };
  });
}

function removedRange(text: string, { start, end }: TextRange): TextRange {
  const indented = start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0);
  const isAlone = indented === 0 || text[indented - 1] === "\n";
  return { start: indented, end: isAlone ? end + (/^\s*?\n/.exec(text.slice(end))?.[0].length ?? 0) : end };
}

/** The rest of the comment's line, or the line or item that follows it. */
function coveredRange(canister: CanisterModel, path: string, lines: LineIndex, start: number): TextRange {
  const { line, character } = lines.position(start);
  if (lines.lineText(line).slice(0, character).trim() !== "") return lineRange(lines, line);
  let target = line + 1;
  while (target < lines.lineCount && /^\s*(\/\/|#\[|$)/.test(lines.lineText(target))) target++;
  const own = lineRange(lines, target);
  const items = [...canister.functions, ...canister.state].filter((it) => it.path === path);
  const item = items.find((it) => own.start <= it.range.start && it.range.start <= own.end);
  return item === undefined ? own : { start: own.start, end: item.range.end };
}

function lineRange(lines: LineIndex, line: number): TextRange {
  const start = lines.offset({ line, character: 0 });
  return { start, end: start + lines.lineText(line).length };
}
