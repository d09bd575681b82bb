import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { ModelLedger } from "../analysis/functionModel.ts";
import type { Reads } from "../analysis/reads.ts";
import type { Revisions } from "../analysis/revisions.ts";
import { type EditsOf, movedFinding } from "./movedFindings.ts";
import type { Rule, RuleFinding } from "./rule.ts";

/** What a rule reported, or that it failed. */
export type Ruling =
  | { readonly kind: "found"; readonly rule: Rule; readonly finding: RuleFinding }
  | { readonly kind: "failed"; readonly rule: Rule; readonly message: string };

/** What was found, and what that depends on. */
interface KnownRulings {
  readonly rulings: readonly Ruling[];
  readonly reads: Reads;
}

/**
 * What rules found, remembered: by function what those find that judge each function by itself, by rule what the others
 * find. Something is judged again when anything changed that was looked at when it was judged.
 */
export class KnownFindings {
  private readonly ofFunctions = new WeakMap<ModelFunction, KnownRulings>();
  private readonly ofRules = new Map<Rule, KnownRulings>();

  /** What rules find that judge each function by itself. */
  judgeFunctions(canister: CanisterModel, rules: readonly Rule[], { recorder, revisions }: ModelLedger): Ruling[] {
    const rulings: Ruling[] = [];
    const judges = rules.map(judgeOf);
    for (const it of canister.functions) {
      const before = this.ofFunctions.get(it);
      let known = followed(before, revisions);
      if (known === undefined) {
        const view = new FunctionView(canister, it);
        const judge = () => judgeAll(judges, view);
        const { result, reads } = recorder.record("byFunction", revisions, judge);
        known = { rulings: result, reads };
      }
      if (known !== before) this.ofFunctions.set(it, known);
      rulings.push(...known.rulings);
    }
    return rulings;
  }

  /** What a rule finds that looks at the whole canister. */
  judge(canister: CanisterModel, rule: Rule, { recorder, revisions }: ModelLedger): readonly Ruling[] {
    let known = followed(this.ofRules.get(rule), revisions);
    if (known === undefined) {
      const { result, reads } = recorder.record("byWord", revisions, () => judgeBy(rule, canister));
      known = { rulings: result, reads };
    }
    this.ofRules.set(rule, known);
    return known.rulings;
  }
}

/** What was found as it is now: moved along where texts were edited around all that was looked at; nothing where that changed. */
function followed(known: KnownRulings | undefined, revisions: Revisions): KnownRulings | undefined {
  if (known === undefined) return undefined;
  const { rulings, reads } = known;
  switch (reads.freshness(revisions)) {
    case "stale":
      return undefined;
    case "current":
      reads.movedTo(revisions);
      return known;
    case "moved": {
      const moved = movedRulings(rulings, (path) => revisions.editsSince(reads.revision, path));
      if (moved === undefined) return undefined;
      reads.movedTo(revisions);
      return { rulings: moved, reads };
    }
  }
}

/** What was found, where it stands after some edits; nothing where one of them touches it. */
function movedRulings(rulings: readonly Ruling[], editsOf: EditsOf): readonly Ruling[] | undefined {
  const moved: Ruling[] = [];
  for (const it of rulings) {
    const finding = it.kind === "found" ? movedFinding(it.finding, editsOf) : undefined;
    if (it.kind === "found" && finding === undefined) return undefined;
    moved.push(it.kind === "found" && finding !== undefined ? { ...it, finding } : it);
  }
  return moved;
}

/** A rule, and where what it reports goes: most report nothing, and cost nothing to be asked. */
interface Judge {
  readonly rule: Rule;
  rulings: Ruling[];
  readonly report: (finding: RuleFinding) => void;
}

function judgeOf(rule: Rule): Judge {
  const judge: Judge = {
    rule,
    rulings: [],
    report: (finding) => judge.rulings.push({ kind: "found", rule, finding }),
  };
  return judge;
}

function judgeAll(judges: readonly Judge[], view: FunctionView): readonly Ruling[] {
  const rulings: Ruling[] = [];
  for (const judge of judges) {
    judge.rulings = rulings;
    view.begin();
    try {
      judge.rule.check(view, judge.report);
    } catch (error) {
      rulings.push(failed(judge.rule, error));
    }
  }
  return rulings;
}

function failed(rule: Rule, error: unknown): Ruling {
  return { kind: "failed", rule, message: error instanceof Error ? error.message : String(error) };
}

/** What a rule makes of a canister; that it fails is a ruling, too. */
export function judgeBy(rule: Rule, canister: CanisterModel): readonly Ruling[] {
  const rulings: Ruling[] = [];
  try {
    rule.check(canister, (finding) => rulings.push({ kind: "found", rule, finding }));
  } catch (error) {
    rulings.push(failed(rule, error));
  }
  return rulings;
}

/**
 * A canister as a rule sees it that judges one function: whoever goes through the functions meets only this one, who
 * asks for them again gets them all.
 */
class FunctionView implements CanisterModel {
  readonly whole: CanisterModel;
  private readonly only: readonly ModelFunction[];
  private isAsked = false;

  constructor(whole: CanisterModel, only: ModelFunction) {
    this.whole = whole;
    this.only = [only];
  }

  /** The next rule looks. */
  begin(): void {
    this.isAsked = false;
  }

  get functions(): readonly ModelFunction[] {
    if (this.isAsked) return this.whole.functions;
    this.isAsked = true;
    return this.only;
  }

  get derived(): CanisterModel["derived"] {
    return this.whole.derived;
  }

  get packageName(): CanisterModel["packageName"] {
    return this.whole.packageName;
  }

  get isLibrary(): boolean {
    return this.whole.isLibrary;
  }

  get files(): CanisterModel["files"] {
    return this.whole.files;
  }

  get versions(): CanisterModel["versions"] {
    return this.whole.versions;
  }

  get cdkVersion(): CanisterModel["cdkVersion"] {
    return this.whole.cdkVersion;
  }

  get itemMacros(): CanisterModel["itemMacros"] {
    return this.whole.itemMacros;
  }

  get state(): CanisterModel["state"] {
    return this.whole.state;
  }

  get constants(): CanisterModel["constants"] {
    return this.whole.constants;
  }

  get hasError(): CanisterModel["hasError"] {
    return this.whole.hasError;
  }

  get unreadable(): CanisterModel["unreadable"] {
    return this.whole.unreadable;
  }

  get entryPoints(): CanisterModel["entryPoints"] {
    return this.whole.entryPoints;
  }

  get cdkNames(): CanisterModel["cdkNames"] {
    return this.whole.cdkNames;
  }

  get placedMacros(): CanisterModel["placedMacros"] {
    return this.whole.placedMacros;
  }

  textOf(path: string): string {
    return this.whole.textOf(path);
  }

  textIn(path: string, start: number, end?: number): string {
    return this.whole.textIn(path, start, end);
  }

  fileSize(from: string, name: string): number | undefined {
    return this.whole.fileSize(from, name);
  }

  candidType(type: string, at: ModelFunction): ReturnType<CanisterModel["candidType"]> {
    return this.whole.candidType(type, at);
  }
}
