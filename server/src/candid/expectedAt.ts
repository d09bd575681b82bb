import {
  Colon,
  Comma,
  Equals,
  LeftBrace,
  LeftParenthesis,
  OptKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  tokenize,
  VecKeyword,
} from "./tokens.ts";

/** What may begin at an offset of a `.did` text, where the cursor stands behind a word or a gap; undefined for a name. */
export function expectedAt(text: string, offset: number): "type" | "declaration" | "mode" | undefined {
  const wordStart = offset - (/\w*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const { tokens, comments } = tokenize(text.slice(0, wordStart));
  const last = tokens.at(-1);
  const within = comments.at(-1);
  if (within !== undefined && within.range.end >= wordStart && (within.kind === "line" || !within.closed))
    return undefined;
  // Whether the braces around the place are a record's, whose fields may be types alone.
  const open: boolean[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.tokenType === LeftBrace || token.tokenType === LeftParenthesis) {
      open.push(tokens[index - 1]?.tokenType === RecordKeyword);
    } else if (token.tokenType === RightBrace || token.tokenType === RightParenthesis) open.pop();
  }
  switch (last?.tokenType) {
    case undefined:
      return "declaration";
    case Semicolon:
    case LeftBrace:
      if (open.length === 0) return "declaration";
      return open.at(-1) === true ? "type" : undefined;
    case Equals:
    case Colon:
    case Comma:
    case LeftParenthesis:
    case OptKeyword:
    case VecKeyword:
      return "type";
    case RightParenthesis:
      return "mode";
    default:
      return undefined;
  }
}
