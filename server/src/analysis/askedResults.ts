import type { SyntaxNode } from "../rust/syntaxTree.ts";

/**
 * Whether what an unwrapping method call takes out is there, because a condition around it has asked:
 * `if r.is_err() { r.err().unwrap() }`, `if o.is_some() { o.unwrap() }`. Only local variables are followed, and only where
 * nothing in between takes their value or gives them another one.
 */
export function isAskedForBefore(unwrapping: SyntaxNode): boolean {
  const asked = questionOf(unwrapping);
  if (asked === undefined) return false;
  const { variable, question } = asked;
  for (let at = unwrapping; at.parent !== undefined && at.kind !== "function_item"; at = at.parent) {
    const { parent } = at;
    if (parent.kind !== "if_expression" || at.field !== "consequence") continue;
    const condition = parent.child("condition")?.text ?? "";
    if (!holds(condition, variable, question)) continue;
    const between = at.text.slice(0, unwrapping.start - at.start);
    if (
      !new RegExp(`\\b${variable}\\s*(=[^=]|\\.\\s*(take|replace|insert|as_mut)\\b)|&mut\\s+${variable}\\b`).test(
        between,
      )
    )
      return true;
  }
  return false;
}

/** The local variable whose case an unwrapping call relies on, and the questions that tell of the case. */
function questionOf(unwrapping: SyntaxNode): { readonly variable: string; readonly question: string } | undefined {
  const [, variable, side, method = ""] = unwrapped.exec(unwrapping.text) ?? [];
  if (variable === undefined) return undefined;
  const isErrorSide = side === "err" || (side === undefined && method.endsWith("_err"));
  if (isErrorSide) return { variable, question: "is_err" };
  return { variable, question: side === "ok" ? "is_ok" : "is_(?:ok|some)" };
}

const unwrapped =
  /^([a-z_]\w*)\s*(?:\.\s*(?:as_ref|as_mut|clone|as_deref)\s*\(\s*\)\s*)*(?:\.\s*(ok|err)\s*\(\s*\)\s*)?\.\s*(unwrap|expect|unwrap_err|expect_err)\s*\(/;

/** Whether a condition that is true says yes to the question about the variable. */
function holds(condition: string, variable: string, question: string): boolean {
  if (condition.includes("||")) return false;
  return condition.split("&&").some((it) => new RegExp(`^\\s*${variable}\\s*\\.\\s*${question}\\(\\)\\s*$`).test(it));
}
