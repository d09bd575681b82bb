import { buildModel } from "../analysis/buildModel.ts";
import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { CrateSources } from "../analysis/crateSources.ts";
import { PlacedRange, rangeNow } from "../analysis/lastingPlace.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { TextRange } from "../base/textRange.ts";
import { analysisCutShort } from "./analysis-cut-short.ts";
import type { CrateMemory } from "./crateMemory.ts";
import { judgeBy, type Ruling } from "./knownFindings.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { rules as allRules } from "./registry.ts";
import type { Finding, Rule, RuleFinding } from "./rule.ts";
import { applySuppressions } from "./suppressions.ts";

/** What the check of one crate gave. */
export interface CrateCheck {
  readonly model: CanisterModel;
  /** In the order of files and of their texts, suppressed ones left out. */
  readonly findings: readonly Finding[];
  /** Mistakes of ours: a rule that threw. The other rules went on. */
  readonly problems: readonly RuleProblem[];
}

/** A rule that threw instead of judging. */
export interface RuleProblem {
  readonly rule: string;
  readonly message: string;
}

/** What whoever checks may want otherwise. */
export interface CheckOptions {
  /** Ends the work with no findings as soon as it answers `true`. */
  readonly isCancelled?: () => boolean;
  /** The rules that somebody asks for; all where it is absent. */
  readonly rules?: readonly Rule[];
  /** What was known after the last check of the crate, to go on from. */
  readonly memory?: CrateMemory;
}

/**
 * Checks a crate with every rule. `facts` remembers what was read of unchanged files: keep one for as long as the
 * process lives.
 */
export function checkCrate(sources: CrateSources, facts: RustFacts, options: CheckOptions = {}): CrateCheck {
  const rules = options.rules ?? allRules;
  const { memory } = options;
  const model = memory === undefined ? buildModel(sources, facts) : memory.model.follow(sources, facts);
  const rulings: Ruling[] = [];
  if (memory !== undefined) rulings.push(...memory.findings.judgeFunctions(model, rules.filter(isKept), memory.model));
  for (const rule of memory === undefined ? rules : rules.filter((it) => !isKept(it))) {
    if (options.isCancelled?.()) return { model, findings: [], problems: [] };
    rulings.push(...(memory?.findings.judge(model, rule, memory.model) ?? judgeBy(rule, model)));
  }
  const isTest = isTestCanister(model);
  const findings = rulings.flatMap((it) => (it.kind === "found" ? complete(it.rule, it.finding, isTest) : []));
  const problems = rulings.flatMap(({ rule, ...it }) =>
    it.kind === "failed" ? { rule: rule.id, message: it.message } : [],
  );
  const broken = model.functions.filter((it) => it.hasError);
  const sure = findings.filter((it) => it.rule === analysisCutShort.id || !isInside(broken, it));
  const ruleIds = new Set(allRules.map((it) => it.id));
  const judged = new Set(rules.map((it) => it.id));
  return { model, findings: inOrder(model, applySuppressions(model, sure, { ruleIds, judged })), problems };
}

/** Whether the findings of a rule are remembered by function. */
function isKept(rule: Rule): boolean {
  return rule.isPerFunction === true;
}

/** What only tests install harms nobody: there a warning is a remark. */
function complete(rule: Rule, finding: RuleFinding, isTest: boolean): Finding {
  const { severity = rule.severity, related = [], fixes = [], tags = [] } = finding;
  const weighed = isTest && severity === "warning" ? "information" : severity;
  const { confidence, path, range, message } = placed(finding);
  return {
    confidence,
    path,
    range,
    message,
    rule: rule.id,
    severity: weighed,
    related: related.map(placed),
    fixes: fixes.map((it) => ({ ...it, edits: it.edits.map(placed) })),
    tags,
  };
}

/** Where something stands now, for good: the ranges of a model move with its texts. */
function placed<T extends { readonly range: TextRange }>(it: T): T {
  return it.range instanceof PlacedRange ? { ...it, range: rangeNow(it.range) } : it;
}

/** A function that could not be read to its end may do anything: nothing is said about it while it is being typed. */
function isInside(broken: readonly ModelFunction[], { path, range }: Finding): boolean {
  return broken.some((it) => it.path === path && it.range.start <= range.start && range.start <= it.range.end);
}

function inOrder(model: CanisterModel, findings: readonly Finding[]): readonly Finding[] {
  const order = new Map(model.files.map((path, index) => [path, index]));
  return [...findings].sort(
    (a, b) =>
      (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0) ||
      a.range.start - b.range.start ||
      a.range.end - b.range.end ||
      (a.rule < b.rule ? -1 : 1),
  );
}
