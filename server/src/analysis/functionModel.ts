import type { FunctionSummary, MessageExecution, ModelFunction, Step } from "./canisterModel.ts";
import type { NameSet } from "./nameSet.ts";

/** Notes which functions of a model are looked at while something is worked out. */
export class ReadRecorder {
  private seen: Set<FunctionModel> | undefined;

  /** Works something out, and tells which functions it looked at. */
  record<T>(work: () => T): { readonly result: T; readonly seen: ReadonlySet<FunctionModel> } {
    const outer = this.seen;
    const seen = new Set<FunctionModel>();
    this.seen = seen;
    try {
      return { result: work(), seen };
    } finally {
      this.seen = outer;
      for (const it of outer === undefined ? [] : seen) outer?.add(it);
    }
  }

  /** A function was looked at. */
  note(function_: FunctionModel): void {
    this.seen?.add(function_);
  }
}

/**
 * A function of a model that lasts: when the crate changes, it gets other contents, so that the functions that call it
 * need no new steps.
 */
export class FunctionModel implements ModelFunction {
  /** How often the contents changed. */
  version = 0;
  private contents: ModelFunction;
  private readonly recorder: ReadRecorder;

  constructor(contents: ModelFunction, recorder: ReadRecorder) {
    this.contents = contents;
    this.recorder = recorder;
  }

  /** The function changed. */
  become(contents: ModelFunction): void {
    this.contents = contents;
    this.version += 1;
  }

  /** Something changed that the contents refer to. */
  touch(): void {
    this.version += 1;
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
    return this.read().summary;
  }

  private read(): ModelFunction {
    this.recorder.note(this);
    return this.contents;
  }
}
