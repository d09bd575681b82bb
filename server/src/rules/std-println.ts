import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
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

const macros = ["println", "eprintln", "print", "eprint", "dbg"];

const printed = new FunctionIndex((function_, canister) => prints(canister, function_));

/** The macros' names where they stand, those of the same name from elsewhere left out. */
function prints(
  canister: CanisterModel,
  { path, bodyRange, names }: ModelFunction,
): { name: string; range: TextRange }[] {
  if (bodyRange === undefined || !macros.some((it) => names.has(it))) return [];
  if (definesPrintln.of(canister, path)) return [];
  const body = withoutComments(canister.textIn(path, bodyRange.start, bodyRange.end));
  return [...body.matchAll(/(?<![\w:!])(?:std::)?\b(e?println|e?print|dbg)(?=!\s*[({[])/g)].flatMap((match) => {
    const [whole, name = ""] = match;
    if (!whole.startsWith("std::") && importedMacros.of(canister, path).has(name)) return [];
    const start = bodyRange.start + match.index;
    return [{ name, range: { start, end: start + whole.length } }];
  });
}

const definesPrintln = new Derived((canister, path: string) =>
  /\bmacro_rules!\s*e?println\b/.test(canister.textOf(path)),
);

/** Those of the macros' names that a file takes from elsewhere; all where `use ic_cdk::*` brings ic-cdk's own. */
const importedMacros = new Derived(
  (canister, path: string): ReadonlySet<string> => {
    const file = canister.textOf(path);
    if (/\buse\s+(?:ic_cdk|ic_cdk::export)::\*|#\[macro_use\]/.test(file)) return new Set(macros);
    const isImported = (name: string) =>
      new RegExp(`\\buse\\s+[^;]*\\b(?!std\\b)\\w+::(?:[^;]*\\b)?${name}\\b`).test(file);
    return new Set(macros.filter(isImported));
  },
  { isSame: (before, after) => before.size === after.size && [...before].every((it) => after.has(it)) },
);

function withoutComments(text: string): string {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\[\s\S])*"/g, (it) => it.replace(/[^\n]/g, " "));
}
