import type { StateRef, Suspends } from "./canisterModel.ts";
import { borrowsCells, noteBorrowings } from "./cellBorrows.ts";
import type { IndexedFunction } from "./crateIndex.ts";
import {
  awaitSuspends,
  clearSummary,
  type Draft,
  type DraftWrite,
  draftFlags,
  isClient,
  joinFields,
  type Linking,
  type Place,
  stateKey,
  withEntries,
  withEntry,
} from "./drafts.ts";
import type { AccessStep, CallStep, MacroStep, WriteEffect } from "./steps.ts";
import { lastName, withoutTexts } from "./textParts.ts";

/** The functions that a function calls. */
export interface Callees {
  /** Each once. */
  readonly all: readonly Draft[];
  /** Those of them that only tasks call which it starts. */
  readonly onlyLater: readonly Draft[];
}

/** Finds the functions that a function calls. */
export function calleesOf(linking: Linking, draft: Draft): Callees {
  let all: Set<Draft> | undefined;
  let later: Set<Draft> | undefined;
  let now: Set<Draft> | undefined;
  for (const step of draft.function.facts.steps) {
    if (step.kind !== "call") continue;
    for (const called of linking.calledDrafts(draft.function, step)) {
      all = (all ?? new Set()).add(called);
      if (step.task !== 0) later = (later ?? new Set()).add(called);
      else now = (now ?? new Set()).add(called);
    }
  }
  if (all === undefined) return noCallees;
  return { all: [...all], onlyLater: later === undefined ? none : [...later].filter((it) => !now?.has(it)) };
}

const none: readonly Draft[] = [];
const noCallees: Callees = { all: none, onlyLater: none };

/** Whether a function calls itself. */
function callsItself(linking: Linking, draft: Draft): boolean {
  const { steps } = draft.function.facts;
  return steps.some((it) => it.kind === "call" && linking.calledDrafts(draft.function, it).includes(draft));
}

/** Works out the summaries of functions that call each other; those of all others that they call are known. */
export function summarize(linking: Linking, component: readonly Draft[]): void {
  for (const draft of component) {
    const { writes, laterWrites } = draft;
    clearSummary(draft);
    draft.former = { writes, laterWrites };
  }
  for (const draft of component) {
    noteOwn(linking, draft);
    draft.ownFlags = draft.flags;
  }
  const [only, ...others] = component;
  const isAlone = only !== undefined && others.length === 0 && !callsItself(linking, only);
  for (let grew = true; grew; ) {
    grew = false;
    for (const draft of component) {
      const before = measure(draft);
      noteCallees(linking, draft);
      grew ||= before !== measure(draft) && !isAlone;
    }
  }
  for (const draft of component) draft.former = undefined;
}

/** Summaries only grow, so their size tells whether they changed. */
function measure(draft: Draft): number {
  const { writes, laterWrites, reads, parameterWrites, parameterReads, suspends, flags } = draft;
  const certainty = suspends === "yes" ? 2 : suspends === "maybe" ? 1 : 0;
  const sizes = writes.size + laterWrites.size + reads.size + parameterWrites.size + parameterReads.size;
  let borrows = draft.borrows.size;
  for (const it of draft.lends.values()) borrows += 1 + it.size;
  let count = 0;
  for (let rest = flags; rest !== 0; rest &= rest - 1) count += 1;
  return sizes + borrows + certainty + count;
}

/** What a function does whatever the functions do that it calls. */
function noteOwn(linking: Linking, draft: Draft): void {
  for (const step of draft.function.facts.steps) {
    switch (step.kind) {
      case "access":
        noteAccess(linking, draft, step);
        break;
      case "call":
        noteCall(linking, draft, step);
        break;
      case "macro":
        if (macroReadsCaller(linking, step)) noteCallerRead(draft, step.task);
        break;
      case "trap":
        if (step.task === 0) draft.flags |= draftFlags.mayTrap;
        break;
    }
  }
}

/** Whether a function writes the same as before, wherever it does so. */
function isSameWrite(a: DraftWrite, b: DraftWrite): boolean {
  return (
    a.by === b.by &&
    a.effect === b.effect &&
    a.operation === b.operation &&
    a.value === b.value &&
    a.isFetched === b.isFetched &&
    a.state.variable === b.state.variable &&
    a.state.field === b.state.field
  );
}

/** What a function does through those that it calls. */
function noteCallees(linking: Linking, draft: Draft): void {
  draft.suspends = suspendsOf(linking, draft);
  for (const step of draft.function.facts.steps) {
    if (step.kind === "borrow" || (step.kind === "call" && step.isLocal)) noteBorrowings(linking, draft, step);
    if (step.kind !== "call") continue;
    const called = linking.calledDrafts(draft.function, step);
    if (called.length === 0) continue;
    if (called.length === 1 && called.some(borrowsCells)) noteBorrowings(linking, draft, step);
    const target = linking.target(draft.function, step);
    const isCertain = called.length === 1 || (target.kind === "functions" && target.isCertain);
    for (const it of called) noteCalled(draft, step, it, isCertain ? "writes" : "noWrites");
    noteArgumentWrites(linking, draft, step);
    if (step.task === 0) for (const place of argumentReads(linking, draft.function, step)) noteRead(draft, place);
  }
}

function noteCallerRead(draft: Draft, task: number): void {
  draft.flags |= draftFlags.asksForCaller;
  if (task === 0) draft.flags |= draftFlags.readsCaller;
}

/** Functions of other crates and methods of unknown types that ask for the caller, by their names. */
function asksForCaller(path: string): boolean {
  return /(^|_|::)(msg_)?caller(_|$)|is_controller|authenticat|authori[sz]|(^|_|::)(only|require|ensure|assert|check|verify|is|can)_(\w*_)?(owner|admin|caller|controller|auth|permission|governance|custodian|minter|role)|(^|_|::)(only|require|ensure|assert|check|verify)_(\w*_)?(manager|moderator|operator|member|user|principal|identity|access|registered|allowed|trusted|whitelisted|creator)(_|$)|verify\w*_(signature|sig|jwt|proof|delegation|certificate)|recover_/i.test(
    lastName(path),
  );
}

/**
 * Whether a macro asks for the caller, by its name or by what is known of its definition. What it says in quotes is text, and macros of the
 * standard library do nothing but what stands among their arguments.
 */
export function macroReadsCaller(linking: Linking, { name, text }: MacroStep): boolean {
  const last = name.slice(name.lastIndexOf(":") + 1);
  const definition = linking.index.macros.get(last) ?? "";
  const said = withoutTexts(text);
  if (definition === "" && plainMacros.test(last)) return /\bcaller\s*\(|is_controller/.test(said);
  return /\bcaller\b|is_controller|authenticat|authoriz|\bowner\b|only_/i.test(`${name} ${said} ${definition}`);
}

const plainMacros =
  /^(vec|format|print(ln)?|eprint(ln)?|write(ln)?|matches|json|concat|include_str|include_bytes|hex)$/;

function noteAccess(linking: Linking, draft: Draft, step: AccessStep): void {
  const place = linking.place(draft.function, step.place);
  if (place === undefined) return;
  if (step.effect === "read") {
    noteRead(draft, place);
    return;
  }
  const by = { by: draft.function, range: step.range, operation: step.operation, value: step.value };
  const isFetched = step.from.length > 0;
  noteWrite(draft, step.task, place, { effect: step.effect, isFetched, ...by });
}

function noteRead(draft: Draft, place: Place): void {
  if (place.kind === "state") draft.reads = withEntry(draft.reads, stateKey(place.state), place.state);
  else if (place.field !== "")
    draft.parameterReads = withEntry(draft.parameterReads, `${place.index}.${place.field}`, place);
}

function noteWrite(draft: Draft, task: number, place: Place, write: Omit<DraftWrite, "state">): void {
  if (place.kind === "parameter") {
    const { index, field } = place;
    const key = `${index}.${field}`;
    if (draft.parameterWrites.has(key)) return;
    draft.parameterWrites = withEntry(draft.parameterWrites, key, { index, field, effect: write.effect });
    return;
  }
  const of = task === 0 ? "writes" : "laterWrites";
  const key = stateKey(place.state);
  if (draft[of].has(key)) return;
  draft[of] = withEntry(draft[of], key, lastingWrite(draft, draft.former?.[of].get(key), place.state, write));
}

/** What the function itself wrote before and still writes stays the same write. */
function lastingWrite(
  draft: Draft,
  former: DraftWrite | undefined,
  state: StateRef,
  write: Omit<DraftWrite, "state">,
): DraftWrite {
  if (former === undefined || !isSameWrite(former, { state, ...write })) return { state, ...write };
  const { range } = write;
  draft.hasMovedWrites ||= former.range.start !== range.start || former.range.end !== range.end;
  former.range = range;
  return former;
}

function noteCall(linking: Linking, draft: Draft, step: CallStep): void {
  const target = linking.target(draft.function, step);
  if (step.isHandedOn && target.kind !== "functions") {
    // `owner.unwrap_or_else(msg_caller)` asks all the same.
    if (target.kind === "cdk" && target.function.kind === "caller") noteCallerRead(draft, step.task);
    return;
  }
  if (target.kind === "cdk") noteCdkCall(draft, step, target.function.kind);
  else if (target.kind !== "functions" && asksForCaller(step.path)) noteCallerRead(draft, step.task);
  if (step.awaited && (target.kind === "external" || (step.isMethod && isClient(step.receiverText)))) {
    draft.flags |= draftFlags.callsCanister;
  }
  const receiver = step.receiver === undefined ? undefined : linking.place(draft.function, step.receiver);
  if (receiver?.kind === "state") draft.reads = withEntry(draft.reads, stateKey(receiver.state), receiver.state);
  if (target.kind !== "functions") noteArgumentWrites(linking, draft, step);
}

function noteArgumentWrites(linking: Linking, draft: Draft, step: CallStep): void {
  for (const { place, effect, operation } of argumentWrites(linking, draft.function, step)) {
    noteWrite(draft, step.task, place, {
      effect,
      operation,
      by: draft.function,
      range: step.range,
      value: "",
      isFetched: false,
    });
  }
}

function noteCdkCall(draft: Draft, step: CallStep, kind: string): void {
  if (kind === "callBuilder" || kind === "oldCall" || kind === "managementCall")
    draft.flags |= draftFlags.callsCanister;
  if (kind === "timer") draft.flags |= draftFlags.setsTimer;
  if (kind === "certifiedData") draft.flags |= draftFlags.setsCertifiedData;
  if (kind === "caller" || kind === "isController") noteCallerRead(draft, step.task);
  if (step.task > 0) return;
  if (kind === "trap") draft.flags |= draftFlags.mayTrap;
}

/** Of the flags of a called function, those that whoever calls it has, too. */
function inherited({ flags }: Draft, isNow: boolean): number {
  return isNow ? flags : flags & ~(draftFlags.readsCaller | draftFlags.mayTrap);
}

/** The flags of a function that is no part of a circle, by those of the functions that it calls. */
export function flagsOf(draft: Draft, { all, onlyLater }: Callees): number {
  let flags = draft.ownFlags;
  for (const it of all) flags |= inherited(it, !onlyLater.includes(it));
  return flags;
}

/** Whether a function suspends whoever awaits it, by its own awaits. */
export function suspendsOf(linking: Linking, { function: from }: Draft): Suspends {
  let strongest: Suspends = "no";
  for (const step of from.facts.steps) {
    if (step.kind !== "await" || step.task !== 0) continue;
    const suspends = awaitSuspends(linking, from, step);
    if (suspends === "yes") return "yes";
    if (suspends === "maybe") strongest = "maybe";
  }
  return strongest;
}

function noteCalled(draft: Draft, step: CallStep, called: Draft, extent: "writes" | "noWrites"): void {
  draft.flags |= inherited(called, step.task === 0);
  if (step.task === 0) draft.reads = withEntries(draft.reads, called.reads);
  if (extent === "noWrites") return;
  if (step.task === 0) draft.writes = withEntries(draft.writes, called.writes);
  else draft.laterWrites = withEntries(draft.laterWrites, called.writes);
  draft.laterWrites = withEntries(draft.laterWrites, called.laterWrites);
}

/** What the functions of this crate read of the places that a call gives them: `state.balance_of(id)` reads `balances`. */
export function argumentReads(linking: Linking, from: IndexedFunction, step: CallStep): readonly Place[] {
  const target = linking.target(from, step);
  if (step.isHandedOn || target.kind !== "functions" || !target.isCertain) return [];
  return linking.calledDrafts(from, step).flatMap((called) =>
    [...called.parameterReads.values()].flatMap(({ index, field }) => {
      const place = placeOfArgument(linking, from, step, index);
      return place === undefined ? [] : [withField(place, field)];
    }),
  );
}

/** What a call writes through its arguments and its receiver. */
export function argumentWrites(
  linking: Linking,
  from: IndexedFunction,
  step: CallStep,
): {
  readonly place: Place;
  readonly effect: WriteEffect;
  readonly operation: string;
  readonly by: Draft | undefined;
}[] {
  const target = linking.target(from, step);
  if (step.isHandedOn) return [];
  if (target.kind === "functions") {
    if (!target.isCertain && step.receiver === undefined) return [];
    return linking.calledDrafts(from, step).flatMap((called) =>
      [...called.parameterWrites.values()].flatMap(({ index, field, effect }) => {
        const place = placeOfArgument(linking, from, step, index);
        if (place === undefined) return [];
        const operation = called.function.facts.name;
        return [{ place: withField(place, field), effect, operation, by: called }];
      }),
    );
  }
  // What a closure does that was given to the function is read where it is written.
  if (!step.isMethod && from.facts.parameters.some((it) => it.name === step.path)) return [];
  const found = step.arguments.flatMap((it) => {
    const place = it.isMutableReference && it.place !== undefined ? linking.place(from, it.place) : undefined;
    return place === undefined ? [] : [{ place, effect: "mutate" as const, operation: step.path, by: undefined }];
  });
  if (step.isMethod && step.receiver !== undefined && looksMutating(step.path)) {
    const place = linking.place(from, step.receiver);
    if (place !== undefined) found.push({ place, effect: "mutate", operation: step.path, by: undefined });
  }
  return found;
}

function placeOfArgument(linking: Linking, from: IndexedFunction, step: CallStep, index: number): Place | undefined {
  const place = step.isMethod
    ? index === 0
      ? step.receiver
      : step.arguments[index - 1]?.place
    : step.arguments[index]?.place;
  return place === undefined ? undefined : linking.place(from, place);
}

function withField(place: Place, field: string): Place {
  if (place.kind === "parameter") return { ...place, field: joinFields(place.field, field) };
  return { kind: "state", state: { ...place.state, field: joinFields(place.state.field, field) } };
}

/** Methods of types that are not known: by their names, they change what they are called on. */
function looksMutating(name: string): boolean {
  return /^(set|add|insert|remove|delete|update|increment|decrement|record|mark|clear|reset|credit|debit|deduct|deposit|withdraw|mint|burn|transfer|enqueue|dequeue|append|register|unregister|release|put|store|save|apply|process|push|pop)(_|$)/.test(
    name,
  );
}
