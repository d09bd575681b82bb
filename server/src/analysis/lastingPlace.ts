import type { TextRange } from "../base/textRange.ts";
import type { ModelFunction, StateWrite } from "./canisterModel.ts";
import type { IndexedFunction } from "./crateIndex.ts";

/**
 * Where the item of a function begins in its file. It follows the texts, and so does what is placed in it: a function that
 * only moves needs no new steps. Whoever reads it has looked at where the function stands.
 */
export class ItemPlace {
  private at = -1;
  private readonly looked: () => void;

  /** `looked` is told each time that somebody looks. */
  constructor(looked: () => void) {
    this.looked = looked;
  }

  /** Offset in the file, attributes included. */
  get start(): number {
    this.looked();
    return this.at;
  }

  /** The same for those who only move it. */
  get now(): number {
    return this.at;
  }

  /** The item begins here from now on; answers whether it did not before. */
  moveTo(start: number): boolean {
    if (this.at === start) return false;
    this.at = start;
    return true;
  }

  /** What it is as JSON: where it is now. */
  toJSON(): number {
    return this.at;
  }
}

/** A range in an item, counting from the beginning of the file wherever the item moves. */
export class PlacedRange implements TextRange {
  private readonly item: ItemPlace;
  private readonly within: TextRange;

  /** `within` counts from the beginning of the item. */
  constructor(item: ItemPlace, within: TextRange) {
    this.item = item;
    this.within = within;
  }

  get start(): number {
    return this.item.start + this.within.start;
  }

  get end(): number {
    return this.item.start + this.within.end;
  }

  /** What it is as JSON: the range as it is now. */
  toJSON(): TextRange {
    return rangeNow(this);
  }
}

/** A range as it is now, which stays as it is when the text moves. */
export function rangeNow({ start, end }: TextRange): TextRange {
  return { start, end };
}

/**
 * Where a function writes: the range of `at` counts from the beginning of its item, or its name stands for it. The place stays right wherever
 * the function moves, and where the write does in it, so whoever names it needs not be linked again for that; who reads it has looked at where
 * `model` stands.
 */
export function writer(
  name: string,
  by: IndexedFunction,
  at: { readonly range: TextRange } | "name",
  model: ModelFunction | undefined,
): NonNullable<StateWrite["through"]> {
  return {
    name,
    path: by.path,
    get range() {
      if (at === "name") return model?.nameRange ?? by.facts.nameRange;
      const start = model === undefined ? by.start : model.range.start - by.facts.range.start;
      return { start: start + at.range.start, end: start + at.range.end };
    },
  };
}
