import type { ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";

/** A value of a manifest and where it stands in the manifest's text. */
export interface Located<T> {
  readonly value: T;
  readonly range: TextRange;
}

/** What can be wrong with a manifest; the ids are those of the rule catalogue where it has one. */
export type ManifestRule =
  | "manifest-syntax"
  | "manifest-shape"
  | "manifest-file-missing"
  | "duplicate-canister-name"
  | "recipe-package-mismatch"
  | "missing-cdylib"
  | "async-runtime-dep"
  | "wasm-bindgen-dep"
  | "getrandom-js-feature"
  | "cdk-version-conflict"
  | "unpinned-git-dependency"
  | "lockfile-missing"
  | "toolchain-missing"
  | "release-profile"
  | "unchecked-arithmetic"
  | "did-not-embedded"
  | "wrong-target";

/** A mistake in a manifest, with the place that has to change. */
export interface ManifestProblem {
  readonly rule: ManifestRule;
  readonly severity: "error" | "warning" | "information" | "hint";
  readonly range: TextRange;
  readonly message: string;
  readonly related?: readonly ManifestPlace[];
  /** Changes of the same manifest that mend it. */
  readonly fixes?: readonly ProblemFix[];
  /** Where the problem is real; elsewhere it is only worth knowing. */
  readonly onlyIfNamed?: NamedCrates;
}

/**
 * Crates that the source of a package has to name, one of each group: rustc links only what the source names, so what
 * only stands in a manifest does not reach the Wasm.
 */
export interface NamedCrates {
  /** The package's folder. */
  readonly directory: string;
  /** Names as the source spells them: `ic_cdk`. */
  readonly groups: readonly (readonly string[])[];
  /** Nothing is worth knowing where the source does not name them. */
  readonly isSilentOtherwise?: boolean;
}

/** Another place that explains a problem; in the same manifest unless `path` names one. */
export interface ManifestPlace {
  readonly path?: string;
  readonly range: TextRange;
  readonly message: string;
}

/** A problem together with the manifest that has it. */
export interface FileProblem extends ManifestProblem {
  readonly path: string;
}

/** What a reader of a manifest makes of its text: as much as could be understood, and what was wrong. */
export interface ManifestReading<Facts> {
  readonly facts: Facts;
  readonly problems: readonly ManifestProblem[];
}
