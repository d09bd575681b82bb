import type { TextRange } from "../base/textRange.ts";
import { endOfComment, opaqueTokens } from "../rust/sourceTokens.ts";
import { allowsLint, readAttributes } from "./attributes.ts";

/** What attributes within a file allow a lint for: statements, `impl` blocks, modules, functions, in the order of the text. */
export function allowedRanges(text: string, lint: string): readonly TextRange[] {
  if (!text.includes(lint)) return [];
  const attributes = /#\[\s*(?:allow|expect)\s*\([^\]]*\]/g;
  return [...text.matchAll(attributes)].flatMap((match) => {
    if (!allowsLint(readAttributes(match[0]), lint)) return [];
    const start = match.index + match[0].length;
    return [{ start, end: endOfItem(text, start) }];
  });
}

const marks = new RegExp(`${opaqueTokens.source}|[()[\\]{};,]`, "gu");

/** The end of the item, statement or expression that follows an attribute, further attributes included. */
function endOfItem(text: string, from: number): number {
  let depth = 0;
  marks.lastIndex = from;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const [mark] = match;
    if (mark === "/*") marks.lastIndex = endOfComment(text, marks.lastIndex);
    else if (mark.length > 1) continue;
    else if ("([{".includes(mark)) depth++;
    else if (")]}".includes(mark)) {
      if (--depth < 0) return match.index;
      const next = /^\s*(\S+)/.exec(text.slice(marks.lastIndex, marks.lastIndex + 200))?.[1] ?? "";
      // An expression goes on behind its block.
      if (depth === 0 && mark === "}" && !/^([.?;,)&|=<>+*/-]|as\b|else\b)/.test(next)) return marks.lastIndex;
    } else if (depth === 0 && (mark === ";" || mark === ",")) return match.index;
  }
  return text.length;
}
