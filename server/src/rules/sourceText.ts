import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";

/** A text of the same length whose comments are spaces, so that offsets stay what they are. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\\n])'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (it) =>
    it.startsWith("/") ? it.replace(/[^\n]/g, " ") : it,
  );
}

/** The body of a function without its comments; offsets count from `bodyRange.start`. */
export function bodyText(canister: CanisterModel, { path, bodyRange }: ModelFunction): string {
  if (bodyRange === undefined) return "";
  return withoutComments(canister.textOf(path).slice(bodyRange.start, bodyRange.end));
}

/** Where the bracket that opens at an offset is closed; the end of the text where it is not. */
export function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at] ?? "";
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && --depth === 0) return at;
  }
  return text.length;
}
