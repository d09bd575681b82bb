import { PlacedRange } from "../analysis/lastingPlace.ts";
import { rangeAfter, type TextEdit } from "../base/textEdit.ts";
import type { TextRange } from "../base/textRange.ts";
import type { RuleFinding } from "./rule.ts";

/** How a file's text changed, one edit after the other; nothing where nobody knows. */
export type EditsOf = (path: string) => readonly TextEdit[] | undefined;

/** A finding where it stands after texts were edited around it; nothing where an edit touches it or what it names. */
export function movedFinding(finding: RuleFinding, editsOf: EditsOf): RuleFinding | undefined {
  const own = moved(finding, editsOf);
  const related = allMoved(finding.related, editsOf);
  if (own === undefined || (related === undefined && finding.related !== undefined)) return undefined;
  const fixes: RuleFinding["fixes"] = finding.fixes?.flatMap((it) => {
    const edits = allMoved(it.edits, editsOf);
    return edits === undefined ? [] : { ...it, edits };
  });
  if (fixes?.length !== finding.fixes?.length) return undefined;
  return { ...own, ...(related && { related }), ...(fixes && { fixes }) };
}

type Placed = { readonly path: string; readonly range: TextRange };

function allMoved<T extends Placed>(all: readonly T[] | undefined, editsOf: EditsOf): readonly T[] | undefined {
  const found = all?.flatMap((it) => moved(it, editsOf) ?? []);
  return found?.length === all?.length ? found : undefined;
}

/** What stands in a model's item moves by itself. */
function moved<T extends Placed>(it: T, editsOf: EditsOf): T | undefined {
  if (it.range instanceof PlacedRange) return it;
  let range: TextRange | undefined = it.range;
  const edits = editsOf(it.path);
  if (edits === undefined) return undefined;
  for (const edit of edits) range = range && rangeAfter(edit, range);
  if (range === it.range) return it;
  return range && { ...it, range };
}
