import type { TextRange } from "./textRange.ts";

/** Something wrong with a text, found by a language library. */
export interface Problem {
  /** Id of the diagnostic in the rule catalogue, e.g. `did-unbound-type`. */
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
  readonly severity: "error" | "warning" | "information" | "hint";
  /** Other places that explain it. */
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly ProblemFix[];
}

/** Another place that explains a problem. */
export interface RelatedPlace {
  readonly range: TextRange;
  readonly message: string;
  /** Absent where the place is in the same text as the problem. */
  readonly file?: string;
}

/** A replacement of one range of the same text that mends a problem. */
export interface ProblemFix {
  readonly title: string;
  /** `review`: may mean something else than the author had in mind. `safe` where absent. */
  readonly kind?: "safe" | "review";
  readonly range: TextRange;
  readonly newText: string;
}
