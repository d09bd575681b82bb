import { rangeAfter, type TextEdit } from "../base/textEdit.ts";
import type { TextRange } from "../base/textRange.ts";
import { type FunctionModel, functionParts } from "./functionModel.ts";
import { crateParts } from "./revisions.ts";

/** What a record of reads has to ask, to tell whether anything of it changed. */
export interface ReadableModel {
  readonly now: number;
  hasChangedSince(revision: number, mask: number): boolean;
  /** The functions that changed after a revision; nothing where that is too long ago to be known. */
  functionsChangedSince(revision: number): readonly FunctionModel[] | undefined;
  wordChangedAt(word: string): number;
  /** How a file's text changed since a revision, one edit after the other; nothing where that is too long ago to be known. */
  editsSince(revision: number, path: string): readonly TextEdit[] | undefined;
}

/**
 * What became of what was looked at: it is as it was; it is, but for where it stands, in texts that were edited around it;
 * or something else changed.
 */
export type Freshness = "current" | "moved" | "stale";

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
  /** By path: the part of the text that holds all that was looked at. */
  private texts: Map<string, TextRange> | undefined;
  private derived: DerivedValue[] | undefined;
  /** The same, where they are not few. */
  private derivedSet: Set<DerivedValue> | undefined;
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

  /** A part of the text of a file was looked at. */
  noteText(path: string, { start, end }: TextRange): void {
    this.texts ??= new Map();
    const known = this.texts.get(path);
    if (known === undefined) this.texts.set(path, { start, end });
    else if (start < known.start || end > known.end)
      this.texts.set(path, { start: Math.min(start, known.start), end: Math.max(end, known.end) });
  }

  /** Something was used that was derived. */
  noteDerived(it: DerivedValue): void {
    this.derived ??= [];
    const { derived } = this;
    if (derived.length < fewFunctions ? derived.includes(it) : this.derivedSet?.has(it)) return;
    derived.push(it);
    if (derived.length < fewFunctions) return;
    this.derivedSet ??= new Set(derived);
    this.derivedSet.add(it);
  }

  /** What else was looked at in between counts, too. */
  absorb(other: Reads): void {
    for (const [index, it] of other.functions.entries()) this.note(it, other.maskOf(index, it));
    this.parts |= other.parts;
    if (other.words !== undefined) this.words = new Set([...(this.words ?? []), ...other.words]);
    for (const [path, range] of other.texts ?? []) this.noteText(path, range);
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
    this.derivedSet = undefined;
  }

  /** Whether what was looked at is still as it was; with `"anywhere"`, wherever it stands now. */
  isCurrent(model: ReadableModel, where: "there" | "anywhere" = "there"): boolean {
    if (this.at === model.now) return true;
    const freshness = this.freshness(model);
    if (freshness === "stale" || (freshness === "moved" && where === "there")) return false;
    this.movedTo(model);
    return true;
  }

  /** Goes on from here, for what was worked out and has been moved along with the texts. */
  movedTo(model: ReadableModel): void {
    const { texts } = this;
    if (texts !== undefined) {
      for (const [path, range] of texts) {
        const moved = rangeSince(model, this.at, path, range);
        if (moved !== undefined && moved !== range) texts.set(path, moved);
      }
    }
    this.at = model.now;
  }

  /** The revision that what was worked out belongs to. */
  get revision(): number {
    return this.at;
  }

  /** What became of what was looked at. */
  freshness(model: ReadableModel): Freshness {
    if (this.at === model.now) return "current";
    const { at } = this;
    if (this.parts !== 0 && model.hasChangedSince(at, this.parts & ~crateParts.places)) return "stale";
    if (this.words !== undefined) for (const it of this.words) if (model.wordChangedAt(it) > at) return "stale";
    let found = this.freshnessOfFunctions(model);
    if (found === "stale") return "stale";
    if (this.parts & crateParts.places && model.hasChangedSince(at, crateParts.places)) {
      if (model.hasChangedSince(at, crateParts.rearranged)) return "stale";
      found = "moved";
    }
    if (this.texts !== undefined) {
      for (const [path, range] of this.texts) {
        const moved = rangeSince(model, at, path, range);
        if (moved === undefined) return "stale";
        if (moved !== range) found = "moved";
      }
    }
    if (this.derived !== undefined) {
      for (const it of this.derived) {
        it.refresh();
        if (it.changedAt > at) return "stale";
      }
    }
    return found;
  }

  private freshnessOfFunctions(model: ReadableModel): Freshness {
    const { at, functions, table } = this;
    const changed = table === undefined ? undefined : model.functionsChangedSince(at);
    let found: Freshness = "current";
    if (table !== undefined && changed !== undefined && changed.length < functions.length) {
      for (const it of changed) {
        const one = freshnessOf(it, at, table[it.number] ?? 0);
        if (one === "stale") return "stale";
        if (one === "moved") found = "moved";
      }
      return found;
    }
    for (let index = 0; index < functions.length; index++) {
      const it = functions[index];
      if (it === undefined || it.changedAt <= at) continue;
      const one = freshnessOf(it, at, this.maskOf(index, it));
      if (one === "stale") return "stale";
      if (one === "moved") found = "moved";
    }
    return found;
  }
}

/** What became of some parts of a function. */
function freshnessOf(function_: FunctionModel, revision: number, mask: number): Freshness {
  if ((mask & functionParts.place) === 0) return function_.hasChangedSince(revision, mask) ? "stale" : "current";
  const firm = (mask & ~functionParts.place) | functionParts.shape;
  if (function_.hasChangedSince(revision, firm)) return "stale";
  return function_.hasChangedSince(revision, functionParts.place) ? "moved" : "current";
}

/** Where a range of a text stands that nothing changed since a revision; the same range where it did not move. */
function rangeSince(model: ReadableModel, revision: number, path: string, range: TextRange): TextRange | undefined {
  const edits = model.editsSince(revision, path);
  if (edits === undefined || edits.length === 0) return edits && range;
  let moved: TextRange | undefined = range;
  for (const it of edits) moved = moved && rangeAfter(it, moved);
  return moved;
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

  /** A part of the text of a file was looked at. */
  noteText(path: string, range: TextRange): void {
    this.open?.noteText(path, range);
  }

  /** Something was used that was derived. */
  noteDerived(it: DerivedValue): void {
    this.open?.noteDerived(it);
  }
}
