import type { FunctionModel } from "./functionModel.ts";

/** What a record of reads has to ask, to tell whether anything of it changed. */
export interface ReadableModel {
  readonly now: number;
  hasChangedSince(revision: number, mask: number): boolean;
  /** The functions that changed after a revision; nothing where that is too long ago to be known. */
  functionsChangedSince(revision: number): readonly FunctionModel[] | undefined;
  wordChangedAt(word: string): number;
  textOf(path: string): string;
}

/** Something that was worked out from a model and is worked out again when that changes. */
export interface DerivedValue {
  /** The revision in which it became another one. */
  readonly changedAt: number;
  /** Brings it up to date. */
  refresh(): void;
}

/** How finely names are noted: whether this function has some name, or whether any function got or lost it. */
export type NamesNoted = "byFunction" | "byWord";

/** Up to so many functions no map tells which were looked at. */
const fewFunctions = 12;

/** From so many functions on, masks lie in a table by the numbers of functions. */
const manyFunctions = 256;

/** What was looked at while something was worked out. */
export class Reads {
  private readonly names: NamesNoted;
  private readonly functions: FunctionModel[] = [];
  /** By position in `functions`, for as long as they are not many. */
  private masks: number[] = [];
  /** By the number of a function, where they are many. */
  private table: Uint32Array | undefined;
  private parts = 0;
  private words: Set<string> | undefined;
  private texts: Map<string, string> | undefined;
  private derived: Set<DerivedValue> | undefined;
  /** The revision for which all this is known to hold. */
  private at: number;
  /** Positions of functions, for as long as more is noted. */
  private positions: Map<FunctionModel, number> | undefined;
  private lastFunction: FunctionModel | undefined;
  private lastPosition = 0;

  constructor(names: NamesNoted, at: number) {
    this.names = names;
    this.at = at;
  }

  /** Parts of a function were looked at. */
  note(function_: FunctionModel, mask: number): void {
    if (this.table !== undefined) {
      this.noteInTable(this.table, function_, mask);
      return;
    }
    if (this.lastFunction !== function_) {
      let position = this.positionOf(function_);
      if (position === -1) {
        position = this.functions.length;
        this.functions.push(function_);
        this.masks.push(0);
        this.positions?.set(function_, position);
      }
      this.lastFunction = function_;
      this.lastPosition = position;
    }
    this.masks[this.lastPosition] = (this.masks[this.lastPosition] ?? 0) | mask;
    if (this.functions.length >= manyFunctions) this.makeTable();
  }

  private noteInTable(table: Uint32Array, function_: FunctionModel, mask: number): void {
    const { number } = function_;
    if (number >= table.length) {
      this.table = new Uint32Array(2 * number);
      this.table.set(table);
      this.noteInTable(this.table, function_, mask);
      return;
    }
    const before = table[number] ?? 0;
    if (before === 0) this.functions.push(function_);
    table[number] = before | mask;
  }

  private makeTable(): void {
    const { functions, masks } = this;
    const table = new Uint32Array(functions.reduce((most, it) => Math.max(most, it.number), 0) + 1);
    for (const [position, it] of functions.entries()) table[it.number] = masks[position] ?? 0;
    this.table = table;
    this.masks = [];
    this.positions = undefined;
  }

  private maskOf(position: number, { number }: FunctionModel): number {
    return (this.table === undefined ? this.masks[position] : this.table[number]) ?? 0;
  }

  /** Most look at few functions, which are found faster one by one. */
  private positionOf(function_: FunctionModel): number {
    const { functions } = this;
    if (functions.length < fewFunctions) return functions.indexOf(function_);
    this.positions ??= new Map(functions.map((it, index) => [it, index]));
    return this.positions.get(function_) ?? -1;
  }

  /** It was asked whether a function has a name; `mask` is the part of all its names. */
  noteName(function_: FunctionModel, mask: number, name: string): void {
    if (this.names === "byFunction") {
      this.note(function_, mask);
      return;
    }
    this.words ??= new Set();
    this.words.add(name);
  }

  /** Parts of the whole crate were looked at. */
  noteParts(mask: number): void {
    this.parts |= mask;
  }

  /** The text of a file was looked at. */
  noteText(path: string, text: string): void {
    this.texts ??= new Map();
    this.texts.set(path, text);
  }

  /** Something was used that was derived. */
  noteDerived(it: DerivedValue): void {
    this.derived ??= new Set();
    this.derived.add(it);
  }

  /** What else was looked at in between counts, too. */
  absorb(other: Reads): void {
    for (const [index, it] of other.functions.entries()) this.note(it, other.maskOf(index, it));
    this.parts |= other.parts;
    if (other.words !== undefined) this.words = new Set([...(this.words ?? []), ...other.words]);
    for (const [path, text] of other.texts ?? []) this.noteText(path, text);
    for (const it of other.derived ?? []) this.noteDerived(it);
  }

  /** Whether nothing was looked at but one function. */
  isOnlyOf(function_: FunctionModel): boolean {
    const { functions, parts, words, texts, derived } = this;
    const isPlain = parts === 0 && words === undefined && texts === undefined && derived === undefined;
    return isPlain && (functions.length === 0 || (functions.length === 1 && functions[0] === function_));
  }

  /** Nothing is noted any more. */
  close(): void {
    this.positions = undefined;
    this.lastFunction = undefined;
  }

  private hasAnyChanged(model: ReadableModel): boolean {
    const { at, functions, table } = this;
    const changed = table === undefined ? undefined : model.functionsChangedSince(at);
    if (changed !== undefined && changed.length < functions.length) {
      return changed.some((it) => it.hasChangedSince(at, table?.[it.number] ?? 0));
    }
    for (let index = 0; index < functions.length; index++) {
      const it = functions[index];
      if (it !== undefined && it.changedAt > at && it.hasChangedSince(at, this.maskOf(index, it))) return true;
    }
    return false;
  }

  /** Whether everything that was looked at is still as it was. */
  isCurrent(model: ReadableModel): boolean {
    if (this.at === model.now) return true;
    const { at } = this;
    if (model.hasChangedSince(at, this.parts)) return false;
    if (this.hasAnyChanged(model)) return false;
    for (const word of this.words ?? []) if (model.wordChangedAt(word) > at) return false;
    for (const [path, text] of this.texts ?? []) if (model.textOf(path) !== text) return false;
    for (const it of this.derived ?? []) {
      it.refresh();
      if (it.changedAt > at) return false;
    }
    this.at = model.now;
    return true;
  }
}

/** Notes what is looked at of a model while something is worked out. */
export class ReadRecorder {
  private open: Reads | undefined;

  /** Works something out, and tells what it looked at. What is recorded meanwhile by itself is no part of it. */
  record<T>(names: NamesNoted, { now }: ReadableModel, work: () => T): { readonly result: T; readonly reads: Reads } {
    const outer = this.open;
    const reads = new Reads(names, now);
    this.open = reads;
    try {
      return { result: work(), reads };
    } catch (error) {
      // Whoever works out the rest knows only from here why it failed.
      outer?.absorb(reads);
      throw error;
    } finally {
      reads.close();
      this.open = outer;
    }
  }

  /** Whether anybody wants to know. */
  get isRecording(): boolean {
    return this.open !== undefined;
  }

  /** Parts of a function were looked at. */
  note(function_: FunctionModel, mask: number): void {
    this.open?.note(function_, mask);
  }

  /** It was asked whether a function has a name. */
  noteName(function_: FunctionModel, mask: number, name: string): void {
    this.open?.noteName(function_, mask, name);
  }

  /** Parts of the whole crate were looked at. */
  noteParts(mask: number): void {
    this.open?.noteParts(mask);
  }

  /** The text of a file was looked at. */
  noteText(path: string, text: string): void {
    this.open?.noteText(path, text);
  }

  /** Something was used that was derived. */
  noteDerived(it: DerivedValue): void {
    this.open?.noteDerived(it);
  }
}
