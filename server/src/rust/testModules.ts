import { closingBrace, endOfComment, opaqueTokens } from "./sourceTokens.ts";

/** What tells modules of tests apart; as they are nearly always written. */
const attribute = "#[cfg(test)]";

/**
 * The text with its modules of tests replaced by spaces, so that no time goes into parsing what no canister contains. The
 * length stays. Only modules that are written as usual are found, and nothing where braces have no partner.
 */
export function withoutTestModules(text: string): string {
  if (!text.includes(attribute)) return text;
  const parts: string[] = [];
  let kept = 0;
  const scan = new RegExp(`${opaqueTokens.source}|#\\[cfg\\(test\\)\\]`, "gu");
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    if (match[0] === "/*") scan.lastIndex = endOfComment(text, scan.lastIndex);
    if (match[0] !== attribute || text.slice(0, match.index).trimEnd().endsWith("]")) continue;
    const end = endOfModule(text, scan.lastIndex);
    if (end === undefined) continue;
    parts.push(text.slice(kept, match.index), " ".repeat(end - match.index));
    kept = end;
    scan.lastIndex = end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(kept);
}

const moduleHead = /\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+\s*\{/y;

/** The end of the module whose attribute ends at an offset; undefined where none follows, or where it has no end. */
function endOfModule(text: string, from: number): number | undefined {
  moduleHead.lastIndex = from;
  return moduleHead.test(text) ? closingBrace(text, moduleHead.lastIndex) : undefined;
}
