import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import { bodyText } from "./sourceText.ts";

/** Whether a part of a function's text uses its arguments, or what `let` and `for` bind to something that is made of them, or what has such a field. */
export function usesArguments(canister: CanisterModel, inFunction: ModelFunction, { start, end }: TextRange): boolean {
  const { path, parameters } = inFunction;
  const known = new Set(parameters.flatMap((it) => namesOf(it.name)));
  for (const [, declared, counted, changed, value = ""] of bodyText(canister, inFunction).matchAll(binding)) {
    if (namesAny(value, known)) for (const it of namesOf(declared ?? counted ?? changed ?? "")) known.add(it);
  }
  return namesAny(canister.textIn(path, start, end), known);
}

const binding =
  /\b(?:let\s+(?:mut\s+)?([^=;]*?)\s*=(?![=>])|for\s+([^;{]*?)\s+in\b|([a-z_]\w*)(?:\.[a-z_]\w*)+\s*[-+*/]?=(?![=>]))(?=([^;]*))/g;

function namesAny(text: string, known: ReadonlySet<string>): boolean {
  return namesOf(text).some((it) => known.has(it));
}

function namesOf(text: string): readonly string[] {
  return text.match(/(?<![\w.])[a-z_]\w*\b(?!\s*(?:!|::))/g) ?? [];
}
