import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Rule } from "./rule.ts";

/** Output that nobody sees. */
export const stdPrintln: Rule = {
  id: "std-println",
  severity: "hint",
  docs: {
    what: "`println!`, `print!`, `eprintln!`, `eprint!` or `dbg!` of the standard library is used in a canister.",
    why: "A canister has no terminal: on `wasm32-unknown-unknown` these macros write nowhere.",
    instead: "Use `ic_cdk::println!`, which writes to the canister's log.",
  },

  check(canister, report) {
    for (const [function_, found] of printed.of(canister)) {
      if (!reachableFunctions(canister).has(function_)) continue;
      for (const { name, range } of found) {
        const { path } = function_;
        const isLine = name === "println" || name === "eprintln";
        const edits = [{ path, range, newText: "ic_cdk::println" }];
        report({
          confidence: "high",
          path,
          range,
          message: `\`${name}!\` writes nowhere in a canister. \`ic_cdk::println!\` writes to its log.`,
          fixes: isLine ? [{ title: "Use `ic_cdk::println!`", kind: "safe", edits }] : [],
        });
      }
    }
  },
};

const printed = new FunctionIndex((function_, canister) => prints(canister, function_));

/** The macros' names where they stand, those of the same name from elsewhere left out. */
function prints(
  canister: CanisterModel,
  { path, bodyRange, names }: ModelFunction,
): { name: string; range: TextRange }[] {
  if (bodyRange === undefined || !["println", "eprintln", "print", "eprint", "dbg"].some((it) => names.has(it)))
    return [];
  const file = canister.textOf(path);
  if (/\bmacro_rules!\s*e?println\b/.test(file)) return [];
  const body = withoutComments(file.slice(bodyRange.start, bodyRange.end));
  return [...body.matchAll(/(?<![\w:!])(?:std::)?\b(e?println|e?print|dbg)(?=!\s*[({[])/g)].flatMap((match) => {
    const [whole, name = ""] = match;
    const imported = new RegExp(`\\buse\\s+[^;]*\\b(?!std\\b)\\w+::(?:[^;]*\\b)?${name}\\b`);
    if (!whole.startsWith("std::") && (imported.test(file) || usesGlob(file))) return [];
    const start = bodyRange.start + match.index;
    return [{ name, range: { start, end: start + whole.length } }];
  });
}

/** `use ic_cdk::*` brings ic-cdk's own macro. */
function usesGlob(file: string): boolean {
  return /\buse\s+(?:ic_cdk|ic_cdk::export)::\*|#\[macro_use\]/.test(file);
}

function withoutComments(text: string): string {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\[\s\S])*"/g, (it) => it.replace(/[^\n]/g, " "));
}
