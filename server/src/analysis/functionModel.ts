import type { FunctionSummary, MessageExecution, ModelFunction, StateRef, StateWrite, Step } from "./canisterModel.ts";
import { ItemPlace } from "./lastingPlace.ts";
import { NameSet } from "./nameSet.ts";
import type { ReadRecorder } from "./reads.ts";
import type { Revisions } from "./revisions.ts";

/** What of a function is looked at on its own: bits that add up to a mask. */
export const functionParts = {
  /** What is declared: name, attributes, parameters, what is returned. */
  face: 1,
  /** Where it stands. */
  place: 2,
  names: 4,
  texts: 8,
  steps: 16,
  callees: 32,
  suspends: 64,
  readsCaller: 128,
  callsCanister: 256,
  writes: 512,
  reads: 1024,
  asksForCaller: 2048,
  mayTrap: 4096,
  laterWrites: 8192,
  setsTimer: 16384,
  setsCertifiedData: 32768,
  calls: 65536,
  /**
   * Where its parts stand within it, and it in a text that was edited elsewhere: who looked at the place of a function whose
   * shape is the same may move what was found along with the text.
   */
  shape: 131072,
} as const;

/** What notes the reads of a model's functions, and counts its revisions. */
export interface ModelLedger {
  readonly recorder: ReadRecorder;
  readonly revisions: Revisions;
}

/**
 * A function of a model that lasts: when the crate changes, it gets other contents, so that the functions that call it
 * need no new steps.
 */
export class FunctionModel implements ModelFunction {
  /** Tells it from the other functions of its model, those that are gone included. */
  readonly number: number;
  /** The revision in which anything of it changed last; 0 for a function that is as it was found first. */
  changedAt = 0;
  private readonly partsChangedAt: number[] = [];
  /** Where it stands. */
  readonly place: ItemPlace;
  private contents: ModelFunction;
  private notedNames: NotedNames | undefined;
  private readonly ledger: ModelLedger;

  /** `begin` tells what is known of it before it is linked. */
  constructor(begin: (item: ItemPlace) => ModelFunction, ledger: ModelLedger) {
    this.ledger = ledger;
    this.place = new ItemPlace(() => ledger.recorder.note(this, functionParts.place));
    this.contents = begin(this.place);
    this.number = ledger.revisions.nextNumber();
  }

  /** The function was linked anew. */
  become(contents: ModelFunction): void {
    const before = this.contents;
    this.contents = contents;
    let mask: number = functionParts.steps | changedSummary(before.summary, contents.summary);
    const isMoved =
      !isSameRange(before.range, contents.range) ||
      !isSameRange(before.nameRange, contents.nameRange) ||
      !isSameRange(before.bodyRange, contents.bodyRange);
    if (!isSameList(before.calls, contents.calls, (a, b) => a === b)) mask |= functionParts.calls;
    if (isMoved) mask |= functionParts.place | functionParts.shape;
    if (before.names !== contents.names) mask |= functionParts.texts | this.changedNames(before.names, contents.names);
    if (!hasSameFace(before, contents)) mask |= functionParts.face;
    this.partsChanged(mask);
  }

  /** Only the summary changed. */
  summarize(summary: FunctionSummary): void {
    const mask = changedSummary(this.contents.summary, summary);
    this.contents = { ...this.contents, summary };
    this.partsChanged(mask);
  }

  /** Its item begins here now, attributes included. */
  moveTo(start: number): void {
    const before = this.place.now;
    if (!this.place.moveTo(start)) return;
    const { path } = this.contents;
    const isMoved = this.ledger.revisions.isMovedByEdit(path, before, start);
    this.partsChanged(isMoved ? functionParts.place : functionParts.place | functionParts.shape);
  }

  /** Something in it stands somewhere else, though neither it nor its body does. */
  move(): void {
    this.partsChanged(functionParts.place | functionParts.shape);
  }

  /** Whether any of these parts changed after a revision. */
  hasChangedSince(revision: number, mask: number): boolean {
    for (let bit = 0; mask >> bit > 0; bit++) {
      if ((mask >> bit) & 1 && (this.partsChangedAt[bit] ?? 0) > revision) return true;
    }
    return false;
  }

  private partsChanged(mask: number): void {
    if (mask === 0) return;
    const { revisions } = this.ledger;
    const { now } = revisions;
    if (this.changedAt !== now) revisions.functionChanged(this);
    this.changedAt = now;
    for (let bit = 0; mask >> bit > 0; bit++) if ((mask >> bit) & 1) this.partsChangedAt[bit] = now;
  }

  private changedNames(before: NameSet, after: NameSet): number {
    this.notedNames = undefined;
    const [old, present] = [new Set(before), new Set(after)];
    const gained = [...present].filter((it) => !old.has(it));
    const lost = [...old].filter((it) => !present.has(it));
    for (const it of [...gained, ...lost]) this.ledger.revisions.wordChanged(it);
    return gained.length > 0 || lost.length > 0 ? functionParts.names : 0;
  }

  /** The contents as they are now, which do not change with the function. */
  get now(): ModelFunction {
    return this.contents;
  }

  get name(): string {
    return this.read(functionParts.face).name;
  }

  get displayName(): string {
    return this.read(functionParts.face).displayName;
  }

  get path(): string {
    return this.read(functionParts.face).path;
  }

  get range(): ModelFunction["range"] {
    return this.read(functionParts.shape).range;
  }

  get nameRange(): ModelFunction["nameRange"] {
    return this.read(functionParts.shape).nameRange;
  }

  get bodyRange(): ModelFunction["bodyRange"] {
    return this.read(functionParts.shape).bodyRange;
  }

  get isAsync(): boolean {
    return this.read(functionParts.face).isAsync;
  }

  get attributes(): ModelFunction["attributes"] {
    return this.read(functionParts.face).attributes;
  }

  get returnType(): string {
    return this.read(functionParts.face).returnType;
  }

  get parameters(): ModelFunction["parameters"] {
    return this.read(functionParts.face).parameters;
  }

  get texts(): ModelFunction["texts"] {
    return this.read(functionParts.texts).texts;
  }

  get implOf(): ModelFunction["implOf"] {
    return this.read(functionParts.face).implOf;
  }

  get hasError(): boolean {
    return this.read(functionParts.face).hasError;
  }

  get steps(): readonly Step[] {
    return this.read(functionParts.steps).steps;
  }

  get calls(): ModelFunction["calls"] {
    return this.read(functionParts.calls).calls;
  }

  get executions(): readonly MessageExecution[] {
    return this.read(functionParts.steps).executions;
  }

  get names(): NameSet {
    const { names } = this.contents;
    if (!this.ledger.recorder.isRecording) return names;
    this.notedNames ??= new NotedNames(names, this, this.ledger.recorder);
    return this.notedNames;
  }

  get summary(): FunctionSummary {
    const { recorder } = this.ledger;
    const { summary } = this.contents;
    return recorder.isRecording ? new SummaryView(this, summary, recorder) : summary;
  }

  private read(part: number): ModelFunction {
    this.ledger.recorder.note(this, part);
    return this.contents;
  }
}

/** Names of a function that note which of them are asked for. */
class NotedNames extends NameSet {
  private readonly of: FunctionModel;
  private readonly whole: NameSet;
  private readonly recorder: ReadRecorder;

  constructor(whole: NameSet, of: FunctionModel, recorder: ReadRecorder) {
    super("");
    this.whole = whole;
    this.of = of;
    this.recorder = recorder;
  }

  override has(name: string): boolean {
    this.recorder.noteName(this.of, functionParts.names, name);
    return this.whole.has(name);
  }

  override [Symbol.iterator](): IterableIterator<string> {
    this.recorder.note(this.of, functionParts.names);
    return this.whole[Symbol.iterator]();
  }
}

/** A summary that notes what of it is looked at. */
class SummaryView implements FunctionSummary {
  private readonly of: FunctionModel;
  private readonly whole: FunctionSummary;
  private readonly recorder: ReadRecorder;

  constructor(of: FunctionModel, whole: FunctionSummary, recorder: ReadRecorder) {
    this.of = of;
    this.whole = whole;
    this.recorder = recorder;
  }

  get suspends(): FunctionSummary["suspends"] {
    return this.read(functionParts.suspends).suspends;
  }

  get readsCaller(): boolean {
    return this.read(functionParts.readsCaller).readsCaller;
  }

  get callsCanister(): boolean {
    return this.read(functionParts.callsCanister).callsCanister;
  }

  get writes(): FunctionSummary["writes"] {
    return this.read(functionParts.writes).writes;
  }

  get reads(): FunctionSummary["reads"] {
    return this.read(functionParts.reads).reads;
  }

  get callees(): FunctionSummary["callees"] {
    return this.read(functionParts.callees).callees;
  }

  get asksForCaller(): boolean {
    return this.read(functionParts.asksForCaller).asksForCaller;
  }

  get mayTrap(): boolean {
    return this.read(functionParts.mayTrap).mayTrap;
  }

  get laterWrites(): FunctionSummary["laterWrites"] {
    return this.read(functionParts.laterWrites).laterWrites;
  }

  get setsTimer(): boolean {
    return this.read(functionParts.setsTimer).setsTimer;
  }

  get setsCertifiedData(): boolean {
    return this.read(functionParts.setsCertifiedData).setsCertifiedData;
  }

  private read(part: number): FunctionSummary {
    this.recorder.note(this.of, part);
    return this.whole;
  }
}

/** What of a summary became something else. */
function changedSummary(before: FunctionSummary, after: FunctionSummary): number {
  if (before === after) return 0;
  let mask = 0;
  for (const part of summaryFlags) if (before[part] !== after[part]) mask |= functionParts[part];
  if (!isSameList(before.callees, after.callees, (a, b) => a === b)) mask |= functionParts.callees;
  if (!isSameList(before.reads, after.reads, isSameState)) mask |= functionParts.reads;
  if (!isSameList(before.writes, after.writes, isSameWrite)) mask |= functionParts.writes;
  if (!isSameList(before.laterWrites, after.laterWrites, isSameWrite)) mask |= functionParts.laterWrites;
  return mask;
}

const summaryFlags = [
  "suspends",
  "readsCaller",
  "callsCanister",
  "asksForCaller",
  "mayTrap",
  "setsTimer",
  "setsCertifiedData",
] as const;

function isSameList<T>(a: readonly T[], b: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    const [one, other] = [a[index], b[index]];
    if (one === undefined || other === undefined || !isSame(one, other)) return false;
  }
  return true;
}

function isSameState(a: StateRef, b: StateRef): boolean {
  return a.variable === b.variable && a.field === b.field;
}

/** Whether both are the same write of one function, wherever that stands. */
function isSameWrite(a: StateWrite, b: StateWrite): boolean {
  return (
    a === b ||
    (isSameState(a.state, b.state) &&
      isSameRange(a.at.range, b.at.range) &&
      a.through?.path === b.through?.path &&
      a.through?.name === b.through?.name &&
      a.effect === b.effect &&
      a.operation === b.operation &&
      a.value === b.value &&
      a.isFetched === b.isFetched)
  );
}

function isSameRange(a: ModelFunction["bodyRange"], b: ModelFunction["bodyRange"]): boolean {
  return a?.start === b?.start && a?.end === b?.end;
}

/** Whether both declare the same. */
function hasSameFace(a: ModelFunction, b: ModelFunction): boolean {
  return (
    a.path === b.path &&
    a.displayName === b.displayName &&
    a.implOf?.type === b.implOf?.type &&
    a.implOf?.trait === b.implOf?.trait &&
    (isOfSameText(a, b) || ownFaceOf(a) === ownFaceOf(b))
  );
}

function isOfSameText(a: ModelFunction, b: ModelFunction): boolean {
  return (
    a.names === b.names && a.attributes === b.attributes && a.parameters === b.parameters && a.hasError === b.hasError
  );
}

function ownFaceOf({ name, isAsync, attributes, returnType, parameters, hasError }: ModelFunction): string {
  return JSON.stringify([name, isAsync, attributes, returnType, parameters, hasError]);
}
