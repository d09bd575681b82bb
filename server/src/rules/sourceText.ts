import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";

/** A text of the same length whose comments are spaces, so that offsets stay what they are. */
export function withoutComments(text: string): string {
  if (!text.includes("//") && !text.includes("/*")) return text;
  return text.replace(/"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\\n])'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (it) =>
    it.startsWith("//") ? " ".repeat(it.length) : it.startsWith("/") ? it.replace(/[^\n]/g, " ") : it,
  );
}

/** The text of a file for who looks at parts of it: edits elsewhere in the file do not concern who asks. */
export interface TextSlices {
  /** As `slice` of a string. */
  slice(start: number, end?: number): string;
}

/** Parts of the text of a file, each looked at when it is asked for. */
export function slicesOf(canister: CanisterModel, path: string): TextSlices {
  return { slice: (start, end) => canister.textIn(path, start, end) };
}

/** Whether the text of any file of a canister is such; asked again only of files whose text changed. */
export function inAnyFile(test: (text: string) => boolean): Derived<string, boolean> {
  const inFile = new Derived((canister, path: string) => test(canister.textOf(path)));
  return new Derived((canister) => canister.files.some((it) => inFile.of(canister, it)));
}

/** The line comments right above the line of an offset, and the one at the end of that line. */
export function commentsAt(canister: CanisterModel, path: string, offset: number): string {
  const from = Math.max(0, offset - 2000);
  return commentsAround(canister.textIn(path, from, offset + 1000), offset - from);
}

function commentsAround(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  const above = /(?:[ \t]*\/\/[^\n]*\n)*$/.exec(text.slice(Math.max(0, line - 1000), line))?.[0] ?? "";
  const behind = /(?<!:)\/\/[^\n]*/.exec(/^[^\n]*/.exec(text.slice(offset))?.[0] ?? "")?.[0] ?? "";
  return `${above}${behind}`;
}

/** The body of a function without its comments; offsets count from `bodyRange.start`. */
export function bodyText(canister: CanisterModel, { path, bodyRange }: ModelFunction): string {
  if (bodyRange === undefined) return "";
  return withoutComments(canister.textIn(path, bodyRange.start, bodyRange.end));
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
