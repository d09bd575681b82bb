import type { TextRange } from "../base/textRange.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import type { BodyState, Value } from "./bodyState.ts";
import type { BorrowStep } from "./steps.ts";

/** Methods of `RefCell`, and of statics that hold one, that borrow it while they run. */
export const replacingMethods: ReadonlySet<string> = new Set(["set", "replace", "take", "swap", "replace_with"]);

/** The same value, or what lies in it if it is a cell. */
export function contentOf(value: Value): Value {
  return value.isCell === true ? { ...value, isCell: undefined } : value;
}

/** The cell of a static is borrowed by a method that traps where that cannot be; `end` is where its range ends. */
export function takeCell(
  state: BodyState,
  { isCell, place }: Value,
  node: SyntaxNode,
  end: number,
): BorrowStep | undefined {
  if (isCell !== true || place?.root.kind !== "static" || place.fields.length > 0) return undefined;
  const operation = node.child("function")?.child("field")?.text ?? "";
  const isAsked = operation.startsWith("try_");
  if (isAsked && !/^\s*\.\s*(unwrap|expect)\s*\(/.test(textBehind(node))) return undefined;
  const range: TextRange = { start: node.start, end };
  const isMutable = !/^(try_|with_)?(borrow|read)$/.test(operation);
  return state.take({ range, place, operation, isMutable });
}

/** What follows an expression in that which it is a part of. */
export function textBehind({ parent, end }: SyntaxNode): string {
  return parent === undefined ? "" : parent.text.slice(end - parent.start);
}
