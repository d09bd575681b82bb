import type { FunctionSummary, MessageExecution, ModelFunction, Step } from "./canisterModel.ts";
import type { NameSet } from "./nameSet.ts";

/** What was looked at of the functions of a model. */
export interface Reads {
  /** Functions of which something else than the summary was looked at. */
  readonly contents: Set<FunctionModel>;
  readonly summaries: Set<FunctionModel>;
  /** Functions of which something of the summary was looked at that the steps of callers do not tell. */
  readonly effects: Set<FunctionModel>;
}

/** Notes what is looked at of the functions of a model while something is worked out. */
export class ReadRecorder {
  private reads: Reads | undefined;
  private last: FunctionModel | undefined;

  /** Works something out, and tells what it looked at. Recordings do not nest. */
  record<T>(work: () => T): { readonly result: T; readonly reads: Reads } {
    const none = () => new Set<FunctionModel>();
    const reads = { contents: none(), summaries: none(), effects: none() };
    this.reads = reads;
    try {
      return { result: work(), reads };
    } finally {
      this.reads = undefined;
      this.last = undefined;
    }
  }

  /** Whether anybody wants to know. */
  get isRecording(): boolean {
    return this.reads !== undefined;
  }

  /** Something of a function was looked at. */
  note(function_: FunctionModel): void {
    if (this.reads === undefined || this.last === function_) return;
    this.last = function_;
    this.reads.contents.add(function_);
  }

  /** The summary of a function was looked at. */
  noteSummary(function_: FunctionModel): void {
    this.reads?.summaries.add(function_);
  }

  /** Something of its summary was looked at that the steps of callers do not tell. */
  noteEffects(function_: FunctionModel): void {
    this.reads?.effects.add(function_);
  }
}

/**
 * A function of a model that lasts: when the crate changes, it gets other contents, so that the functions that call it
 * need no new steps.
 */
export class FunctionModel implements ModelFunction {
  /** How often anything but the summary changed. */
  version = 0;
  /** How often of the summary changed what the steps of callers tell. */
  summaryVersion = 0;
  /** How often anything of the summary changed. */
  effectsVersion = 0;
  private contents: ModelFunction;
  private readonly recorder: ReadRecorder;

  constructor(contents: ModelFunction, recorder: ReadRecorder) {
    this.contents = contents;
    this.recorder = recorder;
  }

  /** The function changed. */
  become(contents: ModelFunction): void {
    this.contents = contents;
    this.touch();
  }

  /** Only the summary changed; `isTold` where the steps of callers tell of it. */
  summarize(summary: FunctionSummary, isTold: boolean): void {
    this.contents = { ...this.contents, summary };
    this.effectsVersion += 1;
    if (isTold) this.summaryVersion += 1;
  }

  /** Something changed that the contents refer to. */
  touch(): void {
    this.version += 1;
    this.summaryVersion += 1;
    this.effectsVersion += 1;
  }

  /** The contents as they are now, which do not change with the function. */
  get now(): ModelFunction {
    return this.contents;
  }

  get name(): string {
    return this.read().name;
  }

  get displayName(): string {
    return this.read().displayName;
  }

  get path(): string {
    return this.read().path;
  }

  get range(): ModelFunction["range"] {
    return this.read().range;
  }

  get nameRange(): ModelFunction["nameRange"] {
    return this.read().nameRange;
  }

  get bodyRange(): ModelFunction["bodyRange"] {
    return this.read().bodyRange;
  }

  get isAsync(): boolean {
    return this.read().isAsync;
  }

  get attributes(): ModelFunction["attributes"] {
    return this.read().attributes;
  }

  get returnType(): string {
    return this.read().returnType;
  }

  get parameters(): ModelFunction["parameters"] {
    return this.read().parameters;
  }

  get names(): NameSet {
    return this.read().names;
  }

  get texts(): ModelFunction["texts"] {
    return this.read().texts;
  }

  get implOf(): ModelFunction["implOf"] {
    return this.read().implOf;
  }

  get hasError(): boolean {
    return this.read().hasError;
  }

  get steps(): readonly Step[] {
    return this.read().steps;
  }

  get executions(): readonly MessageExecution[] {
    return this.read().executions;
  }

  get summary(): FunctionSummary {
    this.recorder.noteSummary(this);
    return this.recorder.isRecording
      ? new SummaryView(this, this.contents.summary, this.recorder)
      : this.contents.summary;
  }

  private read(): ModelFunction {
    this.recorder.note(this);
    return this.contents;
  }
}

/** A summary that notes what of it is looked at. */
class SummaryView implements FunctionSummary {
  readonly suspends: FunctionSummary["suspends"];
  readonly readsCaller: boolean;
  readonly callsCanister: boolean;
  readonly writes: FunctionSummary["writes"];
  readonly reads: FunctionSummary["reads"];
  readonly callees: FunctionSummary["callees"];
  private readonly of: FunctionModel;
  private readonly whole: FunctionSummary;
  private readonly recorder: ReadRecorder;

  constructor(of: FunctionModel, whole: FunctionSummary, recorder: ReadRecorder) {
    this.of = of;
    this.whole = whole;
    this.recorder = recorder;
    this.suspends = whole.suspends;
    this.readsCaller = whole.readsCaller;
    this.callsCanister = whole.callsCanister;
    this.writes = whole.writes;
    this.reads = whole.reads;
    this.callees = whole.callees;
  }

  get asksForCaller(): boolean {
    return this.effects().asksForCaller;
  }

  get mayTrap(): boolean {
    return this.effects().mayTrap;
  }

  get laterWrites(): FunctionSummary["laterWrites"] {
    return this.effects().laterWrites;
  }

  get setsTimer(): boolean {
    return this.effects().setsTimer;
  }

  get setsCertifiedData(): boolean {
    return this.effects().setsCertifiedData;
  }

  private effects(): FunctionSummary {
    this.recorder.noteEffects(this.of);
    return this.whole;
  }
}
