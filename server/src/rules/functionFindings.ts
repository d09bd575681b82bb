import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { FunctionModel, ReadRecorder } from "../analysis/functionModel.ts";
import type { Rule, RuleFinding } from "./rule.ts";

/** What a rule reported, or that it failed. */
export type Ruling =
  | { readonly kind: "found"; readonly rule: Rule; readonly finding: RuleFinding }
  | { readonly kind: "failed"; readonly rule: Rule; readonly message: string };

/** What was found in one function, and what it depends on. */
interface KnownRulings {
  readonly rulings: readonly Ruling[];
  /** The functions that were looked at and those whose summaries were, and the versions that they had. */
  readonly functions: readonly FunctionModel[];
  readonly versions: readonly number[];
  readonly summaries: readonly FunctionModel[];
  readonly summaryVersions: readonly number[];
  readonly effects: readonly FunctionModel[];
  readonly effectsVersions: readonly number[];
  readonly texts: ReadonlyMap<string, string>;
  /** Number of the surroundings that were looked at; absent where none were. */
  readonly surroundings: number | undefined;
}

/**
 * What the rules find that judge each function by itself, remembered by function: a function is judged again when
 * anything changed that the rules looked at when they judged it.
 */
export class FunctionFindings {
  private readonly known = new WeakMap<ModelFunction, KnownRulings>();

  /** What the rules find. `surroundings` tells apart what statics, constants and unreadable files there are. */
  judge(
    canister: CanisterModel,
    rules: readonly Rule[],
    { recorder, surroundings }: { readonly recorder: ReadRecorder; readonly surroundings: number },
  ): readonly Ruling[] {
    return canister.functions.flatMap((it) => {
      const known = this.known.get(it);
      if (known !== undefined && isCurrent(known, canister, surroundings)) return known.rulings;
      const view = new FunctionView(canister, it);
      const { result, reads } = recorder.record(() => rules.flatMap((rule) => judgeBy(rule, view)));
      if (view.looksEverywhere) this.known.delete(it);
      else {
        const [functions, summaries, effects] = [[...reads.contents], [...reads.summaries], [...reads.effects]];
        this.known.set(it, {
          rulings: result,
          functions,
          versions: functions.map(({ version }) => version),
          summaries,
          summaryVersions: summaries.map(({ summaryVersion }) => summaryVersion),
          effects,
          effectsVersions: effects.map(({ effectsVersion }) => effectsVersion),
          texts: view.texts,
          surroundings: view.looksAround ? surroundings : undefined,
        });
      }
      return result;
    });
  }
}

function isCurrent(known: KnownRulings, canister: CanisterModel, surroundings: number): boolean {
  if (known.surroundings !== undefined && known.surroundings !== surroundings) return false;
  for (const [index, it] of known.functions.entries()) if (it.version !== known.versions[index]) return false;
  for (const [index, it] of known.summaries.entries()) {
    if (it.summaryVersion !== known.summaryVersions[index]) return false;
  }
  for (const [index, it] of known.effects.entries()) {
    if (it.effectsVersion !== known.effectsVersions[index]) return false;
  }
  for (const [path, text] of known.texts) if (canister.textOf(path) !== text) return false;
  return true;
}

/** What a rule makes of a canister; that it fails is a ruling, too. */
export function judgeBy(rule: Rule, canister: CanisterModel): readonly Ruling[] {
  const rulings: Ruling[] = [];
  if (canister instanceof FunctionView) canister.begin();
  try {
    rule.check(canister, (finding) => rulings.push({ kind: "found", rule, finding }));
  } catch (error) {
    rulings.push({ kind: "failed", rule, message: error instanceof Error ? error.message : String(error) });
  }
  return rulings;
}

/**
 * A canister as a rule sees it that judges one function: whoever goes through the functions meets only this one, who
 * asks for them again wants them all. What is looked at is noted.
 */
class FunctionView implements CanisterModel {
  readonly texts = new Map<string, string>();
  /** Statics, constants or unreadable files were asked for. */
  looksAround = false;
  /** What was asked for may change with any other function. */
  looksEverywhere = false;
  private readonly whole: CanisterModel;
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
    if (this.isAsked) return this.everything().functions;
    this.isAsked = true;
    return this.only;
  }

  get packageName(): string {
    return this.whole.packageName;
  }

  get isLibrary(): boolean {
    return this.whole.isLibrary;
  }

  get files(): readonly string[] {
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
    return this.surroundings().state;
  }

  get constants(): CanisterModel["constants"] {
    return this.surroundings().constants;
  }

  get hasError(): boolean {
    return this.surroundings().hasError;
  }

  get unreadable(): CanisterModel["unreadable"] {
    return this.surroundings().unreadable;
  }

  get entryPoints(): CanisterModel["entryPoints"] {
    return this.everything().entryPoints;
  }

  get cdkNames(): CanisterModel["cdkNames"] {
    return this.everything().cdkNames;
  }

  get placedMacros(): CanisterModel["placedMacros"] {
    return this.everything().placedMacros;
  }

  textOf(path: string): string {
    const text = this.whole.textOf(path);
    this.texts.set(path, text);
    return text;
  }

  candidType(type: string, at: ModelFunction): ReturnType<CanisterModel["candidType"]> {
    return this.everything().candidType(type, at);
  }

  private surroundings(): CanisterModel {
    this.looksAround = true;
    return this.whole;
  }

  private everything(): CanisterModel {
    this.looksEverywhere = true;
    return this.whole;
  }
}
