/** A place in a text as editors count: both from zero, `character` in UTF-16 code units. */
export interface LinePosition {
  readonly line: number;
  readonly character: number;
}

/** Turns offsets of one text into lines and characters, and back. Knows `\n`, `\r\n` and `\r`. */
export class LineIndex {
  private readonly text: string;
  /** Offset of the first code unit of every line. */
  private readonly lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.lineStarts = findLineStarts(text);
  }

  /** How many lines the text has; an empty text has one. */
  get lineCount(): number {
    return this.lineStarts.length;
  }

  /** The place of an offset; offsets outside of the text become its beginning or its end. */
  position(offset: number): LinePosition {
    const bounded = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: bounded - (this.lineStarts[low] ?? 0) };
  }

  /** The offset of a place; places outside of the text become the nearest one inside. */
  offset(position: LinePosition): number {
    if (position.line < 0) return 0;
    const start = this.lineStarts[position.line];
    if (start === undefined) return this.text.length;
    const end = this.lineStarts[position.line + 1] ?? this.text.length;
    return Math.min(start + Math.max(0, position.character), end);
  }

  /** The text of one line without its line break; empty where there is no such line. */
  lineText(line: number): string {
    const start = this.lineStarts[line];
    if (start === undefined) return "";
    return this.text.slice(start, this.lineStarts[line + 1] ?? this.text.length).replace(/[\r\n]+$/, "");
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes("\r")) {
    for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 13 && text.charCodeAt(i + 1) === 10) i++;
    if (unit === 10 || unit === 13) starts.push(i + 1);
  }
  return starts;
}
