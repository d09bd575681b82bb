import type { CanisterModel, EntryPoint, GuardFunction, ModelFunction } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** An endpoint names a guard that does not exist or cannot be one. */
export const guardNotFound: Rule = {
  id: "guard-not-found",
  severity: "error",
  docs: {
    what: '`guard = "…"` names a function that does not exist, or that is no `fn() -> Result<(), String>`.',
    why: "The macro calls the guard by this name in code that nobody sees: the compiler's error points at generated text, and the canister does not build.",
    instead: "Name a function that is in scope, takes nothing and returns `Result<(), String>`.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      for (const guard of entry.guardFunctions) {
        const problem = problemOf(canister, guard);
        if (problem === undefined) continue;
        const range = guardRange(canister, entry, guard.name);
        report({
          confidence: "high",
          path: entry.path,
          range,
          message: `${problem} A guard is a function in scope that takes nothing and returns \`Result<(), String>\`.`,
          related:
            guard.function === undefined
              ? []
              : [{ path: guard.function.path, range: guard.function.nameRange, message: "this is the function" }],
          fixes: guard.function === undefined ? nearestName(canister, entry, guard.name, range) : [],
        });
      }
    }
  },
};

function problemOf(canister: CanisterModel, { name, function: guard, isMissing }: GuardFunction): string | undefined {
  if (guard === undefined) {
    const isSure = isMissing && !canister.hasError && !mayBeMadeByMacro(canister);
    return isSure ? `There is no function \`${name}\` here.` : undefined;
  }
  if (guard.parameters.length > 0) return `\`${name}\` takes arguments, and a guard is given none.`;
  if (guard.isAsync) return `\`${name}\` is async, and a guard is not awaited.`;
  const type = guard.returnType.replace(/\s+/g, "");
  if (type === "" || type === "()" || type === "bool")
    return `\`${name}\` returns ${type === "bool" ? "a `bool`" : "nothing"}.`;
  return /^(\w+::)*Result<[^(]/.test(type) && !/^(\w+::)*Result<\(\)/.test(type)
    ? `\`${name}\` returns \`${guard.returnType}\`, and a guard gives no value.`
    : undefined;
}

/** A macro outside of functions may declare anything. */
function mayBeMadeByMacro({ itemMacros }: CanisterModel): boolean {
  return itemMacros.some(
    (it) => !/^(\w+::)*(export_candid|export_service|thread_local|lazy_static|include_str)\b/.test(it),
  );
}

/** Where the attribute spells the name. */
function guardRange(canister: CanisterModel, entry: EntryPoint, name: string): TextRange {
  const start = entry.range.start;
  const attributes = canister.textIn(entry.path, start, entry.function.range.start);
  const match = new RegExp(`guard\\s*=\\s*"?(${name.replace(/[^\w:]/g, ".")})`).exec(attributes);
  if (match === null) return entry.nameRange;
  const end = start + match.index + match[0].length;
  return { start: end - name.length, end };
}

function nearestName(canister: CanisterModel, entry: EntryPoint, name: string, range: TextRange): QuickFix[] {
  if (range === entry.nameRange) return [];
  const last = name.slice(name.lastIndexOf(":") + 1);
  const near = canister.functions.filter((it) => canBeGuard(it)).map((it) => it.name);
  const found = [...new Set(near)].filter((it) => distance(it, last) <= 2)[0];
  if (found === undefined) return [];
  const edits = [{ path: entry.path, range: { start: range.end - last.length, end: range.end }, newText: found }];
  return [{ title: `Use \`${found}\``, kind: "review", edits }];
}

/** Whether a function has the shape of a guard. */
export function canBeGuard({ parameters, isAsync, returnType, implOf }: ModelFunction): boolean {
  return (
    implOf === undefined && parameters.length === 0 && !isAsync && /^(\w+::)*Result\s*<\s*\(\s*\)\s*,/.test(returnType)
  );
}

/** How many letters have to change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
