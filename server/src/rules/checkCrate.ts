import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { CrateSources } from "../analysis/crateSources.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { Finding } from "./rule.ts";

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
}

/**
 * Checks a crate with every rule. `facts` remembers what was read of unchanged files: keep one for as long as the
 * process lives.
 */
export function checkCrate(_sources: CrateSources, _facts: RustFacts, _options: CheckOptions = {}): CrateCheck {
  throw new Error("not built yet");
}
