/** What a reader is told about a rule in three sentences or a few more. */
export interface RuleDocs {
  /** What is found. */
  readonly what: string;
  /** What happens on the Internet Computer. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
}

/** A rule as the documentation knows it, whoever follows it. */
export interface DocumentedRule<Id extends string = string> {
  /** Same as the page's name and the diagnostic's code. */
  readonly id: Id;
  readonly severity: "error" | "warning" | "information" | "hint";
  /** Off until the user turns it on. */
  readonly isOptIn?: true;
  readonly docs: RuleDocs;
}
