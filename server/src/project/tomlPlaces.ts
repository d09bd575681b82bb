import type { TextRange } from "../base/textRange.ts";

/** Where a table or a key of a TOML text stands. */
export interface TomlPlace {
  /** Names from the outermost table on: `["dependencies", "tokio"]`. */
  readonly path: readonly string[];
  /** The key as written, or the header of the table with its brackets. */
  readonly keyRange: TextRange;
  /** The value, comments left out; absent for headers. */
  readonly valueRange: TextRange | undefined;
}

/**
 * Finds the places of tables and keys in a TOML text, which its parser does not tell. Broken lines are passed over.
 * Keys inside of inline tables have the place of the table.
 */
export function tomlPlaces(source: string): readonly TomlPlace[] {
  const places: TomlPlace[] = [];
  let table: readonly string[] = [];
  const line = /[^\r\n]*(?:\r?\n|$)/y;
  for (let at = 0; at < source.length; at = line.lastIndex) {
    line.lastIndex = at;
    const text = line.exec(source)?.[0] ?? "";
    if (text === "") break;
    const header = /^([ \t]*)(\[\[?([^\]]+(?:'[^']*'|"[^"]*")?[^\]]*)\]\]?)/.exec(headerWithoutQuotedBrackets(text));
    if (header !== null) {
      const start = at + (header[1]?.length ?? 0);
      const end = start + (header[2]?.length ?? 0);
      table = keyNames(source.slice(start, end).replace(/^\[+|\]+$/g, ""));
      places.push({ path: table, keyRange: { start, end }, valueRange: undefined });
      continue;
    }
    const entry =
      /^([ \t]*)((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=[ \t]*/.exec(
        text,
      );
    if (entry === null) continue;
    const start = at + (entry[1]?.length ?? 0);
    const keyRange = { start, end: start + (entry[2]?.length ?? 0) };
    const valueStart = at + entry[0].length;
    const valueEnd = endOfValue(source, valueStart);
    const valueRange = { start: valueStart, end: valueEnd };
    places.push({ path: [...table, ...keyNames(entry[2] ?? "")], keyRange, valueRange });
    const next = source.indexOf("\n", valueEnd);
    line.lastIndex = next === -1 ? source.length : next + 1;
  }
  return places;
}

/** The place of a table or key; else of what a dotted key says below it, else of the nearest one around it. */
export function placeOf(places: readonly TomlPlace[], path: readonly string[]): TomlPlace | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = places.find((it) => it.path.length === length && it.path.every((name, i) => name === path[i]));
    const below =
      length === path.length ? places.find((it) => path.every((name, i) => name === it.path[i])) : undefined;
    if (found !== undefined || below !== undefined) return found ?? below;
  }
  return undefined;
}

/** `[target.'cfg(any(a[0]))']` has brackets that end no header. */
function headerWithoutQuotedBrackets(text: string): string {
  return text.replace(/'[^'\n]*'|"[^"\n]*"/g, (it) => it.replace(/[[\]]/g, "_"));
}

function keyNames(key: string): string[] {
  return [...key.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((it) => it[1] ?? it[2] ?? it[3] ?? "");
}

function endOfValue(source: string, start: number): number {
  let depth = 0;
  let end = start;
  for (let i = start; i < source.length; i++) {
    const unit = source[i];
    if (unit === "\n" && depth <= 0) break;
    if (unit === "#") {
      const next = source.indexOf("\n", i);
      if (next === -1) break;
      i = next - 1;
      continue;
    }
    if (unit === '"' || unit === "'") i = endOfString(source, i, unit);
    else if (unit === "[" || unit === "{") depth++;
    else if (unit === "]" || unit === "}") depth--;
    if (!/\s/.test(source[i] ?? " ")) end = i + 1;
  }
  return end;
}

/** Offset of the closing quote, of one kind of string or the other. */
function endOfString(source: string, start: number, quote: string): number {
  const triple = quote.repeat(3);
  if (source.startsWith(triple, start)) {
    const end = source.indexOf(triple, start + 3);
    return end === -1 ? source.length : end + 2;
  }
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === "\\" && quote === '"') i++;
    else if (source[i] === quote || source[i] === "\n") return i;
  }
  return source.length;
}
