import type { Comment } from "./ast.ts";

/** A text and where its comments are. */
export interface CommentedText {
  readonly text: string;
  readonly comments: readonly Comment[];
}

/**
 * The documentation of what begins at an offset: the `//` lines directly above it, or a block comment that begins with
 * two stars. An empty line ends it; other block comments are passed over.
 */
export function documentationBefore({ text, comments }: CommentedText, start: number): string | undefined {
  const lines: string[] = [];
  let below = start;
  for (let index = lastEndingBefore(comments, start); index >= 0; index--) {
    const comment = comments[index];
    if (comment === undefined) break;
    const { range } = comment;
    const gap = text.slice(range.end, below);
    if (!/^[ \t]*(\r\n|\r|\n)?[ \t]*$/.test(gap)) break;
    if (comment.kind === "line") {
      if (text.slice(startOfLine(text, range.start), range.start).trim() !== "") break;
      lines.unshift(
        text
          .slice(range.start, range.end)
          .replace(/^\/{2,} ?/, "")
          .trimEnd(),
      );
    } else if (lines.length === 0 && text.startsWith("/**", range.start)) {
      return blockText(text.slice(range.start, range.end));
    }
    below = range.start;
  }
  const joined = lines.join("\n").trim();
  return joined === "" ? undefined : joined;
}

/** Both ends of lines are looked for at once: a text that has none of one kind is not searched to its beginning. */
function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && text[start - 1] !== "\n" && text[start - 1] !== "\r") start--;
  return start;
}

function lastEndingBefore(comments: readonly Comment[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.range.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function blockText(comment: string): string | undefined {
  const text = comment
    .replace(/^\/\*+/, "")
    .replace(/\**\/$/, "")
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
  return text === "" ? undefined : text;
}
