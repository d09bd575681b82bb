import type { CanisterModel, FunctionCall } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";

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
    for (const { path, steps } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "functionCall" || call.makesGuard === "no" || !isDropped(call)) continue;
        report({
          confidence: call.makesGuard === "yes" ? "high" : "medium",
          path,
          range: call.fate.statement,
          message:
            `The guard of \`${call.path}\` is dropped at the end of this statement, and protects nothing behind it. ` +
            "Bind it to a name: `let _guard = …`.",
          related: call.targets.map((it) => ({ path: it.path, range: it.nameRange, message: "makes the guard" })),
          fixes: bindGuard(canister, path, call),
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

function bindGuard(canister: CanisterModel, path: string, { fate }: FunctionCall): QuickFix[] {
  const { start, end } = fate.statement;
  const text = canister.textOf(path).slice(start, end);
  const title = "Keep the guard until the end of the block";
  if (fate.kind === "statement") {
    return [{ title, kind: "safe", edits: [{ path, range: { start, end: start }, newText: "let _guard = " }] }];
  }
  const name = /^(?:let\s+)?_(?=\s*[:=])/.exec(text)?.[0];
  if (name === undefined) return [];
  const newText = "let _guard";
  return [{ title, kind: "safe", edits: [{ path, range: { start, end: start + name.length }, newText }] }];
}
