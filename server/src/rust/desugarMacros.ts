import { withoutGrammarGaps } from "./grammarGaps.ts";

/**
 * The grammar keeps the arguments of a macro as loose tokens. For macros whose arguments are expressions or items, its
 * name or mark is replaced, so that the parser reads them as a call (`assertª(a == b)`), as an array (`vec![…]`) or as a
 * module of statics (`thread_local! {…}`). The length stays, and so every offset does.
 */
export function desugarMacros(text: string): string {
  const written = withBraces(withoutGrammarGaps(text));
  const parts: string[] = [];
  let kept = 0;
  // Exclamation marks are found a hundred times faster than names.
  for (let mark = written.indexOf("!"); mark !== -1; mark = written.indexOf("!", mark + 1)) {
    const start = startOfMacro(written, mark);
    if (start === undefined) continue;
    const statics = written.slice(start, mark + 1);
    parts.push(written.slice(kept, start), standIn(statics));
    kept = mark + 1;
  }
  return parts.length === 0 ? written : parts.join("") + written.slice(kept);
}

/**
 * Where what has to be replaced begins that ends with the mark of a macro: at the mark for a macro of expressions, at its
 * name for one of statics; nothing for others.
 */
function startOfMacro(text: string, mark: number): number | undefined {
  const name = lastWord.exec(text.slice(Math.max(0, mark - nameMax), mark))?.[0] ?? "";
  beforeBrackets.lastIndex = mark + 1;
  switch (beforeBrackets.exec(text)?.[1]) {
    case "[":
      return name === "vec" ? mark - name.length : undefined;
    case "(":
      return expressionMacros.has(name) ? mark : undefined;
    case "{": {
      const own = staticsMacros.find((it) => name.endsWith(it));
      if (own === undefined) return undefined;
      const start = mark - own.length;
      const path = staticsPaths.find((it) => text.endsWith(it, start));
      return start - (path?.length ?? 0);
    }
    default:
      return undefined;
  }
}

const staticsMacros = ["thread_local", "lazy_static"];

const staticsPaths = ["std::", "lazy_static::"];

const lastWord = /\w*$/;

const beforeBrackets = /\s*([({[])/y;

/** No macro that is known has a longer name: a longer word may lose its beginning. */
const nameMax = 32;

/** `thread_local!(…);` is `thread_local! {…}` in other brackets. */
function withBraces(text: string): string {
  if (!staticsMacros.some((it) => text.includes(`${it}!`)) || !staticsInParentheses.test(text)) return text;
  return text.replace(new RegExp(`${staticsInParentheses.source}([\\s\\S]*)`), (whole, head: string, rest: string) => {
    const close = closingBracket(rest);
    if (close === undefined) return whole;
    const behind = rest.slice(close + 1).replace(/^\s*;/, (it) => it.replace(";", " "));
    return `${head.slice(0, -1)}{${rest.slice(0, close)}}${withBraces(behind)}`;
  });
}

const staticsInParentheses = /((?:thread_local|lazy_static)!\s*[([])/;

/** Where the bracket is closed that stands right before a text; texts and comments have none. */
function closingBracket(text: string): number | undefined {
  let depth = 1;
  for (const { 0: found, index } of text.matchAll(
    /"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\\n])'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[([{)\]}]/g,
  )) {
    if ("([{".includes(found)) depth++;
    else if (")]}".includes(found) && --depth === 0) return index;
  }
  return undefined;
}

/**
 * Stands for the `!` of a macro whose arguments were parsed; a letter to the parser, never typed by anyone. It is one of
 * Latin-1, so that the text of a file still takes one byte for each character.
 */
export const macroMark = "\u00aa";

/** Name of the module that stands for `thread_local! {…}`, without the filling at its end. */
export const threadLocalModule = "threadl";

/** Name of the module that stands for `lazy_static! {…}`, without the filling at its end. */
export const lazyStaticModule = "lazyst";

/** What stands for the name of a macro that is read as something else, and for its mark. */
function standIn(written: string): string {
  if (written === "!") return macroMark;
  return written === "vec!" ? "    " : staticsModule(written);
}

function staticsModule(statics: string): string {
  const name = statics.includes("thread_local") ? threadLocalModule : lazyStaticModule;
  return `mod ${name}`.padEnd(statics.length, "_");
}

const expressionMacros = new Set([
  "Encode",
  "assert",
  "assert_eq",
  "assert_ne",
  "bail",
  "dbg",
  "debug_assert",
  "debug_assert_eq",
  "debug_assert_ne",
  "ensure",
  "eprint",
  "eprintln",
  "format",
  "format_args",
  "join",
  "panic",
  "print",
  "println",
  "todo",
  "trap",
  "try_join",
  "unimplemented",
  "unreachable",
  "write",
  "writeln",
]);
