import type { CanisterModel, EntryPoint } from "../analysis/canisterModel.ts";
import type { TextEdit } from "./rule.ts";

/** The edit that gives an endpoint's attribute (`#[query(…)]`) another name and more arguments; none where a macro writes it. */
export function changeAttribute(
  canister: CanisterModel,
  entry: EntryPoint,
  wanted: { readonly name: "query" | "update"; readonly added?: string; readonly dropped?: RegExp },
): TextEdit | undefined {
  const attributes = canister.textIn(entry.path, entry.range.start, entry.function.range.start);
  const match = /#\[\s*(?:\w+::)*(query|update)\b(?:\s*\(([^()]*)\))?/.exec(attributes);
  if (match?.[1] === undefined) return undefined;
  const end = entry.range.start + match.index + match[0].length;
  const start = entry.range.start + match.index + match[0].indexOf(match[1]);
  const kept = (match[2] ?? "").split(",").map((it) => it.trim());
  const all = [...kept, wanted.added ?? ""].filter((it) => it !== "" && wanted.dropped?.test(it) !== true);
  const newText = all.length === 0 ? wanted.name : `${wanted.name}(${all.join(", ")})`;
  return { path: entry.path, range: { start, end }, newText };
}
