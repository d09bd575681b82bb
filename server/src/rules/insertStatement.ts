import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { TextEdit } from "./rule.ts";

/** The edit that makes a statement of several lines the first of a function; nothing for a function without a body. */
export function atStartOf(
  canister: CanisterModel,
  { bodyRange, path }: ModelFunction,
  lines: readonly string[],
): TextEdit | undefined {
  if (bodyRange === undefined) return undefined;
  const at = bodyRange.start + 1;
  const rest = canister.textIn(path, at, bodyRange.end);
  const indentation = /^\s*\n([ \t]*)(?!\})/.exec(rest)?.[1];
  const newText =
    indentation === undefined
      ? ` ${lines.map((it) => it.trim()).join(" ")}${rest.startsWith("}") ? " " : ""}`
      : lines.map((it) => `\n${indentation}${it}`).join("");
  return { path, range: { start: at, end: at }, newText };
}

/** The indentation of the line that an offset lies in. */
export function indentationAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}
