import type { FunctionModel } from "./functionModel.ts";
import type { ReadableModel } from "./reads.ts";

/** What of a whole crate is looked at on its own: bits that add up to a mask. */
export const crateParts = {
  functions: 1,
  entryPoints: 2,
  state: 4,
  constants: 8,
  unreadable: 16,
  cdkNames: 32,
  /** What types mean. */
  types: 64,
  /** Files, versions and macros. */
  surroundings: 128,
} as const;

/** For so many revisions it is known which functions changed. */
const revisionsKept = 8;

/** When which part of a crate changed last, in numbers of revisions: each time that a model follows its texts is one. */
export class Revisions implements ReadableModel {
  /** Number of the present one. */
  now = 0;
  private readonly parts: number[] = [];
  private numbersGiven = 0;
  private readonly words = new Map<string, number>();
  /** The functions that changed in the last revisions, the present one last. */
  private readonly functions: FunctionModel[][] = [];
  private texts: (path: string) => string = () => "";

  /** The texts are followed once more; `textOf` tells them as they are now. */
  begin(textOf: (path: string) => string): void {
    this.now += 1;
    this.functions.push([]);
    if (this.functions.length > revisionsKept) this.functions.shift();
    this.texts = textOf;
  }

  /** A number for a function that is new. */
  nextNumber(): number {
    return this.numbersGiven++;
  }

  /** These parts changed. */
  partsChanged(mask: number): void {
    for (let bit = 0; mask >> bit > 0; bit++) if ((mask >> bit) & 1) this.parts[bit] = this.now;
  }

  /** Whether any of these parts changed after a revision. */
  hasChangedSince(revision: number, mask: number): boolean {
    for (let bit = 0; mask >> bit > 0; bit++) {
      if ((mask >> bit) & 1 && (this.parts[bit] ?? 0) > revision) return true;
    }
    return false;
  }

  /** A function changed, for the first time in this revision. */
  functionChanged(it: FunctionModel): void {
    this.functions.at(-1)?.push(it);
  }

  /** The functions that changed after a revision; nothing where that is too long ago to be known. */
  functionsChangedSince(revision: number): readonly FunctionModel[] | undefined {
    const count = this.now - revision;
    if (count === 1) return this.functions.at(-1);
    return count > this.functions.length ? undefined : this.functions.slice(this.functions.length - count).flat();
  }

  /** A function got or lost a name. */
  wordChanged(word: string): void {
    this.words.set(word, this.now);
  }

  /** The revision in which a function got or lost the name last; 0 for none. */
  wordChangedAt(word: string): number {
    return this.words.get(word) ?? 0;
  }

  /** A file's text as it is now. */
  textOf(path: string): string {
    return this.texts(path);
  }
}
