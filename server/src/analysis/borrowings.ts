import type { StateVariable } from "./canisterModel.ts";
import type { IndexedFunction } from "./crateIndex.ts";

/** The cell or lock of a static that a function borrows while it runs. */
export interface Borrowing {
  readonly variable: StateVariable;
  readonly isMutable: boolean;
  /** Whichever way the function takes, unless it leaves early. */
  readonly isCertain: boolean;
  readonly operation: string;
  /** The function that really borrows it. */
  readonly by: IndexedFunction;
}

/** Borrowings by what is borrowed and how; one map may belong to several functions. */
export type Borrowings = ReadonlyMap<string, Borrowing>;

/** For each parameter of a function that it calls: what it borrows meanwhile. */
export type Lendings = ReadonlyMap<number, Borrowings>;

/** Nothing is borrowed. */
export const noBorrowings: Borrowings = new Map();

/** No parameter is called. */
export const noLendings: Lendings = new Map();

/** Whatever one of them has; the first one where that is all. */
export function unitedBorrowings(a: Borrowings, b: Borrowings): Borrowings {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  let all: Map<string, Borrowing> | undefined;
  for (const [key, it] of b) {
    const known = a.get(key);
    if (known !== undefined && (known.isCertain || !it.isCertain)) continue;
    all ??= new Map(a);
    all.set(key, it);
  }
  return all ?? a;
}

const uncertainOnes = new WeakMap<Borrowings, Borrowings>();

/** The same, on some ways only. */
export function uncertain(borrowings: Borrowings): Borrowings {
  if (borrowings.size === 0) return borrowings;
  const known =
    uncertainOnes.get(borrowings) ??
    new Map([...borrowings].map(([key, it]) => [key, it.isCertain ? { ...it, isCertain: false } : it]));
  uncertainOnes.set(borrowings, known);
  return known;
}

/** Whether both are the same; the order counts, too: it is that of the steps. */
export function areSameBorrowings(a: Borrowings, b: Borrowings): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [key, it] of a) {
    const [otherKey, other] = others.next().value ?? [];
    if (otherKey !== key || other === undefined) return false;
    if (it.by !== other.by || it.isCertain !== other.isCertain || it.operation !== other.operation) return false;
  }
  return true;
}

/** Whether both lend the same to the same parameters. */
export function areSameLendings(a: Lendings, b: Lendings): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [index, it] of a) {
    const [otherIndex, other] = others.next().value ?? [];
    if (otherIndex !== index || other === undefined || !areSameBorrowings(it, other)) return false;
  }
  return true;
}
