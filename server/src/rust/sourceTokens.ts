/**
 * What may hold braces and quotes that mean nothing, for scans that look for braces: line comments, the beginnings of block
 * comments, strings and characters (a lifetime has no second quote). To be put before what a scan looks for.
 */
export const opaqueTokens =
  /\/\/[^\n]*|\/\*|\b[bc]?r(#*)"[\s\S]*?"\1|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'(?:[^\\'\n]|\\(?:u\{[^}'\n]*\}|x..|[^\n]))'/u;

const braces = new RegExp(`${opaqueTokens.source}|[{}]`, "gu");

/** The end of what an opening brace holds, behind its closing one; `from` is behind the opening one. Undefined where it has no end. */
export function closingBrace(text: string, from: number): number | undefined {
  let depth = 1;
  braces.lastIndex = from;
  for (let match = braces.exec(text); match !== null; match = braces.exec(text)) {
    if (match[0] === "/*") braces.lastIndex = endOfComment(text, braces.lastIndex);
    else if (match[0] === "{") depth += 1;
    else if (match[0] === "}" && --depth === 0) return braces.lastIndex;
  }
  return undefined;
}

/** The end of a block comment, in which others may nest; `from` is behind its beginning. */
export function endOfComment(text: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 1;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
