import type { CanisterCall, CanisterModel } from "../analysis/canisterModel.ts";
import type { ChainLink } from "../analysis/steps.ts";
import type { TextEdit } from "./rule.ts";

/** The edit that takes one method out of a call's builder chain, its dot and the line break before it included. */
export function linkRemoval(canister: CanisterModel, path: string, call: CanisterCall, link: ChainLink): TextEdit {
  const text = canister.textOf(path);
  let start = text.lastIndexOf(".", link.range.start + call.item.start);
  while (start > 0 && /\s/.test(text[start - 1] ?? "")) start--;
  return { path, range: { start, end: link.range.end + call.item.start }, newText: "" };
}
