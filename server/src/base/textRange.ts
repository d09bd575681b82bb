/** A stretch of a text, in UTF-16 code units from its beginning; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Whether the offset lies in the range or directly behind it, as a cursor does. */
export function touches(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

/** Whether two ranges share a place; ranges that only meet do. */
export function overlaps(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}
