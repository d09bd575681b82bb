import type { FunctionSummary, MessageExecution, ModelFunction, Step } from "./canisterModel.ts";
import type { NameSet } from "./nameSet.ts";

/** What was looked at of the functions of a model. */
export interface Reads {
  /** Functions of which something else than the summary was looked at. */
  readonly contents: Set<FunctionModel>;
  readonly summaries: Set<FunctionModel>;
}

/** Notes what is looked at of the functions of a model while something is worked out. */
export class ReadRecorder {
  private reads: Reads | undefined;
  private last: FunctionModel | undefined;

  /** Works something out, and tells what it looked at. Recordings do not nest. */
  record<T>(work: () => T): { readonly result: T; readonly reads: Reads } {
    const reads = { contents: new Set<FunctionModel>(), summaries: new Set<FunctionModel>() };
    this.reads = reads;
    try {
      return { result: work(), reads };
    } finally {
      this.reads = undefined;
      this.last = undefined;
    }
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
}

/**
 * A function of a model that lasts: when the crate changes, it gets other contents, so that the functions that call it
 * need no new steps.
 */
export class FunctionModel implements ModelFunction {
  /** How often anything but the summary changed. */
  version = 0;
  /** How often the summary changed. */
  summaryVersion = 0;
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

  /** Only the summary changed. */
  summarize(summary: FunctionSummary): void {
    this.contents = { ...this.contents, summary };
    this.summaryVersion += 1;
  }

  /** Something changed that the contents refer to. */
  touch(): void {
    this.version += 1;
    this.summaryVersion += 1;
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
    return this.contents.summary;
  }

  private read(): ModelFunction {
    this.recorder.note(this);
    return this.contents;
  }
}
