import type { TextRange } from "./textRange.ts";

/** One replacement that leads from a text to another: from `start` to `oldEnd` before, to `newEnd` after. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The shortest replacement that leads from a text to another: what lies between their common beginning and their common end. */
export function editBetween(before: string, after: string): TextEdit {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let common = 0;
  while (
    common < shortest - start &&
    before.charCodeAt(before.length - 1 - common) === after.charCodeAt(after.length - 1 - common)
  ) {
    common++;
  }
  return { start, oldEnd: before.length - common, newEnd: after.length - common };
}

/**
 * Where a range of the text before stands after an edit; nothing where the edit touches it, or where it is empty and stands
 * where the edit begins or ends.
 */
export function rangeAfter({ start, oldEnd, newEnd }: TextEdit, range: TextRange): TextRange | undefined {
  const isEmpty = range.start === range.end;
  if (range.end < start || (range.end === start && !isEmpty)) return range;
  if (range.start < oldEnd || (range.start === oldEnd && isEmpty)) return undefined;
  const shift = newEnd - oldEnd;
  return { start: range.start + shift, end: range.end + shift };
}
