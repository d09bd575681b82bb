import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { RuleDocs } from "../base/documentedRule.ts";
import type { TextRange } from "../base/textRange.ts";

/** How much a finding matters: an `error` fails for certain. */
export type Severity = "error" | "warning" | "information" | "hint";

/** How sure a rule is that a finding is right. */
export type Confidence = "high" | "medium" | "low";

/** One judgement about a canister: what it finds is defined by its page in media/rules. */
export interface Rule {
  /** Same as the file's name, the fixture's and the diagnostic's code. */
  readonly id: string;
  /** Of its findings, unless a finding says otherwise. */
  readonly severity: Severity;
  /** Off until the user turns it on: right, but not what everybody wants to be told. */
  readonly isOptIn?: true;
  /**
   * Judges each function by itself: `check` goes once through `canister.functions` and carries nothing from one to the
   * next. After an edit only those functions are judged again for which anything changed that the rule looks at.
   */
  readonly isPerFunction?: true;
  readonly docs: RuleDocs;
  /** Reports every place of the canister that breaks the rule. */
  check(canister: CanisterModel, report: (finding: RuleFinding) => void): void;
}

/** What a rule reports; rule id and default severity are added by whoever runs it. */
export interface RuleFinding {
  readonly severity?: Severity;
  readonly confidence: Confidence;
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
  readonly related?: readonly RelatedRange[];
  readonly fixes?: readonly QuickFix[];
  readonly tags?: readonly FindingTag[];
}

/** How editors may draw a finding: greyed out or struck through. */
export type FindingTag = "unnecessary" | "deprecated";

/** A place that a rule found, ready to be shown. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The file as `CrateSources` spells it. */
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
  readonly related: readonly RelatedRange[];
  readonly fixes: readonly QuickFix[];
  readonly tags: readonly FindingTag[];
}

/** Another place that explains a finding: the check, the `await`, the write. */
export interface RelatedRange {
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
}

/** A change that mends what was found. */
export interface QuickFix {
  readonly title: string;
  /** `safe`: means the same to the canister's users; `review`: may change what the canister does. */
  readonly kind: "safe" | "review";
  readonly edits: readonly TextEdit[];
}

/** Text that replaces a range of a file; an empty range inserts. */
export interface TextEdit {
  readonly path: string;
  readonly range: TextRange;
  readonly newText: string;
}
