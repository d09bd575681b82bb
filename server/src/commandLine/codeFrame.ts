import type { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import { type CommandOutput, printable, styled, type TextStyle } from "./commandOutput.ts";

/** A place to show: the file's name as the reader knows it, its lines, and what is marked in them. */
export interface FramedPlace {
  readonly displayPath: string;
  readonly lines: LineIndex;
  readonly range: TextRange;
}

/** How a mark looks. */
export interface FrameStyle {
  /** One character, repeated under the marked text. */
  readonly mark: "^" | "-";
  readonly style: TextStyle;
}

/** Columns that a tab stands for in a frame. */
const tabWidth = 4;

/** Of longer lines only what surrounds the place is shown, in UTF-16 code units. */
const lineMax = 240;

/** What is shown of a long line before the place. */
const leadMax = 60;

/**
 * The source line of a place with its file and position above and a mark below, in the manner of compilers. Of a range
 * over several lines, the first is marked to its end.
 */
export function codeFrame(output: Pick<CommandOutput, "color">, place: FramedPlace, look: FrameStyle): string {
  const { displayPath, lines, range } = place;
  const start = lines.position(range.start);
  const end = lines.position(range.end);
  const text = lines.lineText(start.line);
  const until = end.line > start.line ? text.length : end.character;
  const from = text.length <= lineMax ? 0 : Math.max(0, Math.min(start.character - leadMax, text.length - lineMax));
  const to = Math.min(text.length, from + lineMax);
  const before = `${from > 0 ? "…" : ""}${shown(text.slice(from, start.character))}`;
  const marked = shown(text.slice(start.character, Math.min(until, to)));
  const behind = `${shown(text.slice(start.character, to))}${to < text.length ? "…" : ""}`;
  const number = String(start.line + 1);
  const margin = " ".repeat(number.length);
  const bar = styled(output, "|", "blue");
  const marks = styled(output, look.mark.repeat(Math.max(1, width(marked))), look.style, "bold");
  return [
    `${margin}${styled(output, "-->", "blue")} ${printable(displayPath)}:${number}:${start.character + 1}`,
    `${margin} ${bar}`,
    `${styled(output, number, "blue")} ${bar} ${before}${behind}`,
    `${margin} ${bar} ${" ".repeat(width(before))}${marks}`,
  ].join("\n");
}

function shown(text: string): string {
  return printable(text.replaceAll("\t", " ".repeat(tabWidth)));
}

/** Terminal columns, as far as they can be told without tables: code points, those of the far East counted twice. */
function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1;
  return columns;
}
