import { closingBrace, endOfComment, opaqueTokens } from "./sourceTokens.ts";

/**
 * The text with the insides of its functions replaced by spaces, for whoever only wants to know what is declared. The length
 * stays. A function whose braces have no partner is left as it is, with all that follows.
 */
export function withoutFunctionBodies(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  const heads = new RegExp(`${opaqueTokens.source}|\\bfn\\s+\\w`, "gu");
  for (let match = heads.exec(text); match !== null; match = heads.exec(text)) {
    if (match[0] === "/*") heads.lastIndex = endOfComment(text, heads.lastIndex);
    if (!match[0].startsWith("fn")) continue;
    const start = startOfBody(text, heads.lastIndex);
    if (start === undefined) continue;
    const end = closingBrace(text, start);
    if (end === undefined) break;
    parts.push(text.slice(kept, start), " ".repeat(end - 1 - start));
    kept = end - 1;
    heads.lastIndex = end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(kept);
}

const signature = new RegExp(`${opaqueTokens.source}|[{};()[\\]]`, "gu");

/** Where the body of a function begins whose name stands at an offset; undefined where it has none. */
function startOfBody(text: string, from: number): number | undefined {
  let depth = 0;
  signature.lastIndex = from;
  for (let match = signature.exec(text); match !== null; match = signature.exec(text)) {
    switch (match[0]) {
      case "/*":
        signature.lastIndex = endOfComment(text, signature.lastIndex);
        break;
      case "(":
      case "[":
        depth += 1;
        break;
      case ")":
      case "]":
        if (--depth < 0) return undefined;
        break;
      case "{":
        if (depth === 0) return signature.lastIndex;
        break;
      case ";":
      case "}":
        if (depth === 0) return undefined;
    }
  }
  return undefined;
}
