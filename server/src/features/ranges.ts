import type { Range } from "vscode-languageserver-types";
import type { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";

/** A range of offsets as editors count it. */
export function toRange(lines: LineIndex, range: TextRange): Range {
  return { start: lines.position(range.start), end: lines.position(range.end) };
}

/** A range of an editor as offsets. */
export function toTextRange(lines: LineIndex, range: Range): TextRange {
  return { start: lines.offset(range.start), end: lines.offset(range.end) };
}
