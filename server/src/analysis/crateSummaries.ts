import { type CallGraph, readCallGraph } from "./callGraph.ts";
import type { StateRef } from "./canisterModel.ts";
import { type Draft, type DraftWrite, type Linking, stateKey } from "./drafts.ts";
import type { IndexChanges } from "./formerItems.ts";
import { handNothingOn, linkHandedPlaces } from "./handedPlaces.ts";
import { calleesOf, summarize } from "./summaries.ts";

/** What changed when the summaries of a crate followed its texts. */
export interface SummaryChanges {
  /** Functions whose summaries changed. */
  readonly changed: ReadonlySet<Draft>;
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
  private callees = new Map<Draft, readonly Draft[]>();

  /** The functions that call one. */
  callersOf(draft: Draft): readonly Draft[] {
    return this.graph.callers.get(draft) ?? [];
  }

  /** Brings all summaries up to date, for a linking that has followed the changes. */
  follow(linking: Linking, changes: IndexChanges): SummaryChanges {
    const drafts = [...linking.drafts.values()];
    const edited = [...changes.changed].flatMap((it) => linking.drafts.get(it) ?? []);
    const handed = this.followPlaces(linking, changes, drafts, edited);
    this.followGraph(linking, changes.names ? drafts : edited, changes.names);
    const faces = [...changes.faces].flatMap((it) => linking.drafts.get(it) ?? []);
    const affected = new Set([...faces, ...handed].flatMap((it) => this.callersOf(it)));
    const open = new Set(changes.names ? drafts : [...edited, ...affected]);
    const changed = new Set<Draft>();
    const told = new Set<Draft>();
    for (const component of this.graph.components) {
      if (!component.some((it) => open.has(it))) continue;
      const before = component.map((it) => ({ ...it }));
      summarize(linking, component);
      for (const [index, draft] of component.entries()) {
        const former = before[index];
        if (former !== undefined && !changes.names && isSameSummary(former, draft)) continue;
        changed.add(draft);
        if (former === undefined || changes.names || !isToldAlike(former, draft)) told.add(draft);
        for (const caller of this.callersOf(draft)) open.add(caller);
      }
    }
    return { changed, told, affected };
  }

  private followPlaces(
    linking: Linking,
    changes: IndexChanges,
    drafts: readonly Draft[],
    edited: readonly Draft[],
  ): readonly Draft[] {
    if (!changes.names && handNothingOn(linking, edited)) return [];
    return linkHandedPlaces(linking, drafts);
  }

  private followGraph(linking: Linking, edited: readonly Draft[], isNew: boolean): void {
    if (isNew) this.callees = new Map();
    let differs = isNew;
    for (const draft of edited) {
      const callees = calleesOf(linking, draft);
      const before = this.callees.get(draft);
      differs ||= before?.length !== callees.length || callees.some((it, index) => it !== before[index]);
      this.callees.set(draft, callees);
    }
    if (differs) this.graph = readCallGraph([...linking.drafts.values()], (it) => this.callees.get(it) ?? []);
  }
}

/** The order counts, too: it is that of the steps. */
function isSameSummary(a: Draft, b: Draft): boolean {
  return (
    isToldAlike(a, b) &&
    a.asksForCaller === b.asksForCaller &&
    a.mayTrap === b.mayTrap &&
    a.setsTimer === b.setsTimer &&
    a.setsCertifiedData === b.setsCertifiedData &&
    isSameMap(a.laterWrites, b.laterWrites, isSameWrite)
  );
}

/** Whether the steps of callers say the same of both. */
function isToldAlike(a: Draft, b: Draft): boolean {
  return (
    a.suspends === b.suspends &&
    a.readsCaller === b.readsCaller &&
    a.callsCanister === b.callsCanister &&
    isSameMap(a.writes, b.writes, isSameWrite) &&
    isSameMap(a.reads, b.reads, isSameState) &&
    isSameMap(a.parameterWrites, b.parameterWrites, (one, other) => one.effect === other.effect) &&
    isSameMap(a.parameterReads, b.parameterReads, () => true)
  );
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
