import { areSameBorrowings, areSameLendings } from "./borrowings.ts";
import { type CallGraph, readCallGraph } from "./callGraph.ts";
import type { StateRef } from "./canisterModel.ts";
import type { IndexedFunction } from "./crateIndex.ts";
import { type Draft, type DraftWrite, draftFlags, type Linking, stateKey } from "./drafts.ts";
import type { IndexChanges } from "./formerItems.ts";
import { handNothingOn, linkHandedPlaces } from "./handedPlaces.ts";
import { type Callees, calleesOf, flagsOf, summarize, suspendsOf } from "./summaries.ts";

/** What changed when the summaries of a crate followed its texts. */
export interface SummaryChanges {
  /** Functions of whose summaries more changed than flags. */
  readonly changed: ReadonlySet<Draft>;
  /** Functions of whose summaries nothing but flags changed. */
  readonly flagged: ReadonlySet<Draft>;
  /** Those of them of which the steps of their callers tell something else now. */
  readonly told: ReadonlySet<Draft>;
  /** Functions that are called by what was said to change its face, or that are handed other state than before. */
  readonly affected: ReadonlySet<Draft>;
}

/**
 * The summaries of a crate's functions, those of callees first: where several functions write some state, a summary names
 * the one that is called first, whatever else the crate holds. They follow the crate: only the functions that changed are
 * summarized again, and who calls them for as long as summaries change.
 */
export class CrateSummaries {
  private graph: CallGraph<Draft> = { components: [], callers: new Map() };
  private callees = new Map<Draft, Callees>();

  /** The functions that call one. */
  callersOf(draft: Draft): readonly Draft[] {
    return this.graph.callers.get(draft) ?? [];
  }

  /** The functions that one calls, each once. */
  calleesOf(draft: Draft): readonly Draft[] {
    return this.callees.get(draft)?.all ?? [];
  }

  /** Brings all summaries up to date, for a linking that has followed the changes. */
  follow(linking: Linking, changes: IndexChanges): SummaryChanges {
    const drafts = [...linking.drafts.values()];
    const edited = changes.all ? drafts : draftsOf(linking, new Set([...changes.changed, ...changes.relinked]));
    const handed = this.followPlaces(linking, changes, drafts, edited);
    this.followGraph(linking, edited, changes);
    const affected = new Set([...draftsOf(linking, changes.faces), ...handed].flatMap((it) => this.callersOf(it)));
    const open = new Set([...edited, ...affected]);
    const result = { changed: new Set<Draft>(), flagged: new Set<Draft>(), told: new Set<Draft>(), affected };
    const progress = { linking, open, flagged: new Set<Draft>(), isNew: changes.all, result };
    for (const component of this.graph.components) {
      if (isAnyOf(component, open)) this.summarize(component, progress);
      else if (isAnyOf(component, progress.flagged)) this.followFlags(component, progress);
    }
    return result;
  }

  private summarize(component: readonly Draft[], progress: Progress): void {
    const before = component.map((it) => ({ ...it }));
    summarize(progress.linking, component);
    for (const [index, draft] of component.entries()) {
      const former = progress.isNew ? undefined : before[index];
      this.note(draft, former === undefined ? "told" : differenceOf(former, draft), progress);
    }
  }

  /** Brings a component up to date where nothing changed of what it calls but flags and whether that suspends. */
  private followFlags(component: readonly Draft[], progress: Progress): void {
    const [draft, ...others] = component;
    const callees = draft && this.callees.get(draft);
    if (draft === undefined || callees === undefined || others.length > 0 || callees.all.includes(draft)) {
      this.summarize(component, progress);
      return;
    }
    const { flags, suspends } = draft;
    draft.flags = flagsOf(draft, callees);
    draft.suspends = suspendsOf(progress.linking, draft);
    if (draft.suspends !== suspends || areFlagsTold(draft, flags)) this.note(draft, "suspends", progress);
    else if (draft.flags !== flags) this.note(draft, "flags", progress);
  }

  private note(draft: Draft, difference: Difference, { result, open, flagged }: Progress): void {
    if (difference === "none") return;
    if (difference === "flags") result.flagged.add(draft);
    else result.changed.add(draft);
    if (difference === "told" || difference === "suspends") result.told.add(draft);
    const ofCallers = difference === "flags" || difference === "suspends" ? flagged : open;
    for (const caller of this.callersOf(draft)) ofCallers.add(caller);
  }

  private followPlaces(
    linking: Linking,
    changes: IndexChanges,
    drafts: readonly Draft[],
    edited: readonly Draft[],
  ): readonly Draft[] {
    if (!changes.all && handNothingOn(linking, edited)) return [];
    return linkHandedPlaces(linking, drafts);
  }

  private followGraph(linking: Linking, edited: readonly Draft[], { all, names }: IndexChanges): void {
    if (all) this.callees = new Map();
    else if (names) for (const it of this.callees.keys()) if (!isOfCrate(linking, it)) this.callees.delete(it);
    let differs = names || all;
    for (const draft of edited) {
      const callees = calleesOf(linking, draft);
      const before = this.callees.get(draft)?.all;
      const { all } = callees;
      differs ||= before?.length !== all.length || all.some((it, index) => it !== before[index]);
      this.callees.set(draft, callees);
    }
    if (differs) this.graph = readCallGraph([...linking.drafts.values()], (it) => this.callees.get(it)?.all ?? []);
  }
}

function draftsOf(linking: Linking, functions: ReadonlySet<IndexedFunction>): Draft[] {
  return [...functions].flatMap((it) => linking.drafts.get(it) ?? []);
}

function isOfCrate({ drafts }: Linking, draft: Draft): boolean {
  return drafts.get(draft.function) === draft;
}

/** How far summaries have been followed. */
interface Progress {
  readonly linking: Linking;
  /** Functions to be summarized again. */
  readonly open: Set<Draft>;
  /** Functions that call some of which no more changed than flags, and whether they suspend. */
  readonly flagged: Set<Draft>;
  /** Nothing is known from before. */
  readonly isNew: boolean;
  readonly result: { readonly [it in "changed" | "flagged" | "told"]: Set<Draft> };
}

/**
 * What of a summary changed: nothing; no more than its flags; those and whether an `await` of it suspends, which steps of
 * callers tell; more; or more that steps of callers tell.
 */
type Difference = "none" | "flags" | "suspends" | "more" | "told";

function isAnyOf(component: readonly Draft[], drafts: ReadonlySet<Draft>): boolean {
  for (const it of component) if (drafts.has(it)) return true;
  return false;
}

/** The order counts, too: it is that of the steps. */
function differenceOf(before: Draft, after: Draft): Difference {
  const isToldAlike =
    isSameMap(before.writes, after.writes, isSameWrite) &&
    isSameMap(before.reads, after.reads, isSameState) &&
    isSameMap(before.parameterWrites, after.parameterWrites, (one, other) => one.effect === other.effect) &&
    isSameMap(before.parameterReads, after.parameterReads, () => true) &&
    areSameBorrowings(before.borrows, after.borrows) &&
    areSameLendings(before.lends, after.lends);
  if (!isToldAlike) return "told";
  const suspendsOtherwise = before.suspends !== after.suspends || areFlagsTold(after, before.flags);
  if (!isSameMap(before.laterWrites, after.laterWrites, isSameWrite)) return suspendsOtherwise ? "told" : "more";
  if (suspendsOtherwise) return "suspends";
  return before.flags === after.flags ? "none" : "flags";
}

/** Whether an `await` of callers may suspend now, or not any more: without `async`, a function does when it makes a call. */
function areFlagsTold({ function: { facts }, flags }: Draft, before: number): boolean {
  return !facts.isAsync && ((before ^ flags) & draftFlags.callsCanister) !== 0;
}

function isSameMap<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, isSame: (a: T, b: T) => boolean): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [key, value] of a) {
    const other = others.next().value;
    if (other === undefined || other[0] !== key || !isSame(value, other[1])) return false;
  }
  return true;
}

function isSameState(a: StateRef, b: StateRef): boolean {
  return stateKey(a) === stateKey(b);
}

function isSameWrite(a: DraftWrite, b: DraftWrite): boolean {
  return (
    a === b ||
    (a.by === b.by &&
      a.range.start === b.range.start &&
      a.range.end === b.range.end &&
      a.effect === b.effect &&
      a.operation === b.operation &&
      a.value === b.value &&
      a.isFetched === b.isFetched &&
      isSameState(a.state, b.state))
  );
}
