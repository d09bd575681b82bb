import type { TextEdit } from "vscode-languageserver-types";
import { formatCandid } from "../candid/format.ts";
import { fileKind } from "../workspace/fileKind.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { toRange } from "./ranges.ts";

/** The edits that format a Candid file; none where it has errors of syntax or is formatted already. */
export function candidFormatting(snapshot: Snapshot, path: string): TextEdit[] {
  const text = fileKind(path) === "candid" ? snapshot.files.readText(path) : undefined;
  const formatted = text === undefined ? undefined : formatCandid(text);
  if (text === undefined || formatted === undefined) return [];
  const newText = text.includes("\r\n") ? formatted.replaceAll("\n", "\r\n") : formatted;
  if (newText === text) return [];
  // Only what lies between the common beginning and the common end, so that cursors and folds stay.
  let start = 0;
  while (start < text.length && start < newText.length && text[start] === newText[start]) start++;
  let same = 0;
  const most = Math.min(text.length, newText.length) - start;
  while (same < most && text[text.length - 1 - same] === newText[newText.length - 1 - same]) same++;
  const range = toRange(snapshot.lineIndex(path), { start, end: text.length - same });
  return [{ range, newText: newText.slice(start, newText.length - same) }];
}
