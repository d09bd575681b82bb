import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { CrateSources } from "../analysis/crateSources.ts";
import { LiveModel } from "../analysis/liveModel.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import { analysisCutShort } from "./analysis-cut-short.ts";
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
  /** Other rules than all. */
  readonly rules?: readonly Rule[];
  /** The crate's model as it was read before, to go on from. */
  readonly live?: LiveModel;
}

/**
 * Checks a crate with every rule. `facts` remembers what was read of unchanged files: keep one for as long as the
 * process lives.
 */
export function checkCrate(sources: CrateSources, facts: RustFacts, options: CheckOptions = {}): CrateCheck {
  const rules = options.rules ?? allRules;
  const model = (options.live ?? new LiveModel()).follow(sources, facts);
  const findings: Finding[] = [];
  const problems: RuleProblem[] = [];
  for (const rule of rules) {
    if (options.isCancelled?.()) return { model, findings: [], problems: [] };
    try {
      rule.check(model, (finding) => findings.push(complete(rule, finding)));
    } catch (error) {
      problems.push({ rule: rule.id, message: error instanceof Error ? error.message : String(error) });
    }
  }
  const broken = model.functions.filter((it) => it.hasError);
  const sure = findings.filter((it) => it.rule === analysisCutShort.id || !isInside(broken, it));
  const ruleIds = new Set(allRules.map((it) => it.id));
  return { model, findings: inOrder(model, applySuppressions(model, sure, ruleIds)), problems };
}

function complete(rule: Rule, finding: RuleFinding): Finding {
  const { severity = rule.severity, related = [], fixes = [], tags = [] } = finding;
  return { ...finding, rule: rule.id, severity, related, fixes, tags };
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
