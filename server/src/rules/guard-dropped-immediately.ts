import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { closingOf, slicesOf } from "./sourceText.ts";

/** A guard is dropped where it was made. */
export const guardDroppedImmediately: Rule = {
  id: "guard-dropped-immediately",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "A guard is made and dropped in the same statement: `let _ = Guard::new();` or `Guard::new()?;`.",
    why: "`_` binds nothing, so the guard's `Drop` runs at once: the lock is released before the code runs that it should protect.",
    instead: "Bind the guard to a name that begins with an underscore: `let _guard = Guard::new();`.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const { path, steps } = inFunction;
      for (const call of steps) {
        if (call.kind !== "functionCall" || call.makesGuard === "no") continue;
        const statement = isDropped(call) ? call.fate.statement : unpackedIntoNothing(canister, inFunction, call);
        if (statement === undefined) continue;
        report({
          confidence: call.makesGuard === "yes" ? "high" : "medium",
          path,
          range: statement,
          message:
            `The guard of \`${call.path}\` is dropped at the end of this statement, and protects nothing behind it. ` +
            "Bind it to a name: `let _guard = …`.",
          related: call.targets.map((it) => ({ path: it.path, range: it.nameRange, message: "makes the guard" })),
          fixes: bindGuard(canister, path, call, statement),
        });
      }
    }
  },
};

/** Nothing takes the guard out of the statement, and nothing is called on it. */
function isDropped({ fate, chain }: FunctionCall): boolean {
  return (
    fate.kind !== "used" && chain.every((it) => /^(\?|unwrap|expect|await|map_err|ok_or|ok_or_else)$/.test(it.name))
  );
}

/** `let _ = match Guard::new() { Ok(guard) => guard, Err(_) => return };` and the same with `if let`. */
function unpackedIntoNothing(
  canister: CanisterModel,
  { path, range }: ModelFunction,
  { whole }: FunctionCall,
): TextRange | undefined {
  const text = slicesOf(canister, path);
  const opening =
    /\b(?:let\s+)?_\s*(?::[^=;]*)?=\s*(match|if\s+let\s+(?:Ok|Some)\(\s*(?:mut\s+)?(\w+)\s*\)\s*=)\s*$/.exec(
      text.slice(Math.max(0, whole.start - 200), whole.start),
    );
  const behind = text.slice(whole.end, range.end);
  const open = /^\s*\{/.exec(behind)?.[0].length;
  if (opening === null || open === undefined) return undefined;
  const [, keyword, bound] = opening;
  const arm = /^\s*(?:Ok|Some)\(\s*(\w+)\s*\)\s*=>\s*(\w+)\s*[,}]/.exec(behind.slice(open));
  const given = keyword === "match" ? arm?.[1] : bound;
  const taken = keyword === "match" ? arm?.[2] : /^\s*(\w+)\s*\}/.exec(behind.slice(open))?.[1];
  if (given === undefined || given === "_" || given !== taken) return undefined;
  const start = whole.start - opening[0].length;
  const closed = closingOf(behind, open - 1) + 1;
  const otherwise = /^\s*else\s*\{/.exec(behind.slice(closed))?.[0].length;
  const end = otherwise === undefined ? closed : closingOf(behind, closed + otherwise - 1) + 1;
  return { start, end: whole.end + end };
}

function bindGuard(
  canister: CanisterModel,
  path: string,
  { fate }: FunctionCall,
  { start, end }: TextRange,
): QuickFix[] {
  const text = canister.textIn(path, start, end);
  const title = "Keep the guard until the end of the block";
  if (fate.kind === "statement" && start === fate.statement.start) {
    return [{ title, kind: "safe", edits: [{ path, range: { start, end: start }, newText: "let _guard = " }] }];
  }
  const name = /^(?:let\s+)?_(?=\s*[:=])/.exec(text)?.[0];
  if (name === undefined) return [];
  const newText = "let _guard";
  return [{ title, kind: "safe", edits: [{ path, range: { start, end: start + name.length }, newText }] }];
}
